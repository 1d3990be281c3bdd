/* SPDX-License-Identifier: MIT */
/* OAuth 2.0 access tokens, kept until shortly before they expire, then fetched anew with a refresh
 * token (RFC 6749 section 6). The caller serialises fetch() of one object. */
#ifndef TOCSIN_SECRET_OAUTH_H
#define TOCSIN_SECRET_OAUTH_H

#include <glib.h>

#include "base/clock.h"
#include "base/secret.h"
#include "secret/keeper.h"

G_BEGIN_DECLS

typedef struct _TocsinOauth TocsinOauth;

/* Fetches what a source gives; its failure is TOCSIN_ERROR_SECRET. */
typedef TocsinSecret *(*TocsinOauthFetch)(gpointer source, GError **error);

/* Texts are copied. */
typedef struct {
	const char *token_url;
	const char *client_id;
	const char *scope;          /* (nullable) */
	const char *refresh_file;   /* (nullable) where a new refresh token is written to */
	TocsinSecretKeeper *keeper; /* (nullable) that remembers one that cannot be written */
	gint64 timeout_us;          /* for one renewal */
	TocsinClock *clock;         /* borrowed, as the keeper: must outlive the object */
	TocsinOauthFetch fetch;
	GDestroyNotify source_free;
} TocsinOauthSetup;

/* Takes both sources over; @client (nullable): a public client has no secret. TOCSIN_ERROR_CONFIG
 * if the endpoint is neither https nor http on this machine. */
TocsinOauth *tocsin_oauth_new(const TocsinOauthSetup *setup, gpointer client, gpointer refresh,
                              GError **error);

/* Does nothing on NULL. */
void tocsin_oauth_free(TocsinOauth *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinOauth, tocsin_oauth_free)

/* An access token that is not @refused (nullable). Blocks while the server answers. */
TocsinSecret *tocsin_oauth_fetch(TocsinOauth *self, const TocsinSecret *refused, GError **error);

/* (nullable) What somebody should know of the last fetches, though they succeeded: the server
 * replaced the refresh token, and the new one could not be kept. Told once; free with g_free(). */
char *tocsin_oauth_take_warning(TocsinOauth *self);

G_END_DECLS

#endif
