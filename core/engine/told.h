/* SPDX-License-Identifier: MIT */
/* Who has really got the mails of a group: to go on with the thread that they have, and to tell
 * those of a problem's end who heard of the problem. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_TOLD_H
#define TOCSIN_ENGINE_TOLD_H

#include "rule/recipients.h"
#include "store/store.h"

G_BEGIN_DECLS

/* (nullable) The Message-IDs of the thread that all of @recipients have got; the group's own, which
 * they may not all have got, are not good enough. @group: (nullable). Free with g_strfreev(). */
char **tocsin_told_find_thread(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
                               const TocsinRecipients *recipients);

/* Moves those to @recipients' refused of whom it is certain that they got no mail of the group's
 * problem: refused, given up or removed. What is still under way, or in doubt, counts as got. */
void tocsin_told_leave_out(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
                           TocsinRecipients *recipients);

G_END_DECLS

#endif
