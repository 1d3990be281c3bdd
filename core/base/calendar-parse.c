/* SPDX-License-Identifier: MIT */
/* Reads the text of a calendar into sets of numbers. */
#include "base/calendar-private.h"

#include <string.h>

#include <tocsin/error.h>

static const struct {
	const char *name;
	const char *text;
} words[] = {
        {"minutely", "*-*-* *:*:00"},
        {"hourly", "*-*-* *:00:00"},
        {"daily", "*-*-* 00:00:00"},
        {"weekly", "Mon *-*-* 00:00:00"},
        {"monthly", "*-*-01 00:00:00"},
        {"quarterly", "*-01,04,07,10-01 00:00:00"},
        {"semiannually", "*-01,07-01 00:00:00"},
        {"yearly", "*-01-01 00:00:00"},
        {"annually", "*-01-01 00:00:00"},
};

static const char *const weekday_names[] = {
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
};

/* A number of a component: its bounds, and what bit the lowest has. */
typedef struct {
	const char *name;
	int lowest;
	int highest;
	int base; /* the number of bit 0 */
} Range;

static const Range year_range = {"year", TOCSIN_CALENDAR_YEAR_FIRST,
                                 TOCSIN_CALENDAR_YEAR_FIRST + TOCSIN_CALENDAR_YEARS - 1,
                                 TOCSIN_CALENDAR_YEAR_FIRST};
static const Range month_range = {"month", 1, 12, 0};
static const Range day_range = {"day", 1, 31, 0};
static const Range hour_range = {"hour", 0, 23, 0};
static const Range minute_range = {"minute", 0, 59, 0};
static const Range second_range = {"second", 0, 59, 0};

/* One number of digits alone. */
static gboolean
read_number(const char *text, const Range *range, int *out_number, GError **error)
{
	guint64 number = 0;

	if (!g_ascii_string_to_unsigned(text, 10, (guint64)range->lowest, (guint64)range->highest,
	                                &number, NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no %s: expected %d to %d", text, range->name, range->lowest,
		            range->highest);
		return FALSE;
	}
	*out_number = (int)number;
	return TRUE;
}

/* One of a list: "*", N, N..M, any of them with /STEP. */
static gboolean
read_item(const char *text, const Range *range, guint64 *set, GError **error)
{
	static const Range step_range = {"step", 1, 1000, 0};
	g_auto(GStrv) stepped = g_strsplit(text, "/", 2);
	g_auto(GStrv) bounds = g_strsplit(stepped[0] != NULL ? stepped[0] : "", "..", 2);
	int first = range->lowest;
	int last = range->highest;
	int step = 1;
	gboolean has_step = stepped[0] != NULL && stepped[1] != NULL;
	gboolean is_all = g_strcmp0(bounds[0], "*") == 0 && bounds[1] == NULL;

	if (has_step && !read_number(stepped[1], &step_range, &step, error)) {
		return FALSE;
	}
	if (!is_all && !read_number(bounds[0] != NULL ? bounds[0] : "", range, &first, error)) {
		return FALSE;
	}
	if (!is_all && bounds[0] != NULL && bounds[1] != NULL) {
		if (!read_number(bounds[1], range, &last, error)) {
			return FALSE;
		}
	} else if (!is_all && !has_step) {
		last = first;
	}
	if (last < first) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' ends before it begins",
		            text);
		return FALSE;
	}
	for (int number = first; number <= last; number += step) {
		int bit = number - range->base;

		set[bit / 64] |= G_GUINT64_CONSTANT(1) << (bit % 64);
	}
	return TRUE;
}

static gboolean
read_component(const char *text, const Range *range, guint64 *set, GError **error)
{
	g_auto(GStrv) items = g_strsplit(text, ",", -1);

	if (items[0] == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "the %s is empty",
		            range->name);
		return FALSE;
	}
	for (guint i = 0; items[i] != NULL; i++) {
		if (!read_item(items[i], range, set, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
find_weekday(const char *name, guint *out_weekday)
{
	for (guint i = 0; i < G_N_ELEMENTS(weekday_names); i++) {
		gsize length = strlen(name);

		if (g_ascii_strcasecmp(name, weekday_names[i]) == 0 ||
		    (length == 3 && g_ascii_strncasecmp(name, weekday_names[i], 3) == 0)) {
			*out_weekday = i;
			return TRUE;
		}
	}
	return FALSE;
}

/* "Mon..Fri,Sun"; a range may go over the end of the week. */
static gboolean
read_weekdays(const char *text, guint64 *set, GError **error)
{
	g_auto(GStrv) items = g_strsplit(text, ",", -1);

	for (guint i = 0; items[i] != NULL; i++) {
		g_auto(GStrv) bounds = g_strsplit(items[i], "..", 2);
		guint first;
		guint last;

		if (bounds[0] == NULL || !find_weekday(bounds[0], &first) ||
		    !find_weekday(bounds[1] != NULL ? bounds[1] : bounds[0], &last)) {
			g_set_error(
			        error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			        "'%s' is no weekday: expected Mon, Tue, Wed, Thu, Fri, Sat, Sun "
			        "or ranges such as Mon..Fri",
			        items[i]);
			return FALSE;
		}
		*set |= 1u << first;
		for (guint day = first; day != last; day = (day + 1) % 7) {
			*set |= 1u << ((day + 1) % 7);
		}
	}
	return TRUE;
}

static gboolean
read_date(TocsinCalendar *self, const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", -1);
	guint count = g_strv_length(parts);

	if (count < 2 || count > 3) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no date: expected YEAR-MONTH-DAY or MONTH-DAY", text);
		return FALSE;
	}
	return read_component(count == 3 ? parts[0] : "*", &year_range, self->years, error) &&
	       read_component(parts[count - 2], &month_range, &self->months, error) &&
	       read_component(parts[count - 1], &day_range, &self->days, error);
}

static gboolean
read_time(TocsinCalendar *self, const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, ":", -1);
	guint count = g_strv_length(parts);

	if (count < 2 || count > 3) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no time: expected HOUR:MINUTE or HOUR:MINUTE:SECOND", text);
		return FALSE;
	}
	return read_component(parts[0], &hour_range, &self->hours, error) &&
	       read_component(parts[1], &minute_range, &self->minutes, error) &&
	       read_component(count == 3 ? parts[2] : "0", &second_range, &self->seconds, error);
}

static gboolean
read_zone(TocsinCalendar *self, const char *text, GError **error)
{
	/* GLib reads files for names of zones: nothing but a zone's name may come near them. */
	gboolean is_name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                                "0123456789_+-/") == strlen(text) &&
	                   g_ascii_isalpha(text[0]);
	g_autoptr(GTimeZone) zone = is_name ? g_time_zone_new_identifier(text) : NULL;

	if (zone == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is neither a weekday, a date, a time nor a time zone that this "
		            "machine knows",
		            text);
		return FALSE;
	}
	g_clear_pointer(&self->zone, g_time_zone_unref);
	self->zone = g_steal_pointer(&zone);
	return TRUE;
}

/* Each kind of word once, in the order of the enumeration. */
typedef enum {
	PART_WEEKDAYS,
	PART_DATE,
	PART_TIME,
	PART_ZONE,
} Part;

static Part
classify(const char *word)
{
	g_autofree char *head = g_strndup(word, 3);
	guint weekday;

	if (find_weekday(head, &weekday) && strpbrk(word, "/:_-") == NULL) {
		return PART_WEEKDAYS;
	}
	if (!g_ascii_isdigit(word[0]) && word[0] != '*') {
		return PART_ZONE;
	}
	return strchr(word, ':') != NULL ? PART_TIME : PART_DATE;
}

static gboolean
read_word(TocsinCalendar *self, const char *word, Part part, GError **error)
{
	switch (part) {
	case PART_WEEKDAYS:
		return read_weekdays(word, &self->weekdays, error);
	case PART_DATE:
		return read_date(self, word, error);
	case PART_TIME:
		return read_time(self, word, error);
	case PART_ZONE:
	default:
		return read_zone(self, word, error);
	}
}

static gboolean
read_words(TocsinCalendar *self, const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit_set(text, " \t", -1);
	guint seen = 0; /* bits of Part */

	for (guint i = 0; parts[i] != NULL; i++) {
		Part part = parts[i][0] != '\0' ? classify(parts[i]) : PART_ZONE;

		if (parts[i][0] == '\0') {
			continue;
		}
		if (seen >= 1u << part) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "'%s' is out of order: expected weekdays, date, time, zone",
			            parts[i]);
			return FALSE;
		}
		seen |= 1u << part;
		if (!read_word(self, parts[i], part, error)) {
			return FALSE;
		}
	}
	if ((seen & ~(1u << PART_ZONE)) == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' names no weekday, date or time", text);
		return FALSE;
	}
	if (!(seen & 1u << PART_WEEKDAYS)) {
		self->weekdays = 0x7f;
	}
	return ((seen & 1u << PART_DATE) || read_date(self, "*-*-*", error)) &&
	       ((seen & 1u << PART_TIME) || read_time(self, "0:0:0", error));
}

TocsinCalendar *
tocsin_calendar_parse(const char *text, GTimeZone *zone, GError **error)
{
	g_autoptr(TocsinCalendar) self = NULL;

	if (strlen(text) > TOCSIN_CALENDAR_TEXT_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "a calendar of more than %u bytes", TOCSIN_CALENDAR_TEXT_MAX);
		return NULL;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "a calendar is no UTF-8");
		return NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (g_ascii_strcasecmp(text, words[i].name) == 0) {
			text = words[i].text;
		}
	}
	self = g_new0(TocsinCalendar, 1);
	self->zone = zone != NULL ? g_time_zone_ref(zone) : g_time_zone_new_local();
	return read_words(self, text, error) ? g_steal_pointer(&self) : NULL;
}
