/* SPDX-License-Identifier: MIT */
/* Windows of rare bytes, and the comparison where one was seen. */
#include "needles.h"

#include <string.h>

static guint8
find_window(const TocsinLogNeedle *needle, guint width, const TocsinLogFrequency *frequency)
{
	guint length = needle->literal.length;
	guint8 best = 0;
	double best_estimate = 2;

	for (guint at = 0; at + MIN(width, length) <= length; at++) {
		double estimate =
		        tocsin_log_frequency_estimate(frequency, needle->literal.bytes + at,
		                                      MIN(width, length), needle->is_caseless);

		if (estimate < best_estimate) {
			best_estimate = estimate;
			best = (guint8)at;
		}
	}
	return best;
}

void
tocsin_log_needles_init(TocsinLogNeedles *self, const TocsinLogNeedle *items, guint count,
                        guint width, const TocsinLogFrequency *frequency)
{
	self->count = count;
	self->items = g_memdup2(items, count * sizeof *items);
	self->windows = g_malloc(count);
	for (guint i = 0; i < count; i++) {
		self->windows[i] = find_window(&items[i], width, frequency);
	}
}

void
tocsin_log_needles_clear(TocsinLogNeedles *self)
{
	g_free(self->items);
	g_free(self->windows);
}

gboolean
tocsin_log_needles_is_at(const TocsinLogNeedles *self, guint index, const guint8 *bytes,
                         gsize length, gsize at)
{
	const TocsinLogNeedle *needle = &self->items[index];
	gsize needle_length = needle->literal.length;
	const guint8 *start;

	if (at < self->windows[index] || at - self->windows[index] + needle_length > length) {
		return FALSE;
	}
	start = bytes + at - self->windows[index];
	if (!needle->is_caseless) {
		return memcmp(start, needle->literal.bytes, needle_length) == 0;
	}
	for (gsize i = 0; i < needle_length; i++) {
		if (g_ascii_tolower((char)start[i]) !=
		    g_ascii_tolower((char)needle->literal.bytes[i])) {
			return FALSE;
		}
	}
	return TRUE;
}
