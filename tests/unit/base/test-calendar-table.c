/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"

#include <string.h>

#include <tocsin/error.h>

typedef struct {
	const char *text;
	const char *after;
	const char *next; /* NULL: none */
} Case;

static gint64
parse_time(const char *text)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, utc);

	g_assert_nonnull(date);
	return g_date_time_to_unix(date) * G_USEC_PER_SEC;
}

static char *
format_time(gint64 time_us)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);

	return g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ");
}

static void
finds_the_next_point(void)
{
	/* 2026-03-02 is a Monday; Berlin changes to summer time on 2026-03-29 at 01:00 UTC and back
	 * on 2026-10-25. */
	static const Case cases[] = {
	        {"daily", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
	        {"hourly", "2026-03-02T00:59:59Z", "2026-03-02T01:00:00Z"},
	        {"minutely", "2026-03-02T00:59:30Z", "2026-03-02T01:00:00Z"},
	        {"weekly", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"},
	        {"monthly", "2026-03-02T00:00:00Z", "2026-04-01T00:00:00Z"},
	        {"quarterly", "2026-03-02T00:00:00Z", "2026-04-01T00:00:00Z"},
	        {"semiannually", "2026-03-02T00:00:00Z", "2026-07-01T00:00:00Z"},
	        {"yearly", "2026-03-02T00:00:00Z", "2027-01-01T00:00:00Z"},
	        {"Mon..Fri 08:00", "2026-03-06T08:00:00Z", "2026-03-09T08:00:00Z"},
	        {"Sat,Sun 08:00", "2026-03-02T08:00:00Z", "2026-03-07T08:00:00Z"},
	        {"Fri..Mon 08:00", "2026-03-02T08:00:00Z", "2026-03-06T08:00:00Z"},
	        {"saturday", "2026-03-02T08:00:00Z", "2026-03-07T00:00:00Z"},
	        {"*-02-29", "2026-03-02T00:00:00Z", "2028-02-29T00:00:00Z"},
	        {"2026-12-24 18:30:15", "2026-03-02T00:00:00Z", "2026-12-24T18:30:15Z"},
	        {"2026-01-01", "2026-03-02T00:00:00Z", NULL},
	        {"02-30", "2026-03-02T00:00:00Z", NULL},
	        {"10-31", "2026-03-02T00:00:00Z", "2026-10-31T00:00:00Z"},
	        {"*-*-* *:0/15", "2026-03-02T10:16:00Z", "2026-03-02T10:30:00Z"},
	        {"*:5/20:30", "2026-03-02T10:25:30Z", "2026-03-02T10:45:30Z"},
	        {"9..17:00", "2026-03-02T17:00:00Z", "2026-03-03T09:00:00Z"},
	        {"9..17/4:00", "2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z"},
	        {"Sun *-*-1..7 02:00", "2026-03-02T00:00:00Z", "2026-04-05T02:00:00Z"},
	        {"Fri *-*-13", "2026-03-14T00:00:00Z", "2026-11-13T00:00:00Z"},
	        {"08:00 Europe/Berlin", "2026-03-28T08:00:00Z", "2026-03-29T06:00:00Z"},
	        {"02:30 Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
	        {"02:30 Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T01:30:00Z"},
	        {"*-*-* 12:00 UTC", "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z"},
	        {"daily", "1960-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
	        {"2169-12-31", "2026-03-02T00:00:00Z", "2169-12-31T00:00:00Z"},
	        {"daily", "2169-12-31T00:00:00Z", NULL},
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinCalendar) calendar =
		        tocsin_calendar_parse(cases[i].text, utc, &error);
		gint64 next_us = 0;
		gboolean is_found;
		g_autofree char *found = NULL;

		g_assert_no_error(error);
		is_found = tocsin_calendar_next(calendar, parse_time(cases[i].after), &next_us);
		found = is_found ? format_time(next_us) : NULL;
		if (g_strcmp0(found, cases[i].next) != 0) {
			g_test_message("'%s' after %s", cases[i].text, cases[i].after);
		}
		g_assert_cmpstr(found, ==, cases[i].next);
	}
}

static void
refuses_what_is_no_calendar(void)
{
	static const char *const texts[] = {
	        "",
	        "  ",
	        "UTC",
	        "Someday",
	        "25:00",
	        "12",
	        "12:60",
	        "12:00:60",
	        "2026-13-01",
	        "*-*-32",
	        "1969-01-01",
	        "2170-01-01",
	        "12:00 12:00",
	        "12:00 Mon",
	        "5..3:00",
	        "*:0/0",
	        "*:,5",
	        "*:5,",
	        "Mon..",
	        "Mon,",
	        "-1:00",
	        "+1:00",
	        "1-2-3-4",
	        "12:00 /etc/passwd",
	        "12:00 ../../etc/passwd",
	        "12:00:00.5",
	        "*-*~3",
	        "1:2:3:4",
	        "Mon..Fri..Sun",
	        "\xff",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinCalendar) calendar = tocsin_calendar_parse(texts[i], NULL, &error);

		if (calendar != NULL) {
			g_test_message("took '%s'", texts[i]);
		}
		g_assert_null(calendar);
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
}

static void
has_a_limit(void)
{
	g_autofree char *full = g_strnfill(TOCSIN_CALENDAR_TEXT_MAX, ' ');
	g_autofree char *over = g_strnfill(TOCSIN_CALENDAR_TEXT_MAX + 1, ' ');
	g_autoptr(TocsinCalendar) calendar = NULL;
	g_autoptr(GError) error = NULL;

	memcpy(full, "12:00", strlen("12:00"));
	calendar = tocsin_calendar_parse(full, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(calendar);
	g_assert_null(tocsin_calendar_parse(over, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar-table/finds_the_next_point", finds_the_next_point);
	g_test_add_func("/calendar-table/refuses_what_is_no_calendar", refuses_what_is_no_calendar);
	g_test_add_func("/calendar-table/has_a_limit", has_a_limit);
	return g_test_run();
}
