/* SPDX-License-Identifier: MIT */
/* The settings that Tocsin itself understands, as tables of tocsin_key; those of a unit come from
 * its plugin. tocsin.conf(5) documents each. NULL-ended constant data; any thread. */
#ifndef TOCSIN_CONF_KEYS_H
#define TOCSIN_CONF_KEYS_H

#include <tocsin/plugin.h>

/* An account of any transport. */
extern const tocsin_key *const tocsin_conf_account_keys[];

/* … of a transport with TOCSIN_TRANSPORT_NETWORK: where and how to connect. */
extern const tocsin_key *const tocsin_conf_network_keys[];

/* … with TOCSIN_TRANSPORT_LOGIN: as whom. */
extern const tocsin_key *const tocsin_conf_login_keys[];

/* A rule; docs/rules.md explains them. */
extern const tocsin_key *const tocsin_conf_rule_keys[];

/* The sections store, daemon and defaults. */
extern const tocsin_key *const tocsin_conf_store_keys[];
extern const tocsin_key *const tocsin_conf_daemon_keys[];
extern const tocsin_key *const tocsin_conf_defaults_keys[];

/* A trigger of any kind; one of the section mutes. */
extern const tocsin_key *const tocsin_conf_trigger_keys[];
extern const tocsin_key *const tocsin_conf_mute_keys[];

/* The section plugins. */
extern const tocsin_key *const tocsin_conf_plugins_keys[];

#endif
