/* SPDX-License-Identifier: MIT */
/* Filters on patterns: replacing and hiding. */
#include <string.h>

#include "template/filter.h"

/* Each match replaced; @is_literal takes the replacement as it is, else \1 and \g<name> are
 * what was captured. */
static TocsinDatum *
replace_matches(const TocsinFilterCall *call, const char *pattern, const char *replacement,
                gboolean is_literal)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	GRegex *regex = text != NULL ? tocsin_run_regex(call->run, pattern) : NULL;
	g_autoptr(GError) error = NULL;
	char *out;

	if (regex == NULL || !tocsin_run_step(call->run, (guint)tocsin_datum_size(text))) {
		return NULL;
	}
	out = is_literal ? g_regex_replace_literal(regex, tocsin_datum_text(text), -1, 0,
	                                           replacement, 0, &error)
	                 : g_regex_replace(regex, tocsin_datum_text(text), -1, 0, replacement, 0,
	                                   &error);
	return out != NULL ? tocsin_run_string_take(call->run, out, strlen(out), FALSE)
	                   : tocsin_run_fail_limit(
	                             call->run, "replacing by a pattern failed or took too long");
}

static TocsinDatum *
regex_replace(const TocsinFilterCall *call)
{
	const char *pattern = tocsin_filter_string(call, 0, "");
	const char *replacement = tocsin_filter_string(call, 1, "");

	if (pattern == NULL || replacement == NULL) {
		return NULL;
	}
	if (strlen(replacement) > 1024) {
		return tocsin_run_fail_limit(call->run, "a replacement of more than 1024 bytes");
	}
	return replace_matches(call, pattern, replacement, FALSE);
}

static TocsinDatum *
redact(const TocsinFilterCall *call)
{
	/* A name that speaks of a secret with its value, a credential scheme, a URL's userinfo. */
	static const char secrets[] =
	        "(?i)\\b(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key)"
	        "[\"']?\\s*[=:]\\s*\\K(?:\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s,;&\"']+)"
	        "|\\b(?:Bearer|Basic)\\s+\\K[A-Za-z0-9._~+/=-]{8,}"
	        "|://[^/\\s:@]*:\\K[^/\\s@]+(?=@)";
	const char *pattern = tocsin_filter_string(call, 0, secrets);
	const char *mask = tocsin_filter_string(call, 1, "***");

	if (pattern == NULL || mask == NULL) {
		return NULL;
	}
	return replace_matches(call, pattern, mask, TRUE);
}

const TocsinFilter tocsin_filters_regex[] = {
        {"redact", "pattern mask", redact, 0, FALSE},
        {"regex_replace", "pattern replacement", regex_replace, 1, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
