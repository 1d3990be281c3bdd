/* SPDX-License-Identifier: MIT */
/* Everything at work: triggers raise events, rules gather them, mails go into the store and out.
 *
 * Thread: that of the main loop, for all functions and callbacks. */
#ifndef TOCSIN_ENGINE_ENGINE_H
#define TOCSIN_ENGINE_ENGINE_H

#include "engine/engine-status.h"
#include "engine/mutes.h"
#include "engine/plan.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef struct _TocsinEngine TocsinEngine;

/* Opens the store that @plan names, puts back what was going on, starts all triggers and begins to
 * deliver. A trigger that cannot start is told of and left out, and tried again; @error is about
 * the store. @clock must outlive the engine. */
TocsinEngine *tocsin_engine_new(TocsinPlan *plan, TocsinClock *clock, GError **error);

/* Goes on with @plan: groups of rules that gather alike keep what they counted, triggers that are
 * configured alike go on. FALSE, with everything as it was, if the store is another one. */
gboolean tocsin_engine_reload(TocsinEngine *self, TocsinPlan *plan, GError **error);

/* Says that a reload failed, for the status and whoever has to hear of it. */
void tocsin_engine_note_reload_failed(TocsinEngine *self, const char *text);

/* Ends: triggers first; mails that are under way may take the plan's stop_within; then everything
 * is on disk. Does nothing on NULL. */
void tocsin_engine_free(TocsinEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinEngine, tocsin_engine_free)

/* The store, for looking and steering; belongs to the engine. */
TocsinStore *tocsin_engine_store(const TocsinEngine *self);

/* The plan that is at work; belongs to the engine. */
const TocsinPlan *tocsin_engine_plan(const TocsinEngine *self);

/* @error is NULL if it is on disk, with all that follows from it. @id: the event's or mail's.
 * @matched: how many rules the event is for. */
typedef void (*TocsinEngineDone)(const GError *error, const char *id, guint matched,
                                 gpointer user_data);

/* Takes in an event that was raised by hand; its trigger is TOCSIN_TRIGGER_BY_HAND. An event whose
 * id was there before is not counted again. TOCSIN_ERROR_STORE: it is not on disk, and will be as
 * soon as the store can write again. TOCSIN_ERROR_LIMIT: it was not taken. */
void tocsin_engine_emit(TocsinEngine *self, TocsinEvent *event, TocsinEngineDone done,
                        gpointer user_data);

/* Puts a mail into the queue; without `via` it goes by the default. On an error it was not
 * taken. */
void tocsin_engine_enqueue(TocsinEngine *self, TocsinMail *mail, TocsinEngineDone done,
                           gpointer user_data);

/* What there is to say of it now. Free with tocsin_engine_status_free(). */
TocsinEngineStatus *tocsin_engine_status(TocsinEngine *self);

/* The mutes that were set while it runs; changes are kept in the store. Belongs to the engine. */
TocsinMutes *tocsin_engine_mutes(const TocsinEngine *self);

G_END_DECLS

#endif
