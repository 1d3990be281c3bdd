/* SPDX-License-Identifier: MIT */
/* OAUTHBEARER (RFC 7628) and XOAUTH2 (Google, Microsoft): an OAuth 2.0 access token.
 *
 * They differ in how the token is wrapped and in how an error is acknowledged. The server tells an
 * error as JSON in a challenge, wants an empty sort of answer to it, and only then refuses; what it
 * said is kept for that moment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/plugin.h>

#define SEPARATOR "\x01"
#define REASON_LIMIT 600u

typedef struct {
	const tocsin_host *host;
	const tocsin_config *credentials; /* lives as long as the state */
	const tocsin_exchanges *exchanges;
	tocsin_exchange *exchange;
	int is_sent;
	char reason[REASON_LIMIT]; /* the server's JSON; "" if it gave none */
} State;

static int
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			return 1;
		}
	}
	return 0;
}

static int32_t
begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
      void **out_state, tocsin_error *error)
{
	const char *user = host->get_string(host, credentials, "user");
	const char *token = host->get_string(host, credentials, "secret");
	State *state;

	if (user == NULL || token == NULL || token[0] == '\0') {
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE, "needs a user and a token");
	}
	if (has_control(user) || has_control(token)) {
		return host->fail(
		        host, error, TOCSIN_E_CONFIG,
		        "user or token holds a control character; is there a line end in it");
	}
	state = calloc(1, sizeof(*state));
	if (state == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	state->host = host;
	state->credentials = credentials;
	state->exchanges = host->extension(host, TOCSIN_EXCHANGE);
	state->exchange = exchange;
	*out_state = state;
	return TOCSIN_OK;
}

static int32_t
put_text(const State *state, tocsin_buf *answer, const char *text)
{
	return state->host->put(state->host, answer, text, strlen(text));
}

static int32_t
put_token(const State *state, tocsin_buf *answer)
{
	int32_t status = put_text(state, answer, "auth=Bearer ");

	status |= put_text(state, answer,
	                   state->host->get_string(state->host, state->credentials, "secret"));
	return status | put_text(state, answer, SEPARATOR SEPARATOR);
}

/* user=USER ^A auth=Bearer TOKEN ^A ^A */
static int32_t
put_xoauth2(const State *state, tocsin_buf *answer)
{
	int32_t status = put_text(state, answer, "user=");

	status |= put_text(state, answer,
	                   state->host->get_string(state->host, state->credentials, "user"));
	status |= put_text(state, answer, SEPARATOR);
	return status | put_token(state, answer);
}

/* The name as GS2 wants it: "=" and "," are escaped (RFC 5801 section 4). */
static int32_t
put_saslname(const State *state, tocsin_buf *answer, const char *name)
{
	int32_t status = TOCSIN_OK;

	for (; *name != '\0'; name++) {
		if (*name == '=' || *name == ',') {
			status |= put_text(state, answer, *name == '=' ? "=3D" : "=2C");
		} else {
			status |= state->host->put(state->host, answer, name, 1);
		}
	}
	return status;
}

/* n,a=USER, ^A host=HOST ^A port=PORT ^A auth=Bearer TOKEN ^A ^A (RFC 7628 section 3.1). */
static int32_t
put_oauthbearer(const State *state, tocsin_buf *answer)
{
	char port[32];
	int32_t status = put_text(state, answer, "n,a=");

	(void)snprintf(port, sizeof(port), SEPARATOR "port=%u" SEPARATOR,
	               (unsigned)state->exchanges->port(state->exchange));
	status |= put_saslname(state, answer,
	                       state->host->get_string(state->host, state->credentials, "user"));
	status |= put_text(state, answer, "," SEPARATOR "host=");
	status |= put_text(state, answer, state->exchanges->server(state->exchange));
	status |= put_text(state, answer, port);
	return status | put_token(state, answer);
}

/* The first answer is the token; the second acknowledges the error that the server tells. */
static int32_t
answer_with(State *state, const void *challenge, size_t length, tocsin_buf *answer,
            int32_t (*put_first)(const State *, tocsin_buf *), const char *acknowledgement,
            tocsin_error *error)
{
	if (state->is_sent > 1) {
		return state->host->fail(state->host, error, TOCSIN_E_PERM,
		                         "the server goes on after its error");
	}
	if (state->is_sent++ == 1) {
		size_t kept = length < REASON_LIMIT - 1 ? length : REASON_LIMIT - 1;

		memcpy(state->reason, challenge, kept);
		return put_text(state, answer, acknowledgement);
	}
	if (put_first(state, answer) != TOCSIN_OK) {
		return state->host->fail(state->host, error, TOCSIN_E_CONFIG,
		                         "the token is too long");
	}
	return TOCSIN_OK;
}

static int32_t
step_xoauth2(void *instance, const void *challenge, size_t length, tocsin_buf *answer,
             tocsin_error *error)
{
	return answer_with(instance, challenge, length, answer, put_xoauth2, "", error);
}

static int32_t
step_oauthbearer(void *instance, const void *challenge, size_t length, tocsin_buf *answer,
                 tocsin_error *error)
{
	return answer_with(instance, challenge, length, answer, put_oauthbearer, SEPARATOR, error);
}

/* Providers give 400, 401, "invalid_token" and more for a token that is over, so every refusal that
 * is not temporary is worth one new token. */
static int32_t
refused(void *instance, uint32_t code, const char *text, tocsin_error *error)
{
	State *state = instance;

	(void)text;
	return state->host->fail(state->host, error,
	                         code / 100 == 4 ? TOCSIN_E_TEMP : TOCSIN_E_EXPIRED,
	                         state->reason[0] == '\0' ? NULL : state->reason);
}

static void
end(void *instance)
{
	free(instance);
}

static const tocsin_auth_ops xoauth2_ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_PLAINTEXT | TOCSIN_AUTH_CLIENT_FIRST | TOCSIN_AUTH_TOKEN,
        .strength = 40,
        .mechanism = "XOAUTH2",
        .begin = begin,
        .step = step_xoauth2,
        .refused = refused,
        .end = end,
};

static const tocsin_auth_ops oauthbearer_ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_PLAINTEXT | TOCSIN_AUTH_CLIENT_FIRST | TOCSIN_AUTH_TOKEN,
        .strength = 50,
        .mechanism = "OAUTHBEARER",
        .begin = begin,
        .step = step_oauthbearer,
        .refused = refused,
        .end = end,
};

static const tocsin_unit xoauth2 = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "xoauth2",
        .summary = "An OAuth 2.0 token, as Google and Microsoft take it; only inside TLS.",
        .auth = &xoauth2_ops,
};

static const tocsin_unit oauthbearer = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "oauthbearer",
        .summary = "An OAuth 2.0 token (RFC 7628); only inside TLS.",
        .auth = &oauthbearer_ops,
};

extern const tocsin_unit *const tocsin_auth_oauth_units[];
const tocsin_unit *const tocsin_auth_oauth_units[] = {&oauthbearer, &xoauth2, NULL};
