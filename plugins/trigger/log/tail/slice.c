/* SPDX-License-Identifier: MIT */
/* Reading a followed file: slices of whole lines, NULs passed over, overlong lines cut, and the
 * comparison of what stands before with what stood there. */
#include <stdio.h>
#include <string.h>

#include "file.h"

/* How a slice was taken. */
typedef struct {
	gsize taken;
	gboolean is_blocked;
	gboolean is_stopped; /* not all of it was taken */
} Taken;

/* Moves on to @position; @bytes are those before it, as far as they are at hand. */
static void
move_to(TocsinLogFile *self, guint64 position, const guint8 *bytes, gsize length)
{
	gsize keep = MIN(length, TOCSIN_LOG_TAIL_MAX);

	if (keep < TOCSIN_LOG_TAIL_MAX && self->tail_length > 0) {
		gsize old = MIN(self->tail_length, TOCSIN_LOG_TAIL_MAX - keep);

		memmove(self->tail, self->tail + self->tail_length - old, old);
		memcpy(self->tail + old, bytes + length - keep, keep);
		self->tail_length = (guint32)(old + keep);
	} else {
		memcpy(self->tail, bytes + length - keep, keep);
		self->tail_length = (guint32)keep;
	}
	self->position = position;
}

static Taken
offer(TocsinLogFile *self, const TocsinLogReader *reader, const void *bytes, gsize length,
      guint64 offset, guint flags)
{
	TocsinLogSlice slice = {self, bytes, length, offset, flags};
	gssize result;

	if (offset < self->catch_up_before) {
		slice.flags |= TOCSIN_LOG_SLICE_CATCH_UP;
	}
	result = reader->on_slice(&slice, reader->data);
	if (result < 0) {
		return (Taken){MIN((gsize)(TOCSIN_LOG_BLOCKED - result), length), TRUE, TRUE};
	}
	return (Taken){MIN((gsize)result, length), FALSE, (gsize)result < length};
}

/* Puts a cut line together: head, mark, tail. */
static GString *
compose_cut_line(const char *head, gsize head_length, const char *tail, gsize tail_length,
                 guint64 cut)
{
	GString *line = g_string_new_len(head, (gssize)head_length);

	g_string_append_printf(line, " [... %" G_GUINT64_FORMAT " bytes cut ...] ", cut);
	g_string_append_len(line, tail, (gssize)tail_length);
	return line;
}

/* Offers one overlong line of which all is at hand. */
static Taken
offer_cut(TocsinLogFile *self, const TocsinLogReader *reader, const char *bytes, gsize length,
          guint64 offset)
{
	gsize half = reader->line_limit / 2;
	g_autoptr(GString) line =
	        compose_cut_line(bytes, half, bytes + length - half, half, length - 2 * half);
	Taken taken = offer(self, reader, line->str, line->len, offset, TOCSIN_LOG_SLICE_CUT);

	taken.is_stopped = taken.taken < line->len;
	taken.taken = taken.is_stopped ? 0 : length + 1;
	return taken;
}

/* The first line in @bytes, which end in a newline, that is longer than the limit: where it begins,
 * and its length; @length if there is none. */
static gsize
find_long_line(const char *bytes, gsize length, gsize limit, gsize *out_length)
{
	gsize start = 0;

	while (length - start > limit) {
		const char *newline = memrchr(bytes + start, '\n', limit + 1);

		if (newline == NULL) {
			const char *end = memchr(bytes + start, '\n', length - start);

			*out_length = (gsize)(end - (bytes + start));
			return start;
		}
		start = (gsize)(newline + 1 - bytes);
	}
	return length;
}

/* Offers whole lines, the overlong ones by themselves. */
static Taken
offer_lines(TocsinLogFile *self, const TocsinLogReader *reader, const char *bytes, gsize length,
            guint64 offset, guint flags)
{
	Taken sum = {0, FALSE, FALSE};

	while (sum.taken < length && !sum.is_stopped) {
		gsize long_length = 0;
		gsize plain = find_long_line(bytes + sum.taken, length - sum.taken,
		                             reader->line_limit, &long_length);
		Taken taken;

		if (plain > 0) {
			taken = offer(self, reader, bytes + sum.taken, plain, offset + sum.taken,
			              flags);
		} else {
			taken = offer_cut(self, reader, bytes + sum.taken, long_length,
			                  offset + sum.taken);
		}
		sum.taken += taken.taken;
		sum.is_blocked = taken.is_blocked;
		sum.is_stopped = taken.is_stopped;
	}
	return sum;
}

/* Passes over NULs at the begin of a line. Their place is settled only when something follows: a
 * file system may show NULs where data is yet to come. Returns how many. */
static gsize
skip_nuls(TocsinLogFile *self, const guint8 *bytes, gsize length)
{
	gsize count = 0;

	while (count < length && bytes[count] == '\0') {
		count++;
	}
	if (count > 0) {
		move_to(self, self->position + count, bytes, count);
		self->nul_count += count;
	}
	if (count < length) {
		self->offset = self->position;
		return count;
	}
	/* Nothing but NULs: perhaps a hole, which need not be read. Before its end are NULs too. */
	if (count >= TOCSIN_LOG_TAIL_MAX) {
		guint64 next = tocsin_log_source_skip_hole(self->source, self->position);

		self->nul_count += next - self->position;
		self->position = next;
	}
	return count;
}

/* Adds to the overlong line at hand. Returns how many bytes belong to it. */
static gsize
add_to_long_line(TocsinLogFile *self, const TocsinLogReader *reader, const guint8 *bytes,
                 gsize length)
{
	gsize half = reader->line_limit / 2;
	const guint8 *newline = memchr(bytes, '\n', length);
	gsize part = newline != NULL ? (gsize)(newline - bytes) : length;
	gsize to_head = MIN(part, half - self->long_line->head->len);

	g_string_append_len(self->long_line->head, (const char *)bytes, (gssize)to_head);
	g_string_append_len(self->long_line->tail, (const char *)bytes + to_head,
	                    (gssize)(part - to_head));
	if (self->long_line->tail->len > half) {
		g_string_erase(self->long_line->tail, 0,
		               (gssize)(self->long_line->tail->len - half));
	}
	self->long_line->length += part;
	return part;
}

static void
drop_long_line(TocsinLogFile *self)
{
	g_string_free(self->long_line->head, TRUE);
	g_string_free(self->long_line->tail, TRUE);
	g_clear_pointer(&self->long_line, g_free);
}

static Taken
offer_long_line(TocsinLogFile *self, const TocsinLogReader *reader, guint flags)
{
	TocsinLogLongLine *long_line = self->long_line;
	guint64 kept = long_line->head->len + long_line->tail->len;
	g_autoptr(GString) line =
	        compose_cut_line(long_line->head->str, long_line->head->len, long_line->tail->str,
	                         long_line->tail->len, long_line->length - kept);

	return offer(self, reader, line->str, line->len, self->offset,
	             flags | TOCSIN_LOG_SLICE_CUT);
}

/* Goes on with the overlong line; offers it when it ends. */
static TocsinLogRead
read_long_line(TocsinLogFile *self, const TocsinLogReader *reader, const guint8 *bytes,
               gsize length)
{
	gsize part = add_to_long_line(self, reader, bytes, length);
	Taken taken;

	if (part == length) {
		move_to(self, self->position + part, bytes, part);
		return TOCSIN_LOG_READ_MORE;
	}
	taken = offer_long_line(self, reader, 0);
	if (taken.is_stopped) {
		/* Begin it again: the parts were added to it already. */
		tocsin_log_file_seek(self, self->offset);
		return taken.is_blocked ? TOCSIN_LOG_READ_BLOCKED : TOCSIN_LOG_READ_END;
	}
	drop_long_line(self);
	move_to(self, self->position + part + 1, bytes, part + 1);
	self->offset = self->position;
	self->is_changed = TRUE;
	return TOCSIN_LOG_READ_MORE;
}

/* Before anything was settled, only the head can tell that the content was exchanged. */
static gboolean
has_same_head(const TocsinLogFile *self, const guint8 *bytes, gsize length)
{
	return length >= self->head.length &&
	       (self->head.length == 0 ||
	        tocsin_log_mark_of(bytes, self->head.length).hash == self->head.hash);
}

/* Reads on where reading stands, and sees that what stands before is as it was. Returns how many
 * bytes came, at @out_bytes, or -1 with @out_read telling why. */
static gssize
fetch(TocsinLogFile *self, const TocsinLogReader *reader, const guint8 **out_bytes,
      TocsinLogRead *out_read)
{
	g_autoptr(GError) error = NULL;
	gssize got =
	        tocsin_log_source_read(self->source, self->position - self->tail_length,
	                               reader->bytes, self->tail_length + reader->size, &error);

	if (got < 0) {
		g_debug("%s: %s", self->path, error->message);
		*out_read = TOCSIN_LOG_READ_FAILED;
		return -1;
	}
	if (got < (gssize)self->tail_length ||
	    memcmp(reader->bytes, self->tail, self->tail_length) != 0) {
		*out_read = TOCSIN_LOG_READ_REPLACED;
		return -1;
	}
	if (self->position == 0 && !has_same_head(self, reader->bytes, (gsize)got)) {
		*out_read = TOCSIN_LOG_READ_REPLACED;
		return -1;
	}
	*out_bytes = reader->bytes + self->tail_length;
	return got - (gssize)self->tail_length;
}

static void
begin_long_line(TocsinLogFile *self)
{
	self->long_line = g_new0(TocsinLogLongLine, 1);
	self->long_line->head = g_string_new(NULL);
	self->long_line->tail = g_string_new(NULL);
}

TocsinLogRead
tocsin_log_file_read(TocsinLogFile *self, const TocsinLogReader *reader)
{
	TocsinLogRead result = TOCSIN_LOG_READ_END;
	const guint8 *bytes = NULL, *newline;
	gssize got = fetch(self, reader, &bytes, &result);
	gsize length, complete, nuls;
	Taken taken;

	if (got <= 0) {
		self->is_pending = got == 0 && self->position > self->offset;
		return result;
	}
	length = (gsize)got;
	if (self->carried != NULL && self->position > TOCSIN_LOG_CARRY_MAX) {
		g_string_free(g_steal_pointer(&self->carried), TRUE);
	}
	tocsin_log_file_extend_head(self, self->position + length);
	if (self->long_line != NULL) {
		return read_long_line(self, reader, bytes, length);
	}
	nuls = skip_nuls(self, bytes, length);
	bytes += nuls;
	length -= nuls;
	if (length == 0) {
		return TOCSIN_LOG_READ_MORE;
	}
	newline = memrchr(bytes, '\n', length);
	complete = newline != NULL ? (gsize)(newline + 1 - bytes) : 0;
	if (complete == 0 && length > reader->line_limit) {
		begin_long_line(self);
		return read_long_line(self, reader, bytes, length);
	}
	taken = offer_lines(self, reader, (const char *)bytes, complete, self->position,
	                    got == (gssize)reader->size ? TOCSIN_LOG_SLICE_FULL : 0);
	if (taken.taken > 0) {
		move_to(self, self->position + taken.taken, bytes, taken.taken);
		self->offset = self->position;
		self->is_changed = TRUE;
	}
	self->is_pending = taken.taken < length;
	if (taken.is_blocked) {
		return TOCSIN_LOG_READ_BLOCKED;
	}
	return taken.taken + nuls > 0 && got == (gssize)reader->size ? TOCSIN_LOG_READ_MORE
	                                                             : TOCSIN_LOG_READ_END;
}

TocsinLogRead
tocsin_log_file_flush(TocsinLogFile *self, const TocsinLogReader *reader, gboolean is_last)
{
	guint flags = TOCSIN_LOG_SLICE_PARTIAL | (is_last ? TOCSIN_LOG_SLICE_LAST : 0);
	TocsinLogRead result = TOCSIN_LOG_READ_END;
	const guint8 *bytes = NULL;
	gssize got = fetch(self, reader, &bytes, &result);
	Taken taken;

	if (got < 0) {
		return result;
	}
	if (self->long_line != NULL) {
		taken = offer_long_line(self, reader, flags);
	} else if (got > 0 && bytes[0] != '\0') {
		taken = offer(self, reader, bytes, (gsize)got, self->position, flags);
	} else {
		return TOCSIN_LOG_READ_END;
	}
	return taken.is_blocked ? TOCSIN_LOG_READ_BLOCKED : TOCSIN_LOG_READ_END;
}
