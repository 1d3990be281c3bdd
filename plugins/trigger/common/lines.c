/* SPDX-License-Identifier: MIT */
/* From the end, newline by newline. */
#include "lines.h"

#include <string.h>

static void
turn_around(GPtrArray *lines)
{
	for (guint i = 0; i < lines->len / 2; i++) {
		gpointer other = lines->pdata[lines->len - 1 - i];

		lines->pdata[lines->len - 1 - i] = lines->pdata[i];
		lines->pdata[i] = other;
	}
}

GPtrArray *
tocsin_lines_take_last(const char *bytes, gsize length, guint count)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	while (length > 0 && bytes[length - 1] == '\n') {
		length--;
	}
	while (length > 0 && lines->len < count) {
		const char *newline = memrchr(bytes, '\n', length);
		gsize start = newline != NULL ? (gsize)(newline - bytes) + 1 : 0;
		tocsin_line *line = g_new0(tocsin_line, 1);

		*line = (tocsin_line){.size = sizeof *line, .mark = TOCSIN_LINE_MATCH};
		line->text = bytes + start;
		line->length = length - start;
		g_ptr_array_add(lines, line);
		length = start > 0 ? start - 1 : 0;
	}
	turn_around(lines);
	g_ptr_array_add(lines, NULL);
	return lines;
}
