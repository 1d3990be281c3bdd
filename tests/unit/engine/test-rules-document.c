/* SPDX-License-Identifier: MIT */
/* Every example of docs/rules.md is a configuration whose rules compile. */
#include "engine/rule-settings.h"

#include <string.h>

#include "abi/keys.h"
#include "conf/apply.h"
#include "conf/keys.h"
#include "conf/load.h"

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_test_message("%s: %s", setting, text);
	*(guint *)user_data += 1;
}

static guint
count_compiled(const char *text, guint *out_faults)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(TocsinConf) conf = tocsin_conf_load_text(text, problems);
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(GPtrArray) members = NULL;
	guint compiled = 0;

	g_assert_true(tocsin_keys_add(keys, tocsin_conf_rule_keys, NULL));
	g_assert_nonnull(conf);
	members = tocsin_conf_members(conf, "rules");
	for (guint i = 0; i < members->len; i++) {
		g_autoptr(TocsinSettings) settings =
		        tocsin_conf_apply(members->pdata[i], keys, NULL, NULL, NULL, problems);
		g_autoptr(TocsinRule) rule = NULL;

		if (settings != NULL) {
			rule = tocsin_engine_compile_rule(settings, NULL, on_fault, out_faults);
		}
		compiled += rule != NULL;
	}
	for (guint i = 0; i < tocsin_problems_count(problems); i++) {
		g_test_message("%s", tocsin_problems_at(problems, i));
		*out_faults += 1;
	}
	return compiled;
}

static void
an_example_compiles(gconstpointer data)
{
	guint faults = 0;

	g_assert_cmpuint(count_compiled(data, &faults), >, 0);
	g_assert_cmpuint(faults, ==, 0);
}

static void
faults_are_all_told(void)
{
	guint faults = 0;

	g_assert_cmpuint(count_compiled("rules = ({ name = \"r\"; on = \"a.b\"; where = \"1 +\"; "
	                                "digest = \"Someday\"; to = [ \"a@example.org\" ]; });",
	                                &faults),
	                 ==, 0);
	g_assert_cmpuint(faults, ==, 2);
}

int
main(int argc, char **argv)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	g_assert_true(g_file_get_contents(argv[1], &text, NULL, NULL));
	g_test_add_func("/rules-document/faults_are_all_told", faults_are_all_told);
	/* Every second part is what stands between two fences. */
	parts = g_strsplit(text, "\n```\n", -1);
	g_assert_cmpuint(g_strv_length(parts), >, 10);
	for (guint i = 1; parts[i] != NULL; i += 2) {
		g_autofree char *path = g_strdup_printf("/rules-document/example_%u", i / 2 + 1);

		g_test_add_data_func(path, parts[i], an_example_compiles);
	}
	return g_test_run();
}
