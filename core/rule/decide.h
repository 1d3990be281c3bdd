/* SPDX-License-Identifier: MIT */
/* What to do about an event, or about the passing of time: a function of the rule, its state and
 * the clock, and of nothing else.
 *
 * State belongs to one thread. The same calls on the same state give the same decisions, also after
 * the state was packed and unpacked in between. */
#ifndef TOCSIN_RULE_DECIDE_H
#define TOCSIN_RULE_DECIDE_H

#include "rule/decision.h"
#include "rule/group.h"
#include "rule/limit.h"

G_BEGIN_DECLS

/* Decides about @event, which matched the rule and has the group's key, or (NULL) about the passing
 * of time. Counts towards the rule's limit in @limit. A decision to compose counts as told: what
 * was gathered moves into @out, which is clear. One call makes at most one mail; when out->due_us
 * is not later than now, ask again with a tick. */
void tocsin_decide(const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit,
                   const TocsinEvent *event, const TocsinCircumstances *circumstances,
                   TocsinDecision *out);

/* The same for what the rule's limit kept back of all its groups. */
void tocsin_decide_overflow(const TocsinRule *rule, TocsinLimit *limit, gint64 now_us,
                            TocsinDecision *out);

/* Hears of each decision, while it is made: it may read @group and call tocsin_group_note_told(),
 * and pack both states; nothing else. @group is NULL for what concerns the rule as a whole (the
 * digest of what its limit kept back; a `where` that failed), @event for the passing of time. When
 * decision->is_forgotten, the stored state of the group is to be dropped. */
typedef void (*TocsinBookListener)(gpointer user_data, const TocsinRule *rule, TocsinGroup *group,
                                   TocsinLimit *limit, const TocsinEvent *event,
                                   TocsinDecision *decision);

G_END_DECLS

#endif
