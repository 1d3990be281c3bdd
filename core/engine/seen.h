/* SPDX-License-Identifier: MIT */
/* Which events of a trigger were taken in lately, so that what is read again after a crash is not
 * counted again: a trigger's position may lie before events that are on disk already.
 *
 * Kept in the store beside the positions, in small parts, so that one event costs one small record.
 * Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_SEEN_H
#define TOCSIN_ENGINE_SEEN_H

#include "store/store.h"

G_BEGIN_DECLS

#define TOCSIN_SEEN_MAX 16384u /* events remembered, at least */

typedef struct _TocsinSeen TocsinSeen;

/* What the store remembers of the trigger @name. */
TocsinSeen *tocsin_seen_new(TocsinStore *store, const char *name, GError **error);

/* Does nothing on NULL. */
void tocsin_seen_free(TocsinSeen *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSeen, tocsin_seen_free)

/* Notes the event @id. FALSE if it was there before. */
gboolean tocsin_seen_add(TocsinSeen *self, const char *id);

/* Puts what is new since the last call into @batch. */
void tocsin_seen_store(TocsinSeen *self, TocsinBatch *batch);

G_END_DECLS

#endif
