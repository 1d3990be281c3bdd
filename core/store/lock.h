/* SPDX-License-Identifier: MIT */
/* One program per store: the trust checks on the store's file and folder, and the lock beside
 * it. */
#ifndef TOCSIN_STORE_LOCK_H
#define TOCSIN_STORE_LOCK_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinLock TocsinLock;

/* Makes the file at @path (mode 0600) if it is not there, checks that it belongs to this user
 * and cannot be used by others (the group may read), that its folder can be trusted
 * (base/trust.h), and takes "@path.lock". TOCSIN_ERROR_TRUST if the checks fail;
 * TOCSIN_ERROR_STORE, with the holder's process id, if another program has it. */
TocsinLock *tocsin_lock_take(const char *path, GError **error);

/* The lock ends with the process too, however that ends. Does nothing on NULL. */
void tocsin_lock_release(TocsinLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLock, tocsin_lock_release)

G_END_DECLS

#endif
