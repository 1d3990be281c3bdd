/* SPDX-License-Identifier: MIT */
/* More happens than the kernel's queue of events can hold: nothing may be lost, nor told twice. */
#include <sys/inotify.h>
#include <unistd.h>

#include "files.h"

/* A test that would take more files than this is not worth its while. */
#define FILES_MAX 100000u
/* No more than what the trigger asks for. */
#define WITNESSED (IN_CREATE | IN_CLOSE_WRITE | IN_DELETE)

static guint
read_queue_length(void)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents("/proc/sys/fs/inotify/max_queued_events", &text, NULL, NULL)) {
		return 0;
	}
	return (guint)g_ascii_strtoull(text, NULL, 10);
}

static void
expect(GHashTable *expected, const char *kind, const char *name)
{
	g_hash_table_add(expected, g_strdup_printf("%s %s", kind, name));
}

/* Each file that was there before has one of three fates; as many new ones come. */
static void
change_everything(Files *files, guint count, GHashTable *expected)
{
	for (guint i = 0; i < count; i++) {
		g_autofree char *old = g_strdup_printf("d%u/old-%u", i % 10, i);
		g_autofree char *old_name = g_path_get_basename(old);
		g_autofree char *new = g_strdup_printf("d%u/new-%u", i % 10, i);
		g_autofree char *new_name = g_path_get_basename(new);

		files_write(files, new, "text");
		expect(expected, "created", new_name);
		expect(expected, "written", new_name);
		if (i % 3 == 0) {
			files_write(files, old, "other text");
			expect(expected, "written", old_name);
		} else if (i % 3 == 1) {
			files_delete(files, old);
			expect(expected, "deleted", old_name);
		}
	}
}

static void
assert_told_once(Files *files, GHashTable *expected)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < files->host.events->len; i++) {
		const TocsinEvent *event = trigger_host_event(&files->host, i);
		char *text = g_strdup_printf("%s %s", event->kind,
		                             tocsin_event_field_string(event, "name"));

		if (!g_hash_table_contains(expected, text)) {
			g_error("told, but it did not happen: %s", text);
		}
		if (!g_hash_table_add(told, text)) {
			g_error("told twice");
		}
	}
	g_assert_cmpuint(g_hash_table_size(told), ==, g_hash_table_size(expected));
}

/* Watches all of the folders, as the trigger does: its queue is as long. */
static int
watch_as_witness(const Files *files)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	for (guint i = 0; i < 10; i++) {
		g_autofree char *name = g_strdup_printf("d%u", i);
		g_autofree char *path = files_path(files, name);

		g_assert_cmpint(inotify_add_watch(fd, path, WITNESSED), >=, 0);
	}
	return fd;
}

static void
assert_overflown(int fd)
{
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[65536];
	} buffer;
	gboolean has_overflown = FALSE;
	gssize length;

	while ((length = read(fd, buffer.bytes, sizeof buffer.bytes)) > 0) {
		for (const char *at = buffer.bytes; at < buffer.bytes + length;) {
			const struct inotify_event *event = (const void *)at;

			has_overflown |= (event->mask & IN_Q_OVERFLOW) != 0;
			at += sizeof *event + event->len;
		}
	}
	close(fd);
	g_assert_true(has_overflown);
}

static void
loses_nothing_when_the_queue_overflows(Files *files, gconstpointer data)
{
	guint length = read_queue_length();
	/* At least three events come of each. */
	guint count = length / 2;
	g_autoptr(GHashTable) expected =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	int witness;

	if (length == 0 || count > FILES_MAX) {
		g_test_skip("the kernel's queue is not there, or too long to be filled");
		return;
	}
	for (guint i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("d%u/old-%u", i % 10, i);

		if (i < 10) {
			g_autofree char *folder = g_strdup_printf("d%u", i);

			files_make_folder(files, folder);
		}
		files_write(files, name, "text");
	}
	trigger_host_set_number(&files->host, "recursive", 1);
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	witness = watch_as_witness(files);
	change_everything(files, count, expected);
	assert_overflown(witness);
	trigger_host_settle(&files->host);
	assert_told_once(files, expected);
	/* From here on all is as before. */
	g_ptr_array_set_size(files->host.events, 0);
	files_write(files, "d3/after", "text");
	files_assert_events(files, "created after, written after");
	/* What was found by looking is remembered, too. */
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	files_assert_events(files, "");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/trigger/file/overflow", Files, NULL, files_set_up,
	           loses_nothing_when_the_queue_overflows, files_tear_down);
	return g_test_run();
}
