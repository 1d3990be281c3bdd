/* SPDX-License-Identifier: MIT */
/* Filters for times: seconds since 1970, or ISO 8601 text. "Now" is the run's clock. */
#include <math.h>
#include <string.h>

#include "template/filter.h"

#define SECONDS_MAX 253402300799.0 /* the end of the year 9999 */

static gboolean
read_time(const TocsinFilterCall *call, gdouble *out_seconds)
{
	g_autoptr(GTimeZone) utc = NULL;
	g_autoptr(GDateTime) time = NULL;

	if (tocsin_datum_is_number(call->input)) {
		*out_seconds = tocsin_datum_double(call->input);
	} else if (tocsin_datum_is_string(call->input)) {
		utc = g_time_zone_new_utc();
		time = g_date_time_new_from_iso8601(tocsin_datum_text(call->input), utc);
		*out_seconds = time != NULL ? (gdouble)g_date_time_to_unix(time) : NAN;
	} else {
		*out_seconds = NAN;
	}
	if (!(fabs(*out_seconds) <= SECONDS_MAX)) {
		tocsin_run_fail(call->run,
		                "a time is a number of seconds since 1970 or ISO 8601 text");
		return FALSE;
	}
	return TRUE;
}

static TocsinDatum *
date(const TocsinFilterCall *call)
{
	const char *form = tocsin_filter_string(call, 0, "%Y-%m-%d %H:%M:%S %Z");
	const char *name = tocsin_filter_string(
	        call, 1, call->run->time_zone != NULL ? call->run->time_zone : "UTC");
	g_autoptr(GTimeZone) zone = NULL;
	g_autoptr(GDateTime) utc = NULL;
	g_autoptr(GDateTime) local = NULL;
	gdouble seconds = 0;
	char *text;

	if (form == NULL || name == NULL || !read_time(call, &seconds)) {
		return NULL;
	}
	zone = g_time_zone_new_identifier(name);
	if (zone == NULL) {
		return tocsin_run_fail(call->run, "there is no time zone '%s'", name);
	}
	utc = g_date_time_new_from_unix_utc((gint64)floor(seconds));
	local = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
	text = local != NULL ? g_date_time_format(local, form) : NULL;
	return text != NULL ? tocsin_run_string_take(call->run, text, strlen(text), FALSE)
	                    : tocsin_run_fail(call->run, "'%s' is no form of a date", form);
}

/* The two largest units that are not zero: "1h 5m", "3d", "0s". */
static char *
describe(gdouble seconds)
{
	static const struct {
		gint64 size;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
	gint64 rest = (gint64)fabs(seconds);
	GString *out = g_string_new(seconds <= -1 ? "-" : NULL);
	guint used = 0;

	if (rest == 0 && fabs(seconds) > 0) {
		g_string_append_printf(out, "%dms", (int)(fabs(seconds) * 1000));
		return g_string_free(out, FALSE);
	}
	for (guint i = 0; i < G_N_ELEMENTS(units) && used < 2; i++) {
		gint64 count = rest / units[i].size;

		if (count > 0 || (i + 1 == G_N_ELEMENTS(units) && used == 0)) {
			g_string_append_printf(out, "%s%" G_GINT64_FORMAT "%s", used > 0 ? " " : "",
			                       count, units[i].name);
			used++;
		} else if (used > 0) {
			break;
		}
		rest %= units[i].size;
	}
	return g_string_free(out, FALSE);
}

static TocsinDatum *
duration(const TocsinFilterCall *call)
{
	char *text;

	if (!tocsin_datum_is_number(call->input) ||
	    !(fabs(tocsin_datum_double(call->input)) <= SECONDS_MAX)) {
		return tocsin_run_fail(call->run, "a duration is a number of seconds");
	}
	text = describe(tocsin_datum_double(call->input));
	return tocsin_datum_new_string_take(text, strlen(text));
}

static TocsinDatum *
ago(const TocsinFilterCall *call)
{
	gdouble now = (gdouble)tocsin_clock_wall_us(call->run->clock) / G_USEC_PER_SEC;
	g_autofree char *text = NULL;
	gdouble seconds = 0;

	if (!read_time(call, &seconds)) {
		return NULL;
	}
	if (fabs(now - seconds) < 1) {
		return tocsin_datum_new_string("now", -1);
	}
	text = describe(fabs(now - seconds));
	char *whole =
	        seconds > now ? g_strconcat("in ", text, NULL) : g_strconcat(text, " ago", NULL);

	return tocsin_datum_new_string_take(whole, strlen(whole));
}

const TocsinFilter tocsin_filters_time[] = {
        {"ago", "", ago, 0, FALSE},
        {"date", "format tz", date, 0, FALSE},
        {"duration", "", duration, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
