/* SPDX-License-Identifier: MIT */
/* The small tocsin_host table that every unit gets: log, fail, put, settings, extension.
 *
 * The extension tables themselves belong to who implements them; they are offered here by id. A
 * host is immutable once it is handed out; any thread may call it. */
#ifndef TOCSIN_ABI_HOST_H
#define TOCSIN_ABI_HOST_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

typedef struct _TocsinHost TocsinHost;

/* Where units' log lines go: @level is TOCSIN_LOG_*, @text one line of valid UTF-8. Any thread. */
typedef void (*TocsinHostLog)(const char *unit, gint32 level, const char *text, gpointer user);

/* A host for the unit called @unit. @log (nullable): lines go to the debug log. */
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
