/* SPDX-License-Identifier: MIT */
/* What befalls the program itself, as events of the trigger TOCSIN_TRIGGER_SELF: mails that were
 * given up, accounts that cannot be reached, triggers that fail. Rules see them like any other
 * event; the built-in one tells postmaster.
 *
 * They are raised when the main loop turns, never at once: whoever has something to tell may be in
 * the midst of deciding about another event. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_OWN_EVENTS_H
#define TOCSIN_ENGINE_OWN_EVENTS_H

#include "engine/clerk.h"

G_BEGIN_DECLS

typedef struct _TocsinOwnEvents TocsinOwnEvents;

/* All must outlive it. */
TocsinOwnEvents *tocsin_own_events_new(TocsinStore *store, TocsinLedger *ledger, TocsinClerk *clerk,
                                       TocsinClock *clock);

/* Does nothing on NULL. */
void tocsin_own_events_free(TocsinOwnEvents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinOwnEvents, tocsin_own_events_free)

/* Raises an event of @kind about @key ("account", "relay"); @text says what is so. */
void tocsin_own_events_raise(TocsinOwnEvents *self, const char *kind, const char *key,
                             TocsinStatus status, const char *text);

/* The mail @id is finished and some did not get it. Told unless it is a notice itself, so that
 * notices about notices cannot go round. */
void tocsin_own_events_mail_failed(TocsinOwnEvents *self, const char *id);

/* Those that failed before the program ended last, and were not told: all of them, while the main
 * loop turns. */
void tocsin_own_events_catch_up(TocsinOwnEvents *self);

/* Notices that were given up since the start. */
guint64 tocsin_own_events_failed_notices(const TocsinOwnEvents *self);

G_END_DECLS

#endif
