/* SPDX-License-Identifier: MIT */
/* One request on the side of HTTP: its header judged, its body gathered, its handler called, its
 * answer sent. One thread. */
#ifndef TOCSIN_CONTROL_EXCHANGE_H
#define TOCSIN_CONTROL_EXCHANGE_H

#include <microhttpd.h>

#include "control/connection.h"
#include "control/http-shared.h"

G_BEGIN_DECLS

typedef struct _TocsinExchange TocsinExchange;

/* For the request for @uri that has begun on @http, whose peer and time @link keeps, and which
 * @source runs; all of them outlive it. */
TocsinExchange *tocsin_exchange_new(TocsinHttpShared *shared, GSource *source,
                                    TocsinConnection *link, struct MHD_Connection *http,
                                    const char *uri);

/* Ends it: the answer is out, or the connection is gone. Does nothing on NULL. */
void tocsin_exchange_free(TocsinExchange *self);

/* Implements MHD_AccessHandlerCallback for this request. */
enum MHD_Result tocsin_exchange_run(TocsinExchange *self, const char *method, const char *data,
                                    size_t *length);

/* Answers with 503 if the handler has not answered yet. */
void tocsin_exchange_stop(TocsinExchange *self);

G_END_DECLS

#endif
