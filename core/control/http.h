/* SPDX-License-Identifier: MIT */
/* HTTP on one listening socket: connections, limits, and requests on their way to the handlers and
 * back. One thread. */
#ifndef TOCSIN_CONTROL_HTTP_H
#define TOCSIN_CONTROL_HTTP_H

#include "control/http-shared.h"
#include "control/listen.h"

G_BEGIN_DECLS

typedef struct _TocsinHttp TocsinHttp;

/* Serves what connects to @listener, whose descriptor it takes. TOCSIN_ERROR_IO. */
TocsinHttp *tocsin_http_new(TocsinListener *listener, TocsinHttpShared *shared, GError **error);

/* Answers what waits with 503 and closes all connections. Does nothing on NULL. */
void tocsin_http_free(TocsinHttp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinHttp, tocsin_http_free)

G_END_DECLS

#endif
