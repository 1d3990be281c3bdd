/* SPDX-License-Identifier: MIT */
/* The needles of a scanner with, for each, its rarest few neighbouring bytes: where these occur,
 * the needle is compared. Immutable; any thread. */
#ifndef TOCSIN_LOG_NEEDLES_H
#define TOCSIN_LOG_NEEDLES_H

#include <glib.h>

#include "scan.h"

G_BEGIN_DECLS

typedef struct {
	guint count;
	TocsinLogNeedle *items;
	guint8 *windows; /* where in the needle the rare bytes begin */
} TocsinLogNeedles;

/* Copies @count needles and finds windows of @width bytes, or of the needle's length if that is
 * shorter. */
void tocsin_log_needles_init(TocsinLogNeedles *self, const TocsinLogNeedle *items, guint count,
                             guint width, const TocsinLogFrequency *frequency);
void tocsin_log_needles_clear(TocsinLogNeedles *self);

/* Does needle @index stand in @bytes such that its window is at @at? */
gboolean tocsin_log_needles_is_at(const TocsinLogNeedles *self, guint index, const guint8 *bytes,
                                  gsize length, gsize at);

G_END_DECLS

#endif
