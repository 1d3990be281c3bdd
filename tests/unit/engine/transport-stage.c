/* SPDX-License-Identifier: MIT */
/* A transport that a test plays: run() calls back into the program that loaded it. */
#include "stage.h"

#include <stdlib.h>

static int32_t
open_instance(const tocsin_host *host, const tocsin_config *config, void **out_instance,
              tocsin_error *error)
{
	StageInstance *self = calloc(1, sizeof(*self));

	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	self->host = host;
	self->delivery = host->extension(host, TOCSIN_DELIVERY);
	self->stage = (Stage *)(uintptr_t)strtoull(host->get_string(host, config, "at"), NULL, 16);
	*out_instance = self;
	return TOCSIN_OK;
}

static int32_t
run(void *instance, tocsin_job *job, tocsin_error *error)
{
	StageInstance *self = instance;

	return self->stage->run(self->stage, self->host, self->delivery, job, error);
}

static void
quiesce(void *instance)
{
	StageInstance *self = instance;

	if (self->stage->quiesce != NULL) {
		self->stage->quiesce(self->stage);
	}
}

static void
close_instance(void *instance)
{
	free(instance);
}

static const tocsin_key at_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .flags = TOCSIN_KEY_REQUIRED,
        .name = "at",
        .help = "Where the test's Stage is in memory.",
};

static const tocsin_key *const keys[] = {&at_key, NULL};

static const tocsin_transport_ops ops = {
        .size = sizeof(tocsin_transport_ops),
        .open = open_instance,
        .run = run,
        .quiesce = quiesce,
        .close = close_instance,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "stage",
        .summary = "Delivers as a test has it.",
        .keys = keys,
        .transport = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-stage", .version = "1", .license = "MIT",
        .units = units,
};
