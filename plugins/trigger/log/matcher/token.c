/* SPDX-License-Identifier: MIT */
/* The pieces of PCRE2's syntax that say how, not what: flags, kinds of groups, quantifiers. */
#include "token.h"

#include <string.h>

/* (?i-s) and the like; stands behind the "(?". Returns TRUE if a group follows the colon. */
gboolean
tocsin_log_cursor_take_flags(TocsinLogCursor *cursor, TocsinLogFlags *flags)
{
	gboolean is_on = TRUE;
	const guint8 *before;

	for (; cursor->at < cursor->end; cursor->at++) {
		before = cursor->at - 1;
		switch (*cursor->at) {
		case '^':
			*flags = (TocsinLogFlags){0};
			cursor->is_line_bound = FALSE;
			break;
		case '-':
			is_on = FALSE;
			break;
		case 'i':
			flags->is_caseless = is_on;
			break;
		case 's':
			flags->is_dotall = is_on;
			break;
		case 'x':
			flags->is_extended = is_on;
			if (*before == 'x' && is_on) {
				tocsin_log_cursor_fail(cursor); /* (?xx) also changes classes */
				return FALSE;
			}
			break;
		case 'm':
			cursor->is_line_bound &= is_on;
			break;
		case 'n':
		case 'J':
		case 'U':
			break;
		case ':':
		case ')':
			return *cursor->at++ == ':';
		default:
			tocsin_log_cursor_fail(cursor);
			return FALSE;
		}
	}
	tocsin_log_cursor_fail(cursor);
	return FALSE;
}

/* What follows "(?", other than flags. Returns 'g' for a group, 'a' for an assertion, 'o' for
 * something opaque that is already over, 'f' for flags. */
char
tocsin_log_cursor_take_group_kind(TocsinLogCursor *cursor)
{
	if (tocsin_log_cursor_take(cursor, ":") || tocsin_log_cursor_take(cursor, "|") ||
	    tocsin_log_cursor_take(cursor, ">")) {
		return 'g';
	}
	if (tocsin_log_cursor_take(cursor, "=") || tocsin_log_cursor_take(cursor, "!") ||
	    tocsin_log_cursor_take(cursor, "*") || tocsin_log_cursor_take(cursor, "<=") ||
	    tocsin_log_cursor_take(cursor, "<!") || tocsin_log_cursor_take(cursor, "<*")) {
		return 'a';
	}
	if (tocsin_log_cursor_take(cursor, "<") || tocsin_log_cursor_take(cursor, "P<")) {
		tocsin_log_cursor_skip_past(cursor, '>');
		return 'g';
	}
	if (tocsin_log_cursor_take(cursor, "'")) {
		tocsin_log_cursor_skip_past(cursor, '\'');
		return 'g';
	}
	if (tocsin_log_cursor_take(cursor, "P=") || tocsin_log_cursor_take(cursor, "P>") ||
	    tocsin_log_cursor_take(cursor, "&") || tocsin_log_cursor_take(cursor, "R") ||
	    (cursor->at < cursor->end && g_ascii_isdigit((char)*cursor->at)) ||
	    tocsin_log_cursor_take(cursor, "+") ||
	    (cursor->end - cursor->at > 1 && cursor->at[0] == '-' &&
	     g_ascii_isdigit((char)cursor->at[1]))) {
		tocsin_log_cursor_skip_past(cursor, ')');
		return 'o';
	}
	return 'f';
}

/* In (?x) white space and comments mean nothing. */
void
tocsin_log_cursor_skip_blanks(TocsinLogCursor *cursor, const TocsinLogFlags *flags)
{
	while (flags->is_extended && !cursor->is_quoting && cursor->at < cursor->end) {
		if (*cursor->at == '#') {
			const guint8 *end =
			        memchr(cursor->at, '\n', (gsize)(cursor->end - cursor->at));

			cursor->at = end != NULL ? end + 1 : cursor->end;
		} else if (strchr(" \t\n\v\f\r", *cursor->at) != NULL && *cursor->at != 0) {
			cursor->at++;
		} else {
			return;
		}
	}
}

/* {n}, {n,} or {n,m}. A brace that begins no such thing is a character, but if it looks like one of
 * a later PCRE2's forms, the pattern is not understood. */
static gboolean
parse_braces(TocsinLogCursor *cursor, gint *out_minimum, gint *out_maximum)
{
	const guint8 *p = cursor->at + 1;
	gint numbers[2] = {0, 0};
	guint digits[2] = {0, 0};
	guint field = 0;

	for (; p < cursor->end && *p != '}'; p++) {
		if (*p == ',' && field == 0) {
			field = 1;
		} else if (g_ascii_isdigit((char)*p) && digits[field] < 6) {
			numbers[field] = numbers[field] * 10 + (*p - '0');
			digits[field]++;
		} else if (*p == ' ' || *p == '\t' || g_ascii_isdigit((char)*p)) {
			tocsin_log_cursor_fail(cursor);
			return FALSE;
		} else {
			return FALSE;
		}
	}
	if (p == cursor->end || (digits[0] == 0 && digits[1] == 0)) {
		return FALSE;
	}
	if (digits[0] == 0) {
		tocsin_log_cursor_fail(cursor);
		return FALSE;
	}
	cursor->at = p + 1;
	*out_minimum = numbers[0];
	*out_maximum = field == 0 ? numbers[0] : digits[1] == 0 ? -1 : numbers[1];
	return TRUE;
}

gboolean
tocsin_log_cursor_take_quantifier(TocsinLogCursor *cursor, gint *out_minimum, gint *out_maximum)
{
	if (cursor->is_quoting || cursor->at == cursor->end) {
		return FALSE;
	}
	switch (*cursor->at) {
	case '*':
	case '+':
		*out_minimum = *cursor->at == '+';
		*out_maximum = -1;
		cursor->at++;
		break;
	case '?':
		*out_minimum = 0;
		*out_maximum = 1;
		cursor->at++;
		break;
	case '{':
		if (!parse_braces(cursor, out_minimum, out_maximum)) {
			return FALSE;
		}
		break;
	default:
		return FALSE;
	}
	if (!tocsin_log_cursor_take(cursor, "?")) {
		tocsin_log_cursor_take(cursor, "+");
	}
	return TRUE;
}

/* A comment group before a quantifier, or a second quantifier, is not worth understanding. */
gboolean
tocsin_log_cursor_take_comment(TocsinLogCursor *cursor)
{
	if (cursor->is_quoting || !tocsin_log_cursor_take(cursor, "(?#")) {
		return FALSE;
	}
	tocsin_log_cursor_skip_past(cursor, ')');
	if (cursor->at < cursor->end && strchr("*+?{ \t\n#", *cursor->at) != NULL) {
		tocsin_log_cursor_fail(cursor);
	}
	return TRUE;
}

/* Features whose meaning depends on characters, not bytes. Saying yes too often costs little. */
gboolean
tocsin_log_token_needs_utf(const char *regex)
{
	static const char *const marks[] = {"\\p",  "\\P",  "\\X",   "\\x{",
	                                    "\\N{", "\\o{", "(*UTF", "(*UCP"};

	for (const char *p = regex; *p != '\0'; p++) {
		if ((guint8)*p >= 128) {
			return TRUE;
		}
	}
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (strstr(regex, marks[i]) != NULL) {
			return TRUE;
		}
	}
	return FALSE;
}
