/* SPDX-License-Identifier: MIT */
/* The sections "rules", "maps" and "mutes". */
#include <string.h>
#include <tocsin/error.h>

#include "conf/keys.h"
#include "engine/plan-private.h"
#include "engine/rule-settings.h"

/* How soon, and how often, postmaster hears of the program's own trouble. */
#define OWN_WAIT_US ((gint64)10 * G_USEC_PER_SEC)
#define OWN_INTERVAL_US ((gint64)15 * 60 * G_USEC_PER_SEC)

/* Where a fault of the built-in rule is told. */
typedef struct {
	const TocsinNode *node;
	TocsinProblems *problems;
} Place;

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
	const char *name = strcmp(setting, "to") == 0 ? "postmaster" : setting;

	tocsin_node_complain(tocsin_plan_place(place->node, name), place->problems, "'%s' %s", name,
	                     text);
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
			tocsin_plan_check_mute(self, mute, node, problems);
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
	self->rule_list = g_ptr_array_new_with_free_func(tocsin_plan_free_rule);
	for (guint i = 0; i < nodes->len; i++) {
		const TocsinNode *node = g_ptr_array_index(nodes, i);

		if (tocsin_plan_read_rule(self, node, &defaults, problems) != NULL) {
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
	spec.name = TOCSIN_PLAN_OWN_RULE;
	spec.on = on;
	spec.group_by = group_by;
	spec.wait_us = OWN_WAIT_US;
	spec.interval_us = OWN_INTERVAL_US;
	spec.audience.to = to;
	spec.via = (const char *const *)via->pdata;
	rule = tocsin_rule_new(&spec, on_fault, &place);
	if (rule != NULL) {
		(void)tocsin_plan_add_rule(self, rule, NULL);
	}
}
