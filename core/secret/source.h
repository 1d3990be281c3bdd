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

/* How long a command or a token server may take where nobody says otherwise. */
#define TOCSIN_SECRET_TIMEOUT_US ((gint64)60 * G_USEC_PER_SEC)

/* A source from settings with those keys, just one of which may be set. @clock tells when a token
 * expires; @timeout_us bounds each command and each renewal of a token. With @keeper (nullable;
 * must outlive it) files and credentials are read now, and given from its memory when they cannot
 * be read any more. TOCSIN_ERROR_CONFIG; with @keeper also what tocsin_secret_keeper_read() fails
 * with. */
TocsinSecretSource *tocsin_secret_source_new(const TocsinSettings *settings, TocsinClock *clock,
                                             TocsinSecretKeeper *keeper, gint64 timeout_us,
                                             GError **error);

/* Does nothing on NULL. */
void tocsin_secret_source_free(TocsinSecretSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSecretSource, tocsin_secret_source_free)

/* The secret; may block for as long as a command or a server takes, or a person. @refused
 * (nullable) was given before and is not valid any more: it is not given again. Without one, files,
 * environment and credentials are read anew, what commands and people said is remembered, and a
 * token is kept until it expires. TOCSIN_ERROR_SECRET names the source and what to do;
 * TOCSIN_ERROR_AUTHENTICATION: the token server refuses for good. Unref the result. */
TocsinSecret *tocsin_secret_source_fetch(TocsinSecretSource *self, const TocsinSecret *refused,
                                         GError **error);

/* (nullable) What somebody should know though the fetches so far succeeded: a new refresh token
 * could not be kept. Told once; any thread; free with g_free(). */
char *tocsin_secret_source_take_warning(TocsinSecretSource *self);

G_END_DECLS

#endif
