/* SPDX-License-Identifier: MIT */
/* A transport that logs a warning and delivers nowhere, and then breaks the contract: BREACH. */
#include <tocsin/plugin.h>

static const tocsin_host *host;
static int instance;

static int32_t
bad_open(const tocsin_host *given, const tocsin_config *config, void **out_instance,
         tocsin_error *error)
{
	(void)config;
	(void)error;
	host = given;
	*out_instance = &instance;
	return TOCSIN_OK;
}

static int32_t
bad_run(void *self, tocsin_job *job, tocsin_error *error)
{
	const tocsin_delivery *delivery = host->extension(host, TOCSIN_DELIVERY);
	const tocsin_fate fate = {.size = sizeof(fate), .stage = TOCSIN_AT_DATA};
	tocsin_mail *mail;

	(void)self;
	(void)error;
	while (delivery->next(job, 0, &mail) == TOCSIN_OK) {
		host->log(host, TOCSIN_LOG_WARNING, "the line is slow");
		host->log(host, TOCSIN_LOG_INFO, "nobody has to know");
		delivery->result(job, mail, 0, &fate);
		BREACH;
	}
	return TOCSIN_OK;
}

static void
bad_close(void *self)
{
	(void)self;
}

static const tocsin_transport_ops ops = {
        .size = sizeof(ops), .open = bad_open, .run = bad_run, .close = bad_close};

static const tocsin_unit unit = {
        .size = sizeof(unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .name = "bad",
        .summary = "Breaks the contract.",
        .transport = &ops,
};

static const tocsin_unit *const units[] = {&unit, 0};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-bad", .version = "1",
        .license = "MIT",   .units = units,
};
