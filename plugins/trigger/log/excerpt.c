/* SPDX-License-Identifier: MIT */
/* Lines before, of and after a match; those before may have to be read from the file again. */
#include "excerpt.h"

#include <string.h>

/* As far back the file is read again for lines before. */
#define BACK (16u << 10)

struct _TocsinLogExcerpt {
	GArray *lines;   /* of tocsin_line */
	GPtrArray *list; /* of pointers into lines, NULL-ended */
	char *earlier;   /* bytes before the slice, if they were needed */
};

static void
add_line(TocsinLogExcerpt *self, guint32 mark, const char *text, gsize length)
{
	tocsin_line line = {
	        .size = sizeof line,
	        .mark = mark,
	        .text = text,
	        .length = length - (length > 0 && text[length - 1] == '\r'),
	};

	g_array_append_val(self->lines, line);
}

/* Up to @count lines at the end of @bytes, which end just behind a newline: where they begin. */
static gsize
begin_of_last_lines(const char *bytes, gsize length, guint count, guint *out_found)
{
	gsize start = length;

	*out_found = 0;
	while (start > 0 && *out_found < count) {
		const char *newline = start > 1 ? memrchr(bytes, '\n', start - 1) : NULL;

		start = newline != NULL ? (gsize)(newline + 1 - bytes) : 0;
		(*out_found)++;
	}
	return start;
}

static void
add_lines(TocsinLogExcerpt *self, guint32 mark, const char *bytes, gsize length, guint count)
{
	for (gsize at = 0; at < length && count > 0; count--) {
		const char *newline = memchr(bytes + at, '\n', length - at);
		gsize end = newline != NULL ? (gsize)(newline - bytes) : length;

		add_line(self, mark, bytes + at, end - at);
		at = end + 1;
	}
}

/* The last lines of the file that was read before. */
static void
add_carried(TocsinLogExcerpt *self, const TocsinLogFile *file, guint count)
{
	guint found;
	gsize start;

	if (file->carried != NULL && count > 0) {
		start = begin_of_last_lines(file->carried->str, file->carried->len, count, &found);
		add_lines(self, TOCSIN_LINE_BEFORE, file->carried->str + start,
		          file->carried->len - start, count);
	}
}

/* Lines that stand before the slice, also in the file before it. */
static void
add_earlier(TocsinLogExcerpt *self, const TocsinLogSlice *slice, guint count)
{
	gsize size = (gsize)MIN(slice->offset, BACK);
	gsize start = 0;
	guint found = 0;

	if (count == 0 || (size > 0 && slice->file->source == NULL)) {
		return;
	}
	self->earlier = g_malloc(size + 1);
	if (size > 0 && tocsin_log_source_read(slice->file->source, slice->offset - size,
	                                       self->earlier, size, NULL) != (gssize)size) {
		return;
	}
	start = begin_of_last_lines(self->earlier, size, count, &found);
	/* The first of them may have begun before what was read. */
	if (start == 0 && size < slice->offset) {
		const char *newline = memchr(self->earlier, '\n', size);

		start = newline != NULL ? (gsize)(newline + 1 - self->earlier) : size;
	} else {
		add_carried(self, slice->file, count - found);
	}
	add_lines(self, TOCSIN_LINE_BEFORE, self->earlier + start, size - start, count);
}

static void
add_before(TocsinLogExcerpt *self, const TocsinLogSlice *slice, gsize start, guint count)
{
	guint found = 0;
	gsize from;

	/* The match may begin behind NULs; its line begins before them. */
	while (start > 0 && slice->bytes[start - 1] == '\0') {
		start--;
	}
	from = begin_of_last_lines(slice->bytes, start, count, &found);
	add_earlier(self, slice, count - found);
	add_lines(self, TOCSIN_LINE_BEFORE, slice->bytes + from, start - from, found);
}

/* Where the line that @at lies in, or the record that ends there, has its end. */
static gsize
end_of_line(const TocsinLogSlice *slice, gsize at)
{
	const char *newline;

	if (at > 0 && at <= slice->length && slice->bytes[at - 1] == '\n') {
		return at;
	}
	newline = memchr(slice->bytes + at, '\n', slice->length - at);
	return newline != NULL ? (gsize)(newline + 1 - slice->bytes) : slice->length;
}

gboolean
tocsin_log_excerpt_must_wait(const TocsinLogSlice *slice, gsize at, guint after)
{
	guint count = 0;

	if (after == 0 || (slice->flags & (TOCSIN_LOG_SLICE_PARTIAL | TOCSIN_LOG_SLICE_FULL |
	                                   TOCSIN_LOG_SLICE_CUT)) != 0) {
		return FALSE;
	}
	/* @at may be the begin of the line, just behind a newline. */
	for (const char *p = slice->bytes + at; count <= after; count++) {
		p = memchr(p, '\n', (gsize)(slice->bytes + slice->length - p));
		if (p == NULL) {
			break;
		}
		p++;
	}
	return count <= after;
}

TocsinLogExcerpt *
tocsin_log_excerpt_new(const TocsinLogSlice *slice, gsize start, gsize end, const char *text,
                       gsize length, guint before, guint after)
{
	TocsinLogExcerpt *self = g_new0(TocsinLogExcerpt, 1);
	gboolean is_cut = (slice->flags & TOCSIN_LOG_SLICE_CUT) != 0;

	self->lines = g_array_new(FALSE, FALSE, sizeof(tocsin_line));
	self->list = g_ptr_array_new();
	if (is_cut) {
		add_earlier(self, slice, before);
	} else {
		add_before(self, slice, start, before);
	}
	add_lines(self, TOCSIN_LINE_MATCH, text, length, G_MAXUINT);
	if (!is_cut && after > 0) {
		gsize behind = end > 0 ? end : end_of_line(slice, start + length);

		/* The match's end may be the newline itself. */
		if (end == 0 && length == 0) {
			behind = MIN(start + 1, slice->length);
		}
		add_lines(self, TOCSIN_LINE_AFTER, slice->bytes + behind, slice->length - behind,
		          after);
	}
	for (guint i = 0; i < self->lines->len; i++) {
		g_ptr_array_add(self->list, &g_array_index(self->lines, tocsin_line, i));
	}
	g_ptr_array_add(self->list, NULL);
	return self;
}

void
tocsin_log_excerpt_free(TocsinLogExcerpt *self)
{
	if (self != NULL) {
		g_array_unref(self->lines);
		g_ptr_array_unref(self->list);
		g_free(self->earlier);
		g_free(self);
	}
}

const tocsin_line *const *
tocsin_log_excerpt_get_lines(const TocsinLogExcerpt *self)
{
	return (const tocsin_line *const *)self->list->pdata;
}
