/* SPDX-License-Identifier: MIT */
/* Can an account be reached? */
#include "engine/dispatch-reach.h"

#define DOUBTS_MAX 2u

void
tocsin_reach_clear(TocsinReach *self)
{
	g_clear_pointer(&self->failure, g_free);
	g_clear_pointer(&self->doubtful, g_free);
}

gboolean
tocsin_reach_is_resting(const TocsinReach *self, const TocsinSchedule *schedule, gint64 now_us)
{
	return now_us < self->rest_until_us &&
	       self->rest_until_us - now_us <= 2 * MAX(schedule->max_us, schedule->link_us);
}

gboolean
tocsin_reach_note_progress(TocsinReach *self)
{
	gboolean had_failed = self->failures > 0;

	self->is_proven = TRUE;
	self->failures = 0;
	self->doubts = 0;
	g_clear_pointer(&self->doubtful, g_free);
	self->rest_until_us = 0;
	return had_failed;
}

static void
remember(TocsinReach *self, const char *text)
{
	g_free(self->failure);
	self->failure = g_strdup(text);
}

gboolean
tocsin_reach_note_failure(TocsinReach *self, const TocsinSchedule *schedule, gint64 now_us,
                          guint32 random, const char *text)
{
	self->failures += self->failures < G_MAXUINT;
	self->rest_until_us =
	        tocsin_schedule_next(schedule, TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_CONNECT,
	                             self->failures, now_us, 0, random);
	remember(self, text);
	return self->failures == 1;
}

gboolean
tocsin_reach_note_doubt(TocsinReach *self, const TocsinSchedule *schedule, gint64 now_us,
                        guint32 random, const char *mail, const char *text)
{
	gboolean is_other = mail == NULL || g_strcmp0(mail, self->doubtful) != 0;

	self->doubts += is_other && self->doubts < G_MAXUINT;
	g_free(self->doubtful);
	self->doubtful = g_strdup(mail);
	/* Who failed before has only shown that it still does. */
	if (self->doubts >= DOUBTS_MAX || self->failures > 0) {
		return tocsin_reach_note_failure(self, schedule, now_us, random, text);
	}
	remember(self, text);
	return FALSE;
}

void
tocsin_reach_end_rest(TocsinReach *self)
{
	self->rest_until_us = 0;
}
