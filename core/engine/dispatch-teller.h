/* SPDX-License-Identifier: MIT */
/* Brings the dispatcher's news to the context where its callbacks are called. */
#ifndef TOCSIN_ENGINE_DISPATCH_TELLER_H
#define TOCSIN_ENGINE_DISPATCH_TELLER_H

#include "engine/accounts.h"
#include "engine/dispatch-types.h"

G_BEGIN_DECLS

typedef struct _TocsinTeller TocsinTeller;

/* Calls in @context (NULL: the default one). Context's thread. */
TocsinTeller *tocsin_teller_new(GMainContext *context, const TocsinDispatchCallbacks *callbacks,
                                gpointer user);

/* No call comes any more; accounts that were handed in are released. Context's thread. Does nothing
 * on NULL. */
void tocsin_teller_close(TocsinTeller *self);

/* These three have the callback of the same name called. Any thread. */
void tocsin_teller_dead(TocsinTeller *self, const char *mail, const char *text);
/* As above. */
void tocsin_teller_account(TocsinTeller *self, const char *account, gboolean is_reachable,
                           const char *text);
/* As above. */
void tocsin_teller_store(TocsinTeller *self, const GError *error);

/* Drops a reference there, for closing a transport is its thread's affair. @idle ((nullable), one
 * of @accounts) has nothing more to do for now: it is told before. Any thread. */
void tocsin_teller_release(TocsinTeller *self, TocsinAccounts *accounts, TocsinAccount *idle);

G_END_DECLS

#endif
