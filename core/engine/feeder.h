/* SPDX-License-Identifier: MIT */
/* One trigger at work: its events go to the clerk, its positions into the same batch. One that
 * fails is started again after a while. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_FEEDER_H
#define TOCSIN_ENGINE_FEEDER_H

#include "engine/clerk.h"
#include "engine/engine-status.h"
#include "engine/ledger.h"
#include "engine/plan.h"

G_BEGIN_DECLS

typedef struct _TocsinFeeder TocsinFeeder;

/* What feeders work with; must outlive them. */
typedef struct {
	TocsinStore *store;
	TocsinLedger *ledger;
	TocsinClerk *clerk;
	TocsinClock *clock;
	const TocsinPluginWatcher *watcher; /* (nullable) */
	/* The trigger called @name failed (@error), or runs again (NULL). @is_told: it broke the
	 * contract and ran, so that @watcher has heard of it; it will not be started again. */
	void (*on_change)(gpointer user, const char *name, const GError *error, gboolean is_told);
	gpointer user;
} TocsinFeederContext;

/* Starts @trigger of @plan, of which a reference is taken. */
TocsinFeeder *tocsin_feeder_new(const TocsinPlanTrigger *trigger, TocsinPlan *plan,
                                const TocsinFeederContext *context);

/* Stops the trigger. Does nothing on NULL. */
void tocsin_feeder_free(TocsinFeeder *self);

/* The trigger's name and text in its plan. */
const char *tocsin_feeder_name(const TocsinFeeder *self);
const char *tocsin_feeder_text(const TocsinFeeder *self);

/* The batch is about to be written: puts in what was seen. */
void tocsin_feeder_close(TocsinFeeder *self, TocsinBatch *batch);

/* The batch of @serial is on disk. */
void tocsin_feeder_note_stored(TocsinFeeder *self, guint64 serial);

/* Has the trigger go on if the ledger had no room for its last event, and has some now. */
void tocsin_feeder_resume(TocsinFeeder *self);

/* Adds what there is to say of it. */
void tocsin_feeder_tell_status(const TocsinFeeder *self, TocsinEngineStatus *status);

G_END_DECLS

#endif
