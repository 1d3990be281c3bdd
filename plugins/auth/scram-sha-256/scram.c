/* SPDX-License-Identifier: MIT */
/* SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), the latter bound to the TLS channel by
 * tls-exporter (RFC 9266).
 *
 * The password never travels, the server has to prove that it knows it, and with -PLUS nobody can
 * sit in between. Without -PLUS the "y" flag still tells an honest server that its offer was
 * cut. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <tocsin/plugin.h>

#include "scram.h"

#define NONCE_BYTES 15u /* 120 bits: 20 characters of base64, no padding */

typedef enum { SEND_FIRST, SEND_PROOF, VERIFY_SERVER, FINISHED } Phase;

typedef struct {
	const tocsin_host *host;
	Phase phase;
	char *user;       /* as the message wants it: prepared and escaped */
	char *secret;     /* prepared */
	char *binding;    /* base64 of the GS2 header and, with -PLUS, the channel's bytes */
	char *header;     /* GS2 header: "n,," and so on */
	char *nonce;      /* ours */
	char *first_bare; /* client-first-message-bare */
	guchar server_signature[SCRAM_DIGEST_LENGTH];
} State;

static void
wipe_free(char **text)
{
	if (*text != NULL) {
		explicit_bzero(*text, strlen(*text));
		g_clear_pointer(text, g_free);
	}
}

static void
end(void *instance)
{
	State *state = instance;

	wipe_free(&state->user);
	wipe_free(&state->secret);
	g_free(state->binding);
	g_free(state->header);
	g_free(state->nonce);
	g_free(state->first_bare);
	explicit_bzero(state, sizeof(*state));
	g_free(state);
}

/* A name inside a message: "=" and "," are escaped (RFC 5802 section 5.1). */
static char *
escape_name(const char *name)
{
	GString *out = g_string_new(NULL);

	for (; *name != '\0'; name++) {
		if (*name == '=') {
			g_string_append(out, "=3D");
		} else if (*name == ',') {
			g_string_append(out, "=2C");
		} else {
			g_string_append_c(out, *name);
		}
	}
	return g_string_free(out, FALSE);
}

/* The GS2 header (RFC 5802 section 7), and what binds the exchange to the channel. */
static void
bind_channel(State *state, const char *authzid, const char *flag, const void *channel,
             gsize channel_length)
{
	g_autofree char *name = authzid == NULL ? NULL : escape_name(authzid);
	g_autoptr(GByteArray) bound = g_byte_array_new();

	state->header = g_strdup_printf("%s,%s%s,", flag,
	                                name == NULL ? "" : "a=", name == NULL ? "" : name);
	g_byte_array_append(bound, (const guint8 *)state->header, (guint)strlen(state->header));
	if (channel != NULL) {
		g_byte_array_append(bound, channel, (guint)channel_length);
	}
	state->binding = g_base64_encode(bound->data, bound->len);
}

static int32_t
begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
      gboolean is_plus, void **out_state, tocsin_error *error)
{
	const tocsin_exchanges *ask = host->extension(host, TOCSIN_EXCHANGE);
	const char *user = host->get_string(host, credentials, "user");
	const char *secret = host->get_string(host, credentials, "secret");
	const char *authzid = host->get_string(host, credentials, "authzid");
	guchar random[NONCE_BYTES];
	size_t length = 0;
	const void *channel = ask->channel_binding(exchange, "tls-exporter", &length);

	if (user == NULL || secret == NULL || (is_plus && channel == NULL)) {
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE,
		                  is_plus && channel == NULL ? "needs a TLS channel to bind to"
		                                             : "needs a user and a secret");
	}
	g_autofree char *prepared = scram_prepare(user);
	char *prepared_secret = scram_prepare(secret);

	if (prepared == NULL || prepared_secret == NULL) {
		wipe_free(&prepared_secret);
		return host->fail(host, error, TOCSIN_E_CONFIG,
		                  "user or secret holds characters that RFC 4013 forbids, or none");
	}
	State *state = g_new0(State, 1);

	state->host = host;
	state->user = escape_name(prepared);
	state->secret = prepared_secret;
	(void)ask->random(exchange, random, sizeof(random));
	state->nonce = g_base64_encode(random, sizeof(random));
	if (is_plus) {
		bind_channel(state, authzid, "p=tls-exporter", channel, length);
	} else {
		gboolean is_cut =
		        channel != NULL && !ask->is_offered(exchange, "SCRAM-SHA-256-PLUS");

		bind_channel(state, authzid, is_cut ? "y" : "n", NULL, 0);
	}
	*out_state = state;
	return TOCSIN_OK;
}

static int32_t
begin_plain(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
            void **out_state, tocsin_error *error)
{
	return begin(host, credentials, exchange, FALSE, out_state, error);
}

static int32_t
begin_plus(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
           void **out_state, tocsin_error *error)
{
	return begin(host, credentials, exchange, TRUE, out_state, error);
}

static int32_t
put_answer(State *state, tocsin_buf *answer, const char *text, Phase next, tocsin_error *error)
{
	state->phase = next;
	if (state->host->put(state->host, answer, text, strlen(text)) != TOCSIN_OK) {
		return state->host->fail(state->host, error, TOCSIN_E_CONFIG,
		                         "the user is too long");
	}
	return next == FINISHED ? TOCSIN_OK : TOCSIN_MORE;
}

/* gs2-header client-first-message-bare */
static int32_t
send_first(State *state, tocsin_buf *answer, tocsin_error *error)
{
	state->first_bare = g_strdup_printf("n=%s,r=%s", state->user, state->nonce);
	g_autofree char *message = g_strconcat(state->header, state->first_bare, NULL);

	return put_answer(state, answer, message, SEND_PROOF, error);
}

static void
hmac(const guchar key[SCRAM_DIGEST_LENGTH], const void *text, gsize length,
     guchar out[SCRAM_DIGEST_LENGTH])
{
	(void)HMAC(EVP_sha256(), key, SCRAM_DIGEST_LENGTH, text, length, out, NULL);
}

/* RFC 5802 section 3: the client's proof, and the signature that the server will have to show. */
static void
compute(State *state, const ScramServerFirst *first, const char *message,
        guchar out_proof[SCRAM_DIGEST_LENGTH])
{
	guchar salted[SCRAM_DIGEST_LENGTH];
	guchar client_key[SCRAM_DIGEST_LENGTH];
	guchar server_key[SCRAM_DIGEST_LENGTH];
	guchar stored_key[SCRAM_DIGEST_LENGTH];
	guchar signature[SCRAM_DIGEST_LENGTH];

	(void)PKCS5_PBKDF2_HMAC(state->secret, (int)strlen(state->secret), first->salt,
	                        (int)first->salt_length, (int)first->iterations, EVP_sha256(),
	                        sizeof(salted), salted);
	hmac(salted, "Client Key", strlen("Client Key"), client_key);
	hmac(salted, "Server Key", strlen("Server Key"), server_key);
	(void)SHA256(client_key, sizeof(client_key), stored_key);
	hmac(stored_key, message, strlen(message), signature);
	hmac(server_key, message, strlen(message), state->server_signature);
	for (guint i = 0; i < SCRAM_DIGEST_LENGTH; i++) {
		out_proof[i] = client_key[i] ^ signature[i];
	}
	explicit_bzero(salted, sizeof(salted));
	explicit_bzero(client_key, sizeof(client_key));
	explicit_bzero(server_key, sizeof(server_key));
	explicit_bzero(stored_key, sizeof(stored_key));
}

/* client-final-message-without-proof "," proof */
static int32_t
send_proof(State *state, const char *challenge, gsize length, tocsin_buf *answer,
           tocsin_error *error)
{
	ScramServerFirst first = {0};
	const char *flaw = scram_parse_server_first(challenge, length, state->nonce, &first);
	guchar proof[SCRAM_DIGEST_LENGTH];

	if (flaw != NULL) {
		return state->host->fail(state->host, error, TOCSIN_E_PERM, flaw);
	}
	g_autofree char *without_proof = g_strdup_printf("c=%s,r=%s", state->binding, first.nonce);
	g_autofree char *server_first = g_strndup(challenge, length);
	g_autofree char *message =
	        g_strdup_printf("%s,%s,%s", state->first_bare, server_first, without_proof);

	compute(state, &first, message, proof);
	g_autofree char *encoded = g_base64_encode(proof, sizeof(proof));
	g_autofree char *final = g_strdup_printf("%s,p=%s", without_proof, encoded);

	scram_server_first_clear(&first);
	return put_answer(state, answer, final, VERIFY_SERVER, error);
}

static int32_t
verify_server(State *state, const char *challenge, gsize length, tocsin_buf *answer,
              tocsin_error *error)
{
	guchar signature[SCRAM_DIGEST_LENGTH];
	g_autofree char *refusal = NULL;
	const char *flaw = scram_parse_server_final(challenge, length, signature, &refusal);

	if (flaw != NULL) {
		return state->host->fail(state->host, error, TOCSIN_E_PERM,
		                         refusal == NULL ? flaw : refusal);
	}
	if (CRYPTO_memcmp(signature, state->server_signature, sizeof(signature)) != 0) {
		return state->host->fail(
		        state->host, error, TOCSIN_E_PERM,
		        "the server does not know the secret; it may be an impostor");
	}
	return put_answer(state, answer, "", FINISHED, error);
}

static int32_t
step(void *instance, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	State *state = instance;

	switch (state->phase) {
	case SEND_FIRST:
		return send_first(state, answer, error);
	case SEND_PROOF:
		return send_proof(state, challenge, length, answer, error);
	case VERIFY_SERVER:
		return verify_server(state, challenge, length, answer, error);
	default:
		return state->host->fail(state->host, error, TOCSIN_E_PERM,
		                         "the server goes on after its last message");
	}
}

static const tocsin_auth_ops plain_ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_CLIENT_FIRST | TOCSIN_AUTH_MUTUAL,
        .strength = 60,
        .mechanism = "SCRAM-SHA-256",
        .begin = begin_plain,
        .step = step,
        .end = end,
};

static const tocsin_auth_ops plus_ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_CLIENT_FIRST | TOCSIN_AUTH_MUTUAL | TOCSIN_AUTH_CHANNEL_BINDING,
        .strength = 70,
        .mechanism = "SCRAM-SHA-256-PLUS",
        .begin = begin_plus,
        .step = step,
        .end = end,
};

static const tocsin_unit plain = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "scram-sha-256",
        .summary = "Proof of the password on both sides, which never travels (RFC 7677).",
        .auth = &plain_ops,
};

static const tocsin_unit plus = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "scram-sha-256-plus",
        .summary = "The same, bound to the TLS channel (RFC 5802, RFC 9266).",
        .auth = &plus_ops,
};

extern const tocsin_unit *const tocsin_auth_scram_sha_256_units[];
const tocsin_unit *const tocsin_auth_scram_sha_256_units[] = {&plus, &plain, NULL};
