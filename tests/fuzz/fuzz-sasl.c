/* SPDX-License-Identifier: MIT */
/* A server's challenges, as text, for each mechanism in turn: the first byte chooses it, line ends
 * part the challenges. */
#include <stdint.h>
#include <string.h>

#include "sasl/exchange.h"
#include "sasl/wire.h"

extern const tocsin_unit *const tocsin_auth_plain_units[];
extern const tocsin_unit *const tocsin_auth_login_units[];
extern const tocsin_unit *const tocsin_auth_cram_md5_units[];
extern const tocsin_unit *const tocsin_auth_external_units[];
extern const tocsin_unit *const tocsin_auth_oauth_units[];
extern const tocsin_unit *const tocsin_auth_scram_sha_256_units[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
fixed_random(void *bytes, gsize length)
{
	memset(bytes, 'A', length);
}

static const tocsin_unit *
pick_unit(uint8_t choice)
{
	const tocsin_unit *const units[] = {
	        tocsin_auth_plain_units[0],         tocsin_auth_login_units[0],
	        tocsin_auth_cram_md5_units[0],      tocsin_auth_external_units[0],
	        tocsin_auth_oauth_units[0],         tocsin_auth_oauth_units[1],
	        tocsin_auth_scram_sha_256_units[1],
	};

	return units[choice % G_N_ELEMENTS(units)];
}

static TocsinSettings *
make_credentials(void)
{
	static const tocsin_key user = {.size = sizeof(user),
	                                .type = TOCSIN_KEY_STRING,
	                                .name = "user",
	                                .fallback = "u",
	                                .help = "u"};
	static const tocsin_key secret = {.size = sizeof(secret),
	                                  .type = TOCSIN_KEY_STRING,
	                                  .name = "secret",
	                                  .fallback = "p",
	                                  .help = "s"};
	static const tocsin_key *const table[] = {&user, &secret, NULL};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	TocsinSettings *settings;

	g_assert_true(tocsin_keys_add(keys, table, NULL));
	settings = tocsin_settings_new(keys);
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return settings;
}

/* Decodes one line as a challenge and answers it. FALSE when the exchange is over. */
static gboolean
feed(TocsinExchange *exchange, const char *line, gsize length)
{
	g_autoptr(tocsin_buf) challenge = tocsin_buf_new(TOCSIN_EXCHANGE_MAX_BYTES);
	g_autoptr(tocsin_buf) text = tocsin_buf_new(TOCSIN_EXCHANGE_MAX_BYTES * 2);
	const char *answer;
	const char *bytes;
	gsize answer_length;

	/* Raw bytes as well as base64, so that the fuzzer gets deep at once. */
	if (!tocsin_sasl_wire_decode(line, length, challenge, NULL)) {
		tocsin_buf_clear(challenge);
		(void)tocsin_buf_append(challenge, line, length);
	}
	bytes = tocsin_buf_peek(challenge, &length);
	if (tocsin_exchange_step(exchange, bytes, length, &answer, &answer_length, NULL) < 0) {
		return FALSE;
	}
	g_assert_true(tocsin_sasl_wire_encode(answer, answer_length, FALSE, text));
	return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const offered[] = {NULL};
	const TocsinSaslLink submission = {
	        .service = "smtp", .server = "mx", .port = 25, .offered = offered};
	const tocsin_unit *unit = pick_unit(size > 0 ? data[0] : 0);
	g_autoptr(TocsinMechanism) mechanism = tocsin_mechanism_new(unit);
	g_autoptr(TocsinSettings) credentials = make_credentials();
	g_autoptr(TocsinExchange) exchange = tocsin_exchange_begin(
	        mechanism, credentials, &submission, fixed_random, NULL, NULL);
	const char *answer;
	gsize length;

	g_assert_nonnull(exchange);
	if (unit->auth->flags & TOCSIN_AUTH_CLIENT_FIRST) {
		g_assert_cmpint(tocsin_exchange_step(exchange, NULL, 0, &answer, &length, NULL), >=,
		                0);
	}
	for (size_t at = size > 0 ? 1 : 0; at < size;) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t line = (end == NULL ? size : (size_t)(end - data)) - at;

		if (!feed(exchange, (const char *)data + at, line)) {
			break;
		}
		at += line + 1;
	}
	g_assert_false(tocsin_mechanism_is_disabled(mechanism));
	return 0;
}
