/* SPDX-License-Identifier: MIT */
/* When to try again: a pure function. Any thread. */
#ifndef TOCSIN_STORE_SCHEDULE_H
#define TOCSIN_STORE_SCHEDULE_H

#include <glib.h>

#include "model/fate.h"

G_BEGIN_DECLS

/* All times in microseconds. */
typedef struct {
	gint64 first_us; /* after the first try that ended in a 4xx reply, or in doubt */
	gint64 link_us;  /* after the first try that reached no server, or lost it */
	gint64 max_us;   /* never longer than this between two tries */
	double factor;   /* each wait is this much longer than the one before, >= 1 */
	double jitter;   /* each wait is changed by up to this part, 0 to 0.5 */
} TocsinSchedule;

/* What RFC 5321 section 4.5.4.1 suggests, shortened at the start, since an alert is worth less each
 * minute: 1 min after a 4xx (greylisting asks for that), 15 s without a server, doubling up to 1 h,
 * by 20 % more or less. */
extern const TocsinSchedule tocsin_schedule_default;

/* What tocsin_schedule_next() gives when there is no next try. */
#define TOCSIN_SCHEDULE_NEVER G_GINT64_CONSTANT(-1)

/* When a mail is tried next whose try number @tries (1 or more) ended at @now_us with @status at
 * @stage, or TOCSIN_SCHEDULE_NEVER: when it was delivered or refused, and when @expire_us (0:
 * never) has passed. The last try is at @expire_us. @random, any number, makes the jitter; the
 * same number gives the same time. */
gint64 tocsin_schedule_next(const TocsinSchedule *self, TocsinFateStatus status, TocsinStage stage,
                            guint tries, gint64 now_us, gint64 expire_us, guint32 random);

G_END_DECLS

#endif
