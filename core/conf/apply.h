/* SPDX-License-Identifier: MIT */
/* A group of the configuration's text turned into checked settings. */
#ifndef TOCSIN_CONF_APPLY_H
#define TOCSIN_CONF_APPLY_H

#include <glib.h>

#include "abi/settings.h"
#include "conf/node.h"

G_BEGIN_DECLS

/* Gives the value of a setting that is a secret: @node says where it comes from. NULL after adding
 * a problem. */
typedef TocsinSecret *(*TocsinConfFetch)(const TocsinNode *node, TocsinProblems *problems,
                                         gpointer user);

/* Reads those members of the group @node that are among @keys, checks and finishes them. A member
 * that is neither among @keys nor among @others (nullable) is a problem, with the nearest name.
 * @fetch (nullable): without it a secret's place is checked to be a group, and left empty. NULL if
 * there was any problem; all of them are added. */
TocsinSettings *tocsin_conf_apply(const TocsinNode *node, TocsinKeys *keys,
                                  const TocsinKeys *others, TocsinConfFetch fetch, gpointer user,
                                  TocsinProblems *problems);

/* As tocsin_conf_apply(), but gives what could be read even if there were problems, for those who
 * look for more of them: what was wrong, or missing, is not set. */
TocsinSettings *tocsin_conf_apply_rest(const TocsinNode *node, TocsinKeys *keys,
                                       const TocsinKeys *others, TocsinConfFetch fetch,
                                       gpointer user, TocsinProblems *problems);

G_END_DECLS

#endif
