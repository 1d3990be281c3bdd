/* SPDX-License-Identifier: MIT */
/* Where a secret comes from: a file, a command, the environment, systemd's credentials, a terminal,
 * or an OAuth 2.0 server.
 *
 * Any thread may fetch; threads that want the same thing at the same time wait for one fetch. */
#ifndef TOCSIN_SECRET_SOURCE_H
#define TOCSIN_SECRET_SOURCE_H

#include <glib.h>

#include "abi/settings.h"
#include "base/clock.h"
#include "base/secret.h"
#include "secret/keeper.h"

G_BEGIN_DECLS

typedef struct _TocsinSecretSource TocsinSecretSource;

/* The settings of a source, for the group that stands where a secret is wanted. NULL-ended. */
extern const tocsin_key *const tocsin_secret_source_keys[];

/* A source from settings with those keys, just one of which may be set. @clock tells when a token
 * expires. With @keeper (nullable; must outlive it) files and credentials are read now, and given
 * from its memory when they cannot be read any more. TOCSIN_ERROR_CONFIG; with @keeper also what
 * tocsin_secret_keeper_read() fails with. */
TocsinSecretSource *tocsin_secret_source_new(const TocsinSettings *settings, TocsinClock *clock,
                                             TocsinSecretKeeper *keeper, GError **error);

/* Does nothing on NULL. */
void tocsin_secret_source_free(TocsinSecretSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSecretSource, tocsin_secret_source_free)

/* The secret; may block for as long as a command or a server takes, at most a minute. @refused
 * (nullable) was given before and is not valid any more: it is not given again. Without one, files,
 * environment and credentials are read anew, what commands and people said is remembered, and a
 * token is kept until it expires. TOCSIN_ERROR_SECRET names the source and what to do;
 * TOCSIN_ERROR_AUTHENTICATION: the token server refuses for good. Unref the result. */
TocsinSecret *tocsin_secret_source_fetch(TocsinSecretSource *self, const TocsinSecret *refused,
                                         GError **error);

G_END_DECLS

#endif
