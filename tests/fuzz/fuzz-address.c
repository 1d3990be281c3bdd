/* SPDX-License-Identifier: MIT */
/* Whatever is taken as an address reads back as itself and cannot leave its line. */
#include "base/text.h"
#include "model/address-compat.h"
#include "model/address.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GPtrArray) list =
	        tocsin_address_parse_list((const char *)data, (gssize)size, NULL);
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *quoted = tocsin_address_quoteaddr(text);

	for (guint i = 0; list != NULL && i < list->len; i++) {
		const TocsinAddress *address = list->pdata[i];
		g_autofree char *again = tocsin_address_format(address->name, address->spec);
		g_autoptr(TocsinAddress) back = tocsin_address_parse(again, -1, NULL);

		g_assert_nonnull(back);
		g_assert_cmpstr(back->spec, ==, address->spec);
		g_assert_true(tocsin_address_check_spec(address->spec, FALSE, NULL));
		g_assert_cmpint(tocsin_text_find_control(again, strlen(again)), ==, -1);
	}
	return 0;
}
