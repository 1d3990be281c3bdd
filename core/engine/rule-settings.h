/* SPDX-License-Identifier: MIT */
/* A rule from its group in the configuration. */
#ifndef TOCSIN_ENGINE_RULE_SETTINGS_H
#define TOCSIN_ENGINE_RULE_SETTINGS_H

#include "abi/settings.h"
#include "rule/mute.h"
#include "rule/rule.h"

G_BEGIN_DECLS

/* A table of the section "maps". */
typedef struct {
	char *name;
	char **entries; /* "VALUE: ADDRESS, ADDRESS" */
} TocsinRuleTable;

/* What holds for rules that say nothing else. */
typedef struct {
	const TocsinSettings *settings; /* (nullable) of the section "defaults" */
	const GPtrArray *tables;        /* (nullable) of TocsinRuleTable */
	const char *const *via;         /* (nullable) */
} TocsinRuleDefaults;

/* Compiles the rule of @settings, which were made for tocsin_conf_rule_keys. @defaults: (nullable).
 * NULL after at least one call of @complain with the setting's name and what is wrong. Any
 * thread. */
TocsinRule *tocsin_engine_compile_rule(const TocsinSettings *settings,
                                       const TocsinRuleDefaults *defaults,
                                       TocsinRuleComplain complain, gpointer user_data);

/* (nullable) The time zone called @name, such as "Europe/Berlin"; NULL if the machine knows it
 * not. */
GTimeZone *tocsin_engine_parse_zone(const char *name);

/* The mute of @settings, which were made for tocsin_conf_mute_keys. Errors of tocsin_mute_new(). */
TocsinMute *tocsin_engine_compile_mute(const TocsinSettings *settings, GError **error);

G_END_DECLS

#endif
