/* SPDX-License-Identifier: MIT */
/* The shipped templates fit the events of any trigger, and any decision. */
#include <string.h>

#include "engine/letter-schema.h"
#include "letter-fixture.h"

static TocsinLetters *
open_letters(gconstpointer folder)
{
	const char *const folders[] = {folder, NULL};

	return tocsin_letters_new(folders);
}

static void
assert_fits(TocsinLetters *letters, const TocsinDatum *schema)
{
	g_auto(GStrv) names = tocsin_letters_names(letters);

	g_assert_cmpuint(g_strv_length(names), ==, 5);
	for (guint i = 0; names[i] != NULL; i++) {
		g_autoptr(GPtrArray) problems = tocsin_letters_check(letters, names[i], schema);

		for (guint j = 0; j < problems->len; j++) {
			g_test_message("%s", (const char *)problems->pdata[j]);
		}
		g_assert_cmpuint(problems->len, ==, 0);
	}
}

static void
no_field_is_taken_for_granted(gconstpointer folder)
{
	g_autoptr(TocsinLetters) letters = open_letters(folder);
	g_autoptr(TocsinSchema) known = tocsin_schema_new();
	const TocsinLetterSource sources[] = {{"auth", known}, {"drop", known}};
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinDatum) strict = NULL;
	g_autoptr(TocsinDatum) any = NULL;

	fixture_init(&fixture, "r");
	tocsin_table_schema.add_kind(known, "failed", "No.");
	tocsin_table_schema.add_field(known, "failed", "odd", TOCSIN_FIELD_TEXT, "Odd.");
	strict = tocsin_letter_schema(fixture.rule, sources, 2);
	assert_fits(letters, strict);
	any = tocsin_letter_schema(NULL, NULL, 0);
	assert_fits(letters, any);
}

/* Of no events, with all numbers at one end or the other. */
static void
make_strange(TocsinDecision *decision, TocsinReason reason, gboolean is_large)
{
	decision->reason = reason;
	decision->is_open = is_large;
	decision->since_us = is_large ? FIXTURE_NOW_US : 0;
	decision->held_back = is_large ? G_MAXUINT64 : 0;
	decision->tally->late = decision->held_back;
	decision->tally->others = decision->held_back;
	decision->tally->count = decision->held_back;
	g_ptr_array_set_size(decision->tally->samples, 0);
	g_array_set_size(decision->tally->kinds, 0);
}

/* Whatever is empty or missing, and whatever group there is. */
static void
no_decision_is_too_strange(gconstpointer folder)
{
	g_auto(Fixture) fixture = {0};
	g_auto(GStrv) names = NULL;
	g_autoptr(TocsinGroup) empty = tocsin_group_new("", "c", 0);
	TocsinGroup *groups[] = {NULL, empty};

	fixture_init(&fixture, "r");
	fixture.letters = open_letters(folder);
	fixture_decide(&fixture, fixture_event("e", FIXTURE_NOW_US));
	names = tocsin_letters_names(fixture.letters);
	for (guint i = 0; i < 5u * 9u * 2u * 2u; i++) {
		TocsinGroup *own = fixture.group;

		make_strange(&fixture.decision, (TocsinReason)(i / 5 % 9), i / 45 % 2);
		fixture.style.template_name = names[i % 5];
		fixture.style.template_resolved = names[i % 5];
		fixture.style.template_digest = names[i % 5];
		fixture.group = groups[i / 90];
		tocsin_mail_unref(fixture_write(&fixture, NULL));
		g_assert_cmpstr(fixture.fault, ==, NULL);
		fixture.group = own;
	}
}

/* A mail of ten events, as a flood makes them. */
static void
writing_is_quick(gconstpointer folder)
{
	g_auto(Fixture) fixture = {0};
	gint64 best_us = G_MAXINT64;

	fixture_init(&fixture, "r");
	fixture.letters = open_letters(folder);
	fixture_decide(&fixture, fixture_event("e", FIXTURE_NOW_US));
	for (guint i = 1; i < 10; i++) {
		g_autofree char *id = g_strdup_printf("e%u", i);
		g_autoptr(TocsinEvent) event = fixture_event(id, FIXTURE_NOW_US + i);

		tocsin_event_set_string(event, "line", "Failed password for root", -1);
		tocsin_tally_add(fixture.decision.tally, event, event->time_us, 10);
	}
	for (guint i = 0; i < 20; i++) {
		gint64 before_us = g_get_monotonic_time();
		g_autoptr(TocsinMail) mail = fixture_write(&fixture, NULL);

		best_us = MIN(best_us, g_get_monotonic_time() - before_us);
		g_assert_cmpstr(fixture.fault, ==, NULL);
	}
	g_test_message("%" G_GINT64_FORMAT " us at best", best_us);
	g_assert_cmpint(best_us, <, 100000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	g_test_add_data_func("/letters-shipped/no_field_is_taken_for_granted", argv[1],
	                     no_field_is_taken_for_granted);
	g_test_add_data_func("/letters-shipped/no_decision_is_too_strange", argv[1],
	                     no_decision_is_too_strange);
	g_test_add_data_func("/letters-shipped/writing_is_quick", argv[1], writing_is_quick);
	return g_test_run();
}
