/* SPDX-License-Identifier: MIT */
/* Parses the bytes as a calendar; what it says comes next must come after. */
#include <stddef.h>
#include <stdint.h>

#include "base/calendar.h"

#define AFTER_US G_GINT64_CONSTANT(1774745999999999) /* just before summer time 2026 in Berlin */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(TocsinCalendar) calendar = tocsin_calendar_parse(text, utc, NULL);
	gint64 next_us;

	if (calendar != NULL && tocsin_calendar_next(calendar, AFTER_US, &next_us)) {
		g_assert_cmpint(next_us, >, AFTER_US);
	}
	return 0;
}
