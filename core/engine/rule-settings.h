/* SPDX-License-Identifier: MIT */
/* A rule from its group in the configuration. */
#ifndef TOCSIN_ENGINE_RULE_SETTINGS_H
#define TOCSIN_ENGINE_RULE_SETTINGS_H

#include "abi/settings.h"
#include "rule/rule.h"

G_BEGIN_DECLS

/* Compiles the rule of @settings, which were made for tocsin_conf_rule_keys. NULL after at least
 * one call of @complain with the setting's name and what is wrong. Any thread. */
TocsinRule *tocsin_engine_compile_rule(const TocsinSettings *settings, TocsinRuleComplain complain,
                                       gpointer user_data);

G_END_DECLS

#endif
