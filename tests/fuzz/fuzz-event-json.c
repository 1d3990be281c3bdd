/* SPDX-License-Identifier: MIT */
/* Events as JSON: any text fails cleanly, or makes an event that is written and read back equal. */
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "engine/event-json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TocsinEventJsonDefaults defaults = {
	        .trigger = "fuzz", .now_us = G_USEC_PER_SEC, .are_paths_allowed = TRUE};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) events = tocsin_events_from_json(data, size, &defaults, &error);

	if (events == NULL) {
		g_assert_nonnull(error);
		return 0;
	}
	for (guint i = 0; i < events->len; i++) {
		g_autofree char *text = tocsin_event_to_json(events->pdata[i], i % 2 == 0);
		g_autofree char *again = NULL;
		g_autoptr(TocsinEvent) back =
		        tocsin_event_from_json(text, strlen(text), &defaults, &error);

		g_assert_no_error(error);
		again = tocsin_event_to_json(back, i % 2 == 0);
		g_assert_cmpstr(again, ==, text);
	}
	return 0;
}
