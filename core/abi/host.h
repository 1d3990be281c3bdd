/* SPDX-License-Identifier: MIT */
/* The small tocsin_host table that every unit gets: log, fail, put, settings, extension.
 *
 * What is NULL where it may not be is a breach of the contract by whoever runs on the thread, see
 * tocsin_guard_blame().
 *
 * The extension tables themselves belong to who implements them; they are offered here by id. A
 * host is immutable once it is handed out; any thread may call it. */
#ifndef TOCSIN_ABI_HOST_H
#define TOCSIN_ABI_HOST_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/guard.h"

G_BEGIN_DECLS

typedef struct _TocsinHost TocsinHost;

/* A host for the unit called @unit: an instance's or a mechanism's name. @log (nullable): lines go
 * to the debug log. */
TocsinHost *tocsin_host_new(const char *unit, TocsinHostLog log, gpointer user);

/* Does nothing on NULL. */
void tocsin_host_free(TocsinHost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinHost, tocsin_host_free)

/* Offers @table, which must outlive the host, under @id (kept). */
void tocsin_host_offer(TocsinHost *self, const char *id, const void *table);

/* What the plugin gets; lives as long as the host. */
const tocsin_host *tocsin_host_table(const TocsinHost *self);

G_END_DECLS

#endif
