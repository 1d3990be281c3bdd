/* SPDX-License-Identifier: MIT */
/* Places as text, and names of fields. */
#include <string.h>

#include "place.h"

static void
comes_back_as_it_was(void)
{
	static const TocsinJournalPlace places[] = {
	        {NULL, 0},
	        {NULL, G_GINT64_CONSTANT(1795435200000000)},
	        {(char *)"s=1;i=2;b=3", G_GINT64_CONSTANT(1795435200000000)},
	};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_auto(TocsinJournalPlace) place = {0};
		g_autofree char *text = tocsin_journal_place_save(&places[i]);

		g_assert_true(tocsin_journal_place_read(&place, text, strlen(text)));
		g_assert_cmpstr(place.cursor, ==, places[i].cursor);
		g_assert_cmpint(place.realtime_us, ==, places[i].realtime_us);
	}
}

static void
makes_no_sense_of_rubbish(void)
{
	static const char *const texts[] = {
	        "", "x", "1", "-1 x", "1x y", " x", "99999999999999999999 x"};
	g_auto(TocsinJournalPlace) place = {0};
	g_autofree char *too_long = g_strnfill(2000, '1');

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_false(tocsin_journal_place_read(&place, texts[i], strlen(texts[i])));
	}
	g_assert_false(tocsin_journal_place_read(&place, "1 a\0b", 5));
	g_assert_false(tocsin_journal_place_read(&place, too_long, 2000));
}

static void
knows_names_of_fields(void)
{
	static const struct {
		const char *name, *event;
		gboolean is_valid;
	} cases[] = {
	        {"MESSAGE", "message", TRUE},  {"_SYSTEMD_UNIT", "systemd_unit", TRUE},
	        {"__CURSOR", "cursor", TRUE},  {"CODE_LINE2", "code_line2", TRUE},
	        {"message", "message", FALSE}, {"1A", "a", FALSE},
	        {"A-B", "a-b", FALSE},         {"_", NULL, TRUE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *event = tocsin_journal_field_to_event(cases[i].name);

		g_assert_cmpstr(event, ==, cases[i].event);
		g_assert_cmpint(tocsin_journal_field_is_valid(cases[i].name, strlen(cases[i].name)),
		                ==, cases[i].is_valid);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trigger/journal/place", comes_back_as_it_was);
	g_test_add_func("/trigger/journal/rubbish", makes_no_sense_of_rubbish);
	g_test_add_func("/trigger/journal/fields", knows_names_of_fields);
	return g_test_run();
}
