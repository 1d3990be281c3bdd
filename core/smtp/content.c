/* SPDX-License-Identifier: MIT */
/* The one way a message's octets take to the wire: line ends, dots, and the end. */
#include "smtp/content.h"

#include <string.h>

#include "tocsin/error.h"

gint64
tocsin_content_read(const TocsinContent *self, guint64 offset, const void **out_bytes)
{
	if (self->bytes == NULL && self->pull != NULL) {
		return self->pull(self->user, offset, out_bytes);
	}
	if (offset >= self->length) {
		return 0;
	}
	*out_bytes = (const char *)self->bytes + offset;
	return (gint64)(self->length - offset);
}

/* Looked at again, and only in messages that are not ASCII: most are. */
static void
look_at_header(const TocsinContent *self, TocsinContentScan *scan)
{
	TocsinHeaderScan header = {0};
	const void *bytes = NULL;
	guint64 offset = 0;

	while (!header.is_over) {
		gint64 count = tocsin_content_read(self, offset, &bytes);

		if (count <= 0) {
			break;
		}
		tocsin_header_scan(&header, bytes, (gsize)count);
		offset += (guint64)count;
	}
	scan->has_8bit_header = header.has_8bit;
	scan->is_header_foreign = header.is_foreign || header.utf8_left > 0;
}

gboolean
tocsin_content_survey(const TocsinContent *self, TocsinContentScan *out_scan, GError **error)
{
	TocsinContentScan scan = {0};
	const void *bytes = NULL;
	gint64 count;

	while ((count = tocsin_content_read(self, scan.length, &bytes)) > 0) {
		tocsin_content_scan(&scan, bytes, (gsize)count);
	}
	if (count < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot read the message beyond its first %" G_GUINT64_FORMAT " bytes",
		            scan.length);
		return FALSE;
	}
	if (scan.has_8bit) {
		look_at_header(self, &scan);
	}
	*out_scan = scan;
	return TRUE;
}

static void
emit_range(const char *from, const char *to, TocsinContentEmit emit, gpointer user)
{
	if (to > from) {
		emit(user, from, (gsize)(to - from));
	}
}

/* Where the line that holds @at ends: at a CR, at an LF, or with the bytes. *@lf remembers the next
 * LF, so that a text without any is not searched again for each line. */
static const char *
find_line_end(const char *at, const char *end, const char **lf)
{
	const char *cr;

	if (*lf == NULL || *lf < at) {
		*lf = memchr(at, '\n', (gsize)(end - at));
		*lf = *lf != NULL ? *lf : end;
	}
	cr = memchr(at, '\r', (gsize)(*lf - at));
	return cr != NULL ? cr : *lf;
}

static void
encode_lines(TocsinContentEncoder *self, const char *at, const char *end, TocsinContentEmit emit,
             gpointer user)
{
	const char *from = at; /* not emitted yet */
	const char *lf = NULL;

	while (at < end) {
		const char *stop;

		if (self->mode == TOCSIN_CONTENT_DOTS && !self->is_inside_line && *at == '.') {
			emit_range(from, at, emit, user);
			emit(user, ".", 1);
			from = at;
		}
		stop = find_line_end(at, end, &lf);
		self->is_inside_line = stop == end;
		if (stop == end) {
			break;
		}
		if (*stop == '\r' && stop + 1 == end) {
			emit_range(from, stop, emit, user);
			self->is_after_cr = TRUE;
			return;
		}
		if (*stop == '\r' && stop[1] == '\n') {
			at = stop + 2;
			continue;
		}
		emit_range(from, stop, emit, user);
		emit(user, "\r\n", 2);
		at = from = stop + 1;
	}
	emit_range(from, end, emit, user);
}

void
tocsin_content_encode(TocsinContentEncoder *self, const void *bytes, gsize length,
                      TocsinContentEmit emit, gpointer user)
{
	const char *at = bytes;
	const char *end = at + length;

	if (length == 0) {
		return;
	}
	self->has_begun = TRUE;
	if (self->mode == TOCSIN_CONTENT_BINARY) {
		emit(user, bytes, length);
		return;
	}
	if (self->is_after_cr) {
		emit(user, "\r\n", 2);
		self->is_after_cr = FALSE;
		self->is_inside_line = FALSE;
		at += *at == '\n';
	}
	encode_lines(self, at, end, emit, user);
}

void
tocsin_content_finish(TocsinContentEncoder *self, TocsinContentEmit emit, gpointer user)
{
	if (self->mode == TOCSIN_CONTENT_BINARY) {
		return;
	}
	if (self->is_after_cr || self->is_inside_line || !self->has_begun) {
		emit(user, "\r\n", 2);
	}
	if (self->mode == TOCSIN_CONTENT_DOTS) {
		emit(user, ".\r\n", 3);
	}
}
