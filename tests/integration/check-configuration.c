/* SPDX-License-Identifier: MIT */
/* check-configuration PLUGIN-FOLDER FILE: prints every mistake in a configuration, and ends with 1
 * if there is one. Accounts, triggers and rules are made as the program makes them; nothing is
 * connected, watched or fetched. test_documents.py asks it about the documents' examples. */
#include <stdio.h>

#include "conf/apply.h"
#include "conf/keys.h"
#include "engine/accounts.h"
#include "engine/rule-settings.h"
#include "engine/units.h"
#include "plugin/call-trigger.h"

static const tocsin_key trigger_name = {
        sizeof(tocsin_key), .type = TOCSIN_KEY_STRING, .flags = TOCSIN_KEY_REQUIRED,
        .name = "trigger",  .help = "The trigger.",
};
static const tocsin_key *const trigger_keys[] = {&trigger_name, NULL};

static void
check_trigger(const TocsinUnits *units, const TocsinNode *node, TocsinProblems *problems)
{
	const TocsinNode *named = tocsin_node_find(node, "trigger");
	const TocsinUnit *unit =
	        named == NULL
	                ? NULL
	                : tocsin_registry_find(tocsin_units_registry(units), TOCSIN_KIND_TRIGGER,
	                                       tocsin_node_text(named), NULL);
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(GError) error = NULL;

	if (unit == NULL) {
		return; /* which tocsin_units_check() has said */
	}
	if (tocsin_keys_add(keys, trigger_keys, &error) &&
	    tocsin_keys_add(keys, tocsin_unit_keys(unit), &error)) {
		settings = tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
	}
	if (settings != NULL) {
		tocsin_schema_free(
		        tocsin_trigger_check(unit, tocsin_node_name(node), settings, &error));
	}
	if (error != NULL) {
		tocsin_node_complain(node, problems, "%s", error->message);
	}
}

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	tocsin_problems_add(user_data, NULL, 0, "%s: %s", setting, text);
}

static void
check_rule(const TocsinNode *node, TocsinProblems *problems)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;

	g_assert_true(tocsin_keys_add(keys, tocsin_conf_rule_keys, NULL));
	settings = tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
	if (settings != NULL) {
		tocsin_rule_unref(tocsin_engine_compile_rule(settings, NULL, on_fault, problems));
	}
}

static void
check(const TocsinConf *conf, const char *folder, TocsinProblems *problems)
{
	const char *const folders[] = {folder, NULL};
	g_autoptr(TocsinUnits) units = tocsin_units_new(conf, folders, NULL, problems);
	const TocsinAccountContext context = {
	        .units = units, .clock = tocsin_clock_system(), .is_check = TRUE};
	g_autoptr(TocsinAccounts) accounts = NULL;
	g_autoptr(GPtrArray) triggers = tocsin_conf_members(conf, "triggers");
	g_autoptr(GPtrArray) rules = tocsin_conf_members(conf, "rules");

	tocsin_units_check(units, conf, problems);
	accounts = tocsin_accounts_new(conf, NULL, &context, problems);
	for (guint i = 0; i < triggers->len; i++) {
		check_trigger(units, g_ptr_array_index(triggers, i), problems);
	}
	for (guint i = 0; i < rules->len; i++) {
		check_rule(g_ptr_array_index(rules, i), problems);
	}
	printf("%u accounts, %u triggers, %u rules\n", tocsin_accounts_count(accounts),
	       triggers->len, rules->len);
}

int
main(int argc, char **argv)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(TocsinConf) conf = NULL;

	if (argc != 3) {
		fprintf(stderr, "usage: check-configuration PLUGIN-FOLDER FILE\n");
		return 64;
	}
	conf = tocsin_conf_load(argv[2], problems);
	if (conf != NULL) {
		check(conf, argv[1], problems);
	}
	for (guint i = 0; i < tocsin_problems_count(problems); i++) {
		fprintf(stderr, "%s\n", tocsin_problems_at(problems, i));
	}
	return tocsin_problems_count(problems) == 0 ? 0 : 1;
}
