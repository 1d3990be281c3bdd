/* SPDX-License-Identifier: MIT */
/* The inside of a request: shared by what HTTP fills and what handlers read. */
#ifndef TOCSIN_CONTROL_REQUEST_PRIVATE_H
#define TOCSIN_CONTROL_REQUEST_PRIVATE_H

#include "control/request.h"

G_BEGIN_DECLS

struct _TocsinRequest {
	guint references; /* of HTTP and of the handler */
	TocsinQuery *query;
	GError *fault;        /* (nullable) why there is no query */
	const char *variable; /* (nullable) of query */
	TocsinPeer peer;

	gboolean is_begun; /* the header has been looked at */
	GByteArray *received;
	GBytes *body;   /* (nullable) received, when all of it is there */
	guint overflow; /* status to refuse a body with that was too large, or 0 */

	/* An answer, once there is one. */
	guint status;
	char *type;
	GBytes *answer;
	char *allowed; /* (nullable) the field Allow */

	/* Called when the handler answers after it has returned; NULL before. */
	void (*on_answered)(TocsinRequest *self);
	gpointer user; /* of on_answered */
};

/* A request for @uri, referenced once. */
TocsinRequest *tocsin_request_new(const char *uri);

/* Gives up a reference. */
void tocsin_request_unref(TocsinRequest *self);

/* As tocsin_request_fail(), but takes nothing; does nothing if there is an answer. */
void tocsin_request_refuse(TocsinRequest *self, guint status, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

/* Whether there is an answer. */
gboolean tocsin_request_is_answered(const TocsinRequest *self);

G_END_DECLS

#endif
