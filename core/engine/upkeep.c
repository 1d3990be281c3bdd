/* SPDX-License-Identifier: MIT */
/* Purges the store each hour, in steps that leave it free for others in between. */
#include "engine/upkeep.h"

#define HOUR_S 3600u
#define STEP 500u
#define STEP_PAUSE_MS 20u

struct _TocsinUpkeep {
	TocsinStore *store;
	TocsinClock *clock;
	gint64 history_us;
	guint hourly; /* source ids, or 0 */
	guint step;
};

static gboolean
on_step(gpointer data)
{
	TocsinUpkeep *self = data;
	gint64 before_us = tocsin_clock_wall_us(self->clock) - self->history_us;
	gboolean has_more = FALSE;
	g_autoptr(GError) error = NULL;

	if (!tocsin_store_purge(self->store, before_us, STEP, &has_more, &error)) {
		g_warning("cannot delete old history: %s", error->message);
	}
	if (!has_more) {
		self->step = 0;
	}
	return has_more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_hour(gpointer data)
{
	TocsinUpkeep *self = data;

	if (self->step == 0) {
		self->step = g_timeout_add_full(G_PRIORITY_LOW, STEP_PAUSE_MS, on_step, self, NULL);
	}
	return G_SOURCE_CONTINUE;
}

TocsinUpkeep *
tocsin_upkeep_new(TocsinStore *store, TocsinClock *clock, gint64 history_us)
{
	TocsinUpkeep *self = g_new0(TocsinUpkeep, 1);

	self->store = store;
	self->clock = clock;
	self->history_us = history_us;
	self->hourly = g_timeout_add_seconds(HOUR_S, on_hour, self);
	(void)on_hour(self);
	return self;
}

void
tocsin_upkeep_free(TocsinUpkeep *self)
{
	if (self == NULL) {
		return;
	}
	g_source_remove(self->hourly);
	if (self->step != 0) {
		g_source_remove(self->step);
	}
	g_free(self);
}

void
tocsin_upkeep_set_history(TocsinUpkeep *self, gint64 history_us)
{
	self->history_us = history_us;
}
