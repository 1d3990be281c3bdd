/* SPDX-License-Identifier: MIT */
/* What a mail's template sees: the names of docs/templates.md, "What a mail sees". Pure functions;
 * any thread. */
#ifndef TOCSIN_ENGINE_LETTER_DATA_H
#define TOCSIN_ENGINE_LETTER_DATA_H

#include "rule/decision.h"
#include "rule/group.h"
#include "template/datum.h"

G_BEGIN_DECLS

/* The map of all names for a decision to compose. @group is NULL for what concerns the rule as a
 * whole. A new reference. */
TocsinDatum *tocsin_letter_data(const TocsinRule *rule, const TocsinGroup *group,
                                const TocsinDecision *decision, gint64 now_us);

/* One event as a map; for NULL the same names, of nothing that happened at @now_us. A new
 * reference. */
TocsinDatum *tocsin_letter_data_event(const TocsinEvent *event, gint64 now_us);

/* The events that the mail shows, the oldest first: borrowed TocsinEvent, free the array with
 * g_ptr_array_unref(). */
GPtrArray *tocsin_letter_data_shown(const TocsinDecision *decision);

G_END_DECLS

#endif
