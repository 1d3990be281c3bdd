/* SPDX-License-Identifier: MIT */
/* A regex (up to the first NUL) against lines (the rest): the matcher, with its literals and
 * buffers, must find the lines that PCRE2 alone finds. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "matcher.h"
#include "rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
on_match(const TocsinLogMatch *match, gpointer data)
{
	g_array_append_val((GArray *)data, match->offset);
	return TRUE;
}

/* The offsets of the lines that match. FALSE if one was too hard, which the two may see apart. */
static gboolean
match_plainly(const char *regex, const char *bytes, gsize length, GArray *out)
{
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();
	g_autoptr(TocsinLogMatchSpace) space = tocsin_log_match_space_new();
	g_autoptr(TocsinLogRule) rule = tocsin_log_rule_new("fuzz", regex, frequency, NULL);

	for (gsize start = 0; start < length;) {
		const char *newline = memchr(bytes + start, '\n', length - start);
		gsize end = newline != NULL ? (gsize)(newline - bytes) : length;
		gsize line_length;
		const char *line =
		        tocsin_log_text_trim_line(bytes + start, end - start, &line_length);
		gsize offset = (gsize)(line - bytes);

		switch (tocsin_log_rule_match(rule, space, line, line_length, 0,
		                              tocsin_log_text_of(line, line_length))) {
		case TOCSIN_LOG_MATCH_TOO_HARD:
			return FALSE;
		case TOCSIN_LOG_MATCH_YES:
			g_array_append_val(out, offset);
			break;
		default:
			break;
		}
		start = end + 1;
	}
	return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\0', MIN(size, 200)) : NULL;
	g_autoptr(TocsinLogMatcher) matcher = NULL;
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(gsize));
	g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(gsize));
	TocsinLogPattern pattern = {"fuzz", (const char *)data};
	const char *bytes;
	gsize length;

	if (end == NULL) {
		return 0;
	}
	matcher = tocsin_log_matcher_new(&pattern, 1, NULL);
	if (matcher == NULL) {
		return 0;
	}
	bytes = (const char *)end + 1;
	length = size - (size_t)(end + 1 - data);
	if (!match_plainly(pattern.regex, bytes, length, expected)) {
		return 0;
	}
	tocsin_log_matcher_scan(matcher, bytes, length, on_match, found);
	if (tocsin_log_matcher_get_failures(matcher, 0) > 0) {
		return 0;
	}
	g_assert_cmpmem(found->data, found->len * sizeof(gsize), expected->data,
	                expected->len * sizeof(gsize));
	return 0;
}
