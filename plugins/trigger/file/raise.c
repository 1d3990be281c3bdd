/* SPDX-License-Identifier: MIT */
/* Makes events with fields, excerpt and attachment. */
#include "raise.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event.h"
#include "lines.h"

/* How much of a file's end is read for the excerpt. */
#define EXCERPT_BYTES 65536u

static const TocsinDraftField fields[] = {
        {"path", TOCSIN_FIELD_TEXT, "The file's path, or the configured path."},
        {"name", TOCSIN_FIELD_TEXT, "Its name."},
        {"folder", TOCSIN_FIELD_TEXT, "The folder that it is in."},
        {"old_path", TOCSIN_FIELD_TEXT, "Where a moved file was before."},
        {"size", TOCSIN_FIELD_SIZE, "Its size."},
        {"mtime", TOCSIN_FIELD_TIME, "When it was last written."},
        {"mode", TOCSIN_FIELD_TEXT, "Its permissions, in octal."},
        {"owner", TOCSIN_FIELD_INT, "Its owner's number."},
        {NULL, 0, NULL},
};

typedef struct {
	const char *kind;
	TocsinFileVerdict verdict;
	gboolean is_catch_up;
	gboolean has_look;
	gint64 time_us;
	char *path;
	char *old_path;
	TocsinFileLook look;
} Pending;

static void
pending_free(gpointer data)
{
	Pending *self = data;

	g_free(self->path);
	g_free(self->old_path);
	g_free(self);
}

void
tocsin_file_raiser_clear(TocsinFileRaiser *self)
{
	g_queue_clear_full(&self->pending, pending_free);
}

void
tocsin_file_raise(TocsinFileRaiser *self, const char *kind, TocsinFileVerdict verdict,
                  const char *path, const char *old_path, const TocsinFileLook *look)
{
	Pending *pending = g_new0(Pending, 1);

	pending->kind = kind;
	pending->verdict = verdict;
	pending->is_catch_up = self->is_catch_up;
	pending->time_us = self->loop->wall_us(self->source);
	pending->path = g_strdup(path);
	pending->old_path = g_strdup(old_path);
	/* No file has a mode of 0: that of one which was never looked at. */
	pending->has_look = look != NULL && look->mode != 0;
	if (look != NULL) {
		pending->look = *look;
	}
	g_queue_push_tail(&self->pending, pending);
}

/* The same for the same change of the same file, also after a restart. */
static char *
make_id(const Pending *pending)
{
	g_autofree char *all =
	        g_strdup_printf("%s\n%d\n%s\n%s\n%" G_GUINT64_FORMAT "\n%" G_GUINT64_FORMAT
	                        "\n%" G_GINT64_FORMAT "\n%o\n%u",
	                        pending->kind, pending->verdict, pending->path,
	                        pending->old_path != NULL ? pending->old_path : "",
	                        pending->look.inode, pending->look.size, pending->look.mtime_us,
	                        pending->look.mode, pending->look.owner);
	char *id = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);

	id[32] = '\0';
	return id;
}

/* The file's end, from the beginning of a line on; NULL if there is nothing to show. */
static char *
read_end(const char *path, gsize *out_length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	g_autofree char *bytes = NULL;
	struct stat status;
	const char *newline;
	ssize_t length = -1;
	off_t start = 0;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		bytes = g_malloc(EXCERPT_BYTES);
		start = MAX(status.st_size - (off_t)EXCERPT_BYTES, 0);
		length = pread(fd, bytes, EXCERPT_BYTES, start);
	}
	if (fd >= 0) {
		close(fd);
	}
	if (length <= 0) {
		return NULL;
	}
	newline = start > 0 ? memchr(bytes, '\n', (gsize)length) : NULL;
	if (newline != NULL) {
		length -= newline + 1 - bytes;
		memmove(bytes, newline + 1, (gsize)length);
	}
	*out_length = (gsize)length;
	return g_steal_pointer(&bytes);
}

static void
add_fields(TocsinDraft *draft, const Pending *pending, const char *name, const char *folder,
           const char *mode)
{
	tocsin_draft_add_text(draft, "path", pending->path, -1);
	tocsin_draft_add_text(draft, "name", name, -1);
	tocsin_draft_add_text(draft, "folder", folder, -1);
	if (pending->old_path != NULL) {
		tocsin_draft_add_text(draft, "old_path", pending->old_path, -1);
	}
	if (pending->has_look) {
		tocsin_draft_add_number(draft, "size", TOCSIN_FIELD_SIZE,
		                        (gint64)pending->look.size);
		tocsin_draft_add_number(draft, "mtime", TOCSIN_FIELD_TIME, pending->look.mtime_us);
		tocsin_draft_add_text(draft, "mode", mode, -1);
		tocsin_draft_add_number(draft, "owner", TOCSIN_FIELD_INT, pending->look.owner);
	}
}

static int32_t
emit(const TocsinFileRaiser *self, const Pending *pending, tocsin_error *error)
{
	static const char *const statuses[] = {NULL, "problem", "ok"};
	const TocsinFileSettings *settings = self->settings;
	gboolean is_there = pending->has_look && strcmp(pending->kind, "deleted") != 0;
	gsize length = 0;
	g_autofree char *id = make_id(pending);
	g_autofree char *key = g_utf8_make_valid(pending->path, -1);
	g_autofree char *name = g_path_get_basename(pending->path);
	g_autofree char *folder = g_path_get_dirname(pending->path);
	g_autofree char *mode = g_strdup_printf("%04o", pending->look.mode & 07777);
	g_autofree char *end =
	        is_there && settings->lines > 0 ? read_end(pending->path, &length) : NULL;
	g_autoptr(GPtrArray) lines = tocsin_lines_take_last(end, length, settings->lines);
	g_autofree char *shown_name = g_utf8_make_valid(name, -1);
	tocsin_attachment attachment = {.size = sizeof attachment, .name = shown_name};
	const tocsin_attachment *attachments[] = {&attachment, NULL};
	TocsinDraft draft;

	attachment.path = pending->path;
	tocsin_draft_init(&draft, pending->kind);
	draft.event.id = id;
	draft.event.key = key;
	draft.event.time_us = pending->time_us;
	draft.event.status = statuses[pending->verdict];
	draft.event.severity =
	        pending->verdict == TOCSIN_FILE_PROBLEM ? settings->severity : TOCSIN_LEVEL_INFO;
	draft.event.flags = pending->is_catch_up ? TOCSIN_EMIT_CATCH_UP : 0;
	draft.event.excerpt = (const tocsin_line *const *)lines->pdata;
	draft.event.attachments = is_there && settings->is_attached ? attachments : NULL;
	add_fields(&draft, pending, name, folder, mode);
	return tocsin_draft_emit(&draft, self->loop, self->source, error);
}

int32_t
tocsin_file_raiser_flush(TocsinFileRaiser *self, tocsin_error *error)
{
	Pending *pending;

	while ((pending = g_queue_peek_head(&self->pending)) != NULL) {
		int32_t status = emit(self, pending, error);

		if (status != TOCSIN_OK) {
			return status;
		}
		pending_free(g_queue_pop_head(&self->pending));
	}
	return TOCSIN_OK;
}

void
tocsin_file_note(const TocsinFileRaiser *self, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	self->host->log(self->host, TOCSIN_LOG_WARNING, text);
}

int32_t
tocsin_file_declare(const tocsin_schemas *schemas, tocsin_schema *schema)
{
	schemas->add_kind(schema, "created", "A file is new.");
	schemas->add_kind(schema, "written", "A file was written and closed.");
	schemas->add_kind(schema, "deleted", "A file is gone.");
	schemas->add_kind(schema, "moved", "A file has another path.");
	schemas->add_kind(schema, "attributes", "A file has other permissions or another owner.");
	schemas->add_kind(schema, "stale", "Nothing was written for too long, or again.");
	schemas->add_kind(schema, "absent", "There was no file for too long, or is one again.");
	schemas->add_kind(schema, "old", "A file has been there for too long, or is gone or new.");
	schemas->add_kind(schema, "large", "A file is too large, or is no more.");
	schemas->add_kind(schema, "small", "A file is too small, or is no more.");
	return tocsin_draft_declare(schemas, schema, fields);
}
