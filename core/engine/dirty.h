/* SPDX-License-Identifier: MIT */
/* Which groups and limits have changed since they were stored last. One that changes a thousand
 * times between two batches is packed once. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_DIRTY_H
#define TOCSIN_ENGINE_DIRTY_H

#include "rule/group.h"
#include "rule/limit.h"
#include "store/batch.h"

G_BEGIN_DECLS

/* The key under which a rule's limit is stored; no group's key has a control character. */
#define TOCSIN_DIRTY_LIMIT_KEY "\001limit"

typedef struct _TocsinDirty TocsinDirty;

/* Nothing is. */
TocsinDirty *tocsin_dirty_new(void);

/* Does nothing on NULL. */
void tocsin_dirty_free(TocsinDirty *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinDirty, tocsin_dirty_free)

/* @group of @rule has changed; both must stay until stored, or forgotten. */
void tocsin_dirty_mark(TocsinDirty *self, const TocsinRule *rule, const TocsinGroup *group);

/* @group of @rule ends. */
void tocsin_dirty_mark_forgotten(TocsinDirty *self, const TocsinRule *rule,
                                 const TocsinGroup *group);

/* The limit of @rule has changed. */
void tocsin_dirty_mark_limit(TocsinDirty *self, const TocsinRule *rule, const TocsinLimit *limit);

/* Puts all of it into @batch, and forgets it. */
void tocsin_dirty_store(TocsinDirty *self, TocsinBatch *batch);

G_END_DECLS

#endif
