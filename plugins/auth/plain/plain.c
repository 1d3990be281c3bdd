/* SPDX-License-Identifier: MIT */
/* PLAIN (RFC 4616): user and password in one message. */
#include <stdlib.h>
#include <string.h>
#include <tocsin/plugin.h>

typedef struct {
	const tocsin_host *host;
	const tocsin_config *credentials; /* lives as long as the state */
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
	state = malloc(sizeof(*state));
	if (state == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	state->host = host;
	state->credentials = credentials;
	*out_state = state;
	return TOCSIN_OK;
}

/* Puts the setting @key and, unless it is the last part, the NUL that separates the parts. */
static int32_t
put_part(const State *state, tocsin_buf *answer, const char *key, size_t separator)
{
	const char *text = state->host->get_string(state->host, state->credentials, key);

	if (text == NULL) {
		text = "";
	}
	return state->host->put(state->host, answer, text, strlen(text) + separator);
}

/* [authzid] NUL authcid NUL passwd, RFC 4616 section 2. */
static int32_t
step(void *instance, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	const State *state = instance;

	(void)challenge;
	(void)length;
	if (put_part(state, answer, "authzid", 1) != TOCSIN_OK ||
	    put_part(state, answer, "user", 1) != TOCSIN_OK ||
	    put_part(state, answer, "secret", 0) != TOCSIN_OK) {
		return state->host->fail(state->host, error, TOCSIN_E_CONFIG,
		                         "user and secret are too long");
	}
	return TOCSIN_OK;
}

static void
end(void *instance)
{
	free(instance);
}

static const tocsin_auth_ops ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_PLAINTEXT | TOCSIN_AUTH_CLIENT_FIRST,
        .strength = 20,
        .mechanism = "PLAIN",
        .begin = begin,
        .step = step,
        .end = end,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "plain",
        .summary = "User and password in one message (RFC 4616); only inside TLS.",
        .auth = &ops,
};

extern const tocsin_unit *const tocsin_auth_plain_units[];
const tocsin_unit *const tocsin_auth_plain_units[] = {&unit, NULL};
