/* SPDX-License-Identifier: MIT */
/* Group states, cursors and threads. Used by the writer's thread, inside a transaction. */
#ifndef TOCSIN_STORE_STATES_H
#define TOCSIN_STORE_STATES_H

#include "store/batch-items.h"
#include "store/db.h"
#include "store/records.h"

G_BEGIN_DECLS

/* Puts, or deletes if the item has no state. */
gboolean tocsin_states_put_group(TocsinDb *db, const TocsinStateItem *item, GError **error);
/* The same. */
gboolean tocsin_states_put_cursor(TocsinDb *db, const TocsinStateItem *item, GError **error);

/* Adds TocsinStateRecord to @records: that of (@owner, @name), or all of @owner with @name
 * NULL, or all with both NULL. */
gboolean tocsin_states_read_groups(TocsinDb *db, const char *owner, const char *name,
                                   GPtrArray *records, GError **error);
/* The same. */
gboolean tocsin_states_read_cursors(TocsinDb *db, const char *owner, const char *name,
                                    GPtrArray *records, GError **error);

/* See tocsin_store_get_thread(). */
gboolean tocsin_states_read_thread(TocsinDb *db, const char *rule, const char *key,
                                   const char *const *addresses, char **out_root, char **out_last,
                                   GError **error);

/* As tocsin_store_find_missed(). */
gboolean tocsin_states_read_missed(TocsinDb *db, const char *rule, const char *key,
                                   const char *const *addresses, gint64 since_us,
                                   gboolean *out_has_missed, GError **error);

G_END_DECLS

#endif
