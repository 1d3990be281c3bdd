/* SPDX-License-Identifier: MIT */
/* The functions that every template knows, and the methods of strings and maps. Belongs to the
 * run's thread. */
#ifndef TOCSIN_TEMPLATE_FUNCTIONS_H
#define TOCSIN_TEMPLATE_FUNCTIONS_H

#include "template/run.h"

G_BEGIN_DECLS

/* The method @name of a string or map: a new reference, or NULL with the run's error set.
 * @out_is_known is FALSE, and no error set, if there is none of that name. */
TocsinDatum *tocsin_functions_call_method(TocsinRun *run, const TocsinDatum *owner,
                                          const char *name, const TocsinArguments *arguments,
                                          gboolean *out_is_known);
/* range, dict, namespace, cycler, joiner as objects; NULL for any other name. */
TocsinDatum *tocsin_functions_find(const char *name);
/* Their names, NULL at the end. */
const char *const *tocsin_functions_names(void);
/* FALSE if @datum is no namespace. Takes @value if it is. */
gboolean tocsin_functions_set_member(const TocsinDatum *datum, const char *name,
                                     TocsinDatum *value);

G_END_DECLS

#endif
