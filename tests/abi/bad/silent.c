/* SPDX-License-Identifier: MIT */
/* Nothing is wrong with it until it runs: it takes a mail and tells no fate of its recipients. */
#define NAME "silent"
#include <tocsin/plugin.h>

static int32_t
open_silent(const tocsin_host *host, const tocsin_config *config, void **out_instance,
            tocsin_error *error)
{
	(void)config;
	(void)error;
	*out_instance = (void *)host; /* all that it needs to know */
	return TOCSIN_OK;
}

static int32_t
run_silent(void *instance, tocsin_job *job, tocsin_error *error)
{
	const tocsin_host *host = instance;
	const tocsin_delivery *delivery = host->extension(host, TOCSIN_DELIVERY);
	tocsin_mail *mail;

	(void)error;
	host->log(host, TOCSIN_LOG_WARNING, "runs");
	(void)delivery->next(job, 0, &mail);
	return TOCSIN_OK;
}

#define OPS                                                                                   \
	{                                                                                     \
		.size = sizeof(tocsin_transport_ops), .open = open_silent, .run = run_silent, \
		.close = close_it                                                             \
	}
#include "good.h"
