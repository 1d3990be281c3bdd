/* SPDX-License-Identifier: MIT */
/* Filters that cut, join and lay out text. */
#include <string.h>

#include "template/arithmetic.h"
#include "template/filter.h"

static TocsinDatum *
replace(const TocsinFilterCall *call)
{
	gboolean is_html = call->run->escape == TOCSIN_ESCAPE_HTML;
	gboolean is_safe = is_html && (tocsin_datum_is_safe(call->input) ||
	                               tocsin_datum_is_safe(call->given[0]) ||
	                               tocsin_datum_is_safe(call->given[1]));
	TocsinDatum *(*read)(TocsinRun *, const TocsinDatum *) =
	        is_safe ? tocsin_run_to_markup : tocsin_run_to_string;
	g_autoptr(TocsinDatum) text = read(call->run, call->input);
	g_autoptr(TocsinDatum) from = text != NULL ? read(call->run, call->given[0]) : NULL;
	g_autoptr(TocsinDatum) to = from != NULL ? read(call->run, call->given[1]) : NULL;
	gint64 count = 0;
	GString *out;
	const char *at;

	if (to == NULL || !tocsin_filter_int(call, 2, -1, &count)) {
		return NULL;
	}
	out = g_string_new(NULL);
	at = tocsin_datum_text(text);
	while (count-- != 0 && out->len <= call->run->limits->string_bytes) {
		const char *found = strstr(at, tocsin_datum_text(from));
		const char *behind;

		if (found == NULL) {
			break;
		}
		behind = found + tocsin_datum_size(from);
		g_string_append_len(out, at, found - at);
		g_string_append(out, tocsin_datum_text(to));
		at = behind;
		if (tocsin_datum_size(from) > 0) {
			continue;
		}
		/* An empty string is found before each character and at the end. */
		if (*at == '\0') {
			break;
		}
		at = g_utf8_next_char(behind);
		g_string_append_len(out, behind, at - behind);
	}
	g_string_append(out, at);
	return tocsin_run_gstring_take(call->run, out, is_safe);
}

static TocsinDatum *
split(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *separator = tocsin_filter_string(call, 0, NULL);
	g_auto(GStrv) parts = NULL;
	TocsinDatum *list;
	gint64 most = 0;

	if (text == NULL || !tocsin_filter_int(call, 1, -1, &most) || call->run->error != NULL) {
		return NULL;
	}
	if (separator != NULL && *separator == '\0') {
		return tocsin_run_fail(call->run, "split needs a separator that is not empty");
	}
	most = most < 0 || most > call->run->limits->members ? call->run->limits->members : most;
	parts = separator != NULL
	                ? g_strsplit(tocsin_datum_text(text), separator, (gint)most + 1)
	                : g_strsplit_set(tocsin_datum_text(text), " \t\n\r\v\f", (gint)most + 1);
	list = tocsin_datum_new_list();
	for (guint i = 0; parts[i] != NULL; i++) {
		if (separator != NULL || *parts[i] != '\0') {
			tocsin_datum_append(list, tocsin_datum_new_string(parts[i], -1));
		}
	}
	if (separator != NULL && tocsin_datum_count(list) == 0) {
		tocsin_datum_append(list, tocsin_datum_new_string("", 0));
	}
	return list;
}

static TocsinDatum *
split_lines(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *at = text != NULL ? tocsin_datum_text(text) : "";
	TocsinDatum *list;
	const char *line;
	gsize length;

	if (text == NULL) {
		return NULL;
	}
	list = tocsin_datum_new_list();
	while (tocsin_filter_next_line(&at, &line, &length)) {
		tocsin_datum_append(list, tocsin_datum_new_string(line, (gssize)length));
	}
	return list;
}

/* Each line but the first (unless @has_first) behind @prefix, empty ones only if @has_blank. */
static TocsinDatum *
prefix_lines(const TocsinFilterCall *call, const char *prefix, gboolean has_first,
             gboolean has_blank)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *at = text != NULL ? tocsin_datum_text(text) : "";
	gsize size = text != NULL ? tocsin_datum_size(text) : 0;
	GString *out;
	const char *line;
	gsize length;
	gboolean is_first = TRUE;

	if (text == NULL) {
		return NULL;
	}
	out = g_string_sized_new(size);
	while (tocsin_filter_next_line(&at, &line, &length) &&
	       out->len <= call->run->limits->string_bytes) {
		if (!is_first) {
			g_string_append_c(out, '\n');
		}
		if (is_first ? has_first : has_blank || length > 0) {
			g_string_append(out, prefix);
		}
		g_string_append_len(out, line, (gssize)length);
		is_first = FALSE;
	}
	if (is_first && has_first) {
		g_string_append(out, prefix);
	}
	/* A line end at the end stays: it has an empty line behind it. */
	if (size > 0 && tocsin_datum_text(text)[size - 1] == '\n') {
		g_string_append_c(out, '\n');
		g_string_append(out, has_blank ? prefix : "");
	}
	return tocsin_run_gstring_take(call->run, out, tocsin_datum_is_safe(text));
}

static TocsinDatum *
indent(const TocsinFilterCall *call)
{
	g_autofree char *spaces = NULL;
	gint64 width = 4;

	if (!tocsin_datum_is_string(call->input)) {
		return tocsin_run_fail(call->run, "indent needs a string, found %s",
		                       tocsin_datum_kind_name(call->input));
	}
	if (call->given[0] == NULL || !tocsin_datum_is_string(call->given[0])) {
		if (!tocsin_filter_int(call, 0, 4, &width) ||
		    !tocsin_run_allow_string(call->run, (gsize)CLAMP(width, 0, G_MAXINT32))) {
			return NULL;
		}
		spaces = g_strnfill((gsize)MAX(width, 0), ' ');
	}
	return prefix_lines(call, spaces != NULL ? spaces : tocsin_datum_text(call->given[0]),
	                    tocsin_filter_bool(call, 1, FALSE), tocsin_filter_bool(call, 2, FALSE));
}

static TocsinDatum *
quote(const TocsinFilterCall *call)
{
	const char *prefix = tocsin_filter_string(call, 0, "> ");

	return prefix != NULL ? prefix_lines(call, prefix, TRUE, TRUE) : NULL;
}

static TocsinDatum *
center(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	gint64 width = 80;
	gint64 missing;
	gint64 left;
	GString *out;

	if (text == NULL || !tocsin_filter_int(call, 0, 80, &width)) {
		return NULL;
	}
	if (width > call->run->limits->string_bytes) {
		return tocsin_run_fail_limit(call->run, "the width is too large");
	}
	missing = MAX(width - tocsin_datum_count(text), 0);
	left = missing / 2 + (missing & width & 1);
	out = g_string_new(NULL);
	for (gint64 i = 0; i < left; i++) {
		g_string_append_c(out, ' ');
	}
	g_string_append(out, tocsin_datum_text(text));
	for (gint64 i = left; i < missing; i++) {
		g_string_append_c(out, ' ');
	}
	return tocsin_run_gstring_take(call->run, out, tocsin_datum_is_safe(text));
}

static TocsinDatum *
count_words(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	gboolean was_word = FALSE;
	gint64 count = 0;

	if (text == NULL) {
		return NULL;
	}
	for (const char *at = tocsin_datum_text(text); *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		gboolean is_word = c == '_' || g_unichar_isalnum(c);

		count += is_word && !was_word ? 1 : 0;
		was_word = is_word;
	}
	return tocsin_datum_new_int(count);
}

static TocsinDatum *
format(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	g_autoptr(TocsinDatum) values = tocsin_datum_new_tuple();

	if (text == NULL) {
		return NULL;
	}
	if (call->arguments->named != NULL) {
		return tocsin_arithmetic_format(call->run, text, call->arguments->named);
	}
	for (guint i = 0; i < tocsin_arguments_count(call->arguments); i++) {
		tocsin_datum_append(values,
		                    tocsin_datum_ref(tocsin_arguments_nth(call->arguments, i)));
	}
	return tocsin_arithmetic_format(call->run, text, values);
}

static TocsinDatum *
string(const TocsinFilterCall *call)
{
	return tocsin_run_to_string(call->run, call->input);
}

static TocsinDatum *
base_name(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *slash = text != NULL ? strrchr(tocsin_datum_text(text), '/') : NULL;

	if (text == NULL) {
		return NULL;
	}
	return tocsin_datum_new_string(slash != NULL ? slash + 1 : tocsin_datum_text(text), -1);
}

static TocsinDatum *
dir_name(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *slash = text != NULL ? strrchr(tocsin_datum_text(text), '/') : NULL;

	if (text == NULL) {
		return NULL;
	}
	return tocsin_datum_new_string(tocsin_datum_text(text),
	                               slash == NULL ? 0 : MAX(slash - tocsin_datum_text(text), 1));
}

const TocsinFilter tocsin_filters_text[] = {
        {"basename", "", base_name, 0, FALSE},
        {"center", "width", center, 0, FALSE},
        {"dirname", "", dir_name, 0, FALSE},
        {"format", "...", format, 0, FALSE},
        {"indent", "width first blank", indent, 0, FALSE},
        {"quote", "prefix", quote, 0, FALSE},
        {"replace", "old new count", replace, 2, FALSE},
        {"split", "sep maxsplit", split, 0, FALSE},
        {"splitlines", "", split_lines, 0, FALSE},
        {"string", "", string, 0, FALSE},
        {"wordcount", "", count_words, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
