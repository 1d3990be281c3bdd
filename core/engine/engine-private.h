/* SPDX-License-Identifier: MIT */
/* The engine from the inside, for its files. */
#ifndef TOCSIN_ENGINE_ENGINE_PRIVATE_H
#define TOCSIN_ENGINE_ENGINE_PRIVATE_H

#include "engine/clerk.h"
#include "engine/dispatch.h"
#include "engine/engine.h"
#include "engine/feeder.h"
#include "engine/outage.h"
#include "engine/own-events.h"
#include "engine/seen.h"
#include "engine/upkeep.h"

G_BEGIN_DECLS

struct _TocsinEngine {
	TocsinClock *clock;
	TocsinPlan *plan;
	TocsinStore *store;
	TocsinLedger *ledger;
	TocsinClerk *clerk;
	TocsinMutes *mutes;
	TocsinDispatch *dispatch;
	TocsinOwnEvents *own;
	TocsinOutage *outage;
	TocsinUpkeep *upkeep;
	TocsinFeederContext feeding;
	GPtrArray *feeders; /* of TocsinFeeder, in the order of the plan */
	TocsinSeen *seen;   /* ids of events that were raised by hand */
	GQueue asked;       /* who waits for the disk, by serial; see engine-hand.c */
	gint64 started_us;
	gint64 loaded_us;
	char *reload_error; /* (nullable) */
};

/* Answers all who wait for batches up to @serial: with @error (nullable). */
void tocsin_engine_answer(TocsinEngine *self, guint64 serial, const GError *error);

/* Forgets who waits: the program ends. */
void tocsin_engine_forget_asked(TocsinEngine *self);

G_END_DECLS

#endif
