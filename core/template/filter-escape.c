/* SPDX-License-Identifier: MIT */
/* Filters that make text harmless, or say that it is. */
#include <string.h>

#include "template/escape.h"
#include "template/filter.h"

static TocsinDatum *
escape_with(const TocsinFilterCall *call, void (*append)(const char *, GString *))
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	GString *out;

	if (text == NULL) {
		return NULL;
	}
	out = g_string_sized_new(tocsin_datum_size(text));
	append(tocsin_datum_text(text), out);
	return tocsin_run_gstring_take(call->run, out, FALSE);
}

static void
append_url(const char *text, GString *out)
{
	tocsin_escape_url(text, "", out);
}

static TocsinDatum *
escape_header(const TocsinFilterCall *call)
{
	return escape_with(call, tocsin_escape_header);
}

static TocsinDatum *
escape_shell(const TocsinFilterCall *call)
{
	return escape_with(call, tocsin_escape_shell);
}

static TocsinDatum *
escape_url(const TocsinFilterCall *call)
{
	return escape_with(call, append_url);
}

static TocsinDatum *
escape(const TocsinFilterCall *call)
{
	static const struct {
		const char *mode;
		void (*append)(const char *, GString *);
	} modes[] = {{"url", append_url},
	             {"header", tocsin_escape_header},
	             {"shell", tocsin_escape_shell},
	             {"json", tocsin_escape_json}};
	const char *mode = tocsin_filter_string(call, 0, "html");

	if (mode == NULL || strcmp(mode, "html") == 0) {
		return mode != NULL ? tocsin_run_to_markup(call->run, call->input) : NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (strcmp(modes[i].mode, mode) == 0) {
			return escape_with(call, modes[i].append);
		}
	}
	return tocsin_run_fail(call->run,
	                       "escape knows html, url, header, shell and json, not '%s'", mode);
}

static TocsinDatum *
force_escape(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	GString *out;

	if (text == NULL) {
		return NULL;
	}
	out = g_string_new(NULL);
	tocsin_escape_html(tocsin_datum_text(text), out);
	return tocsin_run_gstring_take(call->run, out, TRUE);
}

static TocsinDatum *
safe(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);

	return text != NULL ? tocsin_run_string_take(call->run, g_strdup(tocsin_datum_text(text)),
	                                             tocsin_datum_size(text), TRUE)
	                    : NULL;
}

static TocsinDatum *
break_lines(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_markup(call->run, call->input);
	GString *out;

	if (text == NULL) {
		return NULL;
	}
	out = g_string_new(tocsin_datum_text(text));
	g_string_replace(out, "\n", "<br>\n", 0);
	return tocsin_run_gstring_take(call->run, out, TRUE);
}

static gboolean
append_pair(const TocsinFilterCall *call, const TocsinDatum *key, const TocsinDatum *value,
            GString *out)
{
	g_autoptr(TocsinDatum) name = tocsin_run_to_string(call->run, key);
	g_autoptr(TocsinDatum) text = name != NULL ? tocsin_run_to_string(call->run, value) : NULL;
	g_autoptr(GString) pair = g_string_new(NULL);

	if (text == NULL) {
		return FALSE;
	}
	tocsin_escape_url(tocsin_datum_text(name), " ", pair);
	g_string_append_c(pair, '=');
	tocsin_escape_url(tocsin_datum_text(text), " ", pair);
	g_string_replace(pair, " ", "+", 0);
	g_string_append(out, out->len > 0 ? "&" : "");
	g_string_append(out, pair->str);
	return TRUE;
}

static TocsinDatum *
url_encode(const TocsinFilterCall *call)
{
	g_autoptr(GString) out = g_string_new(NULL);
	TocsinDatumKind kind = tocsin_datum_kind(call->input);

	if (kind != TOCSIN_DATUM_MAP && kind != TOCSIN_DATUM_LIST) {
		g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);

		if (text == NULL) {
			return NULL;
		}
		tocsin_escape_url(tocsin_datum_text(text), "/", out);
		return tocsin_run_gstring_take(call->run, g_steal_pointer(&out), FALSE);
	}
	for (guint i = 0; i < tocsin_datum_count(call->input); i++) {
		const TocsinDatum *value = tocsin_datum_nth(call->input, i);
		const TocsinDatum *key =
		        kind == TOCSIN_DATUM_MAP ? tocsin_datum_nth_key(call->input, i) : NULL;

		if (key == NULL && tocsin_datum_kind(value) == TOCSIN_DATUM_LIST &&
		    tocsin_datum_count(value) == 2) {
			key = tocsin_datum_nth(value, 0);
			value = tocsin_datum_nth(value, 1);
		}
		if (key == NULL) {
			return tocsin_run_fail(call->run, "urlencode needs pairs");
		}
		if (!append_pair(call, key, value, out)) {
			return NULL;
		}
	}
	return tocsin_run_gstring_take(call->run, g_steal_pointer(&out), FALSE);
}

static TocsinDatum *
xml_attributes(const TocsinFilterCall *call)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (tocsin_datum_kind(call->input) != TOCSIN_DATUM_MAP) {
		return tocsin_run_fail(call->run, "xmlattr needs a map");
	}
	for (guint i = 0; i < tocsin_datum_count(call->input); i++) {
		const TocsinDatum *value = tocsin_datum_nth(call->input, i);
		const TocsinDatum *key = tocsin_datum_nth_key(call->input, i);
		g_autoptr(TocsinDatum) text = NULL;

		if (!tocsin_datum_is_defined(value) ||
		    tocsin_datum_kind(value) == TOCSIN_DATUM_NONE) {
			continue;
		}
		if (!tocsin_datum_is_string(key) ||
		    strpbrk(tocsin_datum_text(key), " \t\n\r\f\v/>=") != NULL) {
			return tocsin_run_fail(call->run,
			                       "an attribute's name has a character that "
			                       "it must not have");
		}
		text = tocsin_run_to_markup(call->run, value);
		if (text == NULL) {
			return NULL;
		}
		g_string_append(out, out->len > 0 || tocsin_filter_bool(call, 0, TRUE) ? " " : "");
		tocsin_escape_html(tocsin_datum_text(key), out);
		g_string_append_printf(out, "=\"%s\"", tocsin_datum_text(text));
	}
	return tocsin_run_gstring_take(call->run, g_steal_pointer(&out),
	                               call->run->escape == TOCSIN_ESCAPE_HTML);
}

const TocsinFilter tocsin_filters_escape[] = {
        {"e", "mode", escape, 0, FALSE},
        {"escape", "mode", escape, 0, FALSE},
        {"escapeheader", "", escape_header, 0, FALSE},
        {"escapeshell", "", escape_shell, 0, FALSE},
        {"escapeurl", "", escape_url, 0, FALSE},
        {"forceescape", "", force_escape, 0, FALSE},
        {"nl2br", "", break_lines, 0, FALSE},
        {"safe", "", safe, 0, FALSE},
        {"urlencode", "", url_encode, 0, FALSE},
        {"xmlattr", "autospace", xml_attributes, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
