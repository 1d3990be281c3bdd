/* SPDX-License-Identifier: MIT */
/* Which mails somebody is working on. In memory: they end with the process, which is just when the
 * work does. Used by the writer's thread. */
#ifndef TOCSIN_STORE_LEASES_H
#define TOCSIN_STORE_LEASES_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinLeases TocsinLeases;

/* None taken. */
TocsinLeases *tocsin_leases_new(void);

/* Does nothing on NULL. */
void tocsin_leases_free(TocsinLeases *self);

/* @end_us on the monotonic clock; 0: until released. */
void tocsin_leases_take(TocsinLeases *self, gint64 mail, gint64 end_us);

/* Does nothing if it is not taken. */
void tocsin_leases_release(TocsinLeases *self, gint64 mail);

/* A lease that is over is forgotten. */
gboolean tocsin_leases_is_taken(TocsinLeases *self, gint64 mail, gint64 now_us);

G_END_DECLS

#endif
