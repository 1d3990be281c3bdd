/* SPDX-License-Identifier: MIT */
/* A mechanism as one would have been written for ABI 1.0: it answers a challenge with the user's
 * name and the challenge turned round. */
#include <tocsin/plugin.h>

#include <stdlib.h>

struct state {
	const tocsin_host *host;
	const char *user;
};

static int32_t
frozen_begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
             void **out_state, tocsin_error *error)
{
	const tocsin_exchanges *questions = host->extension(host, TOCSIN_EXCHANGE);
	struct state *self = calloc(1, sizeof(*self));

	if (self == NULL || questions == NULL || questions->service(exchange) == NULL) {
		free(self);
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE, "nothing can be asked");
	}
	self->host = host;
	self->user = host->get_string(host, credentials, "user");
	*out_state = self;
	return TOCSIN_OK;
}

static int32_t
frozen_step(void *state, const void *challenge, size_t length, tocsin_buf *answer,
            tocsin_error *error)
{
	struct state *self = state;
	const char *bytes = challenge;
	const char *user = self->user;

	(void)error;
	for (; *user != '\0'; user++) {
		self->host->put(self->host, answer, user, 1);
	}
	while (length > 0) {
		length--;
		self->host->put(self->host, answer, bytes + length, 1);
	}
	return TOCSIN_OK;
}

static void
frozen_end(void *state)
{
	free(state);
}

static const tocsin_auth_ops ops = {
        .size = sizeof(ops),
        .flags = TOCSIN_AUTH_NO_SECRET,
        .strength = 30,
        .mechanism = "X-FROZEN",
        .begin = frozen_begin,
        .step = frozen_step,
        .end = frozen_end,
};

static const tocsin_unit unit = {
        .size = sizeof(unit),
        .kind = TOCSIN_KIND_AUTH,
        .name = "frozen",
        .summary = "Logs in as in 1.0",
        .auth = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "frozen-auth", .version = "1.0",
        .license = "MIT",   .units = units,
};
