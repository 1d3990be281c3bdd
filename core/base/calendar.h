/* SPDX-License-Identifier: MIT */
/* Points in time by the calendar: a subset of systemd.time(7)'s calendar events.
 *
 * "[WEEKDAYS] [[YEAR-]MONTH-DAY] [HOUR:MINUTE[:SECOND]] [ZONE]", or one of minutely, hourly, daily,
 * weekly, monthly, quarterly, semiannually, yearly, annually. A component is "*", or numbers
 * parted by commas, each of them N, N..M, N/STEP or N..M/STEP; weekdays are names (Mon, Monday) and
 * ranges of them. ZONE is UTC or a name such as Europe/Berlin; without it the zone is the given
 * one. Without a date it is every day, without a time midnight. Not taken from systemd: fractions
 * of seconds and "~" for days counted from the month's end.
 *
 * Immutable once parsed; any thread may use it. */
#ifndef TOCSIN_BASE_CALENDAR_H
#define TOCSIN_BASE_CALENDAR_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_CALENDAR_TEXT_MAX 256u /* bytes of one text */
#define TOCSIN_CALENDAR_YEAR_FIRST 1970
#define TOCSIN_CALENDAR_YEARS 200 /* a later year is refused */

typedef struct _TocsinCalendar TocsinCalendar;

/* Reads @text. @zone is for texts that name none; NULL is the machine's local zone.
 * TOCSIN_ERROR_INVALID says what was not understood, TOCSIN_ERROR_LIMIT that it is too long. */
TocsinCalendar *tocsin_calendar_parse(const char *text, GTimeZone *zone, GError **error);

/* Does nothing on NULL. */
void tocsin_calendar_free(TocsinCalendar *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinCalendar, tocsin_calendar_free)

/* The first point after @after_us (microseconds since 1970, UTC), not @after_us itself. An hour
 * that summer time skips counts as the moment of the change; one that comes twice counts once, the
 * second time. FALSE if there is none up to the last year. */
gboolean tocsin_calendar_next(const TocsinCalendar *self, gint64 after_us, gint64 *out_us);

G_END_DECLS

#endif
