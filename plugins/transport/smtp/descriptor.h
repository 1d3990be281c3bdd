/* SPDX-License-Identifier: MIT */
/* The descriptor of each of the three transports, which differ in name, summary and kind only. */
#ifndef TOCSIN_SMTP_DESCRIPTOR_H
#define TOCSIN_SMTP_DESCRIPTOR_H

#include "account.h"
#include "run.h"

/* Defines the plugin transport-@unit_name with one unit. The rest are the members of its SmtpKind.
 * Followed by a semicolon; once in a plugin. */
#define SMTP_PLUGIN(unit_name, unit_summary, ...)                                          \
	static int32_t open_instance(const tocsin_host *host, const tocsin_config *config, \
	                             void **out_instance, tocsin_error *error)             \
	{                                                                                  \
		static const SmtpKind kind = {__VA_ARGS__};                                \
                                                                                           \
		return smtp_account_open(&kind, host, config, out_instance, error);        \
	}                                                                                  \
                                                                                           \
	static const tocsin_transport_ops ops = {                                          \
	        .size = sizeof(tocsin_transport_ops),                                      \
	        .flags = TOCSIN_TRANSPORT_NETWORK | TOCSIN_TRANSPORT_LOGIN,                \
	        .open = open_instance,                                                     \
	        .run = smtp_run,                                                           \
	        .quiesce = smtp_account_quiesce,                                           \
	        .close = smtp_account_close,                                               \
	};                                                                                 \
	static const tocsin_unit unit = {                                                  \
	        .size = sizeof(tocsin_unit),                                               \
	        .kind = TOCSIN_KIND_TRANSPORT,                                             \
	        .serial = TOCSIN_SERIAL_NONE,                                              \
	        .name = unit_name,                                                         \
	        .summary = unit_summary,                                                   \
	        .keys = smtp_keys,                                                         \
	        .transport = &ops,                                                         \
	};                                                                                 \
	static const tocsin_unit *const units[] = {&unit, NULL};                           \
                                                                                           \
	TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {                             \
	        TOCSIN_PLUGIN_HEAD, .name = "transport-" unit_name,                        \
	        .version = VERSION, .license = "MIT",                                      \
	        .units = units,                                                            \
	}

#endif
