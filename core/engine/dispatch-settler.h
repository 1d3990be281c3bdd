/* SPDX-License-Identifier: MIT */
/* Writes fates into the store: those that come while a commit is under way share the next one. What
 * the store cannot write is kept, with its claims, until it can.
 *
 * Belongs to the thread of its context but where it is said; its callbacks come there. */
#ifndef TOCSIN_ENGINE_DISPATCH_SETTLER_H
#define TOCSIN_ENGINE_DISPATCH_SETTLER_H

#include <glib.h>

#include "store/store.h"

G_BEGIN_DECLS

typedef struct _TocsinSettler TocsinSettler;

/* Mails whose fates are not on disk yet: were the process killed now, they would be sent again. */
#define TOCSIN_SETTLER_MAX 128u

typedef struct {
	/* The mail is finished, and @text says who did not get it. */
	void (*on_dead)(gpointer user, const char *mail, const char *text);
	/* A commit ended: tocsin_settler_is_stuck() or _is_idle() may have changed. @error: why the
	 * store could not write, when that is new. */
	void (*on_change)(gpointer user, const GError *error);
} TocsinSettlerCallbacks;

/* @store must outlive it. */
TocsinSettler *tocsin_settler_new(TocsinStore *store, TocsinClock *clock, GMainContext *context,
                                  const TocsinSettlerCallbacks *callbacks, gpointer user);

/* Its context must not run any more. Fates that were not written are forgotten, and their mails are
 * tried again by the next process. Does nothing on NULL. */
void tocsin_settler_free(TocsinSettler *self);

/* A claim that is over. */
typedef struct {
	TocsinClaim *claim;       /* is taken */
	TocsinFate *const *fates; /* NULL for recipients that were not tried; copied */
	gint64 due_us;            /* as tocsin_batch_settle() has it */
	const char *account;      /* (nullable) the one to go on with */
	const char *reason;       /* (nullable) why it goes there, for the decision log */
} TocsinSettlement;

/* Writes it soon, with a line in the decision log for each fate. Any thread. */
void tocsin_settler_add(TocsinSettler *self, const TocsinSettlement *settlement);

/* The store could not write. Any thread. */
gboolean tocsin_settler_is_stuck(TocsinSettler *self);

/* May more mails be sent? Not while the store cannot write, nor while it is behind by
 * TOCSIN_SETTLER_MAX mails. Any thread. */
gboolean tocsin_settler_has_room(TocsinSettler *self);

/* How many mails' fates are not written. Any thread. */
guint tocsin_settler_count(TocsinSettler *self);

G_END_DECLS

#endif
