/* SPDX-License-Identifier: MIT */
/* The mails that a connection has in hand: takes them from the lane, gathers their fates, has them
 * settled. Belongs to the connection's thread; the lane is under the dispatcher's lock. */
#ifndef TOCSIN_ENGINE_DISPATCH_HAND_H
#define TOCSIN_ENGINE_DISPATCH_HAND_H

#include "engine/dispatch-private.h"

G_BEGIN_DECLS

/* A mail that the transport has, or whose verdict waits for the end of the run. */
typedef struct {
	TocsinClaim *claim;
	TocsinFate **fates; /* one a recipient, NULL until it is told */
	guint untold;
} TocsinHanded;

typedef struct {
	TocsinDispatch *dispatch;
	TocsinLane *lane;
	guint generation;
	GCancellable *cancellable;
	GHashTable *handed;    /* of TocsinMail : TocsinHanded, which the transport has */
	GQueue parked;         /* of TocsinHanded: the end of the run tells whose fault it was */
	gboolean has_progress; /* the server took or refused a mail */
	gboolean has_doubt;    /* a session broke */
	char *doubtful;        /* (nullable) the first mail that it broke with */
} TocsinHand;

/* An empty one. */
void tocsin_hand_init(TocsinHand *self);

/* Nothing may be parked. What the transport still has is given up as not tried. */
void tocsin_hand_clear(TocsinHand *self);

/* As TocsinRunOps has them. */
gint32 tocsin_hand_next(TocsinHand *self, gint64 wait_us, TocsinMail **out_mail);
void tocsin_hand_note_fate(TocsinHand *self, const TocsinMail *mail, guint index,
                           const TocsinFate *fate);

/* Has @handed (taken) settled: @due_us, @account and @reason as in TocsinSettlement. */
void tocsin_hand_settle(TocsinHand *self, TocsinHanded *handed, gint64 due_us, const char *account,
                        const char *reason);
/* As above, for its next try by the schedule. */
void tocsin_hand_settle_by_schedule(TocsinHand *self, TocsinHanded *handed);

G_END_DECLS

#endif
