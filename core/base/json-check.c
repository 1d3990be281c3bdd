/* SPDX-License-Identifier: MIT */
/* A look at JSON before a parser does: json-glib recurses as deep as it is told to, and skips
 * comments, in which quotes would hide what follows from whoever counts brackets. */
#include "base/json-check.h"

#include <string.h>
#include <tocsin/error.h>

/* All that may stand outside strings: blanks, structure, numbers, and true, false, null. */
#define OUTSIDE " \t\r\n{}[]:,+-.0123456789eEtrufalsn"

static gboolean
fail_at(gsize offset, const char *what, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "this is no JSON: %s at byte %" G_GSIZE_FORMAT, what, offset);
	return FALSE;
}

/* Where the string that begins at @start ends: its closing quote, or @length. */
static gsize
find_string_end(const char *text, gsize length, gsize start)
{
	gsize at = start + 1;

	while (at < length && text[at] != '"') {
		at += text[at] == '\\' ? 2 : 1;
	}
	return MIN(at, length);
}

gboolean
tocsin_json_check(const char *text, gsize length, guint depth_max, GError **error)
{
	guint depth = 0;

	if (!g_utf8_validate_len(text, length, NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "this is no JSON: it is not UTF-8");
		return FALSE;
	}
	for (gsize at = 0; at < length; at++) {
		if (text[at] == '"') {
			gsize start = at;

			at = find_string_end(text, length, at);
			if (at == length) {
				return fail_at(start, "no end of the string", error);
			}
		} else if (memchr(OUTSIDE, text[at], sizeof OUTSIDE - 1) == NULL) {
			return fail_at(at, "an unexpected character", error);
		} else if (text[at] == '[' || text[at] == '{') {
			if (++depth > depth_max) {
				g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
				            "JSON that is nested deeper than %u levels", depth_max);
				return FALSE;
			}
		} else if ((text[at] == ']' || text[at] == '}') && depth > 0) {
			depth--;
		}
	}
	return TRUE;
}
