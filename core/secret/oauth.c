/* SPDX-License-Identifier: MIT */
/* Access tokens: kept, renewed in time, with the refresh token that a server may replace. */
#include "secret/oauth.h"

#include <string.h>
#include <tocsin/error.h>

#include "secret/file.h"
#include "secret/grant.h"

/* A token is renewed this long before its end, so that it does not end in the middle of a login. */
#define MARGIN_US ((gint64)60 * G_USEC_PER_SEC)

struct _TocsinOauth {
	char *token_url;
	char *client_id;
	char *scope;                /* (nullable) */
	char *refresh_file;         /* (nullable) */
	TocsinSecretKeeper *keeper; /* (nullable) */
	gint64 timeout_us;
	TocsinClock *clock;
	TocsinOauthFetch fetch;
	GDestroyNotify source_free;
	gpointer client; /* (nullable) */
	gpointer refresh;
	TocsinSecret *token;   /* (nullable) */
	gint64 expires_us;     /* of token, monotonic */
	TocsinSecret *rotated; /* (nullable) the server's newest refresh token */
	char *warning;         /* (nullable) not told yet */
};

/* A token is a password: it goes over TLS, or stays on this machine. */
static gboolean
is_safe_url(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	static const char *const local[] = {"localhost", "127.0.0.1", "::1", NULL};

	return uri != NULL && g_uri_get_host(uri) != NULL &&
	       (strcmp(g_uri_get_scheme(uri), "https") == 0 ||
	        (strcmp(g_uri_get_scheme(uri), "http") == 0 &&
	         g_strv_contains(local, g_uri_get_host(uri))));
}

TocsinOauth *
tocsin_oauth_new(const TocsinOauthSetup *setup, gpointer client, gpointer refresh, GError **error)
{
	TocsinOauth *self = g_new0(TocsinOauth, 1);

	self->token_url = g_strdup(setup->token_url);
	self->client_id = g_strdup(setup->client_id);
	self->scope = g_strdup(setup->scope);
	self->refresh_file = g_strdup(setup->refresh_file);
	self->keeper = setup->keeper;
	self->timeout_us = setup->timeout_us;
	self->clock = setup->clock;
	self->fetch = setup->fetch;
	self->source_free = setup->source_free;
	self->client = client;
	self->refresh = refresh;
	if (!is_safe_url(self->token_url)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "token_url '%s' has to start with https://", self->token_url);
		g_clear_pointer(&self, tocsin_oauth_free);
	}
	return self;
}

void
tocsin_oauth_free(TocsinOauth *self)
{
	if (self == NULL) {
		return;
	}
	if (self->client != NULL) {
		self->source_free(self->client);
	}
	self->source_free(self->refresh);
	tocsin_secret_unref(self->token);
	tocsin_secret_unref(self->rotated);
	g_free(self->token_url);
	g_free(self->client_id);
	g_free(self->scope);
	g_free(self->refresh_file);
	g_free(self->warning);
	g_free(self);
}

static gboolean
is_usable(const TocsinOauth *self, const TocsinSecret *refused)
{
	gsize length;

	if (self->token == NULL || tocsin_clock_monotonic_us(self->clock) >= self->expires_us) {
		return FALSE;
	}
	const char *bytes = tocsin_secret_peek(self->token, &length);

	return refused == NULL || !tocsin_secret_equal(refused, bytes, length);
}

/* A server may replace the refresh token and refuse the old one from then on: the new one is kept
 * in its file, and in memory if that fails, which somebody has to know before this program ends. */
static void
keep_refresh_token(TocsinOauth *self, const TocsinSecret *old, TocsinSecret *fresh)
{
	g_autoptr(GError) error = NULL;
	gsize length = 0;
	const char *bytes = fresh != NULL ? tocsin_secret_peek(fresh, &length) : NULL;

	if (bytes == NULL || tocsin_secret_equal(old, bytes, length)) {
		return;
	}
	g_clear_pointer(&self->rotated, tocsin_secret_unref);
	self->rotated = tocsin_secret_ref(fresh);
	if (self->refresh_file != NULL &&
	    tocsin_secret_write_file(self->refresh_file, fresh, &error)) {
		return;
	}
	if (self->refresh_file != NULL && self->keeper != NULL) {
		tocsin_secret_keeper_put(self->keeper, self->refresh_file, fresh);
	}
	g_free(self->warning);
	self->warning = g_strdup_printf(
	        "the token server %s replaced the refresh token, and the new one is lost when this "
	        "program ends: %s",
	        self->token_url,
	        error != NULL ? error->message
	                      : "it can be kept only where 'refresh_token' comes from a file");
}

char *
tocsin_oauth_take_warning(TocsinOauth *self)
{
	return g_steal_pointer(&self->warning);
}

static gboolean
renew(TocsinOauth *self, GError **error)
{
	g_autoptr(TocsinSecret) refresh = self->rotated != NULL ? tocsin_secret_ref(self->rotated)
	                                                        : self->fetch(self->refresh, error);
	g_autoptr(TocsinSecret) client = NULL;
	g_auto(TocsinGrant) grant = {0};

	if (refresh == NULL) {
		g_prefix_error(error, "refresh token: ");
		return FALSE;
	}
	if (self->client != NULL) {
		client = self->fetch(self->client, error);
		if (client == NULL) {
			g_prefix_error(error, "client secret: ");
			return FALSE;
		}
	}
	const TocsinGrantRequest request = {
	        .token_url = self->token_url,
	        .client_id = self->client_id,
	        .scope = self->scope,
	        .client_secret = client,
	        .refresh_token = refresh,
	        .timeout_us = self->timeout_us,
	};

	if (!tocsin_grant_request(&request, &grant, error)) {
		return FALSE;
	}
	g_clear_pointer(&self->token, tocsin_secret_unref);
	self->token = g_steal_pointer(&grant.access_token);
	self->expires_us = tocsin_clock_monotonic_us(self->clock) +
	                   MAX(grant.lifetime_us - MARGIN_US, grant.lifetime_us / 2);
	keep_refresh_token(self, refresh, grant.refresh_token);
	return TRUE;
}

TocsinSecret *
tocsin_oauth_fetch(TocsinOauth *self, const TocsinSecret *refused, GError **error)
{
	if (!is_usable(self, refused) && !renew(self, error)) {
		return NULL;
	}
	return tocsin_secret_ref(self->token);
}
