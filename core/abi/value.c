/* SPDX-License-Identifier: MIT */
/* One setting's text turned into its value, within the bounds and choices of its key. */
#include "abi/value.h"

#include <tocsin/error.h>

#include "base/text.h"
#include "base/units.h"

static gboolean
parse_bool(const char *text, gint64 *out_number, GError **error)
{
	if (g_str_equal(text, "true") || g_str_equal(text, "false")) {
		*out_number = g_str_equal(text, "true");
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is neither true nor false",
	            text);
	return FALSE;
}

static gboolean
parse_int(const char *text, gint64 *out_number, GError **error)
{
	if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, out_number, NULL)) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is not a whole number", text);
	return FALSE;
}

static gboolean
parse_size(const char *text, gint64 *out_number, GError **error)
{
	guint64 bytes;

	if (!tocsin_units_parse_size(text, &bytes, error)) {
		return FALSE;
	}
	*out_number = (gint64)bytes; /* parse_size() never passes G_MAXINT64 */
	return TRUE;
}

/* @number as the administrator would write it. */
static char *
format_number(const tocsin_key *key, gint64 number)
{
	if (key->type == TOCSIN_KEY_DURATION) {
		return tocsin_units_format_duration(number);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

gboolean
tocsin_value_check_bounds(const tocsin_key *key, gint64 number, GError **error)
{
	if ((key->minimum == 0 && key->maximum == 0) ||
	    (number >= key->minimum && number <= key->maximum)) {
		return TRUE;
	}
	g_autofree char *found = format_number(key, number);
	g_autofree char *minimum = format_number(key, key->minimum);
	g_autofree char *maximum = format_number(key, key->maximum);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "%s is not between %s and %s", found,
	            minimum, maximum);
	return FALSE;
}

gboolean
tocsin_value_parse(const tocsin_key *key, const char *text, gint64 *out_number, GError **error)
{
	gint64 number = 0;
	gboolean is_parsed = FALSE;

	switch (key->type) {
	case TOCSIN_KEY_INT:
		is_parsed = parse_int(text, &number, error);
		break;
	case TOCSIN_KEY_BOOL:
		is_parsed = parse_bool(text, &number, error);
		break;
	case TOCSIN_KEY_DURATION:
		is_parsed = tocsin_units_parse_duration(text, &number, error);
		break;
	case TOCSIN_KEY_SIZE:
		is_parsed = parse_size(text, &number, error);
		break;
	default:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is no number",
		            key->name);
	}
	if (!is_parsed || !tocsin_value_check_bounds(key, number, error)) {
		return FALSE;
	}
	*out_number = number;
	return TRUE;
}

gboolean
tocsin_value_check_choice(const tocsin_key *key, const char *text, GError **error)
{
	if (key->choices == NULL || g_strv_contains(key->choices, text)) {
		return TRUE;
	}
	g_autofree char *choices = g_strjoinv(", ", (char **)key->choices);
	const char *nearest = tocsin_text_nearest(text, key->choices);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is not one of %s%s%s%s", text,
	            choices, nearest ? "; did you mean '" : "", nearest ? nearest : "",
	            nearest ? "'" : "");
	return FALSE;
}

gboolean
tocsin_value_check(const tocsin_key *key, const char *text, GError **error)
{
	gint64 number;

	switch (key->type) {
	case TOCSIN_KEY_STRING:
	case TOCSIN_KEY_LIST:
		return tocsin_value_check_choice(key, text, error);
	default:
		return tocsin_value_parse(key, text, &number, error);
	}
}
