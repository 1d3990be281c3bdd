/* SPDX-License-Identifier: MIT */
/* One rule: its settings compiled, and how its mails are to look. */
#include <string.h>

#include "conf/keys.h"
#include "engine/plan-private.h"
#include "engine/rule-settings.h"

/* Where a rule's faults are told. */
typedef struct {
	const TocsinNode *node;
	const TocsinSettings *settings;
	TocsinProblems *problems;
	GPtrArray *faulty; /* of char: settings */
} Faults;

void
tocsin_plan_free_rule(gpointer data)
{
	TocsinPlanRule *rule = data;

	tocsin_rule_unref(rule->rule);
	tocsin_settings_unref(rule->settings);
	g_strfreev(rule->headers);
	g_clear_pointer(&rule->zone, g_time_zone_unref);
	g_free(rule);
}

/* (nullable) The author: the rule's, that of all rules, or the first account's. */
static const char *
find_from(const TocsinPlan *self, const TocsinPlanRule *rule)
{
	const char *const *via = tocsin_rule_via(rule->rule);
	const char *from =
	        rule->settings != NULL ? tocsin_settings_get_string(rule->settings, "from") : NULL;
	TocsinAccount *account;

	if (from == NULL && self->defaults != NULL) {
		from = tocsin_settings_get_string(self->defaults, "from");
	}
	if (from != NULL || via == NULL || via[0] == NULL) {
		return from;
	}
	account = tocsin_accounts_find(self->accounts, via[0], NULL);
	return account != NULL
	               ? tocsin_settings_get_string(tocsin_account_settings(account), "from")
	               : NULL;
}

/* GLib remembers a time zone for as long as somebody holds it: without this each date in a mail
 * would read the zone's file again. */
static GTimeZone *
hold_zone(const char *name)
{
	g_autoptr(GTimeZone) local = g_time_zone_new_local();

	return g_time_zone_new_identifier(name != NULL ? name : g_time_zone_get_identifier(local));
}

static void
fill_style(const TocsinPlan *self, TocsinPlanRule *rule)
{
	const TocsinSettings *settings = rule->settings;
	TocsinLetterStyle *style = &rule->style;

	style->rule = rule->rule;
	style->plugins = self->plugins;
	style->from = find_from(self, rule);
	style->clock = self->fetch.clock;
	style->zone =
	        self->defaults != NULL ? tocsin_settings_get_string(self->defaults, "zone") : NULL;
	if (settings == NULL) {
		rule->zone = hold_zone(style->zone);
		return;
	}
	rule->headers = tocsin_settings_dup_items(settings, "headers");
	style->headers = (const char *const *)rule->headers;
	style->template_name = tocsin_settings_get_string(settings, "template");
	style->template_resolved = tocsin_settings_get_string(settings, "template_resolved");
	style->template_digest = tocsin_settings_get_string(settings, "template_digest");
	style->expire_us = tocsin_settings_get_int(settings, "expire");
	style->attach_max = (gsize)tocsin_settings_get_int(settings, "attachment_limit");
	if (tocsin_settings_get_string(settings, "zone") != NULL) {
		style->zone = tocsin_settings_get_string(settings, "zone");
	}
	rule->zone = hold_zone(style->zone);
}

TocsinPlanRule *
tocsin_plan_add_rule(TocsinPlan *self, TocsinRule *rule, TocsinSettings *settings)
{
	TocsinPlanRule *planned = g_new0(TocsinPlanRule, 1);

	planned->rule = rule;
	planned->settings = settings;
	fill_style(self, planned);
	g_ptr_array_add(self->rules, tocsin_rule_ref(rule));
	g_ptr_array_add(self->rule_list, planned);
	return planned;
}

/* What stands there and is not set, or has to be set and is not, has been complained of. */
static gboolean
is_told(const Faults *self, const char *name)
{
	const tocsin_key *key = tocsin_keys_find(tocsin_settings_keys(self->settings), name);

	return key != NULL && !tocsin_settings_is_set(self->settings, name) &&
	       (tocsin_node_find(self->node, name) != NULL ||
	        (key->flags & TOCSIN_KEY_REQUIRED) != 0);
}

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	Faults *self = user_data;
	/* "pair.start" is a setting within "pair". */
	g_autofree char *name = g_strndup(setting, strcspn(setting, "."));

	if (is_told(self, name)) {
		return;
	}
	/* That of all rules is told of where it stands. */
	if (strcmp(name, "zone") == 0 && tocsin_node_find(self->node, name) == NULL) {
		return;
	}
	tocsin_node_complain(tocsin_plan_place(self->node, name), self->problems, "'%s' %s",
	                     setting, text);
	g_ptr_array_add(self->faulty, g_steal_pointer(&name));
}

/* (nullable) The rule. One mistake shall not hide another: what is faulty is left out, and the rest
 * compiled, until there is nothing more to leave out. */
static TocsinRule *
compile(const Faults *where, TocsinSettings *settings, const TocsinRuleDefaults *defaults)
{
	for (;;) {
		g_autoptr(GPtrArray) faulty = g_ptr_array_new_with_free_func(g_free);
		Faults faults = *where;
		gboolean is_less = FALSE;
		TocsinRule *rule;

		faults.settings = settings;
		faults.faulty = faulty;
		rule = tocsin_engine_compile_rule(settings, defaults, on_fault, &faults);
		for (guint i = 0; rule == NULL && i < faulty->len; i++) {
			is_less |= tocsin_settings_is_set(settings, faulty->pdata[i]);
			tocsin_settings_forget(settings, faulty->pdata[i]);
		}
		if (rule != NULL || !is_less) {
			return rule;
		}
		tocsin_settings_fill(settings);
	}
}

TocsinPlanRule *
tocsin_plan_read_rule(TocsinPlan *self, const TocsinNode *node, const TocsinRuleDefaults *defaults,
                      TocsinProblems *problems)
{
	const Faults faults = {.node = node, .problems = problems};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(TocsinRule) rule = NULL;

	if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		tocsin_node_complain(node, problems, "a rule is a group: { … }");
		return NULL;
	}
	if (tocsin_keys_add(keys, tocsin_conf_rule_keys, NULL)) {
		settings = tocsin_conf_apply_rest(node, keys, NULL, NULL, NULL, problems);
	}
	rule = settings == NULL ? NULL : compile(&faults, settings, defaults);
	if (rule == NULL) {
		return NULL;
	}
	if (strcmp(tocsin_rule_name(rule), TOCSIN_PLAN_OWN_RULE) == 0 ||
	    tocsin_plan_rule(self, tocsin_rule_name(rule)) != NULL) {
		tocsin_node_complain(tocsin_plan_place(node, "name"), problems,
		                     "the name '%s' is taken%s", tocsin_rule_name(rule),
		                     strcmp(tocsin_rule_name(rule), TOCSIN_PLAN_OWN_RULE) == 0
		                             ? ": it is that of the built-in rule"
		                             : " by another rule");
		return NULL;
	}
	return tocsin_plan_add_rule(self, g_steal_pointer(&rule), g_steal_pointer(&settings));
}
