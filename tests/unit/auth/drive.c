/* SPDX-License-Identifier: MIT */
#include "drive.h"

#include <string.h>

static const char *nonce_bytes;
static const char *const nothing[] = {NULL};

static void
fixed_random(void *bytes, gsize length)
{
	gsize decoded_length;
	g_autofree guchar *decoded = g_base64_decode(nonce_bytes, &decoded_length);

	g_assert_cmpuint(decoded_length, ==, length);
	memcpy(bytes, decoded, length);
}

static TocsinSettings *
make_credentials(const char *user, const char *secret, const char *authzid)
{
	static const tocsin_key user_key = {.size = sizeof(tocsin_key),
	                                    .type = TOCSIN_KEY_STRING,
	                                    .name = "user",
	                                    .help = "User."};
	static const tocsin_key secret_key = {.size = sizeof(tocsin_key),
	                                      .type = TOCSIN_KEY_STRING,
	                                      .flags = TOCSIN_KEY_SECRET,
	                                      .name = "secret",
	                                      .help = "Secret."};
	static const tocsin_key authzid_key = {.size = sizeof(tocsin_key),
	                                       .type = TOCSIN_KEY_STRING,
	                                       .name = "authzid",
	                                       .help = "Identity."};
	static const tocsin_key *const table[] = {&user_key, &secret_key, &authzid_key, NULL};
	const char *const values[] = {user, secret, authzid};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, table, NULL));
	TocsinSettings *settings = tocsin_settings_new(keys);

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		if (values[i] != NULL) {
			g_assert_true(tocsin_settings_set_text(settings, table[i]->name, values[i],
			                                       NULL));
		}
	}
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return settings;
}

void
drive_begin(Drive *self, const tocsin_unit *unit, const char *user, const char *secret,
            const char *authzid, GBytes *exporter, const char *const *offered, const char *nonce)
{
	g_autoptr(TocsinSettings) credentials = make_credentials(user, secret, authzid);

	*self = (Drive){.mechanism = tocsin_mechanism_new(unit)};
	self->submission = (TocsinSaslLink){.service = "smtp",
	                                    .server = "mx.example.org",
	                                    .port = 587,
	                                    .is_encrypted = TRUE,
	                                    .exporter = exporter,
	                                    .offered = offered == NULL ? nothing : offered};
	nonce_bytes = nonce;
	self->exchange = tocsin_exchange_begin(self->mechanism, credentials, &self->submission,
	                                       nonce == NULL ? NULL : fixed_random, &self->status,
	                                       &self->error);
}

void
drive_clear(Drive *self)
{
	tocsin_exchange_end(self->exchange);
	tocsin_mechanism_free(self->mechanism);
	g_clear_error(&self->error);
}

void
drive_step(Drive *self, const char *challenge, gint32 status, const char *expected,
           gsize expected_length)
{
	const char *answer = NULL;
	gsize length = 0;
	/* An allocation of just its size, so that the sanitizer sees a read past its end. */
	g_autofree char *copy = challenge == NULL ? NULL : g_memdup2(challenge, strlen(challenge));

	if (challenge != NULL && copy == NULL) {
		copy = g_malloc(1);
	}
	g_clear_error(&self->error);
	g_assert_nonnull(self->exchange);
	self->status = tocsin_exchange_step(self->exchange, copy,
	                                    challenge == NULL ? 0 : strlen(challenge), &answer,
	                                    &length, &self->error);
	g_assert_cmpint(self->status, ==, status);
	if (expected == NULL) {
		g_assert_nonnull(self->error);
	} else {
		g_assert_no_error(self->error);
		g_assert_cmpmem(answer, length, expected, expected_length);
	}
}

void
drive_text(Drive *self, const char *challenge, gint32 status, const char *expected)
{
	drive_step(self, challenge, status, expected, expected == NULL ? 0 : strlen(expected));
}
