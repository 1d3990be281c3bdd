/* SPDX-License-Identifier: MIT */
#include "rule/recipients.h"

#include <string.h>

#include "timeline.h"

/* Who gets the mail about an event whose field `mail` is @value, by ";"; "refused" counts. */
static char *
compute(const char *const *lines, const char *value, guint *out_refused)
{
	g_autoptr(TocsinRule) rule = timeline_rule("r", lines);
	g_autoptr(TocsinGroup) group = tocsin_group_new("", "c", timeline_start());
	g_autoptr(TocsinLimit) limit = tocsin_limit_new("c");
	g_autoptr(TocsinEvent) event = tocsin_event_new("e", "t", "k", "", timeline_start());
	TocsinCircumstances circumstances = {.now_us = timeline_start()};
	g_auto(TocsinDecision) decision = {0};
	g_auto(TocsinRecipients) recipients = {0};

	tocsin_event_set_string(event, "mail", value, -1);
	tocsin_decide(rule, group, limit, event, &circumstances, &decision);
	g_assert_cmpint(decision.action, ==, TOCSIN_ACTION_COMPOSE);
	tocsin_recipients_init(&recipients);
	tocsin_recipients_compute(&recipients, rule, group, &decision);
	*out_refused = recipients.refused->len;
	g_ptr_array_add(recipients.to, NULL);
	return g_strjoinv(";", (char **)recipients.to->pdata);
}

static void
fields_that_are_no_addresses_are_left_out(void)
{
	static const char *const lines[] = {"to field:mail", NULL};
	static const char *const hostile[] = {
	        "eve@example.org\r\nBcc: all@example.org",
	        "eve@example.org\nRCPT TO:<all@example.org>",
	        "eve@example.org>",
	        "<eve@example.org> SIZE=1",
	        "eve",
	        "@example.org",
	        "",
	        "eve@example.org\x01",
	        "|/bin/sh",
	        "../../etc/passwd",
	};

	for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
		guint refused = 0;
		g_autofree char *to = compute(lines, hostile[i], &refused);

		if (to[0] != '\0') {
			g_test_message("took '%s' as '%s'", hostile[i], to);
		}
		g_assert_cmpstr(to, ==, "");
		g_assert_cmpuint(refused, ==, 1);
	}
}

static void
names_and_lists_are_taken(void)
{
	static const char *const lines[] = {"to field:mail", NULL};
	guint refused = 0;
	g_autofree char *to = compute(
	        lines, "Eve <eve@example.org>, adam@example.org, EVE@example.org", &refused);

	g_assert_cmpstr(to, ==, "Eve <eve@example.org>;adam@example.org");
	g_assert_cmpuint(refused, ==, 0);
}

static void
allow_and_deny_are_applied_last(void)
{
	static const char *const lines[] = {"to field:mail", "allow example.org .example.net",
	                                    "deny boss@example.org @sub.example.net", NULL};
	static const struct {
		const char *address;
		gboolean is_allowed;
	} cases[] = {
	        {"a@example.org", TRUE},      {"a@EXAMPLE.ORG", TRUE},
	        {"boss@example.org", FALSE},  {"a@sub.example.org", FALSE},
	        {"a@example.net", FALSE},     {"a@x.example.net", TRUE},
	        {"a@sub.example.net", FALSE}, {"a@badexample.org", FALSE},
	        {"a@other.example", FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		guint refused = 0;
		g_autofree char *to = compute(lines, cases[i].address, &refused);

		g_assert_cmpint(to[0] != '\0', ==, cases[i].is_allowed);
		g_assert_cmpuint(refused, ==, cases[i].is_allowed ? 0 : 1);
	}
}

static void
there_are_not_too_many(void)
{
	static const char *const lines[] = {"to field:mail", NULL};
	g_autoptr(GString) list = g_string_new(NULL);
	guint refused = 0;
	g_autofree char *to = NULL;
	g_auto(GStrv) all = NULL;

	for (guint i = 0; i < TOCSIN_RECIPIENTS_MAX + 5; i++) {
		g_string_append_printf(list, "a%u@example.org,", i);
	}
	to = compute(lines, list->str, &refused);
	all = g_strsplit(to, ";", -1);
	g_assert_cmpuint(g_strv_length(all), ==, TOCSIN_RECIPIENTS_MAX);
	g_assert_cmpuint(refused, ==, 5);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recipients/fields_that_are_no_addresses_are_left_out",
	                fields_that_are_no_addresses_are_left_out);
	g_test_add_func("/recipients/names_and_lists_are_taken", names_and_lists_are_taken);
	g_test_add_func("/recipients/allow_and_deny_are_applied_last",
	                allow_and_deny_are_applied_last);
	g_test_add_func("/recipients/there_are_not_too_many", there_are_not_too_many);
	return g_test_run();
}
