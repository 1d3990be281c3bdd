/* SPDX-License-Identifier: MIT */
/* X-EXAMPLE-TOKEN: a login that says who, with what token, from which device, in one message. The
 * program asks step() for the answer to each challenge; base64, TLS and choice are its business. */
#include <stdlib.h>
#include <string.h>
#include <tocsin/plugin.h>

static const char *const parts[] = {"user", "secret", "device"};

typedef struct { /* what one login remembers; both live until end(), so nothing is copied */
	const tocsin_host *host;
	const tocsin_config *credentials;
} State;

static int32_t
begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
      void **out_state, tocsin_error *error)
{
	const State state = {host, credentials};

	(void)exchange; /* would answer questions about the server */
	if (host->get_string(host, credentials, "user") == NULL ||
	    host->get_string(host, credentials, "secret") == NULL) {
		/* No failure of the login: the program tries the next mechanism. */
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE, "needs a user and a secret");
	}
	*out_state = malloc(sizeof(state));
	if (*out_state == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	memcpy(*out_state, &state, sizeof(state));
	return TOCSIN_OK;
}

static int32_t
step(void *state, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	const tocsin_host *host = ((State *)state)->host;
	size_t i;

	(void)challenge, (void)length; /* there is none yet: this mechanism speaks first */
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *text = host->get_string(host, ((State *)state)->credentials, parts[i]);

		/* With the NUL at its end, which tells the server where a part ends. */
		if (host->put(host, answer, text, strlen(text) + 1) != TOCSIN_OK) {
			return host->fail(host, error, TOCSIN_E_CONFIG, "the token is too long");
		}
	}
	return TOCSIN_OK; /* all is said, the server's verdict decides; TOCSIN_MORE: ask me again */
}

/* A setting beside the account's own: the program checks it, shows it, fills in the default. */
static const tocsin_key device = {sizeof(tocsin_key), .type = TOCSIN_KEY_STRING, .name = "device",
                                  .fallback = "tocsin",
                                  .help = "This machine, as the server knows it."};
static const tocsin_key *const keys[] = {&device, NULL};

/* PLAINTEXT keeps it inside TLS; the program prefers the largest strength, and plain has 20. */
static const tocsin_auth_ops ops = {sizeof(tocsin_auth_ops),
                                    .flags = TOCSIN_AUTH_PLAINTEXT | TOCSIN_AUTH_CLIENT_FIRST,
                                    .strength = 25,
                                    .mechanism = "X-EXAMPLE-TOKEN",
                                    .begin = begin,
                                    .step = step,
                                    .end = free};

static const tocsin_unit unit = {sizeof(tocsin_unit),
                                 .kind = TOCSIN_KIND_AUTH,
                                 .serial = TOCSIN_SERIAL_NONE,
                                 .name = "example-token",
                                 .auth = &ops,
                                 .keys = keys,
                                 .summary = "Sends a token and the name of the device."};
static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "auth-example-token", .version = "1.0", .license = "MIT",
        .units = units};
