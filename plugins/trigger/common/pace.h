/* SPDX-License-Identifier: MIT */
/* What keeps a trigger going that acts by a schedule: the timer, a clock that is set, and the last
 * point, which is remembered over restarts. Thread: the trigger's. */
#ifndef TOCSIN_COMMON_PACE_H
#define TOCSIN_COMMON_PACE_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "schedule.h"

G_BEGIN_DECLS

typedef struct {
	const tocsin_loop *loop;
	tocsin_source *source;
	TocsinSchedule *schedule; /* borrowed */
	int clock_fd;             /* -1: none */
} TocsinPace;

/* Begins to watch the clock. @schedule must live until tocsin_pace_stop(). */
void tocsin_pace_start(TocsinPace *self, const tocsin_loop *loop, tocsin_source *source,
                       TocsinSchedule *schedule);

/* Ends it; does nothing if it was never started. */
void tocsin_pace_stop(TocsinPace *self);

/* Is @fd the clock's, which was set? */
gboolean tocsin_pace_take_clock(const TocsinPace *self, int fd);

/* Has a point come? Follows a clock that was set back. */
gboolean tocsin_pace_is_due(const TocsinPace *self);

/* Sees that tick() is called at the next point. */
int32_t tocsin_pace_wait(const TocsinPace *self);

/* Remembers that @last_us was the last point, and @more (nullable) beside it: without newlines. */
void tocsin_pace_remember(const TocsinPace *self, gint64 last_us, const char *more);

/* Counts on from where the last run ended. FALSE: there was none, or nothing that makes sense.
 * @out_more (nullable): free with g_free(); "" if there was nothing more. */
gboolean tocsin_pace_restore(const TocsinPace *self, char **out_more);

G_END_DECLS

#endif
