/* SPDX-License-Identifier: MIT */
/* What an expression's tree is worth. All return a new reference, or NULL with the run's error
 * set. Belongs to the run's thread. */
#ifndef TOCSIN_TEMPLATE_EVALUATE_H
#define TOCSIN_TEMPLATE_EVALUATE_H

#include "template/run.h"

G_BEGIN_DECLS

TocsinDatum *tocsin_evaluate(TocsinRun *run, const TocsinNode *node);
/* As above, but fails if it is undefined. */
TocsinDatum *tocsin_evaluate_defined(TocsinRun *run, const TocsinNode *node);
gboolean tocsin_evaluate_truth(TocsinRun *run, const TocsinNode *node, gboolean *out_truth);
gboolean tocsin_evaluate_arguments(TocsinRun *run, const TocsinNodeArguments *nodes,
                                   TocsinArguments *out_arguments);
/* The chain of filters @node with @input in place of its missing first input. */
TocsinDatum *tocsin_evaluate_filters(TocsinRun *run, const TocsinNode *node,
                                     const TocsinDatum *input);

/* arithmetic.c: @operator as in node.h. */
TocsinDatum *tocsin_arithmetic(TocsinRun *run, int operator, const TocsinDatum * a,
                               const TocsinDatum *b);
TocsinDatum *tocsin_arithmetic_negate(TocsinRun *run, const TocsinDatum *a);
/* printf-like formatting as Python's %. */
TocsinDatum *tocsin_arithmetic_format(TocsinRun *run, const TocsinDatum *format,
                                      const TocsinDatum *values);

/* access.c: members. */
TocsinDatum *tocsin_access_attribute(TocsinRun *run, const TocsinDatum *owner, const char *name);
TocsinDatum *tocsin_access_index(TocsinRun *run, const TocsinDatum *owner,
                                 const TocsinDatum *index);
/* Each bound may be NULL. */
TocsinDatum *tocsin_access_slice(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *from,
                                 const TocsinDatum *to, const TocsinDatum *step);
/* TRUE or FALSE in @out_is_in. */
gboolean tocsin_access_contains(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *member,
                                gboolean *out_is_in);

/* functions.c: the methods of strings and maps, and the functions that every template knows.
 * @out_is_known is FALSE, and no error set, if there is none of that name. */
TocsinDatum *tocsin_functions_call_method(TocsinRun *run, const TocsinDatum *owner,
                                          const char *name, const TocsinArguments *arguments,
                                          gboolean *out_is_known);
/* range, dict, namespace, cycler, joiner as objects; NULL for any other name. */
TocsinDatum *tocsin_functions_find(const char *name);
/* FALSE if @datum is no namespace. Takes @value if it is. */
gboolean tocsin_functions_set_member(const TocsinDatum *datum, const char *name,
                                     TocsinDatum *value);

G_END_DECLS

#endif
