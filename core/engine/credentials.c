/* SPDX-License-Identifier: MIT */
/* An account's login settings, put to use. Secrets are fetched when a login begins, not before, but
 * for those that a keeper is to remember. */
#include "engine/credentials.h"

#include <string.h>
#include <tocsin/error.h>

#include "conf/apply.h"
#include "conf/keys.h"
#include "secret/source.h"

struct _TocsinCredentials {
	char *account; /* its name */
	char *user;    /* (nullable): no login */
	char *authzid; /* (nullable) */
	char **wanted; /* (nullable) */
	gboolean may_send_clear;
	TocsinSecretSource *secret; /* (nullable) */
	TocsinSecretSource *token;  /* (nullable) */
	const GPtrArray *mechanisms;
	GHashTable *unit_settings; /* of TocsinMechanism : TocsinSettings, its unit's own keys */
};

static const tocsin_key user_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "user",
        .help = "The user.",
};
static const tocsin_key secret_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .flags = TOCSIN_KEY_SECRET,
        .name = "secret",
        .help = "The password or token.",
};
static const tocsin_key authzid_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "authzid",
        .help = "The identity to act as.",
};

/* What every mechanism gets (tocsin_auth_ops.begin). */
static const tocsin_key *const credential_keys[] = {&user_key, &secret_key, &authzid_key, NULL};

static TocsinKeys *
make_keys(const tocsin_key *const *table, GError **error)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	return tocsin_keys_add(keys, table, error) ? g_steal_pointer(&keys) : NULL;
}

/* The source that stands under @name in the account; NULL if there is none, or after a problem. */
static TocsinSecretSource *
read_source(const TocsinNode *account, const char *name, TocsinClock *clock,
            TocsinSecretKeeper *keeper, gint64 timeout_us, TocsinProblems *problems)
{
	const TocsinNode *node = tocsin_node_find(account, name);
	g_autoptr(GError) error = NULL;

	if (node == NULL || tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		return NULL; /* what is no group has been complained of */
	}
	g_autoptr(TocsinKeys) keys = make_keys(tocsin_secret_source_keys, &error);
	g_autoptr(TocsinSettings) settings =
	        tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
	TocsinSecretSource *source =
	        settings == NULL
	                ? NULL
	                : tocsin_secret_source_new(settings, clock, keeper, timeout_us, &error);

	if (settings != NULL && source == NULL) {
		tocsin_node_complain(node, problems, "'%s': %s", name, error->message);
	}
	return source;
}

/* How long the account waits for a reply, which its secrets have as well. */
static gint64
read_timeout(const TocsinNode *account, const TocsinKeys *all)
{
	const tocsin_key *table[] = {NULL, NULL};
	g_autoptr(TocsinProblems) told_elsewhere = tocsin_problems_new();
	g_autoptr(TocsinKeys) keys = NULL;
	g_autoptr(TocsinSettings) settings = NULL;

	for (const tocsin_key *const *key = tocsin_conf_network_keys; *key != NULL; key++) {
		if (strcmp((*key)->name, "timeout") == 0) {
			table[0] = *key;
		}
	}
	keys = make_keys(table, NULL);
	settings = tocsin_conf_apply(account, keys, all, NULL, NULL, told_elsewhere);
	return settings != NULL ? tocsin_settings_get_int(settings, "timeout")
	                        : TOCSIN_SECRET_TIMEOUT_US;
}

/* The settings that mechanisms declare for themselves. */
static gboolean
read_unit_settings(TocsinCredentials *self, const TocsinNode *node, const TocsinKeys *all,
                   TocsinProblems *problems)
{
	for (guint i = 0; i < self->mechanisms->len; i++) {
		TocsinMechanism *mechanism = g_ptr_array_index(self->mechanisms, i);
		const tocsin_key *const *table = tocsin_mechanism_unit(mechanism)->keys;

		if (table == NULL) {
			continue;
		}
		g_autoptr(TocsinKeys) keys = make_keys(table, NULL);
		TocsinSettings *settings = tocsin_conf_apply(node, keys, all, NULL, NULL, problems);

		if (settings == NULL) {
			return FALSE;
		}
		g_hash_table_insert(self->unit_settings, mechanism, settings);
	}
	return TRUE;
}

static gboolean
check_together(const TocsinCredentials *self, const TocsinNode *node, TocsinProblems *problems)
{
	gboolean has_any = self->secret != NULL || self->token != NULL;

	if (has_any && self->user == NULL) {
		tocsin_node_complain(node, problems,
		                     "there is a secret or token but no 'user' to log in as");
		return FALSE;
	}
	if (self->user != NULL && !has_any && self->wanted == NULL) {
		tocsin_node_complain(node, problems,
		                     "there is a 'user' but neither 'secret' nor 'token'");
		return FALSE;
	}
	return TRUE;
}

TocsinCredentials *
tocsin_credentials_new(const TocsinNode *node, const TocsinKeys *all, const GPtrArray *mechanisms,
                       TocsinClock *clock, TocsinSecretKeeper *keeper, TocsinProblems *problems)
{
	g_autoptr(TocsinCredentials) self = g_new0(TocsinCredentials, 1);
	g_autoptr(TocsinKeys) keys = make_keys(tocsin_conf_login_keys, NULL);
	g_autoptr(TocsinSettings) settings =
	        tocsin_conf_apply(node, keys, all, NULL, NULL, problems);
	guint before = tocsin_problems_count(problems);
	gint64 timeout_us = read_timeout(node, all);

	if (settings == NULL) {
		return NULL;
	}
	self->account = g_strdup(tocsin_node_name(node));
	self->user = g_strdup(tocsin_settings_get_string(settings, "user"));
	self->authzid = g_strdup(tocsin_settings_get_string(settings, "authzid"));
	self->wanted = tocsin_settings_dup_items(settings, "auth");
	self->may_send_clear = tocsin_settings_get_int(settings, "clear_login") != 0;
	self->secret = read_source(node, "secret", clock, keeper, timeout_us, problems);
	self->token = read_source(node, "token", clock, keeper, timeout_us, problems);
	self->mechanisms = mechanisms;
	self->unit_settings =
	        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)tocsin_settings_unref);
	if (tocsin_problems_count(problems) > before || !check_together(self, node, problems) ||
	    !read_unit_settings(self, node, all, problems)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_credentials_free(TocsinCredentials *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->account);
	g_free(self->user);
	g_free(self->authzid);
	g_strfreev(self->wanted);
	tocsin_secret_source_free(self->secret);
	tocsin_secret_source_free(self->token);
	g_clear_pointer(&self->unit_settings, g_hash_table_unref);
	g_free(self);
}

gboolean
tocsin_credentials_wants_login(const TocsinCredentials *self)
{
	return self->user != NULL || self->wanted != NULL;
}

/* (nullable) Where @mechanism's secret comes from: its token if there is one, where it takes
 * one. */
static TocsinSecretSource *
choose_source(const TocsinCredentials *self, const TocsinMechanism *mechanism)
{
	gboolean takes_token = (tocsin_mechanism_flags(mechanism) & TOCSIN_AUTH_TOKEN) != 0;

	return takes_token && self->token != NULL ? self->token : self->secret;
}

static gboolean
fetch_secret(TocsinLoginState *state, const TocsinMechanism *mechanism, gboolean is_renewal,
             TocsinSettings *settings, GError **error)
{
	TocsinSecretSource *source = choose_source(state->credentials, mechanism);

	if (source == NULL) {
		return TRUE; /* the mechanism says whether it can do without */
	}
	g_autoptr(TocsinSecret) secret =
	        tocsin_secret_source_fetch(source, is_renewal ? state->handed : NULL, error);
	g_autofree char *warning = tocsin_secret_source_take_warning(source);

	if (warning != NULL) {
		g_warning("account '%s': %s", state->credentials->account, warning);
	}
	if (secret == NULL || !tocsin_settings_set_secret(settings, "secret", secret, error)) {
		return FALSE;
	}
	g_clear_pointer(&state->handed, tocsin_secret_unref);
	state->handed = g_steal_pointer(&secret);
	return TRUE;
}

/* Implements TocsinSaslFetch. */
static TocsinSettings *
on_fetch(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	TocsinLoginState *state = user;
	const TocsinCredentials *self = state->credentials;
	g_autoptr(TocsinKeys) keys = make_keys(credential_keys, NULL);
	g_autoptr(TocsinSettings) settings = tocsin_settings_new(keys);
	TocsinSettings *own = g_hash_table_lookup(self->unit_settings, mechanism);

	if ((self->user != NULL &&
	     !tocsin_settings_set_text(settings, "user", self->user, error)) ||
	    (self->authzid != NULL &&
	     !tocsin_settings_set_text(settings, "authzid", self->authzid, error)) ||
	    !fetch_secret(state, mechanism, is_renewal, settings, error) ||
	    !tocsin_settings_finish(settings, error)) {
		return NULL;
	}
	if (own != NULL) {
		tocsin_settings_set_parent(settings, own);
	}
	return g_steal_pointer(&settings);
}

void
tocsin_credentials_begin(const TocsinCredentials *self, TocsinLoginState *out_state)
{
	*out_state = (TocsinLoginState){
	        .account =
	                {
	                        .known = self->mechanisms,
	                        .wanted = (const char *const *)self->wanted,
	                        .may_send_clear = self->may_send_clear,
	                        .has_secret = self->secret != NULL,
	                        .has_token = self->token != NULL,
	                        .fetch = on_fetch,
	                        .user = out_state,
	                },
	        .credentials = self,
	};
}

void
tocsin_credentials_end(TocsinLoginState *state)
{
	g_clear_pointer(&state->handed, tocsin_secret_unref);
}
