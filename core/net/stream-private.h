/* SPDX-License-Identifier: MIT */
/* The stream's inside, for its two sources: stream.c reads, stream-write.c writes. */
#ifndef TOCSIN_NET_STREAM_PRIVATE_H
#define TOCSIN_NET_STREAM_PRIVATE_H

#include "net/carry.h"
#include "net/stream.h"

G_BEGIN_DECLS

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

/* FALSE with TOCSIN_ERROR_CANCELLED if the caller asked to stop. */
gboolean tocsin_stream_check_cancelled(TocsinStream *self, GError **error);

/* Makes room for at least one byte behind the buffered ones: how many may be read; 0 if the buffer
 * is at its limit. */
gsize tocsin_stream_make_room(TocsinStream *self);

/* As read() of the link, into the @room behind the buffered bytes. */
gssize tocsin_stream_read_once(TocsinStream *self, gsize room, GError **error);

G_END_DECLS

#endif
