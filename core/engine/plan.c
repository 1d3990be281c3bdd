/* SPDX-License-Identifier: MIT */
/* Reads the configuration, section by section, in the order in which they depend on each other. */
#include "engine/plan.h"

#include <string.h>

#include "conf/keys.h"
#include "engine/paths.h"
#include "engine/plan-private.h"
#include "model/address.h"

/* The section, or the section's defaults after a problem: so that all problems are found. */
static TocsinSettings *
read_section(const TocsinPlan *self, const char *name, const tocsin_key *const *table,
             TocsinProblems *problems)
{
	return tocsin_fetch_section(self->conf, name, table, &self->fetch, problems);
}

/* The accounts that mails go through by default: those that the section says, or the first one. */
static char **
find_default_via(const TocsinPlan *self, TocsinProblems *problems)
{
	guint count = self->defaults != NULL ? tocsin_settings_get_count(self->defaults, "via") : 0;
	g_autoptr(GPtrArray) via = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < count; i++) {
		const char *name = tocsin_settings_get_item(self->defaults, "via", i);
		g_autoptr(GError) error = NULL;

		if (tocsin_accounts_find(self->accounts, name, &error) == NULL &&
		    !tocsin_accounts_is_named(self->accounts, name)) {
			tocsin_node_complain(
			        tocsin_plan_place(tocsin_conf_section(self->conf, "defaults"),
			                          "via"),
			        problems, "%s", error->message);
		}
		g_ptr_array_add(via, g_strdup(name));
	}
	if (count == 0 && tocsin_accounts_count(self->accounts) > 0) {
		g_ptr_array_add(
		        via, g_strdup(tocsin_account_name(tocsin_accounts_at(self->accounts, 0))));
	}
	g_ptr_array_add(via, NULL);
	g_ptr_array_set_free_func(via, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&via), FALSE);
}

/* What rules take over from "defaults" is told of where it stands, not once for each rule. */
static void
check_defaults(const TocsinPlan *self, TocsinProblems *problems)
{
	const TocsinNode *section = tocsin_conf_section(self->conf, "defaults");
	const char *from = NULL;
	const char *zone = NULL;
	g_autoptr(TocsinAddress) address = NULL;
	g_autoptr(GTimeZone) known = NULL;
	g_autoptr(GError) error = NULL;

	if (self->defaults != NULL) {
		from = tocsin_settings_get_string(self->defaults, "from");
		zone = tocsin_settings_get_string(self->defaults, "zone");
	}
	address = from != NULL ? tocsin_address_parse(from, -1, &error) : NULL;
	if (from != NULL && address == NULL) {
		tocsin_node_complain(tocsin_plan_place(section, "from"), problems, "'from': %s",
		                     error->message);
	}
	known = zone != NULL ? tocsin_engine_parse_zone(zone) : NULL;
	if (zone != NULL && known == NULL) {
		tocsin_node_complain(tocsin_plan_place(section, "zone"), problems,
		                     "'zone': this machine knows no time zone '%s'; expected a "
		                     "name such as \"Europe/Berlin\"",
		                     zone);
	}
}

/* The daemon is in another folder than whoever wrote it. */
static void
check_store(const TocsinPlan *self, TocsinProblems *problems)
{
	const char *path =
	        self->store != NULL ? tocsin_settings_get_string(self->store, "path") : NULL;

	if (path != NULL && !g_path_is_absolute(path)) {
		tocsin_node_complain(
		        tocsin_plan_place(tocsin_conf_section(self->conf, "store"), "path"),
		        problems, "'path' is not absolute; expected one like %s",
		        TOCSIN_STORE_PATH);
	}
}

static void
check_fallback(const TocsinPlan *self, TocsinProblems *problems)
{
	const char *name =
	        self->daemon != NULL ? tocsin_settings_get_string(self->daemon, "fallback") : NULL;
	g_autoptr(GError) error = NULL;

	if (name != NULL && tocsin_accounts_find(self->accounts, name, &error) == NULL &&
	    !tocsin_accounts_is_named(self->accounts, name)) {
		tocsin_node_complain(
		        tocsin_plan_place(tocsin_conf_section(self->conf, "daemon"), "fallback"),
		        problems, "%s", error->message);
	}
}

static void
read_all(TocsinPlan *self, const TocsinPlanContext *context, TocsinProblems *problems)
{
	TocsinAccountContext accounts = {.clock = context->clock,
	                                 .secrets = context->secrets,
	                                 .is_check = context->is_check};

	self->units =
	        tocsin_units_new(self->conf, context->plugin_folders, context->watcher, problems);
	accounts.units = self->units;
	self->store = read_section(self, "store", tocsin_conf_store_keys, problems);
	self->daemon = read_section(self, "daemon", tocsin_conf_daemon_keys, problems);
	self->defaults = read_section(self, "defaults", tocsin_conf_defaults_keys, problems);
	self->accounts = tocsin_accounts_new(self->conf, NULL, &accounts, problems);
	self->default_via = find_default_via(self, problems);
	check_fallback(self, problems);
	check_defaults(self, problems);
	check_store(self, problems);
	self->letters = tocsin_letters_new_for(self->conf, context->template_folder);
	tocsin_plan_read_triggers(self, problems);
	tocsin_plan_read_rules(self, problems);
	tocsin_plan_add_own_rules(self, problems);
}

TocsinPlan *
tocsin_plan_new(const char *path, const TocsinPlanContext *context, TocsinProblems *problems)
{
	g_autoptr(TocsinPlan) self = g_new0(TocsinPlan, 1);
	guint before = tocsin_problems_count(problems);

	self->references = 1;
	self->path = g_canonicalize_filename(path, NULL);
	self->fetch = (TocsinFetch){.clock = context->clock,
	                            .secrets = context->secrets,
	                            .is_check = context->is_check};
	self->conf = tocsin_conf_load(path, problems);
	if (self->conf != NULL) {
		read_all(self, context, problems);
	}
	return tocsin_problems_count(problems) == before ? g_steal_pointer(&self) : NULL;
}

TocsinPlan *
tocsin_plan_ref(TocsinPlan *self)
{
	g_atomic_int_inc(&self->references);
	return self;
}

void
tocsin_plan_unref(TocsinPlan *self)
{
	if (self == NULL || !g_atomic_int_dec_and_test(&self->references)) {
		return;
	}
	g_clear_pointer(&self->rules, g_ptr_array_unref);
	g_clear_pointer(&self->rule_list, g_ptr_array_unref);
	g_clear_pointer(&self->mutes, g_ptr_array_unref);
	g_clear_pointer(&self->triggers, g_ptr_array_unref);
	g_clear_pointer(&self->broken, g_ptr_array_unref);
	tocsin_letters_free(self->letters);
	tocsin_accounts_unref(self->accounts);
	g_strfreev(self->default_via);
	tocsin_settings_unref(self->store);
	tocsin_settings_unref(self->daemon);
	tocsin_settings_unref(self->defaults);
	tocsin_units_unref(self->units);
	tocsin_conf_free(self->conf);
	g_free(self->path);
	g_free(self);
}

const char *
tocsin_plan_path(const TocsinPlan *self)
{
	return self->path;
}

const TocsinPluginWatcher *
tocsin_plan_watcher(const TocsinPlan *self)
{
	return tocsin_units_watcher(self->units);
}

const TocsinSettings *
tocsin_plan_store(const TocsinPlan *self)
{
	return self->store;
}

const TocsinSettings *
tocsin_plan_daemon(const TocsinPlan *self)
{
	return self->daemon;
}

const TocsinSettings *
tocsin_plan_defaults(const TocsinPlan *self)
{
	return self->defaults;
}

TocsinAccounts *
tocsin_plan_accounts(const TocsinPlan *self)
{
	return self->accounts;
}

const char *const *
tocsin_plan_default_via(const TocsinPlan *self)
{
	return (const char *const *)self->default_via;
}

const TocsinLetters *
tocsin_plan_letters(const TocsinPlan *self)
{
	return self->letters;
}

const GPtrArray *
tocsin_plan_triggers(const TocsinPlan *self)
{
	return self->triggers;
}

GPtrArray *
tocsin_plan_rules(const TocsinPlan *self)
{
	return self->rules;
}

const TocsinPlanRule *
tocsin_plan_rule(const TocsinPlan *self, const char *name)
{
	for (guint i = 0; i < self->rule_list->len; i++) {
		const TocsinPlanRule *rule = g_ptr_array_index(self->rule_list, i);

		if (strcmp(tocsin_rule_name(rule->rule), name) == 0) {
			return rule;
		}
	}
	return NULL;
}

GPtrArray *
tocsin_plan_mutes(const TocsinPlan *self)
{
	return self->mutes;
}

const TocsinNode *
tocsin_plan_place(const TocsinNode *node, const char *name)
{
	const TocsinNode *member = tocsin_node_find(node, name);

	return member != NULL ? member : node;
}
