/* SPDX-License-Identifier: MIT */
/* Tells a main loop that there may be mails to send. Any thread. */
#ifndef TOCSIN_STORE_WAKE_H
#define TOCSIN_STORE_WAKE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinWake TocsinWake;

/* One that calls nobody yet. */
TocsinWake *tocsin_wake_new(void);

/* No call comes after this. Does nothing on NULL. */
void tocsin_wake_free(TocsinWake *self);

/* See tocsin_store_set_wake(). */
void tocsin_wake_set(TocsinWake *self, GMainContext *context, GSourceFunc on_wake,
                     gpointer user_data);

/* Has the call made soon, unless one is on its way. */
void tocsin_wake_post(TocsinWake *self);

G_END_DECLS

#endif
