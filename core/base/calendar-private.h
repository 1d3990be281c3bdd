/* SPDX-License-Identifier: MIT */
/* What the calendar's parser hands to its reckoner. */
#ifndef TOCSIN_BASE_CALENDAR_PRIVATE_H
#define TOCSIN_BASE_CALENDAR_PRIVATE_H

#include "base/calendar.h"

/* Bit N of a set stands for the number N; of years, for TOCSIN_CALENDAR_YEAR_FIRST + N. */
struct _TocsinCalendar {
	guint64 seconds;
	guint64 minutes;
	guint64 hours;
	guint64 days;     /* from 1 */
	guint64 months;   /* from 1 */
	guint64 weekdays; /* Monday is 0 */
	guint64 years[(TOCSIN_CALENDAR_YEARS + 63) / 64];
	GTimeZone *zone;
};

#endif
