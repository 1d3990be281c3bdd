/* SPDX-License-Identifier: MIT */
/* An account: one configured instance of a transport, with its connection and its login.
 *
 * Made and freed by the main thread; any number of worker threads may run it. */
#ifndef TOCSIN_ENGINE_ACCOUNT_H
#define TOCSIN_ENGINE_ACCOUNT_H

#include <gio/gio.h>

#include "base/clock.h"
#include "conf/node.h"
#include "engine/units.h"
#include "plugin/job-ops.h"
#include "secret/keeper.h"

G_BEGIN_DECLS

typedef struct _TocsinAccount TocsinAccount;

/* How accounts are made. */
typedef struct {
	TocsinUnits *units;          /* must outlive the accounts */
	TocsinClock *clock;          /* likewise */
	TocsinSecretKeeper *secrets; /* (nullable) likewise: secrets in files are read now */
	/* Whether secrets that a transport's own settings name are fetched now; a check does
	 * not. */
	gboolean is_check;
} TocsinAccountContext;

/* The account that the group @node of the section "accounts" describes. NULL after adding every
 * problem that it has. */
TocsinAccount *tocsin_account_new(const TocsinNode *node, const TocsinAccountContext *context,
                                  TocsinProblems *problems);

/* Closes the instance; no run may be active. Does nothing on NULL. */
void tocsin_account_free(TocsinAccount *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinAccount, tocsin_account_free)

/* Its name in the configuration. */
const char *tocsin_account_name(const TocsinAccount *self);

/* The settings of tocsin_conf_account_keys. */
const TocsinSettings *tocsin_account_settings(const TocsinAccount *self);

/* Nothing will come for a while: tells the transport, unless it is busy. Main thread. */
void tocsin_account_quiesce(TocsinAccount *self);

/* Has its transport broken the contract? Then it delivers nothing any more. Any thread. */
gboolean tocsin_account_is_disabled(const TocsinAccount *self);

/* What a run asks and tells: the members of TocsinJobOps that are not the account's own affair. */
typedef struct {
	gint32 (*next)(gpointer user, gint64 wait_us, TocsinMail **out_mail);
	void (*on_fate)(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate);
	void (*on_failed)(gpointer user, const TocsinFate *fate); /* (nullable) */
	/* (nullable) */
	void (*on_trace)(gpointer user, guint32 flags, const void *data, gsize length);
} TocsinRunOps;

/* One connection's worth of delivering, as tocsin_transport_run(); blocks. Worker thread. */
gint32 tocsin_account_run(TocsinAccount *self, const TocsinRunOps *ops, gpointer user,
                          gint64 deadline_us, GCancellable *cancellable, GError **error);

G_END_DECLS

#endif
