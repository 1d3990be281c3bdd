/* SPDX-License-Identifier: MIT */
/* One request to the control server, as whoever answers it sees it. Used on the server's thread
 * alone. Valid until it is answered; an answer that comes after the client, or the server, has gone
 * is dropped. */
#ifndef TOCSIN_CONTROL_REQUEST_H
#define TOCSIN_CONTROL_REQUEST_H

#include <json-glib/json-glib.h>

#include "control/query.h"

G_BEGIN_DECLS

typedef struct _TocsinRequest TocsinRequest;

/* Who asks. */
typedef struct {
	gboolean is_local; /* over the Unix socket: the kernel vouches for the rest */
	guint uid;
	gint64 pid; /* 0 if it is not of our world */
} TocsinPeer;

/* Everything that is given out belongs to @self. */
const TocsinQuery *tocsin_request_query(const TocsinRequest *self);

/* The variable part of the path; NULL if the route has none. */
const char *tocsin_request_variable(const TocsinRequest *self);

/* The whole body, perhaps empty. */
GBytes *tocsin_request_body(const TocsinRequest *self);

/* The peer. */
const TocsinPeer *tocsin_request_peer(const TocsinRequest *self);

/* The body as JSON; free with json_node_unref(). TOCSIN_ERROR_INVALID, TOCSIN_ERROR_LIMIT. */
JsonNode *tocsin_request_parse_json(const TocsinRequest *self, GError **error);

/* Answers with @body of the media type @type. Takes @self. */
void tocsin_request_answer(TocsinRequest *self, guint status, const char *type, GBytes *body);

/* Answers with JSON. Takes @self and @root. */
void tocsin_request_answer_json(TocsinRequest *self, guint status, JsonNode *root);

/* Answers with {"error": text}; the text is a sentence as in errors. Takes @self. */
void tocsin_request_fail(TocsinRequest *self, guint status, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

/* Answers with the message of @error: 400 for TOCSIN_ERROR_INVALID and what else the client can
 * mend, 503 for what may work later, else 500. Takes @self. */
void tocsin_request_fail_error(TocsinRequest *self, const GError *error);

G_END_DECLS

#endif
