/* SPDX-License-Identifier: MIT */
/* The world of a follower: files to write, and a store that keeps each event once. */
#include "tailing.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
tailing_set_up(Tailing *self, const char *pattern, TocsinLogFrom from)
{
	g_autofree char *here = g_get_current_dir();

	*self = (Tailing){0};
	self->folder = g_build_filename(here, "trigger-log-XXXXXX", NULL);
	g_assert_nonnull(g_mkdtemp(self->folder));
	self->pattern = g_build_filename(self->folder, pattern, NULL);
	self->clock = tocsin_clock_new_fake((gint64)1000000 * G_USEC_PER_SEC);
	self->checkpoints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                          (GDestroyNotify)g_bytes_unref);
	self->events = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->lines = g_ptr_array_new_with_free_func(g_free);
	self->partials = g_ptr_array_new_with_free_func(g_free);
	self->notes = g_ptr_array_new_with_free_func(g_free);
	self->room = G_MAXUINT;
	tocsin_log_follower_options_init(&self->options);
	self->options.from = from;
}

static void
remove_all(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
			remove_all(path);
		} else {
			g_unlink(path);
		}
	}
	g_rmdir(folder);
}

void
tailing_tear_down(Tailing *self)
{
	tailing_kill(self);
	remove_all(self->folder);
	g_free(self->folder);
	g_free(self->pattern);
	g_hash_table_unref(self->checkpoints);
	g_hash_table_unref(self->events);
	g_ptr_array_unref(self->lines);
	g_ptr_array_unref(self->partials);
	g_ptr_array_unref(self->notes);
	tocsin_clock_free(self->clock);
}

static void
take_line(Tailing *self, const TocsinLogSlice *slice, const char *line, gsize length)
{
	g_autofree char *id =
	        g_strdup_printf("%" G_GINT64_MODIFIER "x:%" G_GUINT64_FORMAT, slice->file->lineage,
	                        slice->offset + (guint64)(line - slice->bytes));
	const char *known = g_hash_table_lookup(self->events, id);
	g_autofree char *text = g_strndup(line, length);

	self->catch_up += (slice->flags & TOCSIN_LOG_SLICE_CATCH_UP) != 0;
	if (known != NULL) {
		g_assert_cmpstr(known, ==, text);
		return;
	}
	g_hash_table_insert(self->events, g_steal_pointer(&id), g_strdup(text));
	g_ptr_array_add(self->lines, g_steal_pointer(&text));
}

static gssize
on_slice(const TocsinLogSlice *slice, gpointer data)
{
	Tailing *self = data;
	const char *line = slice->bytes;
	const char *end = slice->bytes + slice->length;

	tocsin_log_follower_secure(self->follower, slice->file);
	if ((slice->flags & TOCSIN_LOG_SLICE_PARTIAL) != 0) {
		g_ptr_array_add(self->partials, g_strndup(slice->bytes, slice->length));
		return (gssize)slice->length;
	}
	if ((slice->flags & TOCSIN_LOG_SLICE_CUT) != 0) {
		take_line(self, slice, line, slice->length);
		return (gssize)slice->length;
	}
	g_assert_cmpint(end[-1], ==, '\n');
	while (line < end - self->keep) {
		const char *newline = memchr(line, '\n', (gsize)(end - line));

		if (self->room == 0) {
			return TOCSIN_LOG_BLOCKED - (line - slice->bytes);
		}
		self->room--;
		take_line(self, slice, line, (gsize)(newline - line));
		line = newline + 1;
	}
	return line - slice->bytes;
}

static void
on_checkpoint(const char *name, const void *bytes, gsize length, gpointer data)
{
	Tailing *self = data;

	if (length == 0) {
		g_hash_table_remove(self->checkpoints, name);
		return;
	}
	g_hash_table_replace(self->checkpoints, g_strdup(name), g_bytes_new(bytes, length));
}

static void
on_note(const char *text, gpointer data)
{
	g_ptr_array_add(((Tailing *)data)->notes, g_strdup(text));
}

void
tailing_begin(Tailing *self)
{
	const TocsinLogFollowerHooks hooks = {on_slice, on_checkpoint, on_note};
	const char *patterns[] = {self->pattern, NULL};
	g_autoptr(GHashTable) durable = g_steal_pointer(&self->checkpoints);
	GHashTableIter iter;
	gpointer name, bytes;

	self->checkpoints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                          (GDestroyNotify)g_bytes_unref);
	self->options.patterns = patterns;
	self->follower = tocsin_log_follower_new(&self->options, &hooks, self, self->clock);
	g_hash_table_iter_init(&iter, durable);
	while (g_hash_table_iter_next(&iter, &name, &bytes)) {
		gsize length;
		const void *data = g_bytes_get_data(bytes, &length);

		g_hash_table_replace(self->checkpoints, g_strdup(name), g_bytes_ref(bytes));
		tocsin_log_follower_restore(self->follower, name, data, length);
	}
	tocsin_log_follower_start(self->follower);
}

void
tailing_start(Tailing *self)
{
	tailing_begin(self);
	tailing_settle(self);
}

void
tailing_kill(Tailing *self)
{
	g_clear_pointer(&self->follower, tocsin_log_follower_free);
}

void
tailing_settle(const Tailing *self)
{
	for (guint i = 0; i < 10000; i++) {
		tocsin_log_follower_on_ready(self->follower);
		if (tocsin_log_follower_step(self->follower, 3) > 0) {
			return;
		}
	}
	g_assert_not_reached();
}

void
tailing_wait(Tailing *self, gint64 us)
{
	tocsin_clock_advance(self->clock, us);
	tailing_settle(self);
}

/* Later than anything before, which the file system's own clock may be too coarse to say. */
static void
stamp(const Tailing *self, const char *path)
{
	static gint64 passed_ms;
	struct timespec times[2] = {{0}};

	if (self->stamps_files) {
		passed_ms++;
		times[0].tv_sec = times[1].tv_sec = 1700000000 + passed_ms / 1000;
		times[0].tv_nsec = times[1].tv_nsec = (long)(passed_ms % 1000) * 1000000;
		g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
	}
}

char *
tailing_path(const Tailing *self, const char *name)
{
	return g_build_filename(self->folder, name, NULL);
}

void
tailing_append(const Tailing *self, const char *name, const char *text, gssize length)
{
	g_autofree char *path = tailing_path(self, name);
	gsize size = length < 0 ? strlen(text) : (gsize)length;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, text, size), ==, (gssize)size);
	close(fd);
	stamp(self, path);
}

void
tailing_rename(const Tailing *self, const char *from, const char *to)
{
	g_autofree char *old = tailing_path(self, from);
	g_autofree char *new = tailing_path(self, to);

	g_assert_cmpint(g_rename(old, new), ==, 0);
}

void
tailing_copy(const Tailing *self, const char *from, const char *to)
{
	g_autofree char *old = tailing_path(self, from);
	g_autofree char *new = tailing_path(self, to);
	g_autofree char *bytes = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(old, &bytes, &length, NULL));
	g_unlink(new);
	tailing_append(self, to, bytes, (gssize)length);
}

void
tailing_copy_over(const Tailing *self, const char *from, const char *to)
{
	g_autofree char *old = tailing_path(self, from);
	g_autofree char *bytes = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(old, &bytes, &length, NULL));
	tailing_append(self, to, "", 0);
	tailing_truncate(self, to, 0);
	tailing_append(self, to, bytes, (gssize)length);
}

/* Longer than a copy that grows is left alone. */
static void
let_it_look(const Tailing *self)
{
	if (self->follower != NULL) {
		tailing_settle(self);
		tocsin_clock_advance(self->clock, G_USEC_PER_SEC);
		tailing_settle(self);
	}
}

static void
write_slowly(const Tailing *self, const char *name, const char *bytes, gsize length)
{
	tailing_append(self, name, "", 0);
	let_it_look(self);
	tailing_append(self, name, bytes, (gssize)(length / 2));
	let_it_look(self);
	tailing_append(self, name, bytes + length / 2, (gssize)(length - length / 2));
	let_it_look(self);
}

void
tailing_copy_slowly(const Tailing *self, const char *from, const char *to, gboolean is_new)
{
	g_autofree char *old = tailing_path(self, from);
	g_autofree char *new = tailing_path(self, to);
	g_autofree char *bytes = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(old, &bytes, &length, NULL));
	if (is_new) {
		g_unlink(new);
	} else if (g_file_test(new, G_FILE_TEST_EXISTS)) {
		tailing_truncate(self, to, 0);
	}
	write_slowly(self, to, bytes, length);
}

void
tailing_truncate(const Tailing *self, const char *name, gint64 size)
{
	g_autofree char *path = tailing_path(self, name);

	g_assert_cmpint(truncate(path, size), ==, 0);
	stamp(self, path);
}

void
tailing_unlink(const Tailing *self, const char *name)
{
	g_autofree char *path = tailing_path(self, name);

	g_assert_cmpint(g_unlink(path), ==, 0);
}

static GBytes *
compress(const char *path)
{
	g_autoptr(GFile) in = g_file_new_for_path(path);
	g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
	g_autoptr(GFileInputStream) input = g_file_read(in, NULL, NULL);
	g_autoptr(GOutputStream) output = g_memory_output_stream_new_resizable();
	g_autoptr(GOutputStream) stream = g_converter_output_stream_new(output, G_CONVERTER(gzip));

	g_assert_cmpint(g_output_stream_splice(stream, G_INPUT_STREAM(input),
	                                       G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL),
	                >=, 0);
	return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(output));
}

static void
compress_file(const Tailing *self, const char *name, gboolean is_slow)
{
	g_autofree char *path = tailing_path(self, name);
	g_autofree char *target_name = g_strconcat(name, ".gz", NULL);
	g_autofree char *target = tailing_path(self, target_name);
	g_autoptr(GBytes) bytes = compress(path);
	struct timespec times[2];
	struct stat status;
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);

	if (is_slow) {
		write_slowly(self, target_name, data, length);
	} else {
		tailing_append(self, target_name, data, (gssize)length);
	}
	g_assert_cmpint(stat(path, &status), ==, 0);
	times[0] = times[1] = status.st_mtim;
	g_assert_cmpint(utimensat(AT_FDCWD, target, times, 0), ==, 0);
	g_unlink(path);
}

void
tailing_compress(const Tailing *self, const char *name)
{
	compress_file(self, name, FALSE);
}

void
tailing_compress_slowly(const Tailing *self, const char *name)
{
	compress_file(self, name, TRUE);
}

void
tailing_assert_lines(const Tailing *self, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);

	for (guint i = 0; i < self->lines->len; i++) {
		g_string_append_printf(found, "%s%s", i > 0 ? "|" : "",
		                       (const char *)self->lines->pdata[i]);
	}
	g_assert_cmpstr(found->str, ==, expected);
}

void
tailing_set_up_read(Tailing *self, gboolean is_wide)
{
	tailing_set_up(self, is_wide ? "app.log*" : "app.log", TOCSIN_LOG_FROM_START);
	self->options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	self->stamps_files = TRUE;
	tailing_start(self);
	tailing_append(self, "app.log", "one\ntwo\n", -1);
	tailing_settle(self);
	tailing_assert_lines(self, "one|two");
}
