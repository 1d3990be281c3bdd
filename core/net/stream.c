/* SPDX-License-Identifier: MIT */
/* The stream: its life, the input buffer, deadlines and cancelling. What moves the bytes is a link;
 * stream-write.c writes. */
#include "net/stream-private.h"

#include <string.h>

#include "base/clock.h"
#include "tocsin/error.h"

/* Many replies, or four full TLS records, come with one system call. */
#define BUFFER_FIRST ((gsize)64 << 10)

/* Less room than this behind the buffered bytes is not worth a system call. */
#define ROOM_MIN ((gsize)4 << 10)

gint64
tocsin_stream_deadline(gint64 timeout_us)
{
	gint64 now = tocsin_clock_monotonic_us(tocsin_clock_system());

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

gboolean
tocsin_stream_check_cancelled(TocsinStream *self, GError **error)
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
	if (deadline_us == TOCSIN_STREAM_FOREVER ||
	    tocsin_clock_monotonic_us(tocsin_clock_system()) < deadline_us) {
		ready = self->link->class->wait(self->link, events, self->cancel_fd, deadline_us);
	}
	if (!tocsin_stream_check_cancelled(self, error)) {
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

gsize
tocsin_stream_make_room(TocsinStream *self)
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

gssize
tocsin_stream_read_once(TocsinStream *self, gsize room, GError **error)
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

	if (!tocsin_stream_check_cancelled(self, error)) {
		return FALSE;
	}
	if (self->link->end != TOCSIN_STREAM_OPEN) {
		set_end_error(self, error);
		return FALSE;
	}
	room = tocsin_stream_make_room(self);
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
		count = tocsin_stream_read_once(self, room, error);
		events = self->link->events;
	}
	while (count == TOCSIN_LINK_AGAIN) {
		if (!tocsin_stream_wait(self, events, deadline_us, "send something", &events,
		                        error)) {
			return FALSE;
		}
		count = tocsin_stream_read_once(self, room, error);
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
		count = tocsin_stream_read_once(self, room, error);
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
