/* SPDX-License-Identifier: MIT */
/* Secrets in files, remembered: for a program that reads them as root, and is root no more when it
 * needs them. Any thread. */
#ifndef TOCSIN_SECRET_KEEPER_H
#define TOCSIN_SECRET_KEEPER_H

#include <glib.h>

#include "base/secret.h"

G_BEGIN_DECLS

typedef struct _TocsinSecretKeeper TocsinSecretKeeper;

/* One that remembers nothing yet. */
TocsinSecretKeeper *tocsin_secret_keeper_new(void);

/* Forgets all. Nobody may use it any more. Does nothing on NULL. */
void tocsin_secret_keeper_free(TocsinSecretKeeper *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSecretKeeper, tocsin_secret_keeper_free)

/* The secret in the file @path, as tocsin_secret_read_file() has it, and remembers it; one that
 * this user may not read any more is given from memory. TOCSIN_ERROR_SECRET or _TRUST say what to
 * do. Unref the result. */
TocsinSecret *tocsin_secret_keeper_read(TocsinSecretKeeper *self, const char *path, GError **error);

/* Remembers @secret instead of what was read from @path, which could not be written. */
void tocsin_secret_keeper_put(TocsinSecretKeeper *self, const char *path, TocsinSecret *secret);

G_END_DECLS

#endif
