/* SPDX-License-Identifier: MIT */
/* Truth, equality, order and hash of data, as Python has them. */
#include <string.h>

#include "template/datum.h"

gboolean
tocsin_datum_truth(const TocsinDatum *self)
{
	switch (tocsin_datum_kind(self)) {
	case TOCSIN_DATUM_BOOL:
	case TOCSIN_DATUM_INT:
		return tocsin_datum_int(self) != 0;
	case TOCSIN_DATUM_DOUBLE:
		return !(tocsin_datum_double(self) >= 0 && tocsin_datum_double(self) <= 0);
	case TOCSIN_DATUM_STRING:
		return tocsin_datum_size(self) > 0;
	case TOCSIN_DATUM_LIST:
	case TOCSIN_DATUM_MAP:
		return tocsin_datum_count(self) > 0;
	case TOCSIN_DATUM_OBJECT:
		return TRUE;
	default:
		return FALSE;
	}
}

static gint
compare_numbers(const TocsinDatum *a, const TocsinDatum *b)
{
	if (tocsin_datum_is_integral(a) && tocsin_datum_is_integral(b)) {
		gint64 x = tocsin_datum_int(a);
		gint64 y = tocsin_datum_int(b);

		return (x > y) - (x < y);
	}
	gdouble x = tocsin_datum_double(a);
	gdouble y = tocsin_datum_double(b);

	return (x > y) - (x < y);
}

static gint
compare_strings(const TocsinDatum *a, const TocsinDatum *b)
{
	gsize x = tocsin_datum_size(a);
	gsize y = tocsin_datum_size(b);
	gint order = memcmp(tocsin_datum_text(a), tocsin_datum_text(b), MIN(x, y));

	return order != 0 ? order : (x > y) - (x < y);
}

static gboolean
is_nan(const TocsinDatum *datum)
{
	gdouble value = tocsin_datum_double(datum);

	return !(value >= 0) && !(value < 0);
}

static gboolean
equal_members(const TocsinDatum *a, const TocsinDatum *b)
{
	guint count = tocsin_datum_count(a);
	gboolean is_map = tocsin_datum_kind(a) == TOCSIN_DATUM_MAP;

	if (count != tocsin_datum_count(b) ||
	    tocsin_datum_is_tuple(a) != tocsin_datum_is_tuple(b)) {
		return FALSE;
	}
	for (guint i = 0; i < count; i++) {
		TocsinDatum *other = is_map ? tocsin_datum_lookup(b, tocsin_datum_nth_key(a, i))
		                            : tocsin_datum_nth(b, i);

		if (other == NULL || !tocsin_datum_equal(tocsin_datum_nth(a, i), other)) {
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_datum_equal(const TocsinDatum *a, const TocsinDatum *b)
{
	if (tocsin_datum_is_number(a) && tocsin_datum_is_number(b)) {
		return compare_numbers(a, b) == 0 && !is_nan(a) && !is_nan(b);
	}
	if (tocsin_datum_kind(a) != tocsin_datum_kind(b)) {
		return FALSE;
	}
	switch (tocsin_datum_kind(a)) {
	case TOCSIN_DATUM_STRING:
		return tocsin_datum_size(a) == tocsin_datum_size(b) &&
		       memcmp(tocsin_datum_text(a), tocsin_datum_text(b), tocsin_datum_size(a)) ==
		               0;
	case TOCSIN_DATUM_LIST:
	case TOCSIN_DATUM_MAP:
		return a == b || equal_members(a, b);
	case TOCSIN_DATUM_OBJECT:
		return a == b;
	default:
		return TRUE;
	}
}

gboolean
tocsin_datum_compare(const TocsinDatum *a, const TocsinDatum *b, gint *out_order)
{
	if (tocsin_datum_is_number(a) && tocsin_datum_is_number(b)) {
		*out_order = compare_numbers(a, b);
		return TRUE;
	}
	if (tocsin_datum_kind(a) != tocsin_datum_kind(b)) {
		return FALSE;
	}
	if (tocsin_datum_is_string(a)) {
		*out_order = compare_strings(a, b);
		return TRUE;
	}
	if (tocsin_datum_kind(a) != TOCSIN_DATUM_LIST ||
	    tocsin_datum_is_tuple(a) != tocsin_datum_is_tuple(b)) {
		return FALSE;
	}
	guint x = tocsin_datum_count(a);
	guint y = tocsin_datum_count(b);

	for (guint i = 0; i < MIN(x, y); i++) {
		if (!tocsin_datum_equal(tocsin_datum_nth(a, i), tocsin_datum_nth(b, i))) {
			return tocsin_datum_compare(tocsin_datum_nth(a, i), tocsin_datum_nth(b, i),
			                            out_order);
		}
	}
	*out_order = (x > y) - (x < y);
	return TRUE;
}

guint
tocsin_datum_hash(const TocsinDatum *self)
{
	guint hash = (guint)tocsin_datum_kind(self);

	if (tocsin_datum_is_number(self)) {
		gdouble value = tocsin_datum_double(self) + 0.0; /* -0.0 is 0.0 */

		return g_double_hash(&value);
	}
	if (tocsin_datum_is_string(self)) {
		return g_str_hash(tocsin_datum_text(self));
	}
	if (tocsin_datum_kind(self) == TOCSIN_DATUM_LIST) {
		for (guint i = 0; i < tocsin_datum_count(self); i++) {
			hash = hash * 31 + tocsin_datum_hash(tocsin_datum_nth(self, i));
		}
	}
	return hash;
}
