/* SPDX-License-Identifier: MIT */
/* An event as expressions and templates see it: a scope of names. Pure functions; any thread.
 *
 * The fields by their names; beside them id, trigger, kind, key, severity ("error"), level (its
 * weight, 0 to 5), status ("problem"), time and seen (seconds since 1970), is_catch_up, and all
 * fields once more as a map `fields`. A field goes before a name of ours but id, trigger, kind and
 * key. */
#ifndef TOCSIN_RULE_SCOPE_H
#define TOCSIN_RULE_SCOPE_H

#include "model/event.h"
#include "template/datum.h"

G_BEGIN_DECLS

struct _TocsinExpression;

/* The value as a datum; a new reference. */
TocsinDatum *tocsin_scope_datum(const TocsinValue *value);

/* What TocsinScopeLookup asks for, with a TocsinEvent (nullable) as @data: a new reference, or
 * NULL if there is no such name. */
TocsinDatum *tocsin_scope_lookup(gpointer data, const char *name);

/* The value of @name as text; NULL if there is none, or it is a list or map. Free with g_free(). */
char *tocsin_scope_text(const TocsinEvent *event, const char *name);

/* Whether @name is one of ours, which every event has. */
gboolean tocsin_scope_is_own(const char *name);

/* Whether the TocsinExpression holds for @event (nullable: nothing has a value). One that fails
 * does not hold, and sets @out_fault (nullable) to why; free with g_free(). */
gboolean tocsin_scope_holds(const struct _TocsinExpression *expression, const TocsinEvent *event,
                            char **out_fault);

G_END_DECLS

#endif
