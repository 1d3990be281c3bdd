/* SPDX-License-Identifier: MIT */
/* Filters for case and the ends of strings. */
#include <string.h>

#include "template/filter.h"

static TocsinDatum *
change_case(const TocsinFilterCall *call, char *(*change)(const char *, gssize))
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	char *changed;

	if (text == NULL) {
		return NULL;
	}
	changed = change(tocsin_datum_text(text), (gssize)tocsin_datum_size(text));
	return tocsin_run_string_take(call->run, changed, strlen(changed),
	                              tocsin_datum_is_safe(text));
}

static TocsinDatum *
upper(const TocsinFilterCall *call)
{
	return change_case(call, g_utf8_strup);
}

static TocsinDatum *
lower(const TocsinFilterCall *call)
{
	return change_case(call, g_utf8_strdown);
}

static void
append_changed(GString *out, const char *text, gsize length, char *(*change)(const char *, gssize))
{
	g_autofree char *changed = change(text, (gssize)length);

	g_string_append(out, changed);
}

static char *
capitalize_text(const char *text, gssize length)
{
	GString *out = g_string_sized_new((gsize)length);
	gsize first = length > 0 ? (gsize)(g_utf8_next_char(text) - text) : 0;

	append_changed(out, text, first, g_utf8_strup);
	append_changed(out, text + first, (gsize)length - first, g_utf8_strdown);
	return g_string_free(out, FALSE);
}

static TocsinDatum *
capitalize(const TocsinFilterCall *call)
{
	return change_case(call, capitalize_text);
}

static gboolean
begins_word(gunichar c)
{
	return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || g_unichar_isspace(c) ||
	       c == '\v' || (c >= 0x1c && c <= 0x1f);
}

/* A word is what stands between white space and opening brackets. */
static char *
title_text(const char *text, gssize length)
{
	GString *out = g_string_sized_new((gsize)length);
	const char *word = text;

	for (const char *at = text;; at = g_utf8_next_char(at)) {
		if (*at != '\0' && !begins_word(g_utf8_get_char(at))) {
			continue;
		}
		if (at > word) {
			g_autofree char *changed = capitalize_text(word, at - word);

			g_string_append(out, changed);
		}
		if (*at == '\0') {
			return g_string_free(out, FALSE);
		}
		word = g_utf8_next_char(at);
		g_string_append_len(out, at, word - at);
	}
}

static TocsinDatum *
title(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = change_case(call, title_text);

	/* Jinja2 builds this one from parts and loses the mark; so it is escaped again. */
	return text != NULL ? tocsin_datum_new_string(tocsin_datum_text(text), -1) : NULL;
}

static gboolean
is_stripped(const char *at, const char *characters)
{
	gunichar c = g_utf8_get_char(at);

	return characters != NULL
	               ? g_utf8_strchr(characters, -1, c) != NULL
	               : g_unichar_isspace(c) || c == '\v' || c == 0x85 || (c >= 0x1c && c <= 0x1f);
}

static TocsinDatum *
trim(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *characters = tocsin_filter_string(call, 0, NULL);
	const char *start;
	const char *end;

	if (text == NULL || call->run->error != NULL) {
		return NULL;
	}
	start = tocsin_datum_text(text);
	end = start + tocsin_datum_size(text);
	while (start < end && is_stripped(start, characters)) {
		start = g_utf8_next_char(start);
	}
	while (end > start && is_stripped(g_utf8_prev_char(end), characters)) {
		end = g_utf8_prev_char(end);
	}
	return tocsin_run_string_take(call->run, g_strndup(start, (gsize)(end - start)),
	                              (gsize)(end - start), tocsin_datum_is_safe(text));
}

const TocsinFilter tocsin_filters_case[] = {
        {"capitalize", "", capitalize, 0, FALSE}, {"lower", "", lower, 0, FALSE},
        {"title", "", title, 0, FALSE},           {"trim", "chars", trim, 0, FALSE},
        {"upper", "", upper, 0, FALSE},           {NULL, NULL, NULL, 0, FALSE},
};
