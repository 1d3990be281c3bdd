/* SPDX-License-Identifier: MIT */
/* What the files behind dispatch.h share.
 *
 * Locks: @mutex guards what is named below it, all lanes with it. The settler's is taken inside of
 * it. No store call and no plugin call is made under it. */
#ifndef TOCSIN_ENGINE_DISPATCH_PRIVATE_H
#define TOCSIN_ENGINE_DISPATCH_PRIVATE_H

#include "engine/dispatch-alarm.h"
#include "engine/dispatch-lane.h"
#include "engine/dispatch-settler.h"
#include "engine/dispatch-teller.h"
#include "engine/dispatch-types.h"

G_BEGIN_DECLS

/* See engine/dispatch.h. Refcounted: a connection that does not end in time keeps it. */
struct _TocsinDispatch {
	TocsinStore *store;
	TocsinClock *clock;
	TocsinSchedule schedule;
	TocsinTeller *teller;
	TocsinSettler *settler;
	GMainContext *context; /* of the dispatcher's thread */
	GMainLoop *loop;
	GThread *thread;
	GSource *pump;      /* its ready time says when to look; any thread sets it */
	TocsinAlarm *alarm; /* (nullable) for the times of mails; none with a fake clock */

	gint is_look_wanted;     /* atomic: ask the store what is due */
	gint is_kicked;          /* atomic: the pump is to run again */
	gboolean was_stuck;      /* the settler, as the dispatcher's thread saw it last */
	gboolean was_unreadable; /* the store likewise, when mails were claimed */

	GMutex mutex;
	GHashTable *lanes;        /* of name : TocsinLane */
	TocsinAccounts *accounts; /* (nullable) in use */
	char **default_via;       /* NULL-ended: names that are known; empty without accounts */
	guint generation;         /* of accounts */
	GPtrArray *workers;       /* of TocsinWorker, all that run */
	GPtrArray *ended;         /* of GThread, to be joined */
	gboolean is_stopping;
	gboolean is_abandoned; /* its owner has gone: nothing but this may be used */
	gint64 cancel_us;      /* while it stops: when to cancel; tocsin_dispatch_real_us() */
};

/* How long plugins may take to notice that they are cancelled. */
#define TOCSIN_DISPATCH_CANCEL_US ((gint64)3 * G_USEC_PER_SEC)

/* One more reference, or one less. Any thread. */
TocsinDispatch *tocsin_dispatch_ref(TocsinDispatch *self);
void tocsin_dispatch_unref(TocsinDispatch *self);

/* The system's monotonic clock, for what waits in real time whatever the dispatcher's own says. */
gint64 tocsin_dispatch_real_us(void);

/* Has the pump run at once. Any thread. */
void tocsin_dispatch_kick(TocsinDispatch *self);

/* Claims, moves, opens connections. When to do so again, at the latest: on
 * tocsin_dispatch_real_us(), or G_MAXINT64; the alarm is set too. Dispatcher's thread. */
gint64 tocsin_dispatch_pump(TocsinDispatch *self);

/* Instead of the pump while it stops: hands back, cancels in time, ends the loop when all is done,
 * or nothing more can be waited for. */
gint64 tocsin_dispatch_wind_down(TocsinDispatch *self);

/* Joins the threads of connections that have ended. Dispatcher's thread. */
void tocsin_dispatch_join_ended(TocsinDispatch *self);

/* Under the lock: where a mail goes on whose account @from cannot be reached: to the next that
 * works, at once; else to the one that may be tried again soonest, then. *@out_due_us may be
 * TOCSIN_SCHEDULE_NEVER: its time is over. The result belongs to the dispatcher; NULL: no account
 * is known. */
const char *tocsin_dispatch_route(TocsinDispatch *self, const TocsinMail *mail, const char *from,
                                  gint64 now_us, gint64 *out_due_us);

/* Under the lock. */
TocsinLane *tocsin_dispatch_find_lane(TocsinDispatch *self, const char *name);

G_END_DECLS

#endif
