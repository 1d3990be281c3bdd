/* SPDX-License-Identifier: MIT */
/* Streams over the caller's own functions: test doubles, tunnels, other event loops. */
#ifndef TOCSIN_NET_CALLBACKS_H
#define TOCSIN_NET_CALLBACKS_H

#include "net/stream.h"

G_BEGIN_DECLS

/* All are called in the stream's thread, from within its calls, with @data as given to
 * tocsin_callbacks_stream_new(). @deadline_us is monotonic, or TOCSIN_STREAM_FOREVER. The stream's
 * GCancellable is looked at between calls; to stop one that waits is the caller's business. */
typedef struct {
	/* Reads up to @length bytes: how many, 0 at the end, -1 with errno set on failure
	 * (ETIMEDOUT past the deadline, ECANCELED when stopped). Waits until there is a byte,
	 * unless wait() is given: then it may fail with EAGAIN. */
	gssize (*read)(gpointer data, void *buffer, gsize length, gint64 deadline_us);
	/* Writes up to @length bytes: how many, or -1 as above. */
	gssize (*write)(gpointer data, const void *bytes, gsize length, gint64 deadline_us);
	/* Optional: waits until reading (POLLIN) or writing (POLLOUT) would not block; returns
	 * those of @events that are ready, 0 past the deadline. Without it both block, input is not
	 * collected during a write, and tocsin_stream_fill_ready() never finds any. */
	int (*wait)(gpointer data, int events, gint64 deadline_us);
	/* Optional: the stream is freed; called once. */
	void (*close)(gpointer data);
} TocsinStreamCallbacks;

/* A stream over @callbacks (copied). @peer names the other side in messages. */
TocsinStream *tocsin_callbacks_stream_new(const TocsinStreamCallbacks *callbacks, gpointer data,
                                          const char *peer);

G_END_DECLS

#endif
