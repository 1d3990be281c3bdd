/* SPDX-License-Identifier: MIT */
/* What an expression's tree is worth. All return a new reference, or NULL with the run's error
 * set. Belongs to the run's thread. */
#ifndef TOCSIN_TEMPLATE_EVALUATE_H
#define TOCSIN_TEMPLATE_EVALUATE_H

#include "template/run.h"

G_BEGIN_DECLS

/* Any expression; undefined is a value. */
TocsinDatum *tocsin_evaluate(TocsinRun *run, const TocsinTree *node);
/* As above, but fails if it is undefined. */
TocsinDatum *tocsin_evaluate_defined(TocsinRun *run, const TocsinTree *node);
/* Fails with what @undefined, the value of @node, says, and the nearest name. Returns NULL. */
gpointer tocsin_evaluate_fail_undefined(TocsinRun *run, const TocsinTree *node,
                                        const TocsinDatum *undefined);
/* Whether the value is true. FALSE with the run's error set if it is undefined or fails. */
gboolean tocsin_evaluate_truth(TocsinRun *run, const TocsinTree *node, gboolean *out_truth);
gboolean tocsin_evaluate_arguments(TocsinRun *run, const TocsinTreeArguments *nodes,
                                   TocsinArguments *out_arguments);
/* The chain of filters @node with @input in place of its missing first input. */
TocsinDatum *tocsin_evaluate_filters(TocsinRun *run, const TocsinTree *node,
                                     const TocsinDatum *input);

/* The kinds of node that have a file of their own. */
TocsinDatum *tocsin_evaluate_call(TocsinRun *run, const TocsinTree *node);
TocsinDatum *tocsin_evaluate_filter(TocsinRun *run, const TocsinTree *node);
TocsinDatum *tocsin_evaluate_test(TocsinRun *run, const TocsinTree *node);
TocsinDatum *tocsin_evaluate_comparison(TocsinRun *run, const TocsinTree *node);

G_END_DECLS

#endif
