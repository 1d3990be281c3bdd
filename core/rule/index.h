/* SPDX-License-Identifier: MIT */
/* Which rules an event is for, found by its trigger and kind: the cost does not grow with the rules
 * that are for something else.
 *
 * Belongs to one thread. */
#ifndef TOCSIN_RULE_INDEX_H
#define TOCSIN_RULE_INDEX_H

#include "rule/rule.h"

G_BEGIN_DECLS

#define TOCSIN_INDEX_NAMES_MAX 4096u /* pairs of trigger and kind that are remembered */

typedef struct _TocsinIndex TocsinIndex;

/* @rules: of TocsinRule; the index takes a reference to the array. */
TocsinIndex *tocsin_index_new(GPtrArray *rules);

/* Does nothing on NULL. */
void tocsin_index_free(TocsinIndex *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinIndex, tocsin_index_free)

/* The places in the array of the rules whose `on` names the event, as guint; belongs to the index
 * and lasts until the next call. */
const GArray *tocsin_index_find(TocsinIndex *self, const TocsinEvent *event);

G_END_DECLS

#endif
