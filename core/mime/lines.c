/* SPDX-License-Identifier: MIT */
/* Measures lines. */
#include "mime/lines.h"

#define LINE_MAX_LENGTH 998u

gboolean
tocsin_lines_are_short(const void *octets, gsize length)
{
	const guint8 *bytes = octets;
	gsize line = 0;

	for (gsize i = 0; i < length; i++) {
		line = bytes[i] == '\n' || bytes[i] == '\r' ? 0 : line + 1;
		if (line > LINE_MAX_LENGTH) {
			return FALSE;
		}
	}
	return TRUE;
}
