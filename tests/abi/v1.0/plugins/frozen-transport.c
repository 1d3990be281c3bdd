/* SPDX-License-Identifier: MIT */
/* A transport as one would have been written for ABI 1.0. It takes every mail, says what it saw in
 * the fate's text, and refuses recipients that begin with "no". */
#include <tocsin/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct instance {
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	const char *path;
	int64_t depth;
};

static int32_t
frozen_open(const tocsin_host *host, const tocsin_config *config, void **out_instance,
            tocsin_error *error)
{
	struct instance *self;
	const tocsin_delivery *delivery = host->extension(host, TOCSIN_DELIVERY);

	if (delivery == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, "this program cannot deliver");
	}
	if (host->extension(host, "org.example.nothing/1") != NULL) {
		return host->fail(host, error, TOCSIN_E_BUG, "there is what nobody has");
	}
	self = calloc(1, sizeof(*self));
	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "no memory");
	}
	self->host = host;
	self->delivery = delivery;
	self->path = host->get_string(host, config, "path");
	self->depth = host->get_int(host, config, "depth");
	*out_instance = self;
	return TOCSIN_OK;
}

static int32_t
deliver(struct instance *self, tocsin_job *job, tocsin_mail *mail)
{
	uint32_t count = self->delivery->recipient_count(mail);
	uint32_t i;

	for (i = 0; i < count; i++) {
		const char *recipient = self->delivery->recipient(mail, i);
		tocsin_fate fate = {.size = sizeof(fate), .stage = TOCSIN_AT_LOCAL};
		const void *bytes = "";
		int64_t length = self->delivery->content(mail, 0, &bytes);
		char text[200];

		(void)snprintf(text, sizeof(text), "%s %d of %s for %s: %.*s", self->path,
		               (int)self->depth, self->delivery->sender(mail), recipient,
		               (int)length, (const char *)bytes);
		fate.status = strncmp(recipient, "no", 2) == 0 ? TOCSIN_E_PERM : TOCSIN_OK;
		fate.text = text;
		if (self->delivery->result(job, mail, i, &fate) != TOCSIN_OK) {
			return TOCSIN_E_BUG;
		}
	}
	return TOCSIN_OK;
}

static int32_t
frozen_run(void *instance, tocsin_job *job, tocsin_error *error)
{
	struct instance *self = instance;
	tocsin_mail *mail = NULL;
	int32_t status;

	(void)error;
	while ((status = self->delivery->next(job, 0, &mail)) == TOCSIN_OK) {
		status = deliver(self, job, mail);
		if (status != TOCSIN_OK) {
			return status;
		}
	}
	self->host->log(self->host, TOCSIN_LOG_INFO, "nothing more to deliver");
	return status == TOCSIN_END ? TOCSIN_OK : status;
}

static void
frozen_close(void *instance)
{
	free(instance);
}

static const tocsin_transport_ops ops = {
        .size = sizeof(ops),
        .open = frozen_open,
        .run = frozen_run,
        .close = frozen_close,
};

static const tocsin_key path = {
        .size = sizeof(path),
        .type = TOCSIN_KEY_STRING,
        .flags = TOCSIN_KEY_REQUIRED,
        .name = "path",
        .help = "Where to.",
};

static const tocsin_key depth = {
        .size = sizeof(depth),
        .type = TOCSIN_KEY_INT,
        .maximum = 9,
        .name = "depth",
        .fallback = "3",
        .help = "How deep.",
};

static const tocsin_key *const keys[] = {&path, &depth, NULL};

static const tocsin_unit unit = {
        .size = sizeof(unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .name = "frozen",
        .summary = "Delivers as in 1.0",
        .keys = keys,
        .transport = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "frozen-transport", .version = "1.0", .license = "MIT",
        .units = units,
};
