/* SPDX-License-Identifier: MIT */
/* LOGIN: user and password as two answers (draft-murchison-sasl-login).
 *
 * Servers prompt in many ways and languages, so their text is not looked at: the first answer is
 * the user, the second the password, and there is no third. A server that asks for the password
 * first gets the user name only. */
#include <stdlib.h>
#include <string.h>
#include <tocsin/plugin.h>

typedef struct {
	const tocsin_host *host;
	const tocsin_config *credentials; /* lives as long as the state */
	uint32_t answered;
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
	state = calloc(1, sizeof(*state));
	if (state == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	state->host = host;
	state->credentials = credentials;
	*out_state = state;
	return TOCSIN_OK;
}

static int32_t
step(void *instance, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	static const char *const keys[] = {"user", "secret"};
	State *state = instance;
	const tocsin_host *host = state->host;
	const char *text;

	(void)challenge;
	(void)length;
	if (state->answered == 2) {
		return host->fail(host, error, TOCSIN_E_PERM,
		                  "the server asks for more than user and password");
	}
	text = host->get_string(host, state->credentials, keys[state->answered++]);
	if (host->put(host, answer, text, strlen(text)) != TOCSIN_OK) {
		return host->fail(host, error, TOCSIN_E_CONFIG, "user or secret is too long");
	}
	return state->answered == 2 ? TOCSIN_OK : TOCSIN_MORE;
}

static void
end(void *instance)
{
	free(instance);
}

static const tocsin_auth_ops ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_PLAINTEXT,
        .strength = 10,
        .mechanism = "LOGIN",
        .begin = begin,
        .step = step,
        .end = end,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "login",
        .summary = "User and password as two answers, for servers without PLAIN; only inside TLS.",
        .auth = &ops,
};

extern const tocsin_unit *const tocsin_auth_login_units[];
const tocsin_unit *const tocsin_auth_login_units[] = {&unit, NULL};
