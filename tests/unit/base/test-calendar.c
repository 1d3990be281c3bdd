/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"

#include <string.h>
#include <tocsin/error.h>

static gint64
us_of(const char *iso)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(iso, NULL);

	g_assert_nonnull(date);
	return g_date_time_to_unix(date) * G_USEC_PER_SEC;
}

/* In Berlin @text comes next at each of @points (UTC), the first of which is the start. */
static void
assert_points(const char *text, const char *const *points)
{
	g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinCalendar) calendar = tocsin_calendar_parse(text, berlin, &error);
	gint64 at_us = us_of(points[0]);

	g_assert_no_error(error);
	for (guint i = 1; points[i] != NULL; i++) {
		gint64 next_us = 0;
		g_autoptr(GDateTime) found = NULL;
		g_autofree char *shown = NULL;

		g_assert_true(tocsin_calendar_next(calendar, at_us, &next_us));
		found = g_date_time_new_from_unix_utc(next_us / G_USEC_PER_SEC);
		shown = g_date_time_format(found, "%Y-%m-%dT%H:%M:%SZ");
		g_assert_cmpstr(shown, ==, points[i]);
		at_us = next_us;
	}
}

#define POINTS(text, ...) assert_points(text, (const char *const[]){__VA_ARGS__, NULL})

static void
words_are_short_for_dates(void)
{
	POINTS("hourly", "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z");
	POINTS("daily", "2026-11-23T10:00:00Z", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z");
	POINTS("weekly", "2026-11-23T10:00:00Z", "2026-11-29T23:00:00Z");
	POINTS("Monthly", "2026-11-23T10:00:00Z", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z");
	POINTS("yearly", "2026-11-23T10:00:00Z", "2026-12-31T23:00:00Z");
}

static void
parts_may_be_lists_ranges_and_steps(void)
{
	POINTS("Mon..Fri 08:30", "2026-11-27T10:00:00Z", "2026-11-30T07:30:00Z");
	POINTS("Sat..Sun,Wed 12:00 UTC", "2026-11-23T10:00:00Z", "2026-11-25T12:00:00Z",
	       "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z");
	POINTS("*:0/20", "2026-11-23T10:01:00Z", "2026-11-23T10:20:00Z", "2026-11-23T10:40:00Z",
	       "2026-11-23T11:00:00Z");
	POINTS("*-02-29 00:00:05 UTC", "2026-11-23T10:00:00Z", "2028-02-29T00:00:05Z");
	POINTS("2027-1..2-1,15 6:00 UTC", "2026-11-23T10:00:00Z", "2027-01-01T06:00:00Z",
	       "2027-01-15T06:00:00Z", "2027-02-01T06:00:00Z", "2027-02-15T06:00:00Z");
}

static void
an_hour_that_is_skipped_is_not_lost(void)
{
	/* In Berlin 02:00 became 03:00 on 29 March 2026, at 01:00 UTC. */
	POINTS("02:30", "2026-03-28T10:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
	POINTS("hourly", "2026-03-28T23:30:00Z", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z",
	       "2026-03-29T02:00:00Z");
}

static void
an_hour_that_comes_twice_counts_once(void)
{
	/* In Berlin 03:00 became 02:00 on 25 October 2026, at 01:00 UTC. */
	POINTS("02:30", "2026-10-24T10:00:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z");
	POINTS("hourly", "2026-10-24T23:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
}

static void
what_never_comes_is_told(void)
{
	g_autoptr(TocsinCalendar) never = tocsin_calendar_parse("*-02-30", NULL, NULL);
	g_autoptr(TocsinCalendar) past = tocsin_calendar_parse("1999-01-01", NULL, NULL);
	gint64 next_us = 42;

	g_assert_nonnull(never);
	g_assert_false(tocsin_calendar_next(never, us_of("2026-11-23T10:00:00Z"), &next_us));
	g_assert_false(tocsin_calendar_next(past, us_of("2026-11-23T10:00:00Z"), &next_us));
	g_assert_false(tocsin_calendar_next(never, G_MAXINT64, &next_us));
	g_assert_cmpint(next_us, ==, 42);
}

static void
refuses_what_means_nothing(void)
{
	const char *const bad[] = {
	        "",         "   ",
	        "noon",     "25:00",
	        "12:60",    "Mon Tue 12:00",
	        "13-01",    "*-*-* 1",
	        "Mon..",    "*-1..0-1",
	        "0:0/0",    "12:00 Mon",
	        "1-2-3-4",  "1:2:3:4",
	        ",:00",     "UTC",
	        "-1:00",    "2026-01-01 00:00 ../etc",
	        "1969-1-1", "2999-01-1",
	        "1.5:0",    "Europe/Atlan",
	};
	g_autofree char *longer = g_strnfill(TOCSIN_CALENDAR_TEXT_MAX + 1, '1');
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) one = NULL;

		g_assert_null(tocsin_calendar_parse(bad[i], NULL, &one));
		g_assert_error(one, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
	g_assert_null(tocsin_calendar_parse(longer, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/calendar/words", words_are_short_for_dates);
	g_test_add_func("/base/calendar/parts", parts_may_be_lists_ranges_and_steps);
	g_test_add_func("/base/calendar/skipped", an_hour_that_is_skipped_is_not_lost);
	g_test_add_func("/base/calendar/twice", an_hour_that_comes_twice_counts_once);
	g_test_add_func("/base/calendar/never", what_never_comes_is_told);
	g_test_add_func("/base/calendar/bad", refuses_what_means_nothing);
	return g_test_run();
}
