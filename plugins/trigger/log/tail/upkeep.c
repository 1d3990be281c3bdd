/* SPDX-License-Identifier: MIT */
/* The follower's small duties: queueing, closing, dropping, saving, telling. */
#include <stdarg.h>
#include <string.h>

#include "follower-private.h"

void
tocsin_log_follower_note(TocsinLogFollower *self, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	self->hooks.on_note(text, self->data);
}

void
tocsin_log_follower_queue(TocsinLogFollower *self, TocsinLogFile *file)
{
	if (!file->is_queued) {
		file->is_queued = TRUE;
		g_queue_push_tail(&self->queue, file);
	}
}

void
tocsin_log_follower_stop_waiting(TocsinLogFollower *self, TocsinLogFile *file)
{
	if (file->is_waiting) {
		file->is_waiting = FALSE;
		g_ptr_array_remove_fast(self->waiting, file);
	}
}

void
tocsin_log_follower_move(TocsinLogFollower *self, TocsinLogFile *file, const char *path)
{
	g_hash_table_replace(self->moved, g_strdup(file->path),
	                     g_memdup2(&file->lineage, sizeof file->lineage));
	tocsin_log_roster_set_path(&self->roster, file, path);
	file->is_changed = TRUE;
}

void
tocsin_log_follower_close(TocsinLogFollower *self, TocsinLogFile *file)
{
	if (file->source != NULL) {
		tocsin_log_file_close(file);
		self->open_count--;
	}
}

void
tocsin_log_follower_release(TocsinLogFollower *self, TocsinLogFile *file)
{
	tocsin_log_follower_stop_waiting(self, file);
	if (file->is_queued) {
		g_queue_remove(&self->queue, file);
	}
	tocsin_log_follower_close(self, file);
	tocsin_log_roster_remove(&self->roster, file);
}

void
tocsin_log_follower_drop(TocsinLogFollower *self, TocsinLogFile *file)
{
	guint64 lineage = file->lineage;

	tocsin_log_follower_release(self, file);
	tocsin_log_follower_forget(self, lineage);
}

/* Leaves whole lines, at most TOCSIN_LOG_CARRY_MAX bytes. */
static void
trim_to_lines(GString *text, gboolean is_from_start)
{
	const char *last = memrchr(text->str, '\n', text->len);
	gsize surplus;

	g_string_truncate(text, last != NULL ? (gsize)(last + 1 - text->str) : 0);
	surplus = text->len - MIN(text->len, TOCSIN_LOG_CARRY_MAX);
	if (text->len > 0 && (surplus > 0 || !is_from_start)) {
		const char *first = memchr(text->str + surplus, '\n', text->len - surplus);

		g_string_erase(text, 0, first + 1 - text->str);
	}
}

void
tocsin_log_follower_carry(const TocsinLogFollower *self, TocsinLogFile *file,
                          const TocsinLogFile *before)
{
	guint64 from;
	GString *text;
	gssize got;

	if (!self->options.is_carrying || before == NULL || before == file ||
	    before->source == NULL || file->position > 0) {
		return;
	}
	/* What is not settled yet stands behind the offset. */
	from = before->offset - MIN(before->offset, TOCSIN_LOG_CARRY_MAX);
	text = g_string_sized_new((gsize)2 * TOCSIN_LOG_CARRY_MAX);
	got = tocsin_log_source_read(before->source, from, text->str,
	                             (gsize)2 * TOCSIN_LOG_CARRY_MAX, NULL);
	g_string_set_size(text, got > 0 ? (gsize)got : 0);
	trim_to_lines(text, from == 0);
	if (file->carried != NULL) {
		g_string_free(file->carried, TRUE);
	}
	file->carried = text;
}

void
tocsin_log_follower_keep(TocsinLogFollower *self, guint64 lineage, GBytes *bytes)
{
	g_autofree char *name = g_strdup_printf("%016" G_GINT64_MODIFIER "x", lineage);
	gsize length = 0;
	gconstpointer data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);

	self->hooks.on_checkpoint(name, data, length, self->data);
}

void
tocsin_log_follower_save(TocsinLogFollower *self, TocsinLogFile *file)
{
	g_autoptr(GBytes) bytes = NULL;

	if (!file->is_changed) {
		return;
	}
	bytes = tocsin_log_file_checkpoint(file);
	file->is_changed = FALSE;
	file->is_head_saved = file->head.length > 0;
	file->saved_us = tocsin_clock_monotonic_us(self->clock);
	tocsin_log_follower_keep(self, file->lineage, bytes);
}

void
tocsin_log_follower_secure(TocsinLogFollower *self, TocsinLogFile *file)
{
	if (!file->is_head_saved) {
		file->is_changed = TRUE;
		tocsin_log_follower_save(self, file);
	}
}

void
tocsin_log_follower_save_all(TocsinLogFollower *self)
{
	for (guint i = 0; i < self->roster.files->len; i++) {
		tocsin_log_follower_save(self, self->roster.files->pdata[i]);
	}
}
