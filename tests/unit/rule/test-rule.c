/* SPDX-License-Identifier: MIT */
#include "rule/rule.h"

#include <string.h>

#include "timeline.h"

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_string_append_printf(user_data, "%s ", setting);
}

static void
all_faults_are_told(void)
{
	static const char *const on[] = {"a.b", NULL};
	static const char *const to[] = {"map:none:field", "no address", NULL};
	const TocsinRuleEscalation escalation = {.after_us = G_USEC_PER_SEC,
	                                         .audience = {.to = on}};
	g_autoptr(GString) faults = g_string_new(NULL);
	TocsinRuleSpec spec;

	tocsin_rule_spec_init(&spec);
	spec.name = "";
	spec.audience.to = to;
	spec.threshold.count = TOCSIN_RULE_THRESHOLD_MAX + 1;
	spec.absence_us = G_USEC_PER_SEC;
	spec.repeat_times = 3;
	spec.escalations = &escalation;
	spec.escalations_count = 1;
	g_assert_null(tocsin_rule_new(&spec, on_fault, faults));
	g_assert_cmpstr(faults->str, ==,
	                "name on repeat name threshold.count threshold.within to to escalate ");
}

static void
keys_keep_values_apart(void)
{
	static const char *const lines[] = {"group_by a b", NULL};
	g_autoptr(TocsinRule) rule = timeline_rule("r", lines);
	g_autoptr(TocsinEvent) one = tocsin_event_new("1", "t", "k", "", 0);
	g_autoptr(TocsinEvent) two = tocsin_event_new("2", "t", "k", "", 0);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	tocsin_event_set_string(one, "a", "x, b=y", -1);
	tocsin_event_set_string(one, "b", "z", -1);
	tocsin_event_set_string(two, "a", "x", -1);
	tocsin_event_set_string(two, "b", "y, b=z", -1);
	first = tocsin_rule_group_key(rule, one);
	second = tocsin_rule_group_key(rule, two);
	g_assert_cmpstr(first, !=, second);
}

static void
keys_are_short_and_on_one_line(void)
{
	static const char *const lines[] = {"group_by a", NULL};
	g_autoptr(TocsinRule) rule = timeline_rule("r", lines);
	g_autofree char *text = g_strnfill(5000, 'x');
	char *keys[2] = {NULL, NULL};

	for (guint i = 0; i < 2; i++) {
		g_autoptr(TocsinEvent) event = tocsin_event_new("1", "t", "k", "", 0);

		text[4999] = (char)('a' + i);
		text[10] = '\n';
		tocsin_event_set_string(event, "a", text, -1);
		keys[i] = tocsin_rule_group_key(rule, event);
		g_assert_cmpuint(strlen(keys[i]), <=, 256);
		g_assert_null(strchr(keys[i], '\n'));
	}
	g_assert_cmpstr(keys[0], !=, keys[1]);
	g_free(keys[0]);
	g_free(keys[1]);
}

static void
names_are_those_that_are_asked(void)
{
	static const char *const lines[] = {"where user == 'x'", "group_by host", "to field:mail",
	                                    "mute - | - | level < 3 | count", NULL};
	g_autoptr(TocsinRule) rule = timeline_rule("r", lines);
	const char *const *names = tocsin_rule_names(rule);

	g_assert_true(g_strv_contains(names, "user"));
	g_assert_true(g_strv_contains(names, "host"));
	g_assert_true(g_strv_contains(names, "mail"));
	g_assert_true(g_strv_contains(names, "level"));
	g_assert_cmpuint(g_strv_length((char **)names), ==, 4);
}

static void
fingerprints_tell_ways_to_gather_apart(void)
{
	static const char *const lines[][3] = {
	        {"where user == 'x'", NULL},    {"where user == 'y'", NULL},
	        {"group_by user", NULL},        {"count 5", "within 1m", NULL},
	        {"count 6", "within 1m", NULL}, {"on a.b", NULL},
	};
	static const char *const wait[] = {"where user == 'x'", "wait 10s", NULL};
	g_autoptr(GHashTable) seen =
	        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(TocsinRule) same = timeline_rule("r", wait);
	guint64 fingerprint = tocsin_rule_fingerprint(same);

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(TocsinRule) rule = timeline_rule("r", lines[i]);
		guint64 one = tocsin_rule_fingerprint(rule);

		g_assert_true(g_hash_table_add(seen, g_memdup2(&one, sizeof one)));
	}
	g_assert_true(g_hash_table_contains(seen, &fingerprint));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rule/all_faults_are_told", all_faults_are_told);
	g_test_add_func("/rule/keys_keep_values_apart", keys_keep_values_apart);
	g_test_add_func("/rule/keys_are_short_and_on_one_line", keys_are_short_and_on_one_line);
	g_test_add_func("/rule/names_are_those_that_are_asked", names_are_those_that_are_asked);
	g_test_add_func("/rule/fingerprints_tell_ways_to_gather_apart",
	                fingerprints_tell_ways_to_gather_apart);
	return g_test_run();
}
