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
#include "model/event.h"
#include "plugin/guard.h"
#include "plugin/schema.h"

G_BEGIN_DECLS

#define TOCSIN_TRIGGER_WATCHES_MAX 4096u
#define TOCSIN_TRIGGER_POSITION_NAME_MAX 255u
#define TOCSIN_TRIGGER_POSITION_MAX 65536u

/* None may stop the trigger that calls. */
typedef struct {
	/* Takes an event (a reference of its own, if it keeps it). TOCSIN_OK; or TOCSIN_E_TEMP:
	 * there is no room, call tocsin_trigger_resume() once there is. @token: for
	 * tocsin_trigger_settled(), 0: not wanted. */
	gint32 (*emit)(gpointer user, TocsinEvent *event, guint64 token);

	/* Remembers @position (NULL: forgets) under @name, in the same transaction as what the
	 * events emitted so far cause. */
	void (*checkpoint)(gpointer user, const char *name, GBytes *position);

	/* The @index-th position in the order of names; FALSE past the end. Both belong to the
	 * sink and live until the next call. */
	gboolean (*restore)(gpointer user, guint index, const char **out_name,
	                    GBytes **out_position);

	/* A callback failed. TOCSIN_E_TEMP: the trigger goes on. Else: it watches nothing any more;
	 * stop it. */
	void (*on_error)(gpointer user, gint32 status, const GError *error);
} TocsinTriggerSink;

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

const char *tocsin_trigger_name(const TocsinTrigger *self);

G_END_DECLS

#endif
