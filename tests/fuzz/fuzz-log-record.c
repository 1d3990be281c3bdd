/* SPDX-License-Identifier: MIT */
/* The time parser and the division into records, on any lines: records must be whole lines that add
 * up to the text, and must not depend on whether more text is to come. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "multiline.h"
#include "when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
divide(TocsinLogMultiline *multiline, const char *text, gsize length)
{
	for (gsize at = 0; at < length;) {
		gsize sure = tocsin_log_multiline_next(multiline, text + at, length - at, FALSE);
		gsize record = tocsin_log_multiline_next(multiline, text + at, length - at, TRUE);

		g_assert_cmpuint(record, >, 0);
		g_assert_cmpuint(record, <=, length - at);
		g_assert_true(sure == 0 || sure == record);
		g_assert_true(at + record == length || text[at + record - 1] == '\n');
		at += record;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static TocsinLogMultiline *presets[16];
	const char *text = (const char *)data;
	g_autoptr(TocsinLogZone) zone = tocsin_log_zone_new();
	gint64 us;

	if (size == 0) {
		return 0;
	}
	tocsin_log_when_find(zone, text, size, G_GINT64_CONSTANT(1795465468000000), &us);
	tocsin_log_when_parse(zone, "%b %d %H:%M:%S %Y %z", text, size, 0, &us);
	for (guint i = 0; tocsin_log_multiline_presets[i] != NULL; i++) {
		if (presets[i] == NULL) {
			presets[i] = tocsin_log_multiline_new_preset(
			        tocsin_log_multiline_presets[i], NULL);
			tocsin_log_multiline_set_limits(presets[i], 5, 200);
		}
		divide(presets[i], text, size);
	}
	return 0;
}
