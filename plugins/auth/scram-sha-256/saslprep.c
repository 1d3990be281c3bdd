/* SPDX-License-Identifier: MIT */
/* SASLprep (RFC 4013) on GLib's Unicode tables: user names and passwords that look the same become
 * the same bytes. */
#include <string.h>

#include "scram.h"

/* RFC 3454 table B.1: mapped to nothing. */
static gboolean
is_mapped_to_nothing(gunichar c)
{
	return c == 0x00ad || c == 0x034f || c == 0x1806 || (c >= 0x180b && c <= 0x180d) ||
	       (c >= 0x200b && c <= 0x200d) || c == 0x2060 || (c >= 0xfe00 && c <= 0xfe0f) ||
	       c == 0xfeff;
}

/* RFC 4013 section 2.3, by general category: the tables C.2 to C.9. */
static gboolean
is_prohibited(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_SURROGATE:
		return TRUE;
	default:
		return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) ||
		       (c >= 0xfff9 && c <= 0xfffd) || (c >= 0x2ff0 && c <= 0x2ffb);
	}
}

static gboolean
is_right_to_left(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_ARABIC:
	case G_UNICODE_SCRIPT_HEBREW:
	case G_UNICODE_SCRIPT_SYRIAC:
	case G_UNICODE_SCRIPT_THAANA:
		return g_unichar_isalpha(c);
	default:
		return FALSE;
	}
}

/* RFC 3454 section 6: a text with right-to-left letters begins and ends with one, and has no other
 * letters. */
static gboolean
is_direction_consistent(const char *text)
{
	gboolean has_right = FALSE;
	gboolean has_left = FALSE;
	gunichar first = g_utf8_get_char(text);
	gunichar last = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		last = g_utf8_get_char(p);
		has_right |= is_right_to_left(last);
		has_left |= g_unichar_isalpha(last) && !is_right_to_left(last);
	}
	return !has_right || (!has_left && is_right_to_left(first) && is_right_to_left(last));
}

/* Section 2.1: other spaces become a space, what is mapped to nothing goes. */
static char *
map(const char *text)
{
	/* Sized at once, so that no copy of a password is left behind by growing. */
	GString *out = g_string_sized_new(strlen(text) + 1);

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR) {
			g_string_append_c(out, ' ');
		} else if (!is_mapped_to_nothing(c)) {
			g_string_append_unichar(out, c);
		}
	}
	return g_string_free(out, FALSE);
}

char *
scram_prepare(const char *text)
{
	if (!g_utf8_validate(text, -1, NULL)) {
		return NULL;
	}
	char *mapped = map(text);
	char *normal = g_utf8_normalize(mapped, -1, G_NORMALIZE_NFKC);
	gboolean is_allowed = normal[0] != '\0' && is_direction_consistent(normal);

	for (const char *p = normal; is_allowed && *p != '\0'; p = g_utf8_next_char(p)) {
		is_allowed = !is_prohibited(g_utf8_get_char(p));
	}
	explicit_bzero(mapped, strlen(mapped));
	g_free(mapped);
	if (!is_allowed) {
		explicit_bzero(normal, strlen(normal));
		g_clear_pointer(&normal, g_free);
	}
	return normal;
}
