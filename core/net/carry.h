/* SPDX-License-Identifier: MIT */
/* Streams as the files of this room make and rebuild them, over the links that carry them.
 * stream.c implements it. */
#ifndef TOCSIN_NET_CARRY_H
#define TOCSIN_NET_CARRY_H

#include "net/link.h"

G_BEGIN_DECLS

typedef struct _TocsinStream TocsinStream; /* net/stream.h */

/* A stream over @link, which it owns from now on. */
TocsinStream *tocsin_stream_new(TocsinLink *link);

/* The link under @self, and a way to put another in its place (TLS over the former one). */
TocsinLink *tocsin_stream_get_link(TocsinStream *self);
void tocsin_stream_set_link(TocsinStream *self, TocsinLink *link);

/* Marks @self as lost for reading and writing: it must not be used in its present state. */
void tocsin_stream_give_up(TocsinStream *self);

/* Waits as wait() does, on behalf of @self: TRUE when one of @events is ready, put into
 * *@out_ready; otherwise TOCSIN_ERROR_TIMEOUT or TOCSIN_ERROR_CANCELLED. @verb names what is waited
 * for in the message: "send", "take data". */
gboolean tocsin_stream_wait(TocsinStream *self, int events, gint64 deadline_us, const char *verb,
                            int *out_ready, GError **error);

G_END_DECLS

#endif
