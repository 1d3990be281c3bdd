/* SPDX-License-Identifier: MIT */
/* Where a trigger's events and positions go; the engine implements it. Thread: the trigger's. */
#ifndef TOCSIN_PLUGIN_TRIGGER_SINK_H
#define TOCSIN_PLUGIN_TRIGGER_SINK_H

#include <glib.h>

#include "model/event.h"

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

G_END_DECLS

#endif
