/* SPDX-License-Identifier: MIT */
/* A transport with nothing wrong; each file of this folder breaks one thing. */
#include <tocsin/plugin.h>

static int32_t
open_it(const tocsin_host *host, const tocsin_config *config, void **out_instance,
        tocsin_error *error)
{
	static int instance;

	(void)host;
	(void)config;
	(void)error;
	*out_instance = &instance;
	return TOCSIN_OK;
}

static int32_t
run(void *instance, tocsin_job *job, tocsin_error *error)
{
	(void)instance;
	(void)job;
	(void)error;
	return TOCSIN_OK;
}

static void
close_it(void *instance)
{
	(void)instance;
}

#ifndef OPS
#define OPS                                                                        \
	{                                                                          \
		.size = sizeof(tocsin_transport_ops), .open = open_it, .run = run, \
		.close = close_it                                                  \
	}
#endif
static const tocsin_transport_ops ops = OPS;

#ifndef KEYS
#define KEYS NULL
#endif
#ifndef UNIT_NAME
#define UNIT_NAME NAME
#endif
#ifndef SUMMARY
#define SUMMARY "Breaks one rule"
#endif
#ifndef UNIT
#define UNIT                                                                                   \
	{                                                                                      \
		.size = sizeof(tocsin_unit), .kind = TOCSIN_KIND_TRANSPORT, .name = UNIT_NAME, \
		.summary = SUMMARY, .keys = KEYS, .transport = &ops                            \
	}
#endif
static const tocsin_unit unit = UNIT;

#ifndef UNITS
#define UNITS               \
	{                   \
		&unit, NULL \
	}
#endif
static const tocsin_unit *const units[] = UNITS;

#ifndef HEAD
#define HEAD TOCSIN_PLUGIN_HEAD
#endif
#ifndef LICENSE
#define LICENSE "MIT"
#endif
#ifndef VERSION
#define VERSION "1.0"
#endif
#ifndef PLUGIN
#define PLUGIN                                                                              \
	TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {                              \
	        HEAD, .name = NAME, .version = VERSION, .license = LICENSE, .units = units, \
	};
#endif
PLUGIN
