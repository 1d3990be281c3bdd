/* SPDX-License-Identifier: MIT */
/* Carries out what the rules decide: writes mails, keeps the groups' states, says why in the
 * decision log. Everything goes into the ledger's open batch. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_CLERK_H
#define TOCSIN_ENGINE_CLERK_H

#include "engine/engine-status.h"
#include "engine/ledger.h"
#include "engine/plan.h"

G_BEGIN_DECLS

typedef struct _TocsinClerk TocsinClerk;

/* Hears that a mail could not be written as its template wants it: @text says why. @is_notice: the
 * mail tells what befell the program itself. */
typedef void (*TocsinClerkFault)(gpointer user, const TocsinRule *rule, gboolean is_notice,
                                 const char *text);

/* @store, @ledger and @clock must outlive it. */
TocsinClerk *tocsin_clerk_new(TocsinStore *store, TocsinLedger *ledger, TocsinClock *clock,
                              TocsinClerkFault on_fault, gpointer user);

/* Does nothing on NULL. */
void tocsin_clerk_free(TocsinClerk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinClerk, tocsin_clerk_free)

/* Works by @plan's rules from now on (a reference is taken). States come from the store the first
 * time, and from the rules before it afterwards. States of rules that are gone are dropped. */
gboolean tocsin_clerk_use(TocsinClerk *self, TocsinPlan *plan, GError **error);

/* Mutes that were set by hand, of TocsinMute, beside the plan's; a reference is taken. */
void tocsin_clerk_set_mutes(TocsinClerk *self, GPtrArray *mutes);

/* Decides about @event; returns for how many rules it is. */
guint tocsin_clerk_feed(TocsinClerk *self, const TocsinEvent *event);

/* Decides about what is due, as it does by itself when the time comes. */
void tocsin_clerk_tick(TocsinClerk *self);

/* The batch is about to be written: puts in what has changed. */
void tocsin_clerk_close(TocsinClerk *self, TocsinBatch *batch);

/* Adds what there is to say of each rule. */
void tocsin_clerk_tell_status(const TocsinClerk *self, TocsinEngineStatus *status);

G_END_DECLS

#endif
