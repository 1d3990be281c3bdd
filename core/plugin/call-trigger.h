/* SPDX-License-Identifier: MIT */
/* A running trigger: the safe way to call a trigger unit.
 *
 * The engine implements TocsinTriggerSink, where events and positions go. A breach of the contract
 * disables the instance: nothing of it is watched any more, and its positions stay where they were.
 *
 * Thread: that of the GMainContext, for everything. */
#ifndef TOCSIN_PLUGIN_CALL_TRIGGER_H
#define TOCSIN_PLUGIN_CALL_TRIGGER_H

#include <glib.h>

#include "abi/settings.h"
#include "base/clock.h"
#include "abi/guard.h"
#include "plugin/schema.h"
#include "plugin/trigger-sink.h"
#include "plugin/unit.h"

G_BEGIN_DECLS

typedef struct tocsin_source TocsinTrigger;

/* Checks the settings without touching anything outside, and gives what the trigger can raise.
 * Errors: "trigger 'NAME': why". */
TocsinSchema *tocsin_trigger_check(const TocsinUnit *unit, const char *name,
                                   TocsinSettings *settings, GError **error);

/* Starts an instance called @name. @settings: a reference is taken. @context (nullable: the default
 * one), @clock and @sink must outlive it. */
TocsinTrigger *tocsin_trigger_start(const TocsinUnit *unit, const char *name,
                                    TocsinSettings *settings, const TocsinClock *clock,
                                    GMainContext *context, const TocsinTriggerSink *sink,
                                    gpointer user, const TocsinPluginWatcher *watcher,
                                    GError **error);

/* There is room again after emit said TOCSIN_E_TEMP. */
void tocsin_trigger_resume(TocsinTrigger *self);

/* All that follows from events up to @token is on disk. */
void tocsin_trigger_settled(TocsinTrigger *self, guint64 token);

/* Calls tick() if the timer ran out by the trigger's clock, as the main loop does by the system's:
 * for replay, which turns the clock itself. */
void tocsin_trigger_run_timer(TocsinTrigger *self);

/* Stops and frees. Does nothing on NULL. */
void tocsin_trigger_stop(TocsinTrigger *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTrigger, tocsin_trigger_stop)

/* Has it broken the contract? */
gboolean tocsin_trigger_is_disabled(const TocsinTrigger *self);

/* As the configuration calls it; belongs to the trigger. */
const char *tocsin_trigger_name(const TocsinTrigger *self);

G_END_DECLS

#endif
