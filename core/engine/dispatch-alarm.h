/* SPDX-License-Identifier: MIT */
/* A call at a time of the wall clock, also when that is set, or the machine slept meanwhile. */
#ifndef TOCSIN_ENGINE_DISPATCH_ALARM_H
#define TOCSIN_ENGINE_DISPATCH_ALARM_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinAlarm TocsinAlarm;

/* Calls @on_alarm in @context when the time has come, and whenever the clock was set. */
TocsinAlarm *tocsin_alarm_new(GMainContext *context, GSourceFunc on_alarm, gpointer user);

/* Context's thread. Does nothing on NULL. */
void tocsin_alarm_free(TocsinAlarm *self);

/* One call at @wall_us, instead of the one that was wanted before; G_MAXINT64: none. Context's
 * thread. */
void tocsin_alarm_set(TocsinAlarm *self, gint64 wall_us);

G_END_DECLS

#endif
