/* SPDX-License-Identifier: MIT */
/* The writing half of a stream: all pieces in as few calls as the link takes, and input collected
 * whenever that has to wait. */
#include <string.h>

#include "net/stream-private.h"
#include "tocsin/error.h"

/* Pieces of a write that go on in the middle of one. */
#define WINDOW 64

/* The link is broken for writing; what the peer said before that may still be read. */
static void
collect_last_words(TocsinStream *self)
{
	gsize room;

	while (self->link->end == TOCSIN_STREAM_OPEN &&
	       (room = tocsin_stream_make_room(self)) > 0) {
		if (self->link->class->wait(self->link, POLLIN, -1, 0) == 0 ||
		    tocsin_stream_read_once(self, room, NULL) <= 0) {
			return;
		}
	}
}

/* Waits until the link may take bytes, and collects input that comes meanwhile. With @is_whole the
 * caller takes no input before all is written, so more than fits the buffer is an error. */
static gboolean
wait_while_writing(TocsinStream *self, gint64 deadline_us, gboolean is_whole, GError **error)
{
	int output = self->link->events;
	gboolean is_open = self->link->end == TOCSIN_STREAM_OPEN;
	gsize room = is_open ? tocsin_stream_make_room(self) : 0;
	gboolean has_interest = room > 0 || (is_open && is_whole);
	int ready;

	if (!tocsin_stream_wait(self, output | (has_interest ? POLLIN : 0), deadline_us,
	                        "take what it was sent", &ready, error)) {
		return FALSE;
	}
	if ((ready & POLLIN) != 0 && room > 0) {
		/* An end is kept in the link: whether it hinders writing, writing will tell. */
		tocsin_stream_read_once(self, room, NULL);
	} else if ((ready & output) == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "%s sent more than %" G_GSIZE_FORMAT
		            " bytes instead of taking what it was sent",
		            self->link->peer, self->limit);
		return FALSE;
	}
	return TRUE;
}

/* Writes some of the pieces, of which the first is not empty; see tocsin_stream_write_some(). */
static gboolean
write_step(TocsinStream *self, const struct iovec *pieces, gsize count, gint64 deadline_us,
           gboolean is_whole, gsize *out_written, GError **error)
{
	gsize before = tocsin_stream_buffered(self);

	self->link->deadline_us = deadline_us;
	for (;;) {
		gssize written = self->link->class->write(self->link, pieces, count, error);

		if (written == TOCSIN_LINK_FAILED) {
			self->is_cut = TRUE;
			collect_last_words(self);
			return FALSE;
		}
		if (written >= 0) {
			*out_written = (gsize)written;
			return TRUE;
		}
		if (!wait_while_writing(self, deadline_us, is_whole, error)) {
			return FALSE;
		}
		if (!is_whole && tocsin_stream_buffered(self) > before) {
			*out_written = 0;
			return TRUE;
		}
	}
}

static gboolean
check_writable(TocsinStream *self, GError **error)
{
	if (self->is_cut) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "nothing more can be sent to %s: an earlier write failed half way",
		            self->link->peer);
		return FALSE;
	}
	return tocsin_stream_check_cancelled(self, error);
}

gboolean
tocsin_stream_write_some(TocsinStream *self, const struct iovec *pieces, gsize count,
                         gint64 deadline_us, gsize *out_written, GError **error)
{
	if (!check_writable(self, error)) {
		return FALSE;
	}
	while (count > 0 && pieces->iov_len == 0) {
		pieces++;
		count--;
	}
	if (count == 0) {
		*out_written = 0;
		return TRUE;
	}
	return write_step(self, pieces, count, deadline_us, FALSE, out_written, error);
}

/* Moves the place (*@index, *@offset) in @pieces on by @written bytes and past empty pieces. */
static void
advance(const struct iovec *pieces, gsize count, gsize written, gsize *index, gsize *offset)
{
	*offset += written;
	while (*index < count && *offset >= pieces[*index].iov_len) {
		*offset -= pieces[*index].iov_len;
		(*index)++;
	}
}

static gboolean
write_all(TocsinStream *self, const struct iovec *pieces, gsize count, gint64 deadline_us,
          GError **error)
{
	gsize index = 0;
	gsize offset = 0;

	for (advance(pieces, count, 0, &index, &offset); index < count;) {
		const struct iovec *rest = pieces + index;
		gsize rest_count = count - index;
		struct iovec window[WINDOW];
		gsize written;

		if (offset > 0) {
			rest_count = MIN(rest_count, WINDOW);
			memcpy(window, rest, rest_count * sizeof window[0]);
			window[0].iov_base = (char *)window[0].iov_base + offset;
			window[0].iov_len -= offset;
			rest = window;
		}
		if (!write_step(self, rest, rest_count, deadline_us, TRUE, &written, error)) {
			return FALSE;
		}
		advance(pieces, count, written, &index, &offset);
	}
	return TRUE;
}

static gboolean
flush_all(TocsinStream *self, gint64 deadline_us, GError **error)
{
	gssize left = 0;

	while (self->link->class->flush != NULL) {
		left = self->link->class->flush(self->link, error);
		if (left != TOCSIN_LINK_AGAIN) {
			break;
		}
		if (!wait_while_writing(self, deadline_us, TRUE, error)) {
			return FALSE;
		}
	}
	if (left == TOCSIN_LINK_FAILED) {
		collect_last_words(self);
	}
	return left == 0;
}

gboolean
tocsin_stream_write(TocsinStream *self, const struct iovec *pieces, gsize count, gint64 deadline_us,
                    GError **error)
{
	if (!check_writable(self, error)) {
		return FALSE;
	}
	self->is_cut = !write_all(self, pieces, count, deadline_us, error) ||
	               !flush_all(self, deadline_us, error);
	return !self->is_cut;
}

gboolean
tocsin_stream_write_bytes(TocsinStream *self, const void *bytes, gsize length, gint64 deadline_us,
                          GError **error)
{
	struct iovec piece = {.iov_base = (void *)bytes, .iov_len = length};

	return tocsin_stream_write(self, &piece, 1, deadline_us, error);
}
