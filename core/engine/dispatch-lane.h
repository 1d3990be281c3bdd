/* SPDX-License-Identifier: MIT */
/* The lane of an account: its mails that are claimed, its connections, how it is doing. All lanes
 * are under the dispatcher's lock. */
#ifndef TOCSIN_ENGINE_DISPATCH_LANE_H
#define TOCSIN_ENGINE_DISPATCH_LANE_H

#include <glib.h>

#include "engine/account.h"
#include "engine/dispatch-reach.h"
#include "engine/rate.h"
#include "store/batch.h"

G_BEGIN_DECLS

/* Claimed ahead of the connections, at most: mails, and bytes of messages in memory. */
#define TOCSIN_LANE_READY_MAX 256u
#define TOCSIN_LANE_READY_BYTES (8u << 20)

typedef struct {
	char *name;

	/* As the configuration in use has it. */
	TocsinAccount *account; /* (nullable) no configuration knows it any more */
	guint connections;
	TocsinRate *rate; /* (nullable) none */
	char *rate_text;

	GQueue ready;  /* of TocsinClaim, in the order to be sent */
	guint target;  /* how many are to be ready: more when connections had to wait for them */
	gint64 due_us; /* of those in the store; G_MAXINT64: none. Not after now: claim them */
	GCond more;    /* something changed for connections that wait */
	guint waiting; /* these */
	guint busy;    /* connections with mails in hand */
	gboolean is_tried; /* the one mail is in hand that is to prove the account */
	guint open;        /* connections, those of former configurations too */
	guint current;     /* of these, those of the configuration in use */

	/* On the system's monotonic clock: */
	gint64 backlog_us;   /* since when mails wait for a connection, 0: they do not */
	gint64 cap_until_us; /* when cap ends */
	guint cap;           /* connections that the server allows, as far as it seems; 0: all */

	TocsinReach reach;
	guint64 fates[4]; /* of recipients, by TocsinFateStatus */
} TocsinLane;

/* One without an account. */
TocsinLane *tocsin_lane_new(const char *name);

/* Nothing may be ready, and no connection open. Does nothing on NULL. */
void tocsin_lane_free(TocsinLane *self);

/* Takes its settings from @account (NULL: it is gone), whose owner keeps it while it is used. What
 * is known of the server is forgotten; a rate that stays the same goes on counting. */
void tocsin_lane_use(TocsinLane *self, TocsinAccount *account);

/* How many to claim now, 0 if none: not more than its connections can use soon. @now_us: monotonic,
 * of the dispatcher's clock. */
guint tocsin_lane_wants(TocsinLane *self, gint64 now_us);

/* May another connection be opened, for the mails that are ready? @now_us as above; @real_us: on
 * the system's monotonic clock. *@out_look_us: when to ask again, on that too, or G_MAXINT64. */
gboolean tocsin_lane_may_open(TocsinLane *self, gint64 now_us, gint64 real_us, gint64 *out_look_us);

/* Learns from @claims how many to claim the next time: few if mails are large, or if there were no
 * more (@is_last). What is claimed cannot be held or taken back any more. */
void tocsin_lane_note_claims(TocsinLane *self, const GPtrArray *claims, gboolean is_last);

G_END_DECLS

#endif
