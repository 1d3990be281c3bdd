/* SPDX-License-Identifier: MIT */
/* The link over the caller's own functions. */
#include "net/callbacks.h"

#include <errno.h>

#include "net/carry.h"
#include "tocsin/error.h"

typedef struct {
	TocsinLink base;
	TocsinStreamCallbacks callbacks;
	gpointer data;
} CallbacksLink;

/* Turns errno of a failed callback into AGAIN or an error. */
static gssize
fail(CallbacksLink *self, const char *what, GError **error)
{
	int code = errno;
	int kind = TOCSIN_ERROR_DISCONNECTED;

	if ((code == EAGAIN || code == EWOULDBLOCK) && self->callbacks.wait != NULL) {
		return TOCSIN_LINK_AGAIN;
	}
	if (code == ETIMEDOUT) {
		kind = TOCSIN_ERROR_TIMEOUT;
	} else if (code == ECANCELED) {
		kind = TOCSIN_ERROR_CANCELLED;
	}
	g_set_error(error, TOCSIN_ERROR, kind, "%s %s failed: %s", what, self->base.peer,
	            g_strerror(code));
	return TOCSIN_LINK_FAILED;
}

static gssize
callbacks_read(TocsinLink *link, void *buffer, gsize length, GError **error)
{
	CallbacksLink *self = (CallbacksLink *)link;
	gssize count = self->callbacks.read(self->data, buffer, length, link->deadline_us);

	if (count < 0) {
		int code = errno;

		link->events = POLLIN;
		count = fail(self, "reading from", error);
		if (count == TOCSIN_LINK_FAILED && code != ETIMEDOUT && code != ECANCELED) {
			link->end = TOCSIN_STREAM_LOST;
		}
	} else if (count == 0) {
		link->end = TOCSIN_STREAM_CLOSED;
	}
	return MIN(count, (gssize)length);
}

static gssize
callbacks_write(TocsinLink *link, const struct iovec *pieces, gsize count, GError **error)
{
	CallbacksLink *self = (CallbacksLink *)link;
	gssize total = 0;

	for (gsize i = 0; i < count; i++) {
		gssize written;

		if (pieces[i].iov_len == 0) {
			continue;
		}
		written = self->callbacks.write(self->data, pieces[i].iov_base, pieces[i].iov_len,
		                                link->deadline_us);
		if (written <= 0) {
			errno = written == 0 ? EPIPE : errno;
			link->events = POLLOUT;
			/* An error behind bytes that went out comes again with the next write. */
			return total > 0 ? total : fail(self, "writing to", error);
		}
		total += MIN(written, (gssize)pieces[i].iov_len);
		if ((gsize)written < pieces[i].iov_len) {
			break;
		}
	}
	return total;
}

static int
callbacks_wait(TocsinLink *link, int events, int cancel_fd, gint64 deadline_us)
{
	CallbacksLink *self = (CallbacksLink *)link;

	if (self->callbacks.wait != NULL) {
		return self->callbacks.wait(self->data, events, deadline_us) & events;
	}
	/* What blocks is always worth a try, unless the caller only looks. */
	return deadline_us == 0 ? 0 : events;
}

static void
callbacks_free(TocsinLink *link)
{
	CallbacksLink *self = (CallbacksLink *)link;

	if (self->callbacks.close != NULL) {
		self->callbacks.close(self->data);
	}
	tocsin_link_clear(link);
	g_free(self);
}

static const TocsinLinkClass callbacks_class = {
        .read = callbacks_read,
        .write = callbacks_write,
        .wait = callbacks_wait,
        .free = callbacks_free,
};

TocsinStream *
tocsin_callbacks_stream_new(const TocsinStreamCallbacks *callbacks, gpointer data, const char *peer)
{
	CallbacksLink *self = g_new0(CallbacksLink, 1);

	self->base.class = &callbacks_class;
	self->base.peer = g_strdup(peer);
	self->callbacks = *callbacks;
	self->data = data;
	return tocsin_stream_new(&self->base);
}
