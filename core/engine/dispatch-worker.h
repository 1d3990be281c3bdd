/* SPDX-License-Identifier: MIT */
/* A connection of an account: a thread in the transport's run(). */
#ifndef TOCSIN_ENGINE_DISPATCH_WORKER_H
#define TOCSIN_ENGINE_DISPATCH_WORKER_H

#include "engine/dispatch-private.h"

G_BEGIN_DECLS

typedef struct _TocsinWorker TocsinWorker;

/* Under the lock: opens a connection through @lane's account, and counts it. */
void tocsin_worker_start(TocsinDispatch *dispatch, TocsinLane *lane);

/* Under the lock: what stops its transport; belongs to it. */
GCancellable *tocsin_worker_cancellable(const TocsinWorker *self);

G_END_DECLS

#endif
