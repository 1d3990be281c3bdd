/* SPDX-License-Identifier: MIT */
/* All rules at work: finds each event's rules and groups, keeps the groups' timers, and knows which
 * problems are there now, which is what inhibits others.
 *
 * Does no I/O: decisions go to a listener, states in and out as bytes. Belongs to one thread. */
#ifndef TOCSIN_RULE_BOOK_H
#define TOCSIN_RULE_BOOK_H

#include "rule/decide.h"

G_BEGIN_DECLS

#define TOCSIN_BOOK_GROUPS_MAX 10000u /* of one rule; events of further keys go into its digest */

typedef struct _TocsinBook TocsinBook;

/* @rules: of TocsinRule, each name once; the book takes a reference to the array. Rules that wait
 * for events that do not come begin to wait at @now_us. */
TocsinBook *tocsin_book_new(GPtrArray *rules, gint64 now_us, TocsinBookListener listener,
                            gpointer user_data);

/* Does nothing on NULL. */
void tocsin_book_free(TocsinBook *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinBook, tocsin_book_free)

/* (nullable) The mutes set while the program runs: an array of TocsinMute, of which the book takes
 * a reference. Looked at when something is due, and at once by the next tick. */
void tocsin_book_set_mutes(TocsinBook *self, GPtrArray *mutes);

/* Decides about @event for every rule that it matches; returns how many those were. */
guint tocsin_book_feed(TocsinBook *self, const TocsinEvent *event, gint64 now_us);

/* Decides about all that is due at @now_us. */
void tocsin_book_tick(TocsinBook *self, gint64 now_us);

/* When the next tick is due; G_MAXINT64: never. */
gint64 tocsin_book_due_us(const TocsinBook *self);

/* Puts back a stored state of the rule called @name: a group's or its limit's. FALSE if there is no
 * such rule, with TOCSIN_ERROR_INVALID, or for the errors of unpacking. */
gboolean tocsin_book_restore_group(TocsinBook *self, const char *name, const void *bytes,
                                   gsize length, GError **error);
gboolean tocsin_book_restore_limit(TocsinBook *self, const char *name, const void *bytes,
                                   gsize length, GError **error);

/* (nullable) The group of that key; belongs to the book. */
TocsinGroup *tocsin_book_group(const TocsinBook *self, const char *name, const char *key);

/* How many groups there are: of all rules, or of the rule called @name. */
guint tocsin_book_count(const TocsinBook *self);
guint tocsin_book_count_of(const TocsinBook *self, const char *name);

G_END_DECLS

#endif
