/* SPDX-License-Identifier: MIT */
/* Counts in slots of a sixtieth of the time: what was taken is forgotten when its whole slot is
 * older than the time, so never too early. */
#include "engine/rate.h"

#include "base/units.h"

#define SLOTS 60

struct _TocsinRate {
	guint limit;
	gint64 slot_us;
	gint64 newest;          /* the number of the slot that is counted in */
	guint total;            /* of all slots */
	guint taken[SLOTS + 1]; /* slot number n is at n % (SLOTS + 1) */
};

TocsinRate *
tocsin_rate_new(const char *text, GError **error)
{
	guint limit;
	gint64 per_us;

	if (!tocsin_units_parse_rate(text, &limit, &per_us, error)) {
		return NULL;
	}
	TocsinRate *self = g_new0(TocsinRate, 1);

	self->limit = limit;
	self->slot_us = (per_us + SLOTS - 1) / SLOTS;
	return self;
}

void
tocsin_rate_free(TocsinRate *self)
{
	g_free(self);
}

/* Forgets the slots that are over. */
static void
turn(TocsinRate *self, gint64 now_us)
{
	gint64 slot = now_us / self->slot_us;
	gint64 steps = MIN(slot - self->newest, SLOTS + 1);

	for (gint64 i = 1; i <= steps; i++) {
		guint *taken = &self->taken[(slot - steps + i) % (SLOTS + 1)];

		self->total -= *taken;
		*taken = 0;
	}
	self->newest = MAX(slot, self->newest);
}

guint
tocsin_rate_available(TocsinRate *self, gint64 now_us)
{
	turn(self, now_us);
	return self->limit - MIN(self->total, self->limit);
}

gboolean
tocsin_rate_take(TocsinRate *self, gint64 now_us)
{
	if (tocsin_rate_available(self, now_us) == 0) {
		return FALSE;
	}
	self->taken[self->newest % (SLOTS + 1)]++;
	self->total++;
	return TRUE;
}

gint64
tocsin_rate_next_us(TocsinRate *self, gint64 now_us)
{
	if (tocsin_rate_available(self, now_us) > 0) {
		return now_us;
	}
	for (gint64 slot = self->newest - SLOTS; slot <= self->newest; slot++) {
		if (slot >= 0 && self->taken[slot % (SLOTS + 1)] > 0) {
			return (slot + SLOTS + 1) * self->slot_us;
		}
	}
	return now_us + self->slot_us;
}
