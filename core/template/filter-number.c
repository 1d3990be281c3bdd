/* SPDX-License-Identifier: MIT */
/* Filters for numbers, and for counting in words. */
#include <math.h>
#include <string.h>

#include "template/arithmetic.h"
#include "template/filter.h"

static TocsinDatum *
absolute(const TocsinFilterCall *call)
{
	if (!tocsin_datum_is_number(call->input)) {
		return tocsin_run_fail(call->run, "abs needs a number, found %s",
		                       tocsin_datum_kind_name(call->input));
	}
	if (tocsin_datum_double(call->input) < 0) {
		return tocsin_arithmetic_negate(call->run, call->input);
	}
	return tocsin_datum_kind(call->input) == TOCSIN_DATUM_DOUBLE
	               ? tocsin_datum_new_double(fabs(tocsin_datum_double(call->input)))
	               : tocsin_datum_new_int(tocsin_datum_int(call->input));
}

/* The number that the whole of @text is. */
static gboolean
read_double(const char *text, gdouble *out_value)
{
	g_autofree char *copy = g_strstrip(g_strdup(text));
	char *end = NULL;

	*out_value = g_ascii_strtod(copy, &end);
	return *copy != '\0' && *end == '\0' && strpbrk(copy, "xXpP") == NULL;
}

static TocsinDatum *
to_float(const TocsinFilterCall *call)
{
	gdouble value = 0;

	if (tocsin_datum_is_number(call->input)) {
		return tocsin_datum_new_double(tocsin_datum_double(call->input));
	}
	if (tocsin_datum_is_string(call->input) &&
	    read_double(tocsin_datum_text(call->input), &value)) {
		return tocsin_datum_new_double(value);
	}
	return call->given[0] != NULL ? tocsin_datum_ref(call->given[0])
	                              : tocsin_datum_new_double(0);
}

static TocsinDatum *
int_of_double(const TocsinFilterCall *call, gdouble value)
{
	return fabs(value) < 9.2e18 ? tocsin_datum_new_int((gint64)value)
	                            : tocsin_run_fail(call->run, "the number is beyond 64 bits");
}

static TocsinDatum *
to_int(const TocsinFilterCall *call)
{
	gint64 base = 10;
	gint64 number = 0;
	gdouble value = 0;
	g_autofree char *text = NULL;
	const char *digits;
	char *end = NULL;

	if (!tocsin_filter_int(call, 1, 10, &base)) {
		return NULL;
	}
	if (tocsin_datum_is_integral(call->input)) {
		return tocsin_datum_new_int(tocsin_datum_int(call->input));
	}
	if (tocsin_datum_is_number(call->input)) {
		return int_of_double(call, tocsin_datum_double(call->input));
	}
	if (tocsin_datum_is_string(call->input) && base >= 2 && base <= 36) {
		text = g_strstrip(g_strdup(tocsin_datum_text(call->input)));
		digits = text;
		if (text[0] == '0' && ((base == 2 && strchr("bB", text[1])) ||
		                       (base == 8 && strchr("oO", text[1])))) {
			digits += text[1] != '\0' ? 2 : 0;
		}
		errno = 0;
		number = g_ascii_strtoll(digits, &end, (guint)base);
		if (*digits != '\0' && *end == '\0' && errno == 0) {
			return tocsin_datum_new_int(number);
		}
		if (read_double(text, &value)) {
			return int_of_double(call, value);
		}
	}
	return call->given[0] != NULL ? tocsin_datum_ref(call->given[0]) : tocsin_datum_new_int(0);
}

static TocsinDatum *
round_number(const TocsinFilterCall *call)
{
	const char *method = tocsin_filter_string(call, 1, "common");
	gint64 digits = 0;
	gdouble value = tocsin_datum_double(call->input);
	gdouble power;
	char text[400];
	char form[16];

	if (!tocsin_filter_int(call, 0, 0, &digits) || method == NULL) {
		return NULL;
	}
	if (!tocsin_datum_is_number(call->input)) {
		return tocsin_run_fail(call->run, "round needs a number, found %s",
		                       tocsin_datum_kind_name(call->input));
	}
	digits = CLAMP(digits, -300, 300);
	power = pow(10, (gdouble)digits);
	if (strcmp(method, "ceil") == 0 || strcmp(method, "floor") == 0) {
		value = *method == 'c' ? ceil(value * power) : floor(value * power);
		return tocsin_datum_new_double(value / power);
	}
	if (strcmp(method, "common") != 0) {
		return tocsin_run_fail(call->run, "round knows common, ceil and floor");
	}
	if (tocsin_datum_is_integral(call->input) && digits >= 0) {
		return tocsin_datum_new_int(tocsin_datum_int(call->input));
	}
	if (digits < 0 || fabs(value) > 1e22) {
		value = digits < 0 ? rint(value * power) / power : value;
		return tocsin_datum_is_integral(call->input) ? int_of_double(call, value)
		                                             : tocsin_datum_new_double(value);
	}
	g_snprintf(form, sizeof form, "%%.%df", (int)MIN(digits, 300));
	return tocsin_datum_new_double(
	        g_ascii_strtod(g_ascii_formatd(text, sizeof text, form, value), NULL));
}

static TocsinDatum *
sum(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) list = tocsin_run_to_list(call->run, call->input);
	g_autoptr(TocsinDatum) total =
	        call->given[1] != NULL ? tocsin_datum_ref(call->given[1]) : tocsin_datum_new_int(0);

	for (guint i = 0; list != NULL && i < tocsin_datum_count(list); i++) {
		g_autoptr(TocsinDatum) item = tocsin_filter_reach(
		        call->run, tocsin_datum_nth(list, i), call->given[0], NULL);
		TocsinDatum *next = NULL;

		if (item != NULL) {
			next = tocsin_datum_is_defined(item)
			               ? tocsin_arithmetic(call->run, '+', total, item)
			               : tocsin_run_fail_undefined(call->run, item);
		}
		tocsin_datum_unref(total);
		total = next;
		if (total == NULL) {
			return NULL;
		}
	}
	return list != NULL ? g_steal_pointer(&total) : NULL;
}

static TocsinDatum *
format_size(const TocsinFilterCall *call, gboolean is_binary)
{
	static const char *const units[] = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
	g_autoptr(TocsinDatum) number = to_float(call);
	gdouble size = number != NULL ? tocsin_datum_double(number) : 0;
	gdouble base = is_binary ? 1024 : 1000;
	gdouble unit = base;
	guint i = 0;
	char digits[64];
	char *text;

	if (tocsin_datum_is_string(call->input) &&
	    !read_double(tocsin_datum_text(call->input), &size)) {
		return tocsin_run_fail(call->run, "a size must be a number");
	}
	if (!tocsin_datum_is_string(call->input) && !tocsin_datum_is_number(call->input)) {
		return tocsin_run_fail(call->run, "a size must be a number, found %s",
		                       tocsin_datum_kind_name(call->input));
	}
	if (size < base) {
		text = size >= 1 && size <= 1
		               ? g_strdup("1 Byte")
		               : g_strdup_printf("%" G_GINT64_FORMAT " Bytes", (gint64)size);
		return tocsin_datum_new_string_take(text, strlen(text));
	}
	while (i + 1 < G_N_ELEMENTS(units) && size >= unit * base) {
		unit *= base;
		i++;
	}
	g_ascii_formatd(digits, sizeof digits, "%.1f", size / unit);
	text = g_strdup_printf("%s %s%sB", digits, is_binary && i == 0 ? "K" : units[i],
	                       is_binary ? "i" : "");
	return tocsin_datum_new_string_take(text, strlen(text));
}

static TocsinDatum *
file_size(const TocsinFilterCall *call)
{
	TocsinFilterCall inner = {.run = call->run, .input = call->input};

	return format_size(&inner, tocsin_filter_bool(call, 0, FALSE));
}

static TocsinDatum *
bytes(const TocsinFilterCall *call)
{
	return format_size(call, TRUE);
}

static TocsinDatum *
group_digits(const TocsinFilterCall *call)
{
	gint64 decimals = 0;
	const char *separator = tocsin_filter_string(call, 1, ",");
	char text[400];
	char form[16];
	GString *out;
	gsize whole;
	gsize start;

	if (!tocsin_filter_int(call, 0, 0, &decimals) || separator == NULL) {
		return NULL;
	}
	if (!tocsin_datum_is_number(call->input)) {
		return tocsin_run_fail(call->run, "number needs a number, found %s",
		                       tocsin_datum_kind_name(call->input));
	}
	g_snprintf(form, sizeof form, "%%.%df", (int)CLAMP(decimals, 0, 30));
	if (tocsin_datum_is_integral(call->input) && decimals <= 0) {
		g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, tocsin_datum_int(call->input));
	} else {
		g_ascii_formatd(text, sizeof text, form, tocsin_datum_double(call->input));
	}
	out = g_string_new(NULL);
	start = *text == '-' ? 1 : 0;
	whole = strspn(text + start, "0123456789");
	g_string_append_len(out, text, (gssize)start);
	for (gsize i = 0; i < whole; i++) {
		g_string_append(out, i > 0 && (whole - i) % 3 == 0 ? separator : "");
		g_string_append_c(out, text[start + i]);
	}
	g_string_append(out, text + start + whole);
	return tocsin_run_gstring_take(call->run, out, FALSE);
}

static TocsinDatum *
plural(const TocsinFilterCall *call)
{
	const char *one = tocsin_filter_string(call, 0, "");
	const char *many = tocsin_filter_string(call, 1, NULL);
	TocsinDatumKind kind = tocsin_datum_kind(call->input);
	gdouble count = kind == TOCSIN_DATUM_LIST || kind == TOCSIN_DATUM_MAP
	                        ? (gdouble)tocsin_datum_count(call->input)
	                        : tocsin_datum_double(call->input);
	g_autofree char *made = NULL;

	if (call->run->error != NULL) {
		return NULL;
	}
	if (count >= 1 && count <= 1) {
		return tocsin_datum_new_string(one, -1);
	}
	made = g_strconcat(one, "s", NULL);
	return tocsin_datum_new_string(many != NULL ? many : made, -1);
}

const TocsinFilter tocsin_filters_number[] = {
        {"abs", "", absolute, 0, FALSE},
        {"bytes", "", bytes, 0, FALSE},
        {"filesizeformat", "binary", file_size, 0, FALSE},
        {"float", "default", to_float, 0, FALSE},
        {"int", "default base", to_int, 0, FALSE},
        {"number", "decimals separator", group_digits, 0, FALSE},
        {"plural", "one many", plural, 0, FALSE},
        {"round", "precision method", round_number, 0, FALSE},
        {"sum", "attribute start", sum, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
