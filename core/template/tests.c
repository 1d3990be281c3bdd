/* SPDX-License-Identifier: MIT */
/* The tests behind "is". */
#include "template/access.h"
#include "template/arithmetic.h"
#include "template/filter.h"

#define KIND_TEST(function, expression)                                              \
	static TocsinDatum *function(const TocsinFilterCall *call)                   \
	{                                                                            \
		G_GNUC_UNUSED TocsinDatumKind kind = tocsin_datum_kind(call->input); \
                                                                                     \
		return tocsin_datum_new_bool(expression);                            \
	}

KIND_TEST(is_defined, kind != TOCSIN_DATUM_UNDEFINED)
KIND_TEST(is_undefined, kind == TOCSIN_DATUM_UNDEFINED)
KIND_TEST(is_none, kind == TOCSIN_DATUM_NONE)
KIND_TEST(is_boolean, kind == TOCSIN_DATUM_BOOL)
KIND_TEST(is_true, kind == TOCSIN_DATUM_BOOL && tocsin_datum_int(call->input) != 0)
KIND_TEST(is_false, kind == TOCSIN_DATUM_BOOL && tocsin_datum_int(call->input) == 0)
KIND_TEST(is_integer, kind == TOCSIN_DATUM_INT)
KIND_TEST(is_float, kind == TOCSIN_DATUM_DOUBLE)
KIND_TEST(is_number, tocsin_datum_is_number(call->input))
KIND_TEST(is_string, kind == TOCSIN_DATUM_STRING)
KIND_TEST(is_mapping, kind == TOCSIN_DATUM_MAP)
KIND_TEST(is_sequence,
          kind == TOCSIN_DATUM_MAP || kind == TOCSIN_DATUM_LIST || kind == TOCSIN_DATUM_STRING)
KIND_TEST(is_callable,
          kind == TOCSIN_DATUM_OBJECT && tocsin_datum_object_class(call->input)->call != NULL)
KIND_TEST(is_escaped, tocsin_datum_is_safe(call->input) && kind == TOCSIN_DATUM_STRING)
KIND_TEST(is_sameas, kind == tocsin_datum_kind(call->given[0]) &&
                             tocsin_datum_equal(call->input, call->given[0]))
KIND_TEST(is_filter,
          kind == TOCSIN_DATUM_STRING && tocsin_filter_find(tocsin_datum_text(call->input)) != NULL)
KIND_TEST(is_test,
          kind == TOCSIN_DATUM_STRING && tocsin_test_find(tocsin_datum_text(call->input)) != NULL)
KIND_TEST(is_equal, kind <= TOCSIN_DATUM_OBJECT && tocsin_datum_equal(call->input, call->given[0]))
KIND_TEST(is_unequal,
          kind <= TOCSIN_DATUM_OBJECT && !tocsin_datum_equal(call->input, call->given[0]))

static TocsinDatum *
is_divisible(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) rest =
	        tocsin_datum_is_number(call->input)
	                ? tocsin_arithmetic(call->run, '%', call->input, call->given[0])
	                : tocsin_run_fail(call->run, "expected a number, found %s",
	                                  tocsin_datum_kind_name(call->input));

	return rest != NULL ? tocsin_datum_new_bool(!tocsin_datum_truth(rest)) : NULL;
}

static TocsinDatum *
has_rest(const TocsinFilterCall *call, gint64 wanted)
{
	g_autoptr(TocsinDatum) two = tocsin_datum_new_int(2);
	g_autoptr(TocsinDatum) expected = tocsin_datum_new_int(wanted);
	g_autoptr(TocsinDatum) rest = NULL;

	if (!tocsin_datum_is_number(call->input)) {
		return tocsin_run_fail(call->run, "expected a number, found %s",
		                       tocsin_datum_kind_name(call->input));
	}
	rest = tocsin_arithmetic(call->run, '%', call->input, two);
	return rest != NULL ? tocsin_datum_new_bool(tocsin_datum_equal(rest, expected)) : NULL;
}

static TocsinDatum *
is_even(const TocsinFilterCall *call)
{
	return has_rest(call, 0);
}

static TocsinDatum *
is_odd(const TocsinFilterCall *call)
{
	return has_rest(call, 1);
}

/* Python's islower() and isupper(): cased letters all of this case, and at least one. */
static TocsinDatum *
is_cased(const TocsinFilterCall *call, gboolean is_upper)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	gboolean has_one = FALSE;

	if (text == NULL) {
		return NULL;
	}
	for (const char *at = tocsin_datum_text(text); *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (is_upper ? g_unichar_islower(c) : g_unichar_isupper(c)) {
			return tocsin_datum_new_bool(FALSE);
		}
		has_one = has_one || (is_upper ? g_unichar_isupper(c) : g_unichar_islower(c));
	}
	return tocsin_datum_new_bool(has_one);
}

static TocsinDatum *
is_lower(const TocsinFilterCall *call)
{
	return is_cased(call, FALSE);
}

static TocsinDatum *
is_upper(const TocsinFilterCall *call)
{
	return is_cased(call, TRUE);
}

static TocsinDatum *
is_in(const TocsinFilterCall *call)
{
	gboolean is_member = FALSE;

	return tocsin_access_contains(call->run, call->given[0], call->input, &is_member)
	               ? tocsin_datum_new_bool(is_member)
	               : NULL;
}

static TocsinDatum *
compare(const TocsinFilterCall *call, gint low, gint high)
{
	gint order = 0;

	if (!tocsin_datum_compare(call->input, call->given[0], &order)) {
		return tocsin_run_fail(call->run, "%s and %s cannot be compared",
		                       tocsin_datum_kind_name(call->input),
		                       tocsin_datum_kind_name(call->given[0]));
	}
	order = (order > 0) - (order < 0);
	return tocsin_datum_new_bool(order >= low && order <= high);
}

static TocsinDatum *
is_greater(const TocsinFilterCall *call)
{
	return compare(call, 1, 1);
}

static TocsinDatum *
is_at_least(const TocsinFilterCall *call)
{
	return compare(call, 0, 1);
}

static TocsinDatum *
is_less(const TocsinFilterCall *call)
{
	return compare(call, -1, -1);
}

static TocsinDatum *
is_at_most(const TocsinFilterCall *call)
{
	return compare(call, -1, 0);
}

static TocsinDatum *
is_found(const TocsinFilterCall *call, gboolean is_anchored)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *pattern = tocsin_filter_string(call, 0, NULL);
	GRegex *regex =
	        pattern != NULL && text != NULL ? tocsin_run_regex(call->run, pattern) : NULL;
	gboolean is_there;

	if (regex == NULL) {
		return tocsin_run_fail(call->run, "a pattern is needed");
	}
	is_there = tocsin_run_search(call->run, regex, tocsin_datum_text(text), is_anchored);
	return call->run->error == NULL ? tocsin_datum_new_bool(is_there) : NULL;
}

static TocsinDatum *
is_match(const TocsinFilterCall *call)
{
	return is_found(call, TRUE);
}

static TocsinDatum *
is_search(const TocsinFilterCall *call)
{
	return is_found(call, FALSE);
}

static TocsinDatum *
is_iterable(const TocsinFilterCall *call)
{
	return is_sequence(call);
}

const TocsinFilter tocsin_tests[] = {
        {"boolean", "", is_boolean, 0, TRUE},
        {"callable", "", is_callable, 0, TRUE},
        {"defined", "", is_defined, 0, TRUE},
        {"divisibleby", "num", is_divisible, 1, FALSE},
        {"eq", "other", is_equal, 1, FALSE},
        {"equalto", "other", is_equal, 1, FALSE},
        {"escaped", "", is_escaped, 0, TRUE},
        {"even", "", is_even, 0, FALSE},
        {"false", "", is_false, 0, TRUE},
        {"filter", "", is_filter, 0, FALSE},
        {"float", "", is_float, 0, TRUE},
        {"ge", "other", is_at_least, 1, FALSE},
        {"greaterthan", "other", is_greater, 1, FALSE},
        {"gt", "other", is_greater, 1, FALSE},
        {"in", "seq", is_in, 1, FALSE},
        {"integer", "", is_integer, 0, TRUE},
        {"iterable", "", is_iterable, 0, FALSE},
        {"le", "other", is_at_most, 1, FALSE},
        {"lessthan", "other", is_less, 1, FALSE},
        {"lower", "", is_lower, 0, FALSE},
        {"lt", "other", is_less, 1, FALSE},
        {"mapping", "", is_mapping, 0, TRUE},
        {"match", "pattern", is_match, 1, FALSE},
        {"ne", "other", is_unequal, 1, FALSE},
        {"none", "", is_none, 0, TRUE},
        {"number", "", is_number, 0, TRUE},
        {"odd", "", is_odd, 0, FALSE},
        {"sameas", "other", is_sameas, 1, TRUE},
        {"search", "pattern", is_search, 1, FALSE},
        {"sequence", "", is_sequence, 0, TRUE},
        {"string", "", is_string, 0, TRUE},
        {"test", "", is_test, 0, FALSE},
        {"true", "", is_true, 0, TRUE},
        {"undefined", "", is_undefined, 0, TRUE},
        {"upper", "", is_upper, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
