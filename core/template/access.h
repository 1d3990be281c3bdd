/* SPDX-License-Identifier: MIT */
/* Members of data. All return a new reference, or NULL with the run's error set; a member that is
 * not there is undefined, which is no error. Belongs to the run's thread. */
#ifndef TOCSIN_TEMPLATE_ACCESS_H
#define TOCSIN_TEMPLATE_ACCESS_H

#include "template/run.h"

G_BEGIN_DECLS

/* x.name: a map's or an object's member. */
TocsinDatum *tocsin_access_attribute(TocsinRun *run, const TocsinDatum *owner, const char *name);
/* x[index] */
TocsinDatum *tocsin_access_index(TocsinRun *run, const TocsinDatum *owner,
                                 const TocsinDatum *index);
/* x[from:to:step]; each may be NULL. */
TocsinDatum *tocsin_access_slice(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *from,
                                 const TocsinDatum *to, const TocsinDatum *step);
/* "@member in @owner". FALSE with the run's error set if nothing can be in @owner. */
gboolean tocsin_access_contains(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *member,
                                gboolean *out_is_in);

G_END_DECLS

#endif
