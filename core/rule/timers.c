/* SPDX-License-Identifier: MIT */
/* A binary heap whose members know their place. */
#include "rule/timers.h"

void
tocsin_timers_init(TocsinTimers *self)
{
	self->heap = g_ptr_array_new();
}

void
tocsin_timers_clear(TocsinTimers *self)
{
	g_clear_pointer(&self->heap, g_ptr_array_unref);
}

static TocsinTimer *
at(const TocsinTimers *self, guint place)
{
	return g_ptr_array_index(self->heap, place - 1);
}

static void
put(TocsinTimers *self, TocsinTimer *timer, guint place)
{
	self->heap->pdata[place - 1] = timer;
	timer->place = place;
}

static void
move(TocsinTimers *self, TocsinTimer *timer)
{
	guint place = timer->place;

	while (place > 1 && at(self, place / 2)->due_us > timer->due_us) {
		put(self, at(self, place / 2), place);
		place /= 2;
	}
	for (guint child = 2 * place; child <= self->heap->len; child = 2 * place) {
		if (child < self->heap->len &&
		    at(self, child + 1)->due_us < at(self, child)->due_us) {
			child++;
		}
		if (at(self, child)->due_us >= timer->due_us) {
			break;
		}
		put(self, at(self, child), place);
		place = child;
	}
	put(self, timer, place);
}

static void
take_out(TocsinTimers *self, TocsinTimer *timer)
{
	guint place = timer->place;
	TocsinTimer *last = at(self, self->heap->len);

	g_ptr_array_set_size(self->heap, (int)self->heap->len - 1);
	timer->place = 0;
	if (last != timer) {
		put(self, last, place);
		move(self, last);
	}
}

void
tocsin_timers_set(TocsinTimers *self, TocsinTimer *timer, gint64 due_us)
{
	if (timer->place != 0 && timer->due_us == due_us) {
		return;
	}
	timer->due_us = due_us;
	if (due_us == G_MAXINT64) {
		if (timer->place != 0) {
			take_out(self, timer);
		}
		return;
	}
	if (timer->place == 0) {
		g_ptr_array_add(self->heap, timer);
		timer->place = self->heap->len;
	}
	move(self, timer);
}

TocsinTimer *
tocsin_timers_first(const TocsinTimers *self)
{
	return self->heap->len > 0 ? at(self, 1) : NULL;
}
