/* SPDX-License-Identifier: MIT */
/* The inside of a running trigger, for the table that it calls and for who calls it. Thread: its
 * context's. */
#ifndef TOCSIN_PLUGIN_SOURCE_RUN_H
#define TOCSIN_PLUGIN_SOURCE_RUN_H

#include <tocsin/plugin.h>

#include "abi/host.h"
#include "abi/settings.h"
#include "base/clock.h"
#include "abi/guard.h"
#include "plugin/trigger-sink.h"
#include "plugin/unit.h"

G_BEGIN_DECLS

struct tocsin_source {
	const TocsinUnit *unit;
	TocsinGuard *guard;
	TocsinHost *host;
	TocsinSettings *settings;
	const TocsinClock *clock;
	GMainContext *context; /* (nullable) */
	const TocsinTriggerSink *sink;
	gpointer user;
	void *instance; /* NULL until start() made one */
	GThread *thread;
	GHashTable *watches; /* of descriptor : GSource */
	GSource *timer;
	gint64 due_us;    /* on the trigger's clock; -1: no timer */
	guint depth;      /* calls into the plugin that are active */
	gboolean is_full; /* emit said TOCSIN_E_TEMP, and resume() was not called since */
};

/* May the plugin call now? FALSE, with a complaint, from another thread. */
gboolean tocsin_source_check_call(tocsin_source *self, const char *call);

/* Calls ready() or tick(), and tells the sink if that fails. */
void tocsin_source_call_ready(tocsin_source *self, int fd, guint32 events);
void tocsin_source_call_tick(tocsin_source *self);

/* Forgets all descriptors and the timer. */
void tocsin_source_unwatch_all(tocsin_source *self);

/* "tocsin.loop/1". */
extern const tocsin_loop tocsin_table_loop;

G_END_DECLS

#endif
