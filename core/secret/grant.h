/* SPDX-License-Identifier: MIT */
/* One request to an OAuth 2.0 token endpoint (RFC 6749 sections 5 and 6). No state; any thread. */
#ifndef TOCSIN_SECRET_GRANT_H
#define TOCSIN_SECRET_GRANT_H

#include <glib.h>

#include "base/secret.h"

G_BEGIN_DECLS

typedef struct {
	const char *token_url;
	const char *client_id;
	const char *scope;                 /* (nullable) */
	const TocsinSecret *client_secret; /* (nullable) */
	const TocsinSecret *refresh_token;
	gint64 timeout_us; /* for all of it */
} TocsinGrantRequest;

typedef struct {
	TocsinSecret *access_token;
	TocsinSecret *refresh_token; /* (nullable) if the server replaced it */
	gint64 lifetime_us;
} TocsinGrant;

/* Wipes and frees what is in it; it may be empty. */
void tocsin_grant_clear(TocsinGrant *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinGrant, tocsin_grant_clear)

/* Asks, and once more if the server could not be reached or had trouble of its own and there is
 * time left. The error tells the server's error and description: TOCSIN_ERROR_AUTHENTICATION if
 * it refuses for good, else TOCSIN_ERROR_SECRET. */
gboolean tocsin_grant_request(const TocsinGrantRequest *request, TocsinGrant *out_grant,
                              GError **error);

/* Reads the server's JSON answer with HTTP status @status (RFC 6749 sections 5.1 and 5.2). */
gboolean tocsin_grant_parse(const char *json, gsize length, guint status, TocsinGrant *out_grant,
                            GError **error);

G_END_DECLS

#endif
