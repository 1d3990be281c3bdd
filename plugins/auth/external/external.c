/* SPDX-License-Identifier: MIT */
/* EXTERNAL (RFC 4422 appendix A): the server knows us by our TLS certificate or our socket. */
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
	State *state = malloc(sizeof(*state));

	(void)exchange;
	if (state == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	state->host = host;
	state->credentials = credentials;
	*out_state = state;
	return TOCSIN_OK;
}

/* The authorization identity, empty where the server is to derive it. */
static int32_t
step(void *instance, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	const State *state = instance;
	const tocsin_host *host = state->host;
	const char *authzid = host->get_string(host, state->credentials, "authzid");

	(void)challenge;
	(void)length;
	if (authzid == NULL) {
		authzid = "";
	}
	if (host->put(host, answer, authzid, strlen(authzid)) != TOCSIN_OK) {
		return host->fail(host, error, TOCSIN_E_CONFIG, "authzid is too long");
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
        .flags = TOCSIN_AUTH_CLIENT_FIRST | TOCSIN_AUTH_NO_SECRET,
        .strength = 80,
        .mechanism = "EXTERNAL",
        .begin = begin,
        .step = step,
        .end = end,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "external",
        .summary = "Known already, by client certificate or socket (RFC 4422 appendix A).",
        .auth = &ops,
};

extern const tocsin_unit *const tocsin_auth_external_units[];
const tocsin_unit *const tocsin_auth_external_units[] = {&unit, NULL};
