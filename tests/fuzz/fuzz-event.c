/* SPDX-License-Identifier: MIT */
/* Whatever is taken as a packed event packs and reads again to the same. */
#include "model/event.h"

#include <stddef.h>
#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(TocsinEvent) event = tocsin_event_unpack(data, size, NULL);

	if (event != NULL) {
		g_autoptr(GByteArray) packed = tocsin_event_pack(event);
		g_autoptr(TocsinEvent) again = tocsin_event_unpack(packed->data, packed->len, NULL);

		g_assert_nonnull(again);
		g_assert_true(tocsin_value_equal(event->fields, again->fields));
	}
	return 0;
}
