/* SPDX-License-Identifier: MIT */
/* The decision log, and the end of history. Used by the writer's thread, inside a transaction. */
#ifndef TOCSIN_STORE_LOG_H
#define TOCSIN_STORE_LOG_H

#include "store/batch-items.h"
#include "store/db.h"

G_BEGIN_DECLS

/* Adds one line. */
gboolean tocsin_log_append(TocsinDb *db, const TocsinLogItem *item, GError **error);

/* Adds TocsinLogLine to @lines; see tocsin_store_query_log(). @mail < 0: none. */
gboolean tocsin_log_query(TocsinDb *db, const char *event, gint64 mail, gint64 after_seq,
                          guint limit, GPtrArray *lines, GError **error);

G_END_DECLS

#endif
