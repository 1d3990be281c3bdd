/* SPDX-License-Identifier: MIT */
/* Writes option tables as lines. */
#include "cli/option-list.h"

/* What parts the words of a usage line; brackets and dots mean something to people only. */
#define USAGE_MARKS " |[]().…"

void
tocsin_option_list_add(GString *out, const GOptionEntry *entries)
{
	for (; entries->long_name != NULL; entries++) {
		const char letter[] = {entries->short_name, '\0'};

		if (entries->flags & G_OPTION_FLAG_HIDDEN) {
			continue;
		}
		g_string_append_printf(out, "option\t%s\t%s\t%s\t%s\n", entries->long_name, letter,
		                       entries->arg_description == NULL ? ""
		                                                        : entries->arg_description,
		                       entries->description == NULL ? "" : entries->description);
	}
}

void
tocsin_option_list_add_usage(GString *out, const char *usage)
{
	g_auto(GStrv) words = g_strsplit_set(usage == NULL ? "" : usage, USAGE_MARKS, -1);

	for (char **word = words; *word != NULL; word++) {
		if (g_ascii_islower(**word) && strchr(*word, '=') == NULL) {
			g_string_append_printf(out, "word\t%s\n", *word);
		} else if (g_ascii_isupper(**word)) {
			g_string_append_printf(out, "value\t%s\n", *word);
		}
	}
}
