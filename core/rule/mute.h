/* SPDX-License-Identifier: MIT */
/* A time in which mails are held back: quiet hours of a rule, or a mute set while the daemon runs.
 *
 * Immutable once made; any thread may read it. */
#ifndef TOCSIN_RULE_MUTE_H
#define TOCSIN_RULE_MUTE_H

#include "model/event.h"
#include "rule/spec.h"

G_BEGIN_DECLS

typedef struct _TocsinMute TocsinMute;

/* @zone (nullable) as in tocsin_calendar_parse(). TOCSIN_ERROR_INVALID, TOCSIN_ERROR_TEMPLATE or
 * TOCSIN_ERROR_LIMIT say what is wrong with its calendar or expression. */
TocsinMute *tocsin_mute_new(const TocsinRuleMute *spec, GTimeZone *zone, GError **error);

/* Does nothing on NULL. */
void tocsin_mute_free(TocsinMute *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMute, tocsin_mute_free)

/* Whether it is for the rule called @rule. */
gboolean tocsin_mute_is_for(const TocsinMute *self, const char *rule);

/* Whether it holds at @now_us for @event (nullable: then only without `where`). @out_until_us is
 * its end, G_MAXINT64 if it has none. */
gboolean tocsin_mute_is_on(const TocsinMute *self, const TocsinEvent *event, gint64 now_us,
                           gint64 *out_until_us);

/* Whether what it held back is only counted in the next mail, rather than told at its end. */
gboolean tocsin_mute_is_counted(const TocsinMute *self);

/* Why it is there; "" if nobody said. */
const char *tocsin_mute_comment(const TocsinMute *self);

/* The free names of its `where`, NULL-terminated; may be NULL. Belongs to the mute. */
const char *const *tocsin_mute_names(const TocsinMute *self);

G_END_DECLS

#endif
