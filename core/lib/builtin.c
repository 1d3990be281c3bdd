/* SPDX-License-Identifier: MIT */
/* The table of built-in SASL mechanisms: the same units that the plugins in plugins/auth export. */
#include "lib/builtin.h"

#include <string.h>

#include "base/secret.h"

extern const tocsin_unit *const tocsin_auth_cram_md5_units[];
extern const tocsin_unit *const tocsin_auth_external_units[];
extern const tocsin_unit *const tocsin_auth_login_units[];
extern const tocsin_unit *const tocsin_auth_oauth_units[];
extern const tocsin_unit *const tocsin_auth_plain_units[];
extern const tocsin_unit *const tocsin_auth_scram_sha_256_units[];

static const tocsin_unit *const *const builtin[] = {
        tocsin_auth_cram_md5_units, tocsin_auth_external_units, tocsin_auth_login_units,
        tocsin_auth_oauth_units,    tocsin_auth_plain_units,    tocsin_auth_scram_sha_256_units,
};

static GPtrArray *
make_all(void)
{
	GPtrArray *all = g_ptr_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(builtin); i++) {
		for (const tocsin_unit *const *unit = builtin[i]; *unit != NULL; unit++) {
			g_ptr_array_add(all, tocsin_mechanism_new(*unit));
		}
	}
	return all;
}

const GPtrArray *
tocsin_lib_mechanisms(void)
{
	static GPtrArray *all;

	if (g_once_init_enter(&all)) {
		g_once_init_leave(&all, make_all());
	}
	return all;
}

static TocsinSettings *
fill(TocsinSettings *settings, const char *user, TocsinSecret *secret, GError **error)
{
	g_autoptr(TocsinSettings) kept = settings;

	if (!tocsin_settings_set_text(kept, "user", user, error) ||
	    !tocsin_settings_set_secret(kept, "secret", secret, error) ||
	    !tocsin_settings_finish(kept, error)) {
		return NULL;
	}
	return g_steal_pointer(&kept);
}

TocsinSettings *
tocsin_lib_credentials(const char *user, const char *password, GError **error)
{
	static const tocsin_key user_key = {
	        .size = sizeof(tocsin_key),
	        .type = TOCSIN_KEY_STRING,
	        .name = "user",
	        .help = "User.",
	};
	static const tocsin_key secret_key = {
	        .size = sizeof(tocsin_key),
	        .type = TOCSIN_KEY_STRING,
	        .flags = TOCSIN_KEY_SECRET,
	        .name = "secret",
	        .help = "Password or token.",
	};
	static const tocsin_key *const table[] = {&user_key, &secret_key, NULL};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSecret) secret = tocsin_secret_new(password, strlen(password));

	if (!tocsin_keys_add(keys, table, error)) {
		return NULL;
	}
	return fill(tocsin_settings_new(keys), user, secret, error);
}
