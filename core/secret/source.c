/* SPDX-License-Identifier: MIT */
/* The settings of a secret's source, and what is remembered between fetches. */
#include "secret/source.h"

#include <string.h>
#include <tocsin/error.h>

#include "secret/command.h"
#include "secret/file.h"
#include "secret/oauth.h"
#include "secret/prompt.h"

#define KEY(id, ...) static const tocsin_key id = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(file, .type = TOCSIN_KEY_STRING, .name = "file",
    .help = "The absolute path of a file that only its owner can read; a line end at its end is "
            "left out.");
KEY(command, .type = TOCSIN_KEY_LIST, .name = "command", .minimum = 1, .maximum = 64,
    .help = "A program and its arguments, run without a shell; what it prints, without the last "
            "line end.");
KEY(environment, .type = TOCSIN_KEY_STRING, .name = "env", .help = "An environment variable.");
KEY(credential, .type = TOCSIN_KEY_STRING, .name = "credential",
    .help = "The name of a credential that systemd hands over (systemd.exec(5)).");
KEY(prompt, .type = TOCSIN_KEY_STRING, .name = "prompt",
    .help = "Ask on the terminal, with this text.");

static const tocsin_key *const plain_keys[] = {
        &file, &command, &environment, &credential, &prompt, NULL,
};

KEY(token_url, .type = TOCSIN_KEY_STRING, .name = "token_url", .flags = TOCSIN_KEY_REQUIRED,
    .help = "The token endpoint, https.");
KEY(client_id, .type = TOCSIN_KEY_STRING, .name = "client_id", .flags = TOCSIN_KEY_REQUIRED,
    .help = "The client's identifier.");
KEY(client_secret, .type = TOCSIN_KEY_GROUP, .name = "client_secret", .keys = plain_keys,
    .help = "Where the client's secret comes from, if it has one.");
KEY(refresh_token, .type = TOCSIN_KEY_GROUP, .name = "refresh_token", .keys = plain_keys,
    .flags = TOCSIN_KEY_REQUIRED, .help = "Where the refresh token comes from.");
KEY(scope, .type = TOCSIN_KEY_STRING, .name = "scope", .help = "The scope to ask for.");

static const tocsin_key *const oauth_keys[] = {
        &token_url, &client_id, &client_secret, &refresh_token, &scope, NULL,
};

KEY(oauth2, .type = TOCSIN_KEY_GROUP, .name = "oauth2", .keys = oauth_keys,
    .help = "A token that is fetched with a refresh token (RFC 6749) and renewed in time.");

const tocsin_key *const tocsin_secret_source_keys[] = {
        &file, &command, &environment, &credential, &prompt, &oauth2, NULL,
};

struct _TocsinSecretSource {
	char *file; /* (nullable), as the next ones: just one is set */
	char **command;
	char *environment;
	char *credential;
	char *prompt;
	TocsinOauth *oauth;
	TocsinSecretKeeper *keeper; /* (nullable) of files and credentials */
	gint64 timeout_us;

	GMutex lock;        /* guards kept, and lets one fetch serve all who wait */
	TocsinSecret *kept; /* (nullable) what a command or a person said */
};

static TocsinSecretSource *
new_inner(const TocsinSettings *settings, const char *name, TocsinClock *clock,
          TocsinSecretKeeper *keeper, gint64 timeout_us, GError **error)
{
	const TocsinSettings *group = tocsin_settings_get_group(settings, name, 0);
	TocsinSecretSource *source =
	        tocsin_secret_source_new(group, clock, keeper, timeout_us, error);

	if (source == NULL) {
		g_prefix_error(error, "'%s': ", name);
	}
	return source;
}

static TocsinSecret *
fetch_inner(gpointer source, GError **error)
{
	return tocsin_secret_source_fetch(source, NULL, error);
}

static TocsinOauth *
new_oauth(const TocsinSettings *settings, TocsinClock *clock, TocsinSecretKeeper *keeper,
          gint64 timeout_us, GError **error)
{
	g_autoptr(TocsinSecretSource) refresh =
	        new_inner(settings, "refresh_token", clock, keeper, timeout_us, error);
	g_autoptr(TocsinSecretSource) client = NULL;

	if (refresh == NULL) {
		return NULL;
	}
	if (tocsin_settings_is_set(settings, "client_secret")) {
		client = new_inner(settings, "client_secret", clock, keeper, timeout_us, error);
		if (client == NULL) {
			return NULL;
		}
	}
	const TocsinOauthSetup setup = {
	        .token_url = tocsin_settings_get_string(settings, "token_url"),
	        .client_id = tocsin_settings_get_string(settings, "client_id"),
	        .scope = tocsin_settings_get_string(settings, "scope"),
	        .refresh_file = refresh->file,
	        .keeper = keeper,
	        .timeout_us = timeout_us,
	        .clock = clock,
	        .fetch = fetch_inner,
	        .source_free = (GDestroyNotify)tocsin_secret_source_free,
	};

	return tocsin_oauth_new(&setup, g_steal_pointer(&client), g_steal_pointer(&refresh), error);
}

static guint
count_set(const TocsinSettings *settings)
{
	guint count = 0;

	for (const tocsin_key *const *key = tocsin_secret_source_keys; *key != NULL; key++) {
		count += tocsin_settings_is_set(settings, (*key)->name) ? 1 : 0;
	}
	return count;
}

static TocsinSecret *
fetch_credential(const TocsinSecretSource *self, GError **error)
{
	g_autofree char *path = NULL;

	if (self->keeper == NULL) {
		return tocsin_secret_read_credential(self->credential, error);
	}
	path = tocsin_secret_find_credential(self->credential, error);
	return path == NULL ? NULL : tocsin_secret_keeper_read(self->keeper, path, error);
}

static TocsinSecret *
fetch_file(const TocsinSecretSource *self, GError **error)
{
	return self->keeper == NULL ? tocsin_secret_read_file(self->file, error)
	                            : tocsin_secret_keeper_read(self->keeper, self->file, error);
}

/* Has the keeper remember what may be out of reach later. */
static gboolean
read_ahead(const TocsinSecretSource *self, GError **error)
{
	g_autoptr(TocsinSecret) secret = NULL;

	if (self->keeper == NULL || (self->file == NULL && self->credential == NULL)) {
		return TRUE;
	}
	secret = self->file != NULL ? fetch_file(self, error) : fetch_credential(self, error);
	return secret != NULL;
}

TocsinSecretSource *
tocsin_secret_source_new(const TocsinSettings *settings, TocsinClock *clock,
                         TocsinSecretKeeper *keeper, gint64 timeout_us, GError **error)
{
	g_autoptr(TocsinSecretSource) self = g_new0(TocsinSecretSource, 1);

	self->timeout_us = timeout_us;
	g_mutex_init(&self->lock);
	if (count_set(settings) != 1) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		        "a secret comes from just one of file, command, env, credential, prompt "
		        "and "
		        "oauth2; %u are set",
		        count_set(settings));
		return NULL;
	}
	self->keeper = keeper;
	self->file = g_strdup(tocsin_settings_get_string(settings, "file"));
	self->command = tocsin_settings_dup_items(settings, "command");
	self->environment = g_strdup(tocsin_settings_get_string(settings, "env"));
	self->credential = g_strdup(tocsin_settings_get_string(settings, "credential"));
	self->prompt = g_strdup(tocsin_settings_get_string(settings, "prompt"));
	if (tocsin_settings_is_set(settings, "oauth2")) {
		self->oauth = new_oauth(tocsin_settings_get_group(settings, "oauth2", 0), clock,
		                        keeper, timeout_us, error);
		if (self->oauth == NULL) {
			g_prefix_error(error, "'oauth2': ");
			return NULL;
		}
	}
	return read_ahead(self, error) ? g_steal_pointer(&self) : NULL;
}

void
tocsin_secret_source_free(TocsinSecretSource *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->file);
	g_strfreev(self->command);
	g_free(self->environment);
	g_free(self->credential);
	g_free(self->prompt);
	tocsin_oauth_free(self->oauth);
	tocsin_secret_unref(self->kept);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static TocsinSecret *
fetch_environment(const char *name, GError **error)
{
	const char *value = secure_getenv(name);

	if (value == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "the environment variable %s is not set", name);
		return NULL;
	}
	return tocsin_secret_new(value, strlen(value));
}

static gboolean
is_same(const TocsinSecret *a, const TocsinSecret *b)
{
	gsize length;
	const char *bytes = tocsin_secret_peek(b, &length);

	return tocsin_secret_equal(a, bytes, length);
}

/* With the lock held: what a command or a person says, asked once until it is refused. */
static TocsinSecret *
fetch_kept(TocsinSecretSource *self, const TocsinSecret *refused, GError **error)
{
	if (self->kept != NULL && refused != NULL && is_same(self->kept, refused)) {
		g_clear_pointer(&self->kept, tocsin_secret_unref);
	}
	if (self->kept == NULL) {
		self->kept = self->command != NULL
		                     ? tocsin_secret_run_command((const char *const *)self->command,
		                                                 self->timeout_us, error)
		                     : tocsin_secret_prompt(self->prompt, error);
	}
	return self->kept == NULL ? NULL : tocsin_secret_ref(self->kept);
}

static TocsinSecret *
fetch_any(TocsinSecretSource *self, const TocsinSecret *refused, GError **error)
{
	if (self->file != NULL) {
		return fetch_file(self, error);
	}
	if (self->environment != NULL) {
		return fetch_environment(self->environment, error);
	}
	if (self->credential != NULL) {
		return fetch_credential(self, error);
	}
	if (self->oauth != NULL) {
		return tocsin_oauth_fetch(self->oauth, refused, error);
	}
	return fetch_kept(self, refused, error);
}

TocsinSecret *
tocsin_secret_source_fetch(TocsinSecretSource *self, const TocsinSecret *refused, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);
	g_autoptr(TocsinSecret) secret = fetch_any(self, refused, error);

	if (secret != NULL && refused != NULL && is_same(secret, refused)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "the secret was refused, and its source still gives the same");
		return NULL;
	}
	return g_steal_pointer(&secret);
}

char *
tocsin_secret_source_take_warning(TocsinSecretSource *self)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

	return self->oauth == NULL ? NULL : tocsin_oauth_take_warning(self->oauth);
}
