/* SPDX-License-Identifier: MIT */
/* Three words, or "since" and a duration. */
#include "from.h"

#include <string.h>

/* lint: allow plugin-edge: durations are written here as everywhere */
#include "base/units.h"
#include "problems.h"

const tocsin_key tocsin_from_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "from",
        .fallback = "checkpoint",
        .help = "Where to begin: checkpoint, start, end, or \"since 10m\".",
};

gboolean
tocsin_from_parse(const char *text, gint64 now_us, TocsinFrom *out_from, gint64 *out_since_us,
                  GString *problems)
{
	static const char *const words[] = {"checkpoint", "start", "end"};
	static const TocsinFrom meanings[] = {TOCSIN_FROM_CHECKPOINT, TOCSIN_FROM_START,
	                                      TOCSIN_FROM_END};
	g_autoptr(GError) error = NULL;
	gint64 ago_us;

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strcmp(text, words[i]) == 0) {
			*out_from = meanings[i];
			return TRUE;
		}
	}
	if (!g_str_has_prefix(text, "since ")) {
		tocsin_problems_add(problems,
		                    "from: '%s' is none of checkpoint, start, end and \"since "
		                    "10m\"",
		                    text);
		return FALSE;
	}
	if (!tocsin_units_parse_duration(text + strlen("since "), &ago_us, &error)) {
		tocsin_problems_add(problems, "from: %s", error->message);
		return FALSE;
	}
	*out_from = TOCSIN_FROM_SINCE;
	*out_since_us = now_us - ago_us;
	return TRUE;
}
