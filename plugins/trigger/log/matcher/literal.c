/* SPDX-License-Identifier: MIT */
/* Sets of literals: concatenation, union, rarity. */
#include "literal.h"

#include <string.h>

void
tocsin_log_literals_init(TocsinLogLiteralSet *set)
{
	set->count = 1;
	set->is_caseless = FALSE;
	set->items[0].length = 0;
}

void
tocsin_log_literals_copy(TocsinLogLiteralSet *set, const TocsinLogLiteralSet *other)
{
	set->count = other->count;
	set->is_caseless = other->is_caseless;
	memcpy(set->items, other->items, other->count * sizeof *other->items);
}

static gboolean
contains(const TocsinLogLiteralSet *set, const TocsinLogLiteral *literal)
{
	for (guint i = 0; i < set->count; i++) {
		if (set->items[i].length == literal->length &&
		    memcmp(set->items[i].bytes, literal->bytes, literal->length) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_log_literals_append(TocsinLogLiteralSet *set, const TocsinLogLiteralSet *tail)
{
	TocsinLogLiteralSet result;

	result.count = 0;
	result.is_caseless = set->is_caseless || tail->is_caseless;
	if (set->count * tail->count > TOCSIN_LOG_LITERALS_MAX) {
		return FALSE;
	}
	for (guint i = 0; i < set->count; i++) {
		for (guint j = 0; j < tail->count; j++) {
			TocsinLogLiteral *item = &result.items[result.count];

			if (set->items[i].length + tail->items[j].length > TOCSIN_LOG_LITERAL_MAX) {
				return FALSE;
			}
			*item = set->items[i];
			memcpy(item->bytes + item->length, tail->items[j].bytes,
			       tail->items[j].length);
			item->length = (guint8)(item->length + tail->items[j].length);
			if (!contains(&result, item)) {
				result.count++;
			}
		}
	}
	tocsin_log_literals_copy(set, &result);
	return TRUE;
}

gboolean
tocsin_log_literals_join(TocsinLogLiteralSet *set, const TocsinLogLiteralSet *other)
{
	guint count = set->count;

	for (guint i = 0; i < other->count; i++) {
		if (contains(set, &other->items[i])) {
			continue;
		}
		if (set->count == TOCSIN_LOG_LITERALS_MAX) {
			set->count = count;
			return FALSE;
		}
		set->items[set->count++] = other->items[i];
	}
	set->is_caseless |= other->is_caseless;
	return TRUE;
}

gboolean
tocsin_log_literals_is_useful(const TocsinLogLiteralSet *set)
{
	for (guint i = 0; i < set->count; i++) {
		if (set->items[i].length == 0) {
			return FALSE;
		}
	}
	return set->count > 0;
}

double
tocsin_log_literals_estimate(const TocsinLogLiteralSet *set, const TocsinLogFrequency *frequency)
{
	double sum = 0;

	if (!tocsin_log_literals_is_useful(set)) {
		return 1;
	}
	for (guint i = 0; i < set->count; i++) {
		sum += tocsin_log_frequency_estimate(frequency, set->items[i].bytes,
		                                     set->items[i].length, set->is_caseless);
	}
	return MIN(sum, 1);
}

gboolean
tocsin_log_literals_add_folds(TocsinLogLiteralSet *set)
{
	static const TocsinLogLiteralSet folds = {
	        .count = 2,
	        .items = {{2, "\xc5\xbf"}, {3, "\xe2\x84\xaa"}},
	};
	gboolean is_folding = FALSE;

	for (guint i = 0; i < set->count; i++) {
		for (guint j = 0; j < set->items[i].length; j++) {
			guint8 byte = set->items[i].bytes[j] | 0x20;

			is_folding |= byte == 's' || byte == 'k';
		}
	}
	return !set->is_caseless || !is_folding || tocsin_log_literals_join(set, &folds);
}
