/* SPDX-License-Identifier: MIT */
/* The end of history. Used by the writer's thread, inside a transaction. */
#ifndef TOCSIN_STORE_RETENTION_H
#define TOCSIN_STORE_RETENTION_H

#include "store/mails.h"

G_BEGIN_DECLS

/* See tocsin_store_purge(). */
gboolean tocsin_retention_purge(const TocsinMails *self, gint64 before_us, guint limit,
                                gboolean *out_more, GError **error);

G_END_DECLS

#endif
