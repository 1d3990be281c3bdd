/* SPDX-License-Identifier: MIT */
/* + - * / // % ** and printf-like formatting. All return a new reference, or NULL with the run's
 * error set. Belongs to the run's thread. */
#ifndef TOCSIN_TEMPLATE_ARITHMETIC_H
#define TOCSIN_TEMPLATE_ARITHMETIC_H

#include "template/run.h"

G_BEGIN_DECLS

/* @operator as in node.h. */
TocsinDatum *tocsin_arithmetic(TocsinRun *run, int operator, const TocsinDatum * a,
                               const TocsinDatum *b);
TocsinDatum *tocsin_arithmetic_negate(TocsinRun *run, const TocsinDatum *a);
/* Formatting as Python's %. */
TocsinDatum *tocsin_arithmetic_format(TocsinRun *run, const TocsinDatum *format,
                                      const TocsinDatum *values);

G_END_DECLS

#endif
