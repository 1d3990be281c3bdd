/* SPDX-License-Identifier: MIT */
/* CRAM-MD5 (RFC 2195): the user, and an HMAC-MD5 of the server's challenge under the password.
 *
 * The password does not travel, but who sees the exchange can guess it offline, and a hostile
 * server chooses the challenge. So it ranks below PLAIN, which is used inside TLS only. */
#include <glib.h>
#include <string.h>
#include <tocsin/plugin.h>

/* RFC 2195 challenges look like a Message-ID; a server has no use for more. */
#define CHALLENGE_LIMIT 1024u

typedef struct {
	const tocsin_host *host;
	const tocsin_config *credentials; /* lives as long as the state */
	gboolean is_answered;
} State;

static int32_t
begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
      void **out_state, tocsin_error *error)
{
	State *state;

	(void)exchange;
	if (host->get_string(host, credentials, "user") == NULL ||
	    host->get_string(host, credentials, "secret") == NULL) {
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE, "needs a user and a secret");
	}
	state = g_new0(State, 1);
	state->host = host;
	state->credentials = credentials;
	*out_state = state;
	return TOCSIN_OK;
}

/* user SP hex(HMAC-MD5(password, challenge)), RFC 2195 section 2. */
static int32_t
step(void *instance, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	State *state = instance;
	const tocsin_host *host = state->host;
	const char *user = host->get_string(host, state->credentials, "user");
	const char *secret = host->get_string(host, state->credentials, "secret");

	if (state->is_answered || length > CHALLENGE_LIMIT) {
		return host->fail(host, error, TOCSIN_E_PERM,
		                  "the server's challenge is too long, or not the only one");
	}
	state->is_answered = TRUE;
	g_autofree char *digest = g_compute_hmac_for_data(G_CHECKSUM_MD5, (const guchar *)secret,
	                                                  strlen(secret), challenge, length);

	if (digest == NULL) { /* GLib without MD5, as in FIPS builds */
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE, "MD5 is not available here");
	}
	if (host->put(host, answer, user, strlen(user)) != TOCSIN_OK ||
	    host->put(host, answer, " ", 1) != TOCSIN_OK ||
	    host->put(host, answer, digest, strlen(digest)) != TOCSIN_OK) {
		return host->fail(host, error, TOCSIN_E_CONFIG, "user is too long");
	}
	return TOCSIN_OK;
}

static void
end(void *instance)
{
	g_free(instance);
}

static const tocsin_auth_ops ops = {
        .size = sizeof(tocsin_auth_ops),
        .strength = 5,
        .mechanism = "CRAM-MD5",
        .begin = begin,
        .step = step,
        .end = end,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "cram-md5",
        .summary = "A keyed digest of the server's challenge (RFC 2195); the last choice.",
        .auth = &ops,
};

extern const tocsin_unit *const tocsin_auth_cram_md5_units[];
const tocsin_unit *const tocsin_auth_cram_md5_units[] = {&unit, NULL};
