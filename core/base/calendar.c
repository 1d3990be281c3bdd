/* SPDX-License-Identifier: MIT */
/* Reckons the next point of a calendar: days by sets of bits, moments through GLib's zones. */
#include "base/calendar-private.h"

#define DAYS_PER_WEEK 7
#define HOURS 24
#define MINUTES 60
#define SECONDS 60

/* A day of the proleptic Gregorian calendar, and the second of it to start from. */
typedef struct {
	int year;
	int month;
	int day;
	int second;
} Moment;

static gboolean
has_bit(guint64 set, int bit)
{
	return (set >> bit) & 1;
}

static gboolean
has_year(const TocsinCalendar *self, int year)
{
	int index = year - TOCSIN_CALENDAR_YEAR_FIRST;

	return has_bit(self->years[index / 64], index % 64);
}

static int
days_in_month(int year, int month)
{
	return g_date_get_days_in_month((GDateMonth)month, (GDateYear)year);
}

/* Monday is 0: Sakamoto's method. */
static int
weekday_of(const Moment *moment)
{
	static const int offsets[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
	int year = moment->month < 3 ? moment->year - 1 : moment->year;
	int sunday_is_zero =
	        (year + year / 4 - year / 100 + year / 400 +
	         offsets[(guint)(moment->month + 11) % G_N_ELEMENTS(offsets)] + moment->day) %
	        DAYS_PER_WEEK;

	return (sunday_is_zero + DAYS_PER_WEEK - 1) % DAYS_PER_WEEK;
}

static gboolean
is_day_meant(const TocsinCalendar *self, const Moment *moment)
{
	return has_bit(self->days, moment->day) && has_bit(self->weekdays, weekday_of(moment));
}

/* Moves on to midnight of the next day, month or year. */
static void
skip(Moment *moment, gboolean is_month_done, gboolean is_year_done)
{
	moment->second = 0;
	moment->day++;
	if (is_month_done || is_year_done ||
	    moment->day > days_in_month(moment->year, moment->month)) {
		moment->day = 1;
		moment->month++;
	}
	if (is_year_done || moment->month > 12) {
		moment->month = 1;
		moment->year++;
	}
}

/* The first day from @moment on that is meant, with its time of day kept if it is that same day. */
static gboolean
find_day(const TocsinCalendar *self, Moment *moment)
{
	while (moment->year < TOCSIN_CALENDAR_YEAR_FIRST + TOCSIN_CALENDAR_YEARS) {
		if (!has_year(self, moment->year)) {
			skip(moment, FALSE, TRUE);
		} else if (!has_bit(self->months, moment->month)) {
			skip(moment, TRUE, FALSE);
		} else if (!is_day_meant(self, moment)) {
			skip(moment, FALSE, FALSE);
		} else {
			return TRUE;
		}
	}
	return FALSE;
}

/* The first second of the day from moment->second on that is meant. */
static gboolean
find_second(const TocsinCalendar *self, Moment *moment)
{
	int at = moment->second;

	while (at < HOURS * MINUTES * SECONDS) {
		int hour = at / (MINUTES * SECONDS);
		int minute = at / SECONDS % MINUTES;

		if (!has_bit(self->hours, hour)) {
			at = (hour + 1) * MINUTES * SECONDS;
		} else if (!has_bit(self->minutes, minute)) {
			at = (at / SECONDS + 1) * SECONDS;
		} else if (!has_bit(self->seconds, at % SECONDS)) {
			at++;
		} else {
			moment->second = at;
			return TRUE;
		}
	}
	return FALSE;
}

static gint64
moment_to_us(const TocsinCalendar *self, const Moment *moment)
{
	g_autoptr(GDateTime) date =
	        g_date_time_new(self->zone, moment->year, moment->month, moment->day,
	                        moment->second / (MINUTES * SECONDS),
	                        moment->second / SECONDS % MINUTES, moment->second % SECONDS);

	return date != NULL ? g_date_time_to_unix(date) * G_USEC_PER_SEC : G_MININT64;
}

gboolean
tocsin_calendar_next(const TocsinCalendar *self, gint64 after_us, gint64 *out_us)
{
	/* Before 1970 there is nothing to find, and the loop below would walk through it. */
	gint64 from_us = MAX(after_us, 0);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(from_us / G_USEC_PER_SEC);
	g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_timezone(utc, self->zone) : NULL;
	Moment moment = {0, 1, 1, 0};

	if (local == NULL) {
		return FALSE;
	}
	g_date_time_get_ymd(local, &moment.year, &moment.month, &moment.day);
	if (moment.year < TOCSIN_CALENDAR_YEAR_FIRST) {
		moment = (Moment){TOCSIN_CALENDAR_YEAR_FIRST, 1, 1, 0};
	} else {
		moment.second =
		        (g_date_time_get_hour(local) * MINUTES + g_date_time_get_minute(local)) *
		                SECONDS +
		        g_date_time_get_second(local);
	}
	while (find_day(self, &moment)) {
		while (find_second(self, &moment)) {
			gint64 found_us = moment_to_us(self, &moment);

			if (found_us > after_us) {
				*out_us = found_us;
				return TRUE;
			}
			moment.second++;
		}
		skip(&moment, FALSE, FALSE);
	}
	return FALSE;
}

void
tocsin_calendar_free(TocsinCalendar *self)
{
	if (self == NULL) {
		return;
	}
	g_clear_pointer(&self->zone, g_time_zone_unref);
	g_free(self);
}
