/* SPDX-License-Identifier: MIT */
/* How often a byte string is to be expected in log lines, so that the rarest literal can be chosen.
 *
 * The model is a Markov chain over bytes: seeded with typical lines, it learns from those that are
 * really read. State belongs to one thread. */
#ifndef TOCSIN_LOG_FREQUENCY_H
#define TOCSIN_LOG_FREQUENCY_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinLogFrequency TocsinLogFrequency;

TocsinLogFrequency *tocsin_log_frequency_new(void);
void tocsin_log_frequency_free(TocsinLogFrequency *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogFrequency, tocsin_log_frequency_free)

/* Counts the bytes and pairs of @bytes. What was learnt longer ago fades. */
void tocsin_log_frequency_learn(TocsinLogFrequency *self, const void *bytes, gsize length);

/* Occurrences to expect per byte of log, in (0, 1]; 1 for the empty string. With @is_caseless ASCII
 * letters count in both cases. */
double tocsin_log_frequency_estimate(const TocsinLogFrequency *self, const guint8 *bytes,
                                     gsize length, gboolean is_caseless);

G_END_DECLS

#endif
