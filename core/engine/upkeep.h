/* SPDX-License-Identifier: MIT */
/* Deletes history that is older than it has to be kept, a little at a time. Main thread. */
#ifndef TOCSIN_ENGINE_UPKEEP_H
#define TOCSIN_ENGINE_UPKEEP_H

#include "store/store.h"

G_BEGIN_DECLS

typedef struct _TocsinUpkeep TocsinUpkeep;

/* Begins; @store and @clock must outlive it. */
TocsinUpkeep *tocsin_upkeep_new(TocsinStore *store, TocsinClock *clock, gint64 history_us);

/* Does nothing on NULL. */
void tocsin_upkeep_free(TocsinUpkeep *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinUpkeep, tocsin_upkeep_free)

/* How long history is kept from now on. */
void tocsin_upkeep_set_history(TocsinUpkeep *self, gint64 history_us);

G_END_DECLS

#endif
