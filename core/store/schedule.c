/* SPDX-License-Identifier: MIT */
/* When to try again. */
#include "store/schedule.h"

#define SECOND_US G_GINT64_CONSTANT(1000000)

const TocsinSchedule tocsin_schedule_default = {
        .first_us = 60 * SECOND_US,
        .link_us = 15 * SECOND_US,
        .max_us = 3600 * SECOND_US,
        .factor = 2,
        .jitter = 0.2,
};

static gboolean
is_about_link(TocsinStage stage)
{
	return stage == TOCSIN_STAGE_CONNECT || stage == TOCSIN_STAGE_TLS ||
	       stage == TOCSIN_STAGE_GREETING || stage == TOCSIN_STAGE_LOST;
}

gint64
tocsin_schedule_next(const TocsinSchedule *self, TocsinFateStatus status, TocsinStage stage,
                     guint tries, gint64 now_us, gint64 expire_us, guint32 random)
{
	double wait = (double)(is_about_link(stage) ? self->link_us : self->first_us);
	double longest = (double)self->max_us;

	if (status == TOCSIN_FATE_DELIVERED || status == TOCSIN_FATE_REFUSED ||
	    (expire_us != 0 && now_us >= expire_us)) {
		return TOCSIN_SCHEDULE_NEVER;
	}
	/* Stops at the longest wait, so that no number of tries can overflow. */
	for (guint i = 1; i < MIN(tries, 1000) && wait < longest && self->factor > 1; i++) {
		wait *= self->factor;
	}
	wait = MIN(wait, longest);
	wait *= 1 + self->jitter * (2.0 * random / G_MAXUINT32 - 1);
	gint64 next = now_us + (gint64)MAX(wait, 1);

	return expire_us != 0 ? MIN(next, expire_us) : next;
}
