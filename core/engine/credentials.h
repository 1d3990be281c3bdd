/* SPDX-License-Identifier: MIT */
/* As whom an account logs in: its login settings, its secrets, and the mechanisms there are.
 *
 * Immutable after it is made; any thread may log in. */
#ifndef TOCSIN_ENGINE_CREDENTIALS_H
#define TOCSIN_ENGINE_CREDENTIALS_H

#include <glib.h>

#include "base/clock.h"
#include "conf/node.h"
#include "sasl/login.h"
#include "secret/keeper.h"

G_BEGIN_DECLS

typedef struct _TocsinCredentials TocsinCredentials;

/* From the account's group @node, whose members may be @all and nothing else. @mechanisms (of
 * TocsinMechanism) must outlive it, and so must @keeper (nullable), with which secrets in files are
 * read now. NULL after adding problems. */
TocsinCredentials *tocsin_credentials_new(const TocsinNode *node, const TocsinKeys *all,
                                          const GPtrArray *mechanisms, TocsinClock *clock,
                                          TocsinSecretKeeper *keeper, TocsinProblems *problems);

/* Does nothing on NULL. */
void tocsin_credentials_free(TocsinCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinCredentials, tocsin_credentials_free)

/* Does the account want to log in at all? */
gboolean tocsin_credentials_wants_login(const TocsinCredentials *self);

/* What a login needs to know of the account. @handed ((nullable) at first) is where the login keeps
 * the secret it was given last, so that a refused one is not given again; the caller unrefs it. */
typedef struct {
	TocsinSaslAccount account;
	const TocsinCredentials *credentials;
	TocsinSecret *handed;
} TocsinLoginState;

/* Fills @out_state, which must not move while the login lasts. */
void tocsin_credentials_begin(const TocsinCredentials *self, TocsinLoginState *out_state);

/* Forgets what the login was given. */
void tocsin_credentials_end(TocsinLoginState *state);

G_END_DECLS

#endif
