/* SPDX-License-Identifier: MIT */
/* Gets mails out of the store and through their accounts.
 *
 *     store ══ claims ══> lane of an account ──> worker, one a connection ──> transport
 *       ^                                                                       │ fates
 *       └────────────────────── settler, many mails a commit <──────────────────┘
 *
 * - A mail is claimed, handed to one connection, and settled once each of its recipients has a
 *   fate. Those that were deferred, or whose fate is unknown, wait for their next try as
 *   store/schedule.h has it; after mail->expire_us they are given up.
 * - An account that cannot be reached (no connection, no TLS, no greeting, no login, a transport
 *   that is disabled) rests, longer with each failure in a row; then one connection tries it with
 *   one mail. Two mails in a row that the server neither took nor refused make it rest too. Mails
 *   of an account that rests go to the next one of their via at once; when none of them works, they
 *   wait for the one that is tried again soonest. A server's refusal of a mail is never a reason to
 *   go on to another account.
 * - Mails of accounts that no configuration knows go to the next of their via that is known, or
 *   else to the default ones.
 * - While the store cannot write, fates keep their claims and are written as soon as it can, and no
 *   mail is sent.
 *
 * Threads: a thread of its own claims; each open connection has one too. The functions belong to
 * the thread of options.context where nothing else is said; callbacks come there. */
#ifndef TOCSIN_ENGINE_DISPATCH_H
#define TOCSIN_ENGINE_DISPATCH_H

#include <glib.h>

#include "base/clock.h"
#include "engine/accounts.h"
#include "engine/dispatch-types.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef struct {
	TocsinStore *store;             /* must outlive it; its wake is the dispatcher's */
	TocsinClock *clock;             /* NULL: the system's; must outlive it */
	const TocsinSchedule *schedule; /* NULL: tocsin_schedule_default; copied */
	GMainContext *context;          /* NULL: the default one */
	TocsinDispatchCallbacks callbacks;
	gpointer user;
} TocsinDispatchOptions;

/* One that sends nothing before tocsin_dispatch_use(). */
TocsinDispatch *tocsin_dispatch_new(const TocsinDispatchOptions *options);

/* Begins with @accounts, or goes over to them: connections through the old ones end after the mails
 * that they hold, rests are over. Takes a reference, which is given up on this thread. Mails whose
 * via names no known account go to @default_via (NULL-ended), or to the first of @accounts if that
 * is NULL or knows none either. */
void tocsin_dispatch_use(TocsinDispatch *self, TocsinAccounts *accounts,
                         const char *const *default_via);

/* Looks for mails that are due: for who turned a fake clock. Any thread. */
void tocsin_dispatch_wake(TocsinDispatch *self);

/* Ends all rests, so that accounts are tried at once: somebody says that a server is back. Any
 * thread. */
void tocsin_dispatch_end_rests(TocsinDispatch *self);

/* Ends it: no further mails are taken, those under way may be finished within @within_us, then
 * they are cancelled. What was not sent is handed back. Blocks, for a few seconds more than
 * @within_us at the worst; no callback comes any more. Frees @self; does nothing on NULL. */
void tocsin_dispatch_stop(TocsinDispatch *self, gint64 within_us);

/* How an account is doing. Counts are recipients since the start, kept over reloads. */
typedef struct {
	char *account;
	guint connections; /* open, or being opened */
	guint busy;        /* of these, those with a mail */
	gboolean is_resting;
	gboolean is_disabled; /* its plugin broke the contract: nothing goes through it */
	gint64 rest_until_us; /* wall clock; 0 if it does not rest */
	char *failure;        /* the last of the connection's, or NULL */
	guint64 delivered;
	guint64 deferred;
	guint64 refused;
	guint64 unknown;
} TocsinDispatchStatus;

/* Of TocsinDispatchStatus, by name; free with g_ptr_array_unref(). Any thread. */
GPtrArray *tocsin_dispatch_status(TocsinDispatch *self);

G_END_DECLS

#endif
