/* SPDX-License-Identifier: MIT */
/* How many mails may go out in a time: "100/min" is at most 100 in any minute whatever, which is
 * how servers count. A bucket that fills again while it is emptied would let through nearly twice
 * as many. Belongs to one thread, or to a lock of its owner's. */
#ifndef TOCSIN_ENGINE_RATE_H
#define TOCSIN_ENGINE_RATE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinRate TocsinRate;

/* @text as in the setting "rate". Nothing has been taken. TOCSIN_ERROR_INVALID. */
TocsinRate *tocsin_rate_new(const char *text, GError **error);

/* Does nothing on NULL. */
void tocsin_rate_free(TocsinRate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinRate, tocsin_rate_free)

/* How many may go at @now_us. All times are microseconds on the monotonic clock. */
guint tocsin_rate_available(TocsinRate *self, gint64 now_us);

/* Counts one that goes at @now_us; FALSE if none may. */
gboolean tocsin_rate_take(TocsinRate *self, gint64 now_us);

/* When the next one may go: @now_us if that is now. */
gint64 tocsin_rate_next_us(TocsinRate *self, gint64 now_us);

G_END_DECLS

#endif
