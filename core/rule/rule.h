/* SPDX-License-Identifier: MIT */
/* A rule, compiled: which events matter, how they are gathered, when and whom to tell.
 *
 * Refcounted and immutable; any thread may read it. */
#ifndef TOCSIN_RULE_RULE_H
#define TOCSIN_RULE_RULE_H

#include "model/event.h"
#include "rule/spec.h"

G_BEGIN_DECLS

typedef struct _TocsinRule TocsinRule;

/* Called for each fault: the setting's name ("threshold", "where") and what is wrong with it. */
typedef void (*TocsinRuleComplain)(const char *setting, const char *text, gpointer user_data);

/* Compiles @spec. NULL after at least one call of @complain; all faults are told, not just the
 * first. */
TocsinRule *tocsin_rule_new(const TocsinRuleSpec *spec, TocsinRuleComplain complain,
                            gpointer user_data);

/* Returns @self with one more reference. */
TocsinRule *tocsin_rule_ref(TocsinRule *self);

/* Does nothing on NULL. */
void tocsin_rule_unref(TocsinRule *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinRule, tocsin_rule_unref)

/* Belongs to the rule. */
const char *tocsin_rule_name(const TocsinRule *self);

/* Its patterns of "trigger.kind", NULL-terminated; belongs to the rule. */
const char *const *tocsin_rule_on(const TocsinRule *self);

/* The accounts in order of preference, NULL-terminated; belongs to the rule. */
const char *const *tocsin_rule_via(const TocsinRule *self);

/* The names that its expressions, group_by, inhibits and recipients ask of an event, each once,
 * NULL-terminated: what `tocsin check` holds against the triggers' fields. Belongs to the rule. */
const char *const *tocsin_rule_names(const TocsinRule *self);

/* Equal for rules that gather alike: state of the one may go on under the other after a reload. */
guint64 tocsin_rule_fingerprint(const TocsinRule *self);

/* Whether @event is the rule's by its `on` patterns. */
gboolean tocsin_rule_is_on(const TocsinRule *self, const char *trigger, const char *kind);

/* Whether the rule's `where` holds for @event. An expression that fails does not hold, and sets
 * @out_fault (nullable) to why; free with g_free(). */
gboolean tocsin_rule_is_where(const TocsinRule *self, const TocsinEvent *event, char **out_fault);

/* The key of the event's group: its values of group_by, on one line, at most 256 bytes. A value
 * that is not there counts as "". Free with g_free(). */
char *tocsin_rule_group_key(const TocsinRule *self, const TocsinEvent *event);

G_END_DECLS

#endif
