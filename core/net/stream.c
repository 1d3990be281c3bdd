/* SPDX-License-Identifier: MIT */
/* The stream: the input buffer, deadlines, cancelling, and writing while reading. What moves the
 * bytes is a link. */
#include "net/link.h"

#include <string.h>

#include "tocsin/error.h"

/* Many replies, or four full TLS records, come with one system call. */
#define BUFFER_FIRST ((gsize)64 << 10)

/* Less room than this behind the buffered bytes is not worth a system call. */
#define ROOM_MIN ((gsize)4 << 10)

/* Pieces of a write that go on in the middle of one. */
#define WINDOW 64

struct _TocsinStream {
	TocsinLink *link;
	char *buffer; /* of capacity bytes; those from start to end are input */
	gsize start;
	gsize end;
	gsize capacity;
	gsize limit;
	GCancellable *cancellable;
	int cancel_fd;   /* held once a call had to wait; -1 before */
	gboolean is_cut; /* a write failed half way: what follows would be misread by the peer */
};

gint64
tocsin_stream_deadline(gint64 timeout_us)
{
	gint64 now = g_get_monotonic_time();

	return timeout_us < 0 || timeout_us > G_MAXINT64 - now ? TOCSIN_STREAM_FOREVER
	                                                       : now + timeout_us;
}

void
tocsin_link_clear(TocsinLink *self)
{
	g_clear_pointer(&self->peer, g_free);
	g_clear_pointer(&self->local_address, g_free);
}

TocsinStream *
tocsin_stream_new(TocsinLink *link)
{
	TocsinStream *self = g_new0(TocsinStream, 1);

	self->link = link;
	self->limit = TOCSIN_STREAM_INPUT_LIMIT;
	self->cancel_fd = -1;
	self->capacity = BUFFER_FIRST;
	self->buffer = g_malloc(self->capacity);
	return self;
}

void
tocsin_stream_set_cancellable(TocsinStream *self, GCancellable *cancellable)
{
	if (self->cancel_fd >= 0) {
		g_cancellable_release_fd(self->cancellable);
		self->cancel_fd = -1;
	}
	g_set_object(&self->cancellable, cancellable);
}

void
tocsin_stream_free(TocsinStream *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_stream_set_cancellable(self, NULL);
	self->link->class->free(self->link);
	g_free(self->buffer);
	g_free(self);
}

TocsinLink *
tocsin_stream_get_link(TocsinStream *self)
{
	return self->link;
}

void
tocsin_stream_set_link(TocsinStream *self, TocsinLink *link)
{
	self->link = link;
}

void
tocsin_stream_give_up(TocsinStream *self)
{
	self->link->end = TOCSIN_STREAM_LOST;
	self->is_cut = TRUE;
	self->start = self->end = 0;
}

void
tocsin_stream_set_input_limit(TocsinStream *self, gsize limit)
{
	self->limit = MAX(limit, MAX(tocsin_stream_buffered(self), 1));
}

const char *
tocsin_stream_peek(const TocsinStream *self, gsize *out_length)
{
	*out_length = self->end - self->start;
	return self->buffer + self->start;
}

gsize
tocsin_stream_buffered(const TocsinStream *self)
{
	return self->end - self->start;
}

void
tocsin_stream_consume(TocsinStream *self, gsize length)
{
	g_return_if_fail(length <= self->end - self->start);
	self->start += length;
	if (self->start == self->end) {
		self->start = self->end = 0;
	}
}

TocsinStreamEnd
tocsin_stream_get_end(const TocsinStream *self)
{
	return self->link->end;
}

gboolean
tocsin_stream_is_encrypted(const TocsinStream *self)
{
	return self->link->is_encrypted;
}

gboolean
tocsin_stream_is_local(const TocsinStream *self)
{
	return self->link->is_local;
}

const char *
tocsin_stream_get_peer(const TocsinStream *self)
{
	return self->link->peer;
}

const char *
tocsin_stream_get_local_address(const TocsinStream *self)
{
	return self->link->local_address;
}

static gboolean
check_cancelled(TocsinStream *self, GError **error)
{
	if (self->cancellable != NULL && g_cancellable_is_cancelled(self->cancellable)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED,
		            "talking to %s was cancelled", self->link->peer);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_stream_wait(TocsinStream *self, int events, gint64 deadline_us, const char *verb,
                   int *out_ready, GError **error)
{
	int ready = 0;

	if (self->cancel_fd < 0 && self->cancellable != NULL) {
		self->cancel_fd = g_cancellable_get_fd(self->cancellable);
	}
	/* A passed deadline ends even a wait that would find something: otherwise a peer that
	 * always has one more byte ready would never meet it. */
	if (deadline_us == TOCSIN_STREAM_FOREVER || g_get_monotonic_time() < deadline_us) {
		ready = self->link->class->wait(self->link, events, self->cancel_fd, deadline_us);
	}
	if (!check_cancelled(self, error)) {
		return FALSE;
	}
	if (ready == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT,
		            "timed out waiting for %s to %s", self->link->peer, verb);
		return FALSE;
	}
	*out_ready = ready;
	return TRUE;
}

/* Room for at least one byte behind the buffered ones; none if the buffer is at its limit. */
static gsize
make_room(TocsinStream *self)
{
	gsize used = self->end - self->start;

	if (used >= self->limit) {
		return 0;
	}
	if (self->capacity - self->end < ROOM_MIN && self->start > 0) {
		memmove(self->buffer, self->buffer + self->start, used);
		self->start = 0;
		self->end = used;
	}
	if (self->capacity - self->end < ROOM_MIN && self->capacity < self->limit) {
		self->capacity = MIN(self->capacity * 2, self->limit);
		self->buffer = g_realloc(self->buffer, self->capacity);
	}
	return MIN(self->capacity - self->end, self->limit - used);
}

/* As read() of the link, into the buffer. */
static gssize
read_once(TocsinStream *self, gsize room, GError **error)
{
	gssize count = self->link->class->read(self->link, self->buffer + self->end, room, error);

	if (count > 0) {
		self->end += (gsize)count;
		self->link->has_read = TRUE;
	}
	return count;
}

static void
set_end_error(TocsinStream *self, GError **error)
{
	const char *how = "broke off the connection";

	if (self->link->end == TOCSIN_STREAM_CLOSED) {
		how = "closed the connection";
	} else if (self->link->end == TOCSIN_STREAM_TRUNCATED) {
		how = "closed the connection without ending TLS first";
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED, "%s %s", self->link->peer, how);
}

/* What fill and fill_ready check alike; *@out_room is how much can be read. */
static gboolean
prepare_fill(TocsinStream *self, gsize *out_room, GError **error)
{
	gsize room;

	if (!check_cancelled(self, error)) {
		return FALSE;
	}
	if (self->link->end != TOCSIN_STREAM_OPEN) {
		set_end_error(self, error);
		return FALSE;
	}
	room = make_room(self);
	if (room == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "%s sent more than the %" G_GSIZE_FORMAT " bytes that fit the buffer",
		            self->link->peer, self->limit);
		return FALSE;
	}
	*out_room = room;
	return TRUE;
}

static gboolean
has_pending(TocsinStream *self)
{
	return self->link->class->has_pending != NULL && self->link->class->has_pending(self->link);
}

gboolean
tocsin_stream_fill(TocsinStream *self, gint64 deadline_us, GError **error)
{
	int events = POLLIN;
	gssize count = TOCSIN_LINK_AGAIN;
	gsize room;

	if (!prepare_fill(self, &room, error)) {
		return FALSE;
	}
	self->link->deadline_us = deadline_us;
	/* Who fills has consumed what came before, so most often nothing is there yet: asking
	 * the kernel to read first would cost one more system call. */
	if (has_pending(self)) {
		count = read_once(self, room, error);
		events = self->link->events;
	}
	while (count == TOCSIN_LINK_AGAIN) {
		if (!tocsin_stream_wait(self, events, deadline_us, "send something", &events,
		                        error)) {
			return FALSE;
		}
		count = read_once(self, room, error);
		events = self->link->events;
	}
	if (count == 0) {
		set_end_error(self, error);
	}
	return count > 0;
}

gboolean
tocsin_stream_fill_ready(TocsinStream *self, gsize *out_count, GError **error)
{
	gssize count = TOCSIN_LINK_AGAIN;
	gsize room;

	if (!prepare_fill(self, &room, error)) {
		return FALSE;
	}
	self->link->deadline_us = 0;
	if (has_pending(self) || self->link->class->wait(self->link, POLLIN, -1, 0) != 0) {
		count = read_once(self, room, error);
	}
	if (count == 0) {
		set_end_error(self, error);
	}
	if (count == 0 || count == TOCSIN_LINK_FAILED) {
		return FALSE;
	}
	*out_count = count > 0 ? (gsize)count : 0;
	return TRUE;
}

/* The link is broken for writing; what the peer said before that may still be read. */
static void
collect_last_words(TocsinStream *self)
{
	gsize room;

	while (self->link->end == TOCSIN_STREAM_OPEN && (room = make_room(self)) > 0) {
		if (self->link->class->wait(self->link, POLLIN, -1, 0) == 0 ||
		    read_once(self, room, NULL) <= 0) {
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
	gsize room = is_open ? make_room(self) : 0;
	gboolean has_interest = room > 0 || (is_open && is_whole);
	int ready;

	if (!tocsin_stream_wait(self, output | (has_interest ? POLLIN : 0), deadline_us,
	                        "take what it was sent", &ready, error)) {
		return FALSE;
	}
	if ((ready & POLLIN) != 0 && room > 0) {
		/* An end is kept in the link: whether it hinders writing, writing will tell. */
		read_once(self, room, NULL);
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
	return check_cancelled(self, error);
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
