/* SPDX-License-Identifier: MIT */
/* + - * / // % ** on numbers, strings and lists, with Python's rules and 64-bit integers. */
#include "template/arithmetic.h"

#include <math.h>
#include <string.h>

#define FLOOR_DIVIDE TOCSIN_OPERATOR('/', '/')
#define POWER TOCSIN_OPERATOR('*', '*')

static gpointer
fail_range(TocsinRun *run)
{
	return tocsin_run_fail(run, "the result is beyond 64 bits");
}

static TocsinDatum *
power_of_int(TocsinRun *run, gint64 base, gint64 exponent)
{
	gint64 result = 1;

	if (exponent < 0) {
		return base == 0 ? tocsin_run_fail(run, "zero cannot have a negative power")
		                 : tocsin_datum_new_double(pow((gdouble)base, (gdouble)exponent));
	}
	while (exponent > 0) {
		if ((exponent & 1) && __builtin_mul_overflow(result, base, &result)) {
			return fail_range(run);
		}
		exponent >>= 1;
		if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) {
			return fail_range(run);
		}
	}
	return tocsin_datum_new_int(result);
}

static TocsinDatum *
divide_int(TocsinRun *run, int operator, gint64 a, gint64 b)
{
	gint64 quotient;
	gint64 rest;

	if (b == 0) {
		return tocsin_run_fail(run, "division by zero");
	}
	if (operator== '/') {
		return tocsin_datum_new_double((gdouble)a / (gdouble)b);
	}
	if (b == -1) { /* INT64_MIN / -1 traps; the caller divides */
		return tocsin_datum_new_int(0);
	}
	quotient = a / b;
	rest = a % b;
	if (rest != 0 && (rest < 0) != (b < 0)) {
		quotient--;
		rest += b;
	}
	return tocsin_datum_new_int(operator== '%' ? rest : quotient);
}

static TocsinDatum *
calculate_int(TocsinRun *run, int operator, gint64 a, gint64 b)
{
	gint64 result = 0;
	gboolean is_over = FALSE;

	switch (operator) {
	case '+':
		is_over = __builtin_add_overflow(a, b, &result);
		break;
	case '-':
		is_over = __builtin_sub_overflow(a, b, &result);
		break;
	case '*':
		is_over = __builtin_mul_overflow(a, b, &result);
		break;
	case POWER:
		return power_of_int(run, a, b);
	case FLOOR_DIVIDE:
		if (b == -1) {
			is_over = __builtin_sub_overflow(0, a, &result);
			break;
		}
		return divide_int(run, operator, a, b);
	default:
		return divide_int(run, operator, a, b);
	}
	return is_over ? fail_range(run) : tocsin_datum_new_int(result);
}

static gdouble
floor_modulo(gdouble a, gdouble b)
{
	gdouble rest = fmod(a, b);

	if (rest < 0 || rest > 0) {
		return (rest < 0) != (b < 0) ? rest + b : rest;
	}
	return copysign(0.0, b);
}

static TocsinDatum *
calculate_double(TocsinRun *run, int operator, gdouble a, gdouble b)
{
	gboolean is_zero = !(b < 0) && !(b > 0) && !isnan(b);

	switch (operator) {
	case '+':
		return tocsin_datum_new_double(a + b);
	case '-':
		return tocsin_datum_new_double(a - b);
	case '*':
		return tocsin_datum_new_double(a * b);
	case POWER:
		if ((a < 0 && floor(b) < b) || (!(a < 0) && !(a > 0) && b < 0)) {
			return tocsin_run_fail(run, "this power is not a real number");
		}
		return isinf(pow(a, b)) && !isinf(a) && !isinf(b)
		               ? tocsin_run_fail(run, "the result is too large")
		               : tocsin_datum_new_double(pow(a, b));
	default:
		break;
	}
	if (is_zero) {
		return tocsin_run_fail(run, "division by zero");
	}
	if (operator== '/') {
		return tocsin_datum_new_double(a / b);
	}
	if (operator== '%') {
		return tocsin_datum_new_double(floor_modulo(a, b));
	}
	return tocsin_datum_new_double(rint((a - floor_modulo(a, b)) / b));
}

static TocsinDatum *
repeat_string(TocsinRun *run, const TocsinDatum *string, gint64 times)
{
	gsize size = tocsin_datum_size(string);
	gsize total = 0;
	GString *text;

	times = MAX(times, 0);
	if (__builtin_mul_overflow(size, (gsize)times, &total) ||
	    total > run->limits->string_bytes) {
		return tocsin_run_fail_limit(run, "a string of more than %u bytes",
		                             run->limits->string_bytes);
	}
	text = g_string_sized_new(total);
	for (gsize i = 0; size > 0 && i < (gsize)times; i++) {
		g_string_append_len(text, tocsin_datum_text(string), (gssize)size);
	}
	return tocsin_run_gstring_take(run, text, tocsin_datum_is_safe(string));
}

static void
append_all(TocsinDatum *to, const TocsinDatum *from)
{
	for (guint i = 0; i < tocsin_datum_count(from); i++) {
		tocsin_datum_append(to, tocsin_datum_ref(tocsin_datum_nth(from, i)));
	}
}

static TocsinDatum *
repeat_list(TocsinRun *run, const TocsinDatum *list, gint64 times)
{
	gint64 total = 0;
	TocsinDatum *result;

	times = MAX(times, 0);
	if (__builtin_mul_overflow((gint64)tocsin_datum_count(list), times, &total)) {
		total = G_MAXINT64;
	}
	if (!tocsin_run_allow_members(run, total)) {
		return NULL;
	}
	result = tocsin_datum_is_tuple(list) ? tocsin_datum_new_tuple() : tocsin_datum_new_list();
	for (gint64 i = 0; total > 0 && i < times; i++) {
		append_all(result, list);
	}
	return result;
}

static TocsinDatum *
add_strings(TocsinRun *run, const TocsinDatum *a, const TocsinDatum *b)
{
	gboolean is_safe = tocsin_datum_is_safe(a) || tocsin_datum_is_safe(b);
	g_autoptr(TocsinDatum) x = is_safe ? tocsin_run_to_markup(run, a) : tocsin_datum_ref(a);
	g_autoptr(TocsinDatum) y = is_safe ? tocsin_run_to_markup(run, b) : tocsin_datum_ref(b);
	GString *text;

	if (x == NULL || y == NULL) {
		return NULL;
	}
	text = g_string_sized_new(tocsin_datum_size(x) + tocsin_datum_size(y));
	g_string_append_len(text, tocsin_datum_text(x), (gssize)tocsin_datum_size(x));
	g_string_append_len(text, tocsin_datum_text(y), (gssize)tocsin_datum_size(y));
	return tocsin_run_gstring_take(run, text, is_safe);
}

static TocsinDatum *
add_lists(TocsinRun *run, const TocsinDatum *a, const TocsinDatum *b)
{
	TocsinDatum *result;

	if (!tocsin_run_allow_members(run, (gint64)tocsin_datum_count(a) + tocsin_datum_count(b))) {
		return NULL;
	}
	result = tocsin_datum_is_tuple(a) ? tocsin_datum_new_tuple() : tocsin_datum_new_list();
	append_all(result, a);
	append_all(result, b);
	return result;
}

static TocsinDatum *
repeat(TocsinRun *run, const TocsinDatum *what, const TocsinDatum *times)
{
	return tocsin_datum_is_string(what) ? repeat_string(run, what, tocsin_datum_int(times))
	                                    : repeat_list(run, what, tocsin_datum_int(times));
}

static gboolean
is_sequence(const TocsinDatum *datum)
{
	return tocsin_datum_is_string(datum) || tocsin_datum_kind(datum) == TOCSIN_DATUM_LIST;
}

TocsinDatum *
tocsin_arithmetic(TocsinRun *run, int operator, const TocsinDatum * a, const TocsinDatum *b)
{
	if (tocsin_datum_is_integral(a) && tocsin_datum_is_integral(b)) {
		return calculate_int(run, operator, tocsin_datum_int(a), tocsin_datum_int(b));
	}
	if (tocsin_datum_is_number(a) && tocsin_datum_is_number(b)) {
		return calculate_double(run, operator, tocsin_datum_double(a),
		                        tocsin_datum_double(b));
	}
	if (operator== '%' && tocsin_datum_is_string(a)) {
		return tocsin_arithmetic_format(run, a, b);
	}
	if (operator== '*' && is_sequence(a) && tocsin_datum_is_integral(b)) {
		return repeat(run, a, b);
	}
	if (operator== '*' && is_sequence(b) && tocsin_datum_is_integral(a)) {
		return repeat(run, b, a);
	}
	if (operator== '+' && tocsin_datum_is_string(a) && tocsin_datum_is_string(b)) {
		return add_strings(run, a, b);
	}
	if (operator== '+' && tocsin_datum_kind(a) == TOCSIN_DATUM_LIST &&
	    tocsin_datum_kind(b) == TOCSIN_DATUM_LIST &&
	    tocsin_datum_is_tuple(a) == tocsin_datum_is_tuple(b)) {
		return add_lists(run, a, b);
	}
	return tocsin_run_fail(run, "%s and %s cannot be combined like this%s",
	                       tocsin_datum_kind_name(a),
	                       tocsin_datum_kind_name(b),
	                       operator== '+' ? ": '~' joins anything to a string" : "");
}

TocsinDatum *
tocsin_arithmetic_negate(TocsinRun *run, const TocsinDatum *a)
{
	if (tocsin_datum_kind(a) == TOCSIN_DATUM_DOUBLE) {
		return tocsin_datum_new_double(-tocsin_datum_double(a));
	}
	return calculate_int(run, '-', 0, tocsin_datum_int(a));
}
