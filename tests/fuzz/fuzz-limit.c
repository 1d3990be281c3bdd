/* SPDX-License-Identifier: MIT */
/* Whatever is taken as a packed limit packs and reads again to the same. */
#include "rule/limit.h"

#include <stddef.h>
#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(TocsinLimit) limit = tocsin_limit_unpack(data, size, NULL);

	if (limit != NULL) {
		g_autoptr(GByteArray) packed = tocsin_limit_pack(limit);
		g_autoptr(TocsinLimit) again = tocsin_limit_unpack(packed->data, packed->len, NULL);

		g_assert_nonnull(again);
		g_assert_cmpint(tocsin_limit_is_holding(limit), ==, tocsin_limit_is_holding(again));
	}
	return 0;
}
