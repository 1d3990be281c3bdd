/* SPDX-License-Identifier: MIT */
/* The replaceable clock: the system's, or one that a test or a replay moves. */
#include "base/clock.h"

struct _TocsinClock {
	gboolean is_fake;
	gint64 wall_us;      /* atomic, fake only */
	gint64 monotonic_us; /* atomic, fake only */
};

/* lint: allow static-state: it never changes; only the functions for fake clocks write */
static TocsinClock system_clock = {.is_fake = FALSE};

TocsinClock *
tocsin_clock_system(void)
{
	return &system_clock;
}

TocsinClock *
tocsin_clock_new_fake(gint64 wall_us)
{
	TocsinClock *self = g_new0(TocsinClock, 1);

	self->is_fake = TRUE;
	self->wall_us = wall_us;
	return self;
}

void
tocsin_clock_free(TocsinClock *self)
{
	if (self == NULL || !self->is_fake) {
		return;
	}
	g_free(self);
}

gint64
tocsin_clock_wall_us(const TocsinClock *self)
{
	if (!self->is_fake) {
		return g_get_real_time();
	}
	return __atomic_load_n(&self->wall_us, __ATOMIC_SEQ_CST);
}

gint64
tocsin_clock_monotonic_us(const TocsinClock *self)
{
	if (!self->is_fake) {
		return g_get_monotonic_time();
	}
	return __atomic_load_n(&self->monotonic_us, __ATOMIC_SEQ_CST);
}

void
tocsin_clock_advance(TocsinClock *self, gint64 delta_us)
{
	g_return_if_fail(self->is_fake && delta_us >= 0);
	__atomic_add_fetch(&self->wall_us, delta_us, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&self->monotonic_us, delta_us, __ATOMIC_SEQ_CST);
}

void
tocsin_clock_set_wall(TocsinClock *self, gint64 wall_us)
{
	gint64 before;

	g_return_if_fail(self->is_fake);
	before = __atomic_exchange_n(&self->wall_us, wall_us, __ATOMIC_SEQ_CST);
	if (wall_us > before) {
		__atomic_add_fetch(&self->monotonic_us, wall_us - before, __ATOMIC_SEQ_CST);
	}
}
