/* SPDX-License-Identifier: MIT */
/* The time, from one replaceable source.
 *
 * Code that decides by time takes a TocsinClock, so that tests and replay can turn the hands
 * themselves. A clock is immutable but for the fake one's time, which is atomic: any thread may
 * read it. */
#ifndef TOCSIN_BASE_CLOCK_H
#define TOCSIN_BASE_CLOCK_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinClock TocsinClock;

/* The system's clock. Owned by the room; never freed. */
TocsinClock *tocsin_clock_system(void);

/* A clock that stands still at @wall_us (microseconds since 1970, UTC) until it is set or advanced.
 */
TocsinClock *tocsin_clock_new_fake(gint64 wall_us);

/* Does nothing on NULL and on the system's clock. */
void tocsin_clock_free(TocsinClock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinClock, tocsin_clock_free)

/* Microseconds since 1970, UTC. May jump when the administrator sets the time. */
gint64 tocsin_clock_wall_us(const TocsinClock *self);

/* Microseconds that never go back; only differences mean anything. */
gint64 tocsin_clock_monotonic_us(const TocsinClock *self);

/* Moves a fake clock on by @delta_us >= 0, both hands. */
void tocsin_clock_advance(TocsinClock *self, gint64 delta_us);

/* Sets a fake clock's wall time; its monotonic time moves only forward, and by no more than the
 * wall did. */
void tocsin_clock_set_wall(TocsinClock *self, gint64 wall_us);

G_END_DECLS

#endif
