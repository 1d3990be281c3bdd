/* SPDX-License-Identifier: MIT */
/* Values for a template: what is taken can be looked up again, and trees stay shallow. */
#include "cli/draft-template.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) values = g_strsplit(text, "\n", 50);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinDatum) map = tocsin_draft_template_values(values, &error);

	if (map == NULL) {
		g_assert_nonnull(error);
		return 0;
	}
	g_assert_no_error(error);
	g_assert_cmpint(tocsin_datum_depth(map), <=, 9);
	for (guint i = 0; i < g_strv_length(values); i++) {
		g_autofree char *name = g_strndup(values[i], strcspn(values[i], ".="));

		g_assert_nonnull(tocsin_datum_lookup_named(map, name));
	}
	return 0;
}
