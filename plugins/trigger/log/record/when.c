/* SPDX-License-Identifier: MIT */
/* Times in log lines: a small scanner over the line's first bytes. */
#include "when.h"

#include <string.h>
#include <time.h>

/* A time further inside is part of the message. */
#define SEARCHED 160u
#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)
#define LOCAL G_MAXINT /* no zone was written */

typedef struct {
	const char *at;
	const char *end;
} Scan;

typedef struct {
	gint year, month, day, hour, minute, second;
	gint fraction_us;
	gint zone_s; /* seconds east of UTC, or LOCAL */
} Moment;

struct _TocsinLogZone {
	GTimeZone *zone;
	gint64 slot; /* the quarter of an hour, local, that offset_s holds in */
	gint64 offset_s;
};

static gboolean
take_char(Scan *scan, const char *any)
{
	if (scan->at < scan->end && *scan->at != '\0' && strchr(any, *scan->at) != NULL) {
		scan->at++;
		return TRUE;
	}
	return FALSE;
}

/* Just @digits digits. */
static gboolean
take_number(Scan *scan, guint digits, gint *out_number)
{
	gint number = 0;

	if (scan->end - scan->at < (gssize)digits) {
		return FALSE;
	}
	for (guint i = 0; i < digits; i++) {
		if (!g_ascii_isdigit(scan->at[i])) {
			return FALSE;
		}
		number = number * 10 + (scan->at[i] - '0');
	}
	scan->at += digits;
	*out_number = number;
	return TRUE;
}

/* Digits behind a point or comma, as microseconds. */
static void
take_fraction(Scan *scan, gint *out_us)
{
	gint unit = 100000;

	*out_us = 0;
	if (scan->end - scan->at < 2 || !g_ascii_isdigit(scan->at[1]) || !take_char(scan, ".,")) {
		return;
	}
	for (; scan->at < scan->end && g_ascii_isdigit(*scan->at); scan->at++) {
		*out_us += (*scan->at - '0') * unit;
		unit /= 10;
	}
}

/* Z, +01:00, +0100 or +01, perhaps behind a space. */
static void
take_zone(Scan *scan, gint *out_s)
{
	Scan try = *scan;
	gint hours, minutes = 0;
	gboolean is_west;

	*out_s = LOCAL;
	if (take_char(&try, "Zz")) {
		*out_s = 0;
		return;
	}
	take_char(&try, " ");
	is_west = try.at < try.end && *try.at == '-';
	if (!take_char(&try, "+-") || !take_number(&try, 2, &hours)) {
		return;
	}
	take_char(&try, ":");
	if (take_number(&try, 2, &minutes) || hours <= 14) {
		*out_s = (hours * 3600 + minutes * 60) * (is_west ? -1 : 1);
	}
}

static gboolean
take_month(Scan *scan, gint *out_month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (gint i = 0; i < 12 && scan->end - scan->at >= 3; i++) {
		if (g_ascii_strncasecmp(scan->at, names + 3 * i, 3) == 0) {
			scan->at += 3;
			*out_month = i + 1;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
take_clock(Scan *scan, Moment *moment)
{
	return take_number(scan, 2, &moment->hour) && take_char(scan, ":") &&
	       take_number(scan, 2, &moment->minute) && take_char(scan, ":") &&
	       take_number(scan, 2, &moment->second);
}

/* 2026-11-23T20:24:28.123+01:00 and its variants. */
static gboolean
take_iso(Scan *scan, Moment *moment)
{
	if (!take_number(scan, 4, &moment->year) || !take_char(scan, "-/") ||
	    !take_number(scan, 2, &moment->month) || !take_char(scan, "-/") ||
	    !take_number(scan, 2, &moment->day) || !take_char(scan, "Tt _") ||
	    !take_clock(scan, moment)) {
		return FALSE;
	}
	take_fraction(scan, &moment->fraction_us);
	take_zone(scan, &moment->zone_s);
	return TRUE;
}

/* 20261123T202428.123+0100, ISO 8601's basic format. */
static gboolean
take_basic_iso(Scan *scan, Moment *moment)
{
	if (!take_number(scan, 4, &moment->year) || !take_number(scan, 2, &moment->month) ||
	    !take_number(scan, 2, &moment->day) || !take_char(scan, "Tt") ||
	    !take_number(scan, 2, &moment->hour) || !take_number(scan, 2, &moment->minute) ||
	    !take_number(scan, 2, &moment->second) ||
	    (scan->at < scan->end && g_ascii_isdigit(*scan->at))) {
		return FALSE;
	}
	take_fraction(scan, &moment->fraction_us);
	take_zone(scan, &moment->zone_s);
	return TRUE;
}

/* 23/Nov/2026:20:24:28 +0000 */
static gboolean
take_common(Scan *scan, Moment *moment)
{
	if (!take_number(scan, 2, &moment->day) || !take_char(scan, "/") ||
	    !take_month(scan, &moment->month) || !take_char(scan, "/") ||
	    !take_number(scan, 4, &moment->year) || !take_char(scan, ":") ||
	    !take_clock(scan, moment)) {
		return FALSE;
	}
	moment->fraction_us = 0;
	take_zone(scan, &moment->zone_s);
	return TRUE;
}

/* Nov  3 20:24:28, without a year. */
static gboolean
take_syslog(Scan *scan, Moment *moment)
{
	if (!take_month(scan, &moment->month) || !take_char(scan, " ")) {
		return FALSE;
	}
	if (!take_number(scan, 2, &moment->day) &&
	    !(take_char(scan, " ") && take_number(scan, 1, &moment->day)) &&
	    !take_number(scan, 1, &moment->day)) {
		return FALSE;
	}
	if (!take_char(scan, " ") || !take_clock(scan, moment)) {
		return FALSE;
	}
	take_fraction(scan, &moment->fraction_us);
	moment->zone_s = LOCAL;
	moment->year = 0;
	return TRUE;
}

TocsinLogZone *
tocsin_log_zone_new(void)
{
	TocsinLogZone *self = g_new0(TocsinLogZone, 1);

	self->zone = g_time_zone_new_local();
	self->slot = G_MININT64;
	return self;
}

void
tocsin_log_zone_free(TocsinLogZone *self)
{
	if (self != NULL) {
		g_time_zone_unref(self->zone);
		g_free(self);
	}
}

/* Seconds east of UTC at a local time. No zone changes but at a quarter of an hour. */
static gint64
offset_at(TocsinLogZone *self, gint64 local_s)
{
	gint64 slot = local_s / 900;

	if (slot != self->slot) {
		gint interval =
		        g_time_zone_find_interval(self->zone, G_TIME_TYPE_STANDARD, local_s);

		self->slot = slot;
		self->offset_s = interval >= 0 ? g_time_zone_get_offset(self->zone, interval) : 0;
	}
	return self->offset_s;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar, year > 0. */
static gint64
days_of(gint year, gint month, gint day)
{
	gint64 y = year - (month <= 2);
	gint64 days_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + days_of_year - 719468;
}

static gboolean
moment_to_us(TocsinLogZone *zone, const Moment *moment, gint64 *out_us)
{
	gint64 local_s;

	/* A second of 60 is a leap second and counts as the one after it. */
	if (moment->year < 1 || moment->month < 1 || moment->month > 12 || moment->day < 1 ||
	    moment->day >
	            g_date_get_days_in_month((GDateMonth)moment->month, (GDateYear)moment->year) ||
	    moment->hour > 23 || moment->minute > 59 || moment->second > 60) {
		return FALSE;
	}
	local_s = days_of(moment->year, moment->month, moment->day) * 86400 + moment->hour * 3600 +
	          moment->minute * 60 + moment->second;
	local_s -= moment->zone_s == LOCAL ? offset_at(zone, local_s) : moment->zone_s;
	*out_us = local_s * G_USEC_PER_SEC + moment->fraction_us;
	return TRUE;
}

/* The latest year that does not put the moment more than a day into the future. */
static gboolean
infer_year(TocsinLogZone *zone, Moment *moment, gint64 now_us, gint64 *out_us)
{
	/* The year, or the one after it on its last day: the loop begins with a later one. */
	gint this_year = (gint)(1970 + now_us / (DAY_US * 365));

	/* Eight years may lie between two 29ths of February. */
	for (gint year = this_year + 1; year >= this_year - 8 && year > 0; year--) {
		gint64 us;

		moment->year = year;
		if (moment_to_us(zone, moment, &us) && us <= now_us + DAY_US) {
			*out_us = us;
			return TRUE;
		}
	}
	return FALSE;
}

/* 1764000000, 1764000000.123, 1764000000123 or 1764000000123456 */
static gboolean
take_epoch(Scan *scan, gint64 *out_us)
{
	gint64 number = 0;
	guint digits = 0;
	gint fraction;

	for (; digits < 17 && scan->at < scan->end && g_ascii_isdigit(*scan->at); digits++) {
		number = number * 10 + (*scan->at++ - '0');
	}
	switch (digits) {
	case 10:
		take_fraction(scan, &fraction);
		number = number * G_USEC_PER_SEC + fraction;
		break;
	case 13:
		number *= 1000;
		break;
	case 16:
		break;
	default:
		return FALSE;
	}
	if (scan->at < scan->end && (g_ascii_isalnum(*scan->at) || *scan->at == '-')) {
		return FALSE;
	}
	*out_us = number;
	return TRUE;
}

gboolean
tocsin_log_when_find(TocsinLogZone *zone, const char *line, gsize length, gint64 now_us,
                     gint64 *out_us)
{
	const char *end = line + MIN(length, SEARCHED);
	Moment moment = {0};

	for (const char *p = line; p < end; p++) {
		Scan iso = {p, line + length}, basic = iso, other = iso;
		gboolean is_begin = p == line || !g_ascii_isalnum(p[-1]);

		if (!is_begin) {
			continue;
		}
		if (g_ascii_isdigit(*p) &&
		    (take_iso(&iso, &moment) || take_basic_iso(&basic, &moment) ||
		     take_common(&other, &moment)) &&
		    moment_to_us(zone, &moment, out_us)) {
			return TRUE;
		}
		other.at = p;
		/* A priority in angle brackets may stand before syslog's time. */
		if (g_ascii_isalpha(*p) && p - line <= 6 && take_syslog(&other, &moment) &&
		    infer_year(zone, &moment, now_us, out_us)) {
			return TRUE;
		}
		other.at = p;
		if (p - line <= 1 && take_epoch(&other, out_us)) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_log_when_parse(TocsinLogZone *zone, const char *format, const char *line, gsize length,
                      gint64 now_us, gint64 *out_us)
{
	g_autofree char *text = g_strndup(line, MIN(length, SEARCHED));
	struct tm parts = {.tm_year = G_MININT, .tm_mday = 1};
	gboolean has_zone = strstr(format, "%z") != NULL;
	Moment moment;

	if (strptime(text, format, &parts) == NULL) {
		return FALSE;
	}
	moment = (Moment){
	        .year = parts.tm_year == G_MININT ? 0 : parts.tm_year + 1900,
	        .month = parts.tm_mon + 1,
	        .day = parts.tm_mday,
	        .hour = parts.tm_hour,
	        .minute = parts.tm_min,
	        .second = parts.tm_sec,
	        .zone_s = has_zone ? (gint)parts.tm_gmtoff : LOCAL,
	};
	return moment.year == 0 ? infer_year(zone, &moment, now_us, out_us)
	                        : moment_to_us(zone, &moment, out_us);
}
