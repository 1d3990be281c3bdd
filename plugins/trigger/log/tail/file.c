/* SPDX-License-Identifier: MIT */
/* A followed file's life but for reading slices. */
#include "file.h"

#include <string.h>

TocsinLogFile *
tocsin_log_file_new(const char *path, guint64 lineage)
{
	TocsinLogFile *self = g_new0(TocsinLogFile, 1);

	self->path = g_strdup(path);
	self->lineage = lineage;
	self->partial_seen = G_MAXUINT64;
	return self;
}

static void
long_line_free(TocsinLogLongLine *line)
{
	g_string_free(line->head, TRUE);
	g_string_free(line->tail, TRUE);
	g_free(line);
}

void
tocsin_log_file_free(TocsinLogFile *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_log_source_free(self->source);
	g_clear_pointer(&self->long_line, long_line_free);
	if (self->user_free != NULL) {
		self->user_free(self->user);
	}
	if (self->carried != NULL) {
		g_string_free(self->carried, TRUE);
	}
	g_free(self->path);
	g_free(self->alias);
	g_free(self);
}

void
tocsin_log_file_close(TocsinLogFile *self)
{
	g_clear_pointer(&self->source, tocsin_log_source_free);
}

gboolean
tocsin_log_file_take_source(TocsinLogFile *self, TocsinLogSource *source)
{
	TocsinLogStatus status;

	if (!tocsin_log_source_get_status(source, &status, NULL)) {
		tocsin_log_source_free(source);
		return FALSE;
	}
	self->device = status.device;
	self->inode = status.inode;
	self->generation = status.generation;
	self->source = source;
	return TRUE;
}

TocsinLogRead
tocsin_log_file_open(TocsinLogFile *self)
{
	g_autoptr(TocsinLogSource) source = NULL;
	g_autoptr(GError) error = NULL;
	TocsinLogStatus status;

	if (self->source != NULL) {
		return TOCSIN_LOG_READ_END;
	}
	source = tocsin_log_source_open(self->path, &error);
	if (source == NULL || !tocsin_log_source_get_status(source, &status, &error)) {
		g_debug("%s", error->message);
		return TOCSIN_LOG_READ_FAILED;
	}
	if (self->inode != 0 && (self->inode != status.inode || self->device != status.device ||
	                         (self->generation != 0 && status.generation != 0 &&
	                          self->generation != status.generation))) {
		return TOCSIN_LOG_READ_REPLACED;
	}
	return tocsin_log_file_take_source(self, g_steal_pointer(&source)) ? TOCSIN_LOG_READ_END
	                                                                   : TOCSIN_LOG_READ_FAILED;
}

gboolean
tocsin_log_file_has_no_name(const TocsinLogFile *self)
{
	TocsinLogStatus status;

	return tocsin_log_source_get_status(self->source, &status, NULL) && !status.is_linked;
}

void
tocsin_log_file_seek(TocsinLogFile *self, guint64 offset)
{
	g_autofree char *bytes = g_malloc(65536);
	guint64 from = offset - MIN(offset, 65536);
	gssize got = tocsin_log_source_read(self->source, from, bytes, 65536, NULL);
	const char *newline = NULL;

	if (got > 0) {
		newline = memrchr(bytes, '\n', MIN((gsize)got, (gsize)(offset - from)));
	}
	if (newline != NULL) {
		offset = from + (guint64)(newline + 1 - bytes);
	} else if (from == 0) {
		offset = 0;
	}
	self->offset = self->position = offset;
	self->tail_length = (guint32)MIN(offset, TOCSIN_LOG_TAIL_MAX);
	if (tocsin_log_source_read(self->source, offset - self->tail_length, self->tail,
	                           self->tail_length, NULL) != (gssize)self->tail_length) {
		self->tail_length = 0;
	}
	self->is_changed = TRUE;
	g_clear_pointer(&self->long_line, long_line_free);
}

void
tocsin_log_file_extend_head(TocsinLogFile *self, guint64 size)
{
	guint32 length = (guint32)MIN(size, TOCSIN_LOG_HEAD_MAX);

	if (length > self->head.length) {
		tocsin_log_source_mark(self->source, 0, length, &self->head);
	}
}

void
tocsin_log_file_get_place(const TocsinLogFile *self, TocsinLogCheckpoint *out_place)
{
	*out_place = (TocsinLogCheckpoint){
	        .lineage = self->lineage,
	        .offset = self->offset,
	        .head = self->head,
	};
	/* Within NULs or an overlong line the bytes at hand are not those before the offset. */
	if (self->position == self->offset) {
		out_place->tail = tocsin_log_mark_of(self->tail, self->tail_length);
	}
}

GBytes *
tocsin_log_file_checkpoint(TocsinLogFile *self)
{
	TocsinLogCheckpoint checkpoint;
	guint32 tail_length = (guint32)MIN(self->offset, TOCSIN_LOG_TAIL_MAX);

	tocsin_log_file_get_place(self, &checkpoint);
	checkpoint.device = self->device;
	checkpoint.inode = self->inode;
	checkpoint.generation = self->generation;
	checkpoint.path = self->path;
	checkpoint.modified_us = self->content_us;
	if (checkpoint.tail.length < tail_length && self->source != NULL) {
		tocsin_log_source_mark(self->source, self->offset - tail_length, tail_length,
		                       &checkpoint.tail);
	}
	return tocsin_log_checkpoint_write(&checkpoint);
}
