/* SPDX-License-Identifier: MIT */
/* Qualifying takes nothing away, and whole addresses stay as they are. */
#include "cli/qualify.h"
#include "model/address.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *list = g_strndup((const char *)data, size);
	g_autofree char *qualified = tocsin_qualify_list(list, "h.example");
	g_autoptr(GPtrArray) before = tocsin_address_parse_list(list, -1, NULL);
	const char *rest = list;

	for (const char *c = qualified; *c != '\0'; c++) {
		rest += *c == *rest ? 1 : 0;
	}
	g_assert_cmpint(*rest, ==, '\0');
	if (before != NULL) {
		g_assert_cmpstr(qualified, ==, list);
	}
	return 0;
}
