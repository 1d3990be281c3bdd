/* SPDX-License-Identifier: MIT */
/* How many mails a rule may send in a time, and what could not be sent: a token bucket, and the
 * tally of what it kept back. One for each rule. Belongs to one thread. */
#ifndef TOCSIN_RULE_LIMIT_H
#define TOCSIN_RULE_LIMIT_H

#include "rule/rule.h"
#include "rule/tally.h"

G_BEGIN_DECLS

typedef struct _TocsinLimit TocsinLimit;

/* A full bucket, nothing kept back. @cause: any text that no other limit of this rule ever had,
 * such as the time. */
TocsinLimit *tocsin_limit_new(const char *cause);

/* Does nothing on NULL. */
void tocsin_limit_free(TocsinLimit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLimit, tocsin_limit_free)

/* Takes a token: FALSE if there is none at @now_us. */
gboolean tocsin_limit_take(TocsinLimit *self, const TocsinRule *rule, gint64 now_us);

/* When there will be a token again: now or earlier if there is one. */
gint64 tocsin_limit_free_us(const TocsinLimit *self, const TocsinRule *rule);

/* Keeps back what a group would have told; @tally is empty then. */
void tocsin_limit_keep(TocsinLimit *self, const TocsinRule *rule, TocsinTally *tally,
                       guint64 held_back, gboolean is_resolved);

/* Keeps back one event that belongs to no group, for there are too many. */
void tocsin_limit_keep_event(TocsinLimit *self, const TocsinRule *rule, const TocsinEvent *event);

/* Whether anything is kept back. */
gboolean tocsin_limit_is_holding(const TocsinLimit *self);

/* The limit as bytes: a version number, then all of it. Free with g_byte_array_unref(). */
GByteArray *tocsin_limit_pack(const TocsinLimit *self);

/* Reads what tocsin_limit_pack() wrote. TOCSIN_ERROR_INVALID on anything else. */
TocsinLimit *tocsin_limit_unpack(const void *bytes, gsize length, GError **error);

G_END_DECLS

#endif
