/* SPDX-License-Identifier: MIT */
/* All accounts of a configuration, by name. Refcounted. Main thread; the accounts themselves any
 * thread. */
#ifndef TOCSIN_ENGINE_ACCOUNTS_H
#define TOCSIN_ENGINE_ACCOUNTS_H

#include <glib.h>

#include "conf/load.h"
#include "engine/account.h"

G_BEGIN_DECLS

typedef struct _TocsinAccounts TocsinAccounts;

/* Makes those accounts of @conf whose names are in @wanted, or all if that is NULL. Problems are
 * added; accounts that have some are left out. Takes a reference to @context's units. */
TocsinAccounts *tocsin_accounts_new(const TocsinConf *conf, const char *const *wanted,
                                    const TocsinAccountContext *context, TocsinProblems *problems);

/* One more reference, for the caller to drop; any thread. */
TocsinAccounts *tocsin_accounts_ref(TocsinAccounts *self);

/* The last one closes them all: the main thread drops it, and none may be running. Does nothing on
 * NULL. */
void tocsin_accounts_unref(TocsinAccounts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinAccounts, tocsin_accounts_unref)

/* The account called @name; belongs to @self. TOCSIN_ERROR_CONFIG names the nearest, or all. */
TocsinAccount *tocsin_accounts_find(const TocsinAccounts *self, const char *name, GError **error);

/* Whether the configuration has an account called @name, be it with problems. NULL: any at all. */
gboolean tocsin_accounts_is_named(const TocsinAccounts *self, const char *name);

/* How many there are, and the @index-th in the order of the configuration. */
guint tocsin_accounts_count(const TocsinAccounts *self);
TocsinAccount *tocsin_accounts_at(const TocsinAccounts *self, guint index);

G_END_DECLS

#endif
