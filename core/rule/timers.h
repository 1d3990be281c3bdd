/* SPDX-License-Identifier: MIT */
/* Many timers, of which the next due is known: a binary heap. Belongs to one thread. */
#ifndef TOCSIN_RULE_TIMERS_H
#define TOCSIN_RULE_TIMERS_H

#include <glib.h>

G_BEGIN_DECLS

/* The first member of whatever has a timer; zeros, or tocsin_timer_init(). */
typedef struct {
	gint64 due_us;
	guint place; /* in the heap, from 1; 0: not in it */
} TocsinTimer;

/* Of TocsinTimer, the earliest first. */
typedef struct {
	GPtrArray *heap;
} TocsinTimers;

/* No timers; clear() frees the heap, not the timers. */
void tocsin_timers_init(TocsinTimers *self);
void tocsin_timers_clear(TocsinTimers *self);

/* Sets when @timer is due; G_MAXINT64 takes it out. Costs O(log n), nothing if it stays. */
void tocsin_timers_set(TocsinTimers *self, TocsinTimer *timer, gint64 due_us);

/* The earliest, or NULL; stays in. */
TocsinTimer *tocsin_timers_first(const TocsinTimers *self);

G_END_DECLS

#endif
