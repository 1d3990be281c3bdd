/* SPDX-License-Identifier: MIT */
/* A lone expression, such as a rule's `where`: the templates' language, without tags.
 *
 * Immutable once parsed; any thread may evaluate it. */
#ifndef TOCSIN_TEMPLATE_EXPRESSION_H
#define TOCSIN_TEMPLATE_EXPRESSION_H

#include "base/clock.h"
#include "template/datum.h"
#include "template/template-limits.h"
#include "template/run.h"

G_BEGIN_DECLS

typedef struct _TocsinExpression TocsinExpression;

/* Compiles @text; @file names it in errors. @limits may be NULL for the defaults, and must live as
 * long as the expression. TOCSIN_ERROR_TEMPLATE or TOCSIN_ERROR_LIMIT with file:line:column. */
TocsinExpression *tocsin_expression_parse(const char *file, const char *text,
                                          const TocsinTemplateLimits *limits, GError **error);

/* Does nothing on NULL. */
void tocsin_expression_free(TocsinExpression *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinExpression, tocsin_expression_free)

/* The value; free names are asked of @lookup. @clock may be NULL for the system's. A new reference,
 * or NULL with TOCSIN_ERROR_TEMPLATE or TOCSIN_ERROR_LIMIT. An undefined value is an error. */
TocsinDatum *tocsin_expression_evaluate(const TocsinExpression *self, TocsinScopeLookup lookup,
                                        gpointer user_data, const TocsinClock *clock,
                                        GError **error);

/* Whether the value is true. FALSE with @error set on failure: @out_truth is then untouched. */
gboolean tocsin_expression_test(const TocsinExpression *self, TocsinScopeLookup lookup,
                                gpointer user_data, const TocsinClock *clock, gboolean *out_truth,
                                GError **error);

/* The free names that it uses, each once, NULL-terminated; belongs to the expression. */
const char *const *tocsin_expression_names(const TocsinExpression *self);

/* A scope over a map: pass the map as user_data. */
TocsinDatum *tocsin_expression_lookup_map(gpointer map, const char *name);

G_END_DECLS

#endif
