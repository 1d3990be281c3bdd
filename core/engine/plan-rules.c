/* SPDX-License-Identifier: MIT */
/* The sections "rules", "maps" and "mutes". */
#include <string.h>
#include <tocsin/error.h>

#include "conf/keys.h"
#include "engine/plan-private.h"
#include "engine/rule-settings.h"

/* The rule by which postmaster hears of the program's own trouble. */
#define OWN_RULE "tocsin"
#define OWN_WAIT_US ((gint64)10 * G_USEC_PER_SEC)
#define OWN_INTERVAL_US ((gint64)15 * 60 * G_USEC_PER_SEC)

/* Where a fault of a rule is told. */
typedef struct {
	const TocsinNode *node;
	TocsinProblems *problems;
} Place;

static void
free_rule(gpointer data)
{
	TocsinPlanRule *rule = data;

	tocsin_rule_unref(rule->rule);
	tocsin_settings_unref(rule->settings);
	g_strfreev(rule->headers);
	g_clear_pointer(&rule->zone, g_time_zone_unref);
	g_free(rule);
}

static void
free_table(gpointer data)
{
	TocsinRuleTable *table = data;

	g_free(table->name);
	g_strfreev(table->entries);
	g_free(table);
}

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	const Place *place = user_data;

	tocsin_node_complain(tocsin_plan_place(place->node, setting), place->problems, "'%s' %s",
	                     setting, text);
}

/* maps = { teams = [ "shop: shop@example.org" ]; }; */
static GPtrArray *
read_tables(const TocsinPlan *self, TocsinProblems *problems)
{
	g_autoptr(GPtrArray) nodes = tocsin_conf_members(self->conf, "maps");
	GPtrArray *tables = g_ptr_array_new_with_free_func(free_table);

	for (guint i = 0; i < nodes->len; i++) {
		const TocsinNode *node = g_ptr_array_index(nodes, i);
		g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);
		TocsinRuleTable *table = g_new0(TocsinRuleTable, 1);

		for (guint j = 0; j < tocsin_node_count(node); j++) {
			const TocsinNode *entry = tocsin_node_at(node, j);

			if (tocsin_node_type(entry) == TOCSIN_NODE_STRING) {
				g_ptr_array_add(entries, g_strdup(tocsin_node_text(entry)));
			}
		}
		if (tocsin_node_type(node) != TOCSIN_NODE_LIST || entries->len == 0 ||
		    entries->len != tocsin_node_count(node)) {
			tocsin_node_complain(
			        node, problems,
			        "a map is a list of strings: [ \"VALUE: ADDRESS, ADDRESS\", … ]");
		}
		g_ptr_array_add(entries, NULL);
		g_ptr_array_set_free_func(entries, NULL);
		table->name = g_strdup(tocsin_node_name(node));
		table->entries = (char **)g_ptr_array_free(g_steal_pointer(&entries), FALSE);
		g_ptr_array_add(tables, table);
	}
	return tables;
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

static char **
dup_items(const TocsinSettings *settings, const char *name)
{
	guint count = tocsin_settings_get_count(settings, name);
	char **items = count > 0 ? g_new0(char *, count + 1) : NULL;

	for (guint i = 0; i < count; i++) {
		items[i] = g_strdup(tocsin_settings_get_item(settings, name, i));
	}
	return items;
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
	rule->headers = dup_items(settings, "headers");
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

/* Takes @rule and @settings. */
static TocsinPlanRule *
add_rule(TocsinPlan *self, TocsinRule *rule, TocsinSettings *settings)
{
	TocsinPlanRule *planned = g_new0(TocsinPlanRule, 1);

	planned->rule = rule;
	planned->settings = settings;
	fill_style(self, planned);
	g_ptr_array_add(self->rules, tocsin_rule_ref(rule));
	g_ptr_array_add(self->rule_list, planned);
	return planned;
}

/* (nullable) The rule of @node, unless there is a problem. */
static TocsinPlanRule *
read_rule(TocsinPlan *self, const TocsinNode *node, const TocsinRuleDefaults *defaults,
          TocsinProblems *problems)
{
	Place place = {.node = node, .problems = problems};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(TocsinRule) rule = NULL;

	if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		tocsin_node_complain(node, problems, "a rule is a group: { … }");
		return NULL;
	}
	if (tocsin_keys_add(keys, tocsin_conf_rule_keys, NULL)) {
		settings = tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
	}
	rule = settings == NULL ? NULL
	                        : tocsin_engine_compile_rule(settings, defaults, on_fault, &place);
	if (rule == NULL) {
		return NULL;
	}
	if (strcmp(tocsin_rule_name(rule), OWN_RULE) == 0 ||
	    tocsin_plan_rule(self, tocsin_rule_name(rule)) != NULL) {
		tocsin_node_complain(tocsin_plan_place(node, "name"), problems,
		                     "the name '%s' is taken%s", tocsin_rule_name(rule),
		                     strcmp(tocsin_rule_name(rule), OWN_RULE) == 0
		                             ? ": it is that of the built-in rule"
		                             : " by another rule");
		return NULL;
	}
	return add_rule(self, g_steal_pointer(&rule), g_steal_pointer(&settings));
}

/* The mutes that hold for all rules. */
static void
read_mutes(TocsinPlan *self, TocsinProblems *problems)
{
	g_autoptr(GPtrArray) nodes = tocsin_conf_members(self->conf, "mutes");

	self->mutes = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mute_free);
	for (guint i = 0; i < nodes->len; i++) {
		const TocsinNode *node = g_ptr_array_index(nodes, i);
		g_autoptr(TocsinKeys) keys = tocsin_keys_new();
		g_autoptr(TocsinSettings) settings = NULL;
		g_autoptr(GError) error = NULL;
		TocsinMute *mute = NULL;

		if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
			tocsin_node_complain(node, problems, "a mute is a group: { … }");
		} else if (tocsin_keys_add(keys, tocsin_conf_mute_keys, NULL)) {
			settings = tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
		}
		if (settings != NULL) {
			mute = tocsin_engine_compile_mute(settings, &error);
		}
		if (mute != NULL) {
			g_ptr_array_add(self->mutes, mute);
		} else if (settings != NULL) {
			tocsin_node_complain(node, problems, "%s", error->message);
		}
	}
}

static GHashTable *
collect_plugins(const TocsinPlan *self)
{
	GHashTable *plugins = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < self->triggers->len; i++) {
		const TocsinPlanTrigger *trigger = g_ptr_array_index(self->triggers, i);

		g_hash_table_insert(plugins, trigger->name,
		                    (gpointer)tocsin_unit_name(trigger->unit));
	}
	return plugins;
}

void
tocsin_plan_read_rules(TocsinPlan *self, TocsinProblems *problems)
{
	g_autoptr(GPtrArray) nodes = tocsin_conf_members(self->conf, "rules");
	g_autoptr(GPtrArray) tables = read_tables(self, problems);
	g_autoptr(GPtrArray) places = g_ptr_array_new();
	const TocsinRuleDefaults defaults = {
	        .settings = self->defaults, .tables = tables, .via = tocsin_plan_default_via(self)};

	self->plugins = collect_plugins(self);
	self->rules = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_rule_unref);
	self->rule_list = g_ptr_array_new_with_free_func(free_rule);
	for (guint i = 0; i < nodes->len; i++) {
		const TocsinNode *node = g_ptr_array_index(nodes, i);

		if (read_rule(self, node, &defaults, problems) != NULL) {
			g_ptr_array_add(places, (gpointer)node);
		}
	}
	/* Once all are there: they name each other. */
	for (guint i = 0; i < self->rule_list->len; i++) {
		tocsin_plan_check_rule(self, g_ptr_array_index(self->rule_list, i),
		                       g_ptr_array_index(places, i), problems);
	}
	read_mutes(self, problems);
}

void
tocsin_plan_add_own_rules(TocsinPlan *self, TocsinProblems *problems)
{
	static const char *const on[] = {TOCSIN_TRIGGER_SELF ".*", NULL};
	static const char *const group_by[] = {"kind", NULL};
	const char *postmaster = self->daemon != NULL
	                                 ? tocsin_settings_get_string(self->daemon, "postmaster")
	                                 : NULL;
	const char *fallback =
	        self->daemon != NULL ? tocsin_settings_get_string(self->daemon, "fallback") : NULL;
	const char *const to[] = {postmaster, NULL};
	g_autoptr(GPtrArray) via = g_ptr_array_new();
	const TocsinNode *section = tocsin_conf_section(self->conf, "daemon");
	Place place = {.node = section, .problems = problems};
	TocsinRuleSpec spec;
	TocsinRule *rule;

	if (postmaster == NULL) {
		return;
	}
	for (char **name = self->default_via; *name != NULL; name++) {
		g_ptr_array_add(via, *name);
	}
	if (fallback != NULL && !g_strv_contains(tocsin_plan_default_via(self), fallback)) {
		g_ptr_array_add(via, (gpointer)fallback);
	}
	g_ptr_array_add(via, NULL);
	tocsin_rule_spec_init(&spec);
	spec.name = OWN_RULE;
	spec.on = on;
	spec.group_by = group_by;
	spec.wait_us = OWN_WAIT_US;
	spec.interval_us = OWN_INTERVAL_US;
	spec.audience.to = to;
	spec.via = (const char *const *)via->pdata;
	rule = tocsin_rule_new(&spec, on_fault, &place);
	if (rule != NULL) {
		(void)add_rule(self, rule, NULL);
	}
}
