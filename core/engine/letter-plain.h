/* SPDX-License-Identifier: MIT */
/* A mail's text without any template: all facts, plainly. Pure functions; any thread. */
#ifndef TOCSIN_ENGINE_LETTER_PLAIN_H
#define TOCSIN_ENGINE_LETTER_PLAIN_H

#include "rule/decision.h"
#include "rule/group.h"

G_BEGIN_DECLS

#define TOCSIN_LETTER_PLAIN_MAX (1u << 20) /* bytes; what is beyond is named */

/* The text: what was decided, the counts, and every event that the mail shows with its fields and
 * excerpt. @fault (nullable) stands at the top: why there is no better one. @zone is for times.
 * Free with g_free(). */
char *tocsin_letter_plain(const TocsinRule *rule, const TocsinGroup *group,
                          const TocsinDecision *decision, GTimeZone *zone, const char *fault,
                          gint64 now_us);

/* "RULE: KEY", or "RULE" alone: the same in all mails of a thread. Free with g_free(). */
char *tocsin_letter_plain_subject(const TocsinRule *rule, const TocsinGroup *group);

G_END_DECLS

#endif
