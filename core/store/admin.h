/* SPDX-License-Identifier: MIT */
/* What people do to mails in the queue, and what they see of it. Used by the writer's thread,
 * inside a transaction. */
#ifndef TOCSIN_STORE_ADMIN_H
#define TOCSIN_STORE_ADMIN_H

#include "store/mails.h"
#include "store/records.h"

G_BEGIN_DECLS

/* See tocsin_store_hold() and so on in store/store.h. TOCSIN_ERROR_INVALID says what state the
 * mail is in if that does not allow it, or that there is none. */
gboolean tocsin_admin_hold(const TocsinMails *self, gint64 number, GError **error);
/* As above. */
gboolean tocsin_admin_release(const TocsinMails *self, gint64 number, GError **error);
/* As above. */
gboolean tocsin_admin_retry(const TocsinMails *self, gint64 number, gint64 now_us, gint64 expire_us,
                            GError **error);
/* As above. */
gboolean tocsin_admin_remove(const TocsinMails *self, gint64 number, gint64 now_us, GError **error);

/* Adds TocsinMailInfo to @infos. */
gboolean tocsin_admin_list(const TocsinMails *self, const TocsinListFilter *filter,
                           GPtrArray *infos, GError **error);

/* Adds the one mail, with its content, to @infos, or none. */
gboolean tocsin_admin_show(const TocsinMails *self, gint64 number, GPtrArray *infos,
                           GError **error);

/* Sets the counts of those states that occur. */
gboolean tocsin_admin_count(const TocsinMails *self, guint64 *out_counts, GError **error);

/* Adds char * to @accounts. */
gboolean tocsin_admin_list_accounts(const TocsinMails *self, GPtrArray *accounts, GError **error);

G_END_DECLS

#endif
