/* SPDX-License-Identifier: MIT */
/* From literals to the patterns that want them: which set each pattern uses now, the scanner over
 * all, and a better choice when lines show that a literal is less rare than thought. State belongs
 * to one thread. */
#ifndef TOCSIN_LOG_INDEX_H
#define TOCSIN_LOG_INDEX_H

#include <glib.h>

#include "rule.h"

G_BEGIN_DECLS

typedef struct _TocsinLogIndex TocsinLogIndex;

/* @pattern may match the line around @at. */
typedef void (*TocsinLogOnCandidate)(guint pattern, gsize at, gpointer data);

/* @rules (of TocsinLogRule) and @frequency belong to the caller and outlive the index. */
TocsinLogIndex *tocsin_log_index_new(GPtrArray *rules, TocsinLogFrequency *frequency);
void tocsin_log_index_free(TocsinLogIndex *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogIndex, tocsin_log_index_free)

/* Is @pattern found by literals? */
gboolean tocsin_log_index_has(const TocsinLogIndex *self, guint pattern);

void tocsin_log_index_scan(TocsinLogIndex *self, const char *bytes, gsize length,
                           TocsinLogOnCandidate on_candidate, gpointer data);

/* A candidate line of @pattern was looked at. */
void tocsin_log_index_count(TocsinLogIndex *self, guint pattern, gboolean has_matched);

/* To be called between scans with what was scanned: now and then learns from it, and takes other
 * literals for patterns whose candidates seldom match. */
void tocsin_log_index_reconsider(TocsinLogIndex *self, const char *bytes, gsize length);

G_END_DECLS

#endif
