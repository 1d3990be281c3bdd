/* SPDX-License-Identifier: MIT */
/* Finding names that will not be there, before anything is rendered.
 *
 * A schema says what there will be, as a datum: a map has just these members, each with its own
 * schema; a list with one member is a list of such; anything else, and an empty list, may hold
 * whatever it likes. Names under "is defined", "is undefined" and "default" are allowed to be
 * missing, as are those that such a test has shown to be there. Pure functions; any thread. */
#ifndef TOCSIN_TEMPLATE_CHECK_H
#define TOCSIN_TEMPLATE_CHECK_H

#include "template/expression.h"
#include "template/mail-template.h"
#include "template/template.h"

G_BEGIN_DECLS

#define TOCSIN_CHECK_PROBLEMS_MAX 100u

/* What is wrong (of char *: "file:line:column: what: did you mean 'x'?"), in the order in which it
 * is met, at most TOCSIN_CHECK_PROBLEMS_MAX; empty if nothing is. Templates that are named by a
 * constant are asked of @on_load (NULL: there are none) and checked where they are used. Free with
 * g_ptr_array_unref(). */
GPtrArray *tocsin_template_check(TocsinTemplate *self, const TocsinDatum *schema,
                                 TocsinTemplateLoad on_load, gpointer load_data);

/* The same for a whole mail: front matter, text and html. */
GPtrArray *tocsin_mail_template_check(const TocsinMailTemplate *self, const TocsinDatum *schema,
                                      TocsinTemplateLoad on_load, gpointer load_data);

/* The same for a lone expression. */
GPtrArray *tocsin_expression_check(const TocsinExpression *self, const TocsinDatum *schema);

G_END_DECLS

#endif
