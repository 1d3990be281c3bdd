/* SPDX-License-Identifier: MIT */
/* How data are written: strings as they are, the rest as Python's str() and repr() do, so that
 * templates look the same wherever they were tried out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "template/datum.h"

#define DOUBLE_DIGITS 17

/* Digits without point and the decimal exponent, the shortest that read back. */
static int
shortest_digits(gdouble value, char digits[DOUBLE_DIGITS + 2])
{
	char text[40];
	const char *exponent;
	guint length = 0;

	for (int precision = 0; precision < DOUBLE_DIGITS; precision++) {
		char format[8];

		g_snprintf(format, sizeof format, "%%.%de", precision);
		g_ascii_formatd(text, sizeof text, format, value);
		if (!(g_ascii_strtod(text, NULL) < value) &&
		    !(g_ascii_strtod(text, NULL) > value)) {
			break;
		}
	}
	exponent = strchr(text, 'e');
	for (const char *at = text; at < exponent && length <= DOUBLE_DIGITS; at++) {
		if (g_ascii_isdigit(*at)) {
			digits[length++] = *at;
		}
	}
	while (length > 1 && digits[length - 1] == '0') {
		length--;
	}
	digits[length] = '\0';
	return (int)g_ascii_strtoll(exponent + 1, NULL, 10);
}

static void
print_digits(const char *digits, int exponent, GString *out)
{
	int count = (int)strlen(digits);

	if (exponent < -4 || exponent >= 16) {
		g_string_append_c(out, digits[0]);
		if (count > 1) {
			g_string_append_printf(out, ".%s", digits + 1);
		}
		g_string_append_printf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
		return;
	}
	if (exponent < 0) {
		g_string_append(out, "0.");
		for (int i = -1; i > exponent; i--) {
			g_string_append_c(out, '0');
		}
		g_string_append(out, digits);
		return;
	}
	for (int i = 0; i <= exponent; i++) {
		g_string_append_c(out, i < count ? digits[i] : '0');
	}
	g_string_append_c(out, '.');
	g_string_append(out, count > exponent + 1 ? digits + exponent + 1 : "0");
}

void
tocsin_datum_print_double(gdouble value, GString *out)
{
	char digits[DOUBLE_DIGITS + 2] = "";

	if (isnan(value)) {
		g_string_append(out, "nan");
		return;
	}
	if (signbit(value)) {
		g_string_append_c(out, '-');
	}
	if (isinf(value)) {
		g_string_append(out, "inf");
		return;
	}
	int exponent = shortest_digits(fabs(value), digits);

	print_digits(digits, exponent, out);
}

static void
print_escaped(gunichar c, char quote, GString *out)
{
	if (c == '\\' || c == (gunichar)quote) {
		g_string_append_printf(out, "\\%c", (char)c);
	} else if (c == '\n') {
		g_string_append(out, "\\n");
	} else if (c == '\r') {
		g_string_append(out, "\\r");
	} else if (c == '\t') {
		g_string_append(out, "\\t");
	} else if (c == ' ' || (g_unichar_isprint(c) && !g_unichar_isspace(c))) {
		g_string_append_unichar(out, c);
	} else if (c < 0x100) {
		g_string_append_printf(out, "\\x%02x", c);
	} else if (c < 0x10000) {
		g_string_append_printf(out, "\\u%04x", c);
	} else {
		g_string_append_printf(out, "\\U%08x", c);
	}
}

static void
print_string_quoted(const TocsinDatum *self, GString *out, gsize limit)
{
	const char *text = tocsin_datum_text(self);
	char quote = strchr(text, '\'') != NULL && strchr(text, '"') == NULL ? '"' : '\'';

	if (tocsin_datum_is_safe(self)) {
		g_string_append(out, "Markup(");
	}
	g_string_append_c(out, quote);
	for (; *text != '\0' && out->len <= limit; text = g_utf8_next_char(text)) {
		print_escaped(g_utf8_get_char(text), quote, out);
	}
	g_string_append_c(out, quote);
	if (tocsin_datum_is_safe(self)) {
		g_string_append_c(out, ')');
	}
}

static void
print_members(const TocsinDatum *self, GString *out, gsize limit)
{
	gboolean is_map = tocsin_datum_kind(self) == TOCSIN_DATUM_MAP;
	gboolean is_tuple = tocsin_datum_is_tuple(self);
	guint count = tocsin_datum_count(self);

	g_string_append_c(out, is_map ? '{' : is_tuple ? '(' : '[');
	for (guint i = 0; i < count && out->len <= limit; i++) {
		if (i > 0) {
			g_string_append(out, ", ");
		}
		if (is_map) {
			tocsin_datum_print_quoted(tocsin_datum_nth_key(self, i), out, limit);
			g_string_append(out, ": ");
		}
		tocsin_datum_print_quoted(tocsin_datum_nth(self, i), out, limit);
	}
	if (is_tuple && count == 1) {
		g_string_append_c(out, ',');
	}
	g_string_append_c(out, is_map ? '}' : is_tuple ? ')' : ']');
}

void
tocsin_datum_print_quoted(const TocsinDatum *self, GString *out, gsize limit)
{
	switch (tocsin_datum_kind(self)) {
	case TOCSIN_DATUM_UNDEFINED:
		g_string_append(out, "Undefined");
		break;
	case TOCSIN_DATUM_NONE:
		g_string_append(out, "None");
		break;
	case TOCSIN_DATUM_BOOL:
		g_string_append(out, tocsin_datum_int(self) ? "True" : "False");
		break;
	case TOCSIN_DATUM_INT:
		g_string_append_printf(out, "%" G_GINT64_FORMAT, tocsin_datum_int(self));
		break;
	case TOCSIN_DATUM_DOUBLE:
		tocsin_datum_print_double(tocsin_datum_double(self), out);
		break;
	case TOCSIN_DATUM_STRING:
		print_string_quoted(self, out, limit);
		break;
	case TOCSIN_DATUM_OBJECT:
		g_string_append_printf(out, "<%s>", tocsin_datum_kind_name(self));
		break;
	default:
		print_members(self, out, limit);
	}
}

void
tocsin_datum_print(const TocsinDatum *self, GString *out, gsize limit)
{
	if (tocsin_datum_is_string(self)) {
		g_string_append_len(out, tocsin_datum_text(self), (gssize)tocsin_datum_size(self));
		return;
	}
	tocsin_datum_print_quoted(self, out, limit);
}
