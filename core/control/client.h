/* SPDX-License-Identifier: MIT */
/* Asking the daemon over its control socket. Blocks; any thread, each call on its own. */
#ifndef TOCSIN_CONTROL_CLIENT_H
#define TOCSIN_CONTROL_CLIENT_H

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One request; pointers are borrowed. */
typedef struct {
	const char *socket; /* path */
	const char *method; /* "GET", "POST", "DELETE" */
	const char *target; /* path and query */
	const char *type;   /* (nullable) media type of @body */
	GBytes *body;       /* (nullable) */
	gint64 timeout_us;  /* for all of it; 0: two minutes */
} TocsinClientCall;

/* What came back. */
typedef struct {
	guint status; /* of HTTP; 0: no answer */
	char *type;   /* (nullable) media type */
	GBytes *body;
} TocsinClientAnswer;

/* Frees what is in it. */
void tocsin_client_answer_clear(TocsinClientAnswer *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinClientAnswer, tocsin_client_answer_clear)

/* Adds "/" and @text, percent-encoded, to a path. */
void tocsin_client_add_part(GString *target, const char *text);

/* Adds a parameter to a path; @value is percent-encoded. */
void tocsin_client_add_parameter(GString *target, const char *name, const char *value);

/* Asks. TRUE: there is an answer of 2xx. FALSE with the daemon's own words and
 * @out_answer->status, if it refused: TOCSIN_ERROR_INVALID for 4xx, else TOCSIN_ERROR_STORE.
 * Without an answer TOCSIN_ERROR_CONNECT: nobody is there; TOCSIN_ERROR_TRUST: the socket may not
 * be opened; TOCSIN_ERROR_DISCONNECTED: it went away in the middle; TOCSIN_ERROR_TIMEOUT, also if
 * too many ask at once; TOCSIN_ERROR_PROTOCOL; TOCSIN_ERROR_LIMIT: the answer is too large.
 * @out_answer is to be cleared in either case. */
gboolean tocsin_client_call(const TocsinClientCall *call, TocsinClientAnswer *out_answer,
                            GError **error);

/* The answer as JSON; free with json_node_unref(). TOCSIN_ERROR_PROTOCOL. */
JsonNode *tocsin_client_answer_json(const TocsinClientAnswer *self, GError **error);

G_END_DECLS

#endif
