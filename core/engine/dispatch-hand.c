/* SPDX-License-Identifier: MIT */
/* The mails that a connection has in hand. */
#include "engine/dispatch-hand.h"

#include <tocsin/error.h>
#include <tocsin/plugin.h>

#include "engine/dispatch-verdict.h"

static void
free_handed(gpointer data)
{
	TocsinHanded *handed = data;
	guint count = handed->claim == NULL ? 0 : handed->claim->mail->recipients->len;

	for (guint i = 0; i < count; i++) {
		tocsin_fate_unref(handed->fates[i]);
	}
	g_free(handed->fates);
	tocsin_claim_free(handed->claim);
	g_free(handed);
}

static TocsinHanded *
make_handed(TocsinClaim *claim)
{
	TocsinHanded *handed = g_new0(TocsinHanded, 1);

	handed->claim = claim;
	handed->untold = claim->mail->recipients->len;
	handed->fates = g_new0(TocsinFate *, MAX(handed->untold, 1));
	return handed;
}

void
tocsin_hand_init(TocsinHand *self)
{
	self->handed = g_hash_table_new(NULL, NULL);
	g_queue_init(&self->parked);
}

void
tocsin_hand_settle(TocsinHand *self, TocsinHanded *handed, gint64 due_us, const char *account,
                   const char *reason)
{
	TocsinDispatch *dispatch = self->dispatch;
	TocsinSettlement settlement = {
	        .claim = handed->claim,
	        .fates = handed->fates,
	        .due_us = due_us,
	        .account = account,
	        .reason = reason,
	};
	guint count = handed->claim->mail->recipients->len;

	g_mutex_lock(&dispatch->mutex);
	/* Else nobody is there any more to settle it: the next process tries it again. */
	if (!dispatch->is_abandoned) {
		tocsin_settler_add(dispatch->settler, &settlement);
		handed->claim = NULL;
	}
	g_mutex_unlock(&dispatch->mutex);
	for (guint i = 0; i < count; i++) {
		g_clear_pointer(&handed->fates[i], tocsin_fate_unref);
	}
	free_handed(handed);
}

void
tocsin_hand_clear(TocsinHand *self)
{
	GHashTableIter iter;
	gpointer handed;

	g_hash_table_iter_init(&iter, self->handed);
	while (g_hash_table_iter_next(&iter, NULL, &handed)) {
		tocsin_hand_settle(self, handed, tocsin_clock_wall_us(self->dispatch->clock), NULL,
		                   NULL);
	}
	g_hash_table_unref(self->handed);
	g_clear_pointer(&self->doubtful, g_free);
}

/* Under the lock: the next mail that may go through this connection, or NULL. */
static TocsinClaim *
take(TocsinHand *self)
{
	TocsinDispatch *dispatch = self->dispatch;
	TocsinLane *lane = self->lane;
	gboolean has_more = lane->due_us <= tocsin_clock_wall_us(dispatch->clock);

	if (!tocsin_settler_has_room(dispatch->settler) ||
	    (!lane->reach.is_proven && lane->is_tried)) {
		return NULL;
	}
	if (lane->ready.length == 0) {
		if (has_more) {
			lane->target = MIN(2 * lane->target, TOCSIN_LANE_READY_MAX);
			tocsin_dispatch_kick(dispatch);
		}
		return NULL;
	}
	if (lane->rate != NULL &&
	    !tocsin_rate_take(lane->rate, tocsin_clock_monotonic_us(dispatch->clock))) {
		return NULL;
	}
	lane->is_tried = !lane->reach.is_proven;
	if (has_more && lane->ready.length - 1 <= lane->target / 2) {
		tocsin_dispatch_kick(dispatch);
	}
	return g_queue_pop_head(&lane->ready);
}

/* Under the lock: the connection is to end after the mails that it has. */
static gboolean
is_over(const TocsinHand *self)
{
	const TocsinDispatch *dispatch = self->dispatch;

	return dispatch->is_stopping || self->generation != dispatch->generation ||
	       tocsin_reach_is_resting(&self->lane->reach, &dispatch->schedule,
	                               tocsin_clock_wall_us(dispatch->clock));
}

/* Under the lock: when to look again, at the latest. */
static gint64
find_wait_end(const TocsinHand *self, gint64 deadline_us)
{
	TocsinLane *lane = self->lane;
	gint64 now_us = tocsin_clock_monotonic_us(self->dispatch->clock);

	if (lane->rate == NULL || lane->ready.length == 0) {
		return deadline_us;
	}
	return MIN(deadline_us, tocsin_dispatch_real_us() +
	                                MAX(tocsin_rate_next_us(lane->rate, now_us) - now_us, 0));
}

static gint32
wait_for_mail(TocsinHand *self, gint64 wait_us, TocsinClaim **out_claim)
{
	TocsinLane *lane = self->lane;
	GMutex *mutex = &self->dispatch->mutex;
	gint64 now_us = tocsin_dispatch_real_us();
	gint64 deadline_us = wait_us > G_MAXINT64 - now_us ? G_MAXINT64 : now_us + wait_us;

	for (;;) {
		if (g_cancellable_is_cancelled(self->cancellable)) {
			return TOCSIN_E_CANCELLED;
		}
		*out_claim = is_over(self) ? NULL : take(self);
		if (*out_claim != NULL) {
			return TOCSIN_OK;
		}
		if (is_over(self) || tocsin_dispatch_real_us() >= deadline_us) {
			return TOCSIN_END;
		}
		lane->waiting++;
		g_cond_wait_until(&lane->more, mutex, find_wait_end(self, deadline_us));
		lane->waiting--;
	}
}

gint32
tocsin_hand_next(TocsinHand *self, gint64 wait_us, TocsinMail **out_mail)
{
	TocsinClaim *claim = NULL;

	g_mutex_lock(&self->dispatch->mutex);
	gint32 status = wait_for_mail(self, wait_us, &claim);

	self->lane->busy += status == TOCSIN_OK && g_hash_table_size(self->handed) == 0;
	g_mutex_unlock(&self->dispatch->mutex);
	if (status == TOCSIN_OK) {
		*out_mail = tocsin_mail_ref(claim->mail);
		g_hash_table_insert(self->handed, claim->mail, make_handed(claim));
	}
	return status;
}

void
tocsin_hand_settle_by_schedule(TocsinHand *self, TocsinHanded *handed)
{
	TocsinDispatch *dispatch = self->dispatch;
	gint64 now_us = tocsin_clock_wall_us(dispatch->clock);

	gint64 due_us = tocsin_verdict_due(&dispatch->schedule, handed->claim, handed->fates,
	                                   now_us, g_random_int());

	tocsin_hand_settle(self, handed, due_us, NULL, NULL);
}

/* The server took or refused something: what failed on this side was the mails' own fault. */
static void
note_progress(TocsinHand *self)
{
	TocsinDispatch *dispatch = self->dispatch;
	TocsinLane *lane = self->lane;
	TocsinHanded *handed;

	if (!self->has_progress) {
		self->has_progress = TRUE;
		g_mutex_lock(&dispatch->mutex);
		if (self->generation == dispatch->generation) {
			if (tocsin_reach_note_progress(&lane->reach) && !dispatch->is_abandoned) {
				tocsin_teller_account(dispatch->teller, lane->name, TRUE,
				                      "it works again");
			}
			lane->is_tried = FALSE;
			g_cond_broadcast(&lane->more);
			tocsin_dispatch_kick(dispatch);
		}
		g_mutex_unlock(&dispatch->mutex);
	}
	while ((handed = g_queue_pop_head(&self->parked)) != NULL) {
		tocsin_hand_settle_by_schedule(self, handed);
	}
}

/* It was we who ended the run: who was not served because of that was not tried. */
static void
forgive(TocsinHanded *handed)
{
	for (guint i = 0; i < handed->claim->mail->recipients->len; i++) {
		TocsinFate *fate = handed->fates[i];

		if (fate->status == TOCSIN_FATE_DEFERRED && fate->code == 0) {
			g_clear_pointer(&handed->fates[i], tocsin_fate_unref);
		}
	}
}

/* All of a mail's fates are there. */
static void
complete(TocsinHand *self, TocsinHanded *handed)
{
	TocsinWord word = tocsin_verdict_words(handed->fates, handed->claim->mail->recipients->len);

	if (word == TOCSIN_WORD_WORKS) {
		note_progress(self);
	}
	if (word == TOCSIN_WORD_DOUBT && !self->has_doubt) {
		self->has_doubt = TRUE;
		self->doubtful = g_strdup(handed->claim->mail->id);
	}
	if (g_cancellable_is_cancelled(self->cancellable)) {
		forgive(handed);
	} else if (word == TOCSIN_WORD_UNREACHABLE ||
	           (word == TOCSIN_WORD_LOCAL && !self->has_progress)) {
		g_queue_push_tail(&self->parked, handed);
		return;
	}
	tocsin_hand_settle_by_schedule(self, handed);
}

void
tocsin_hand_note_fate(TocsinHand *self, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	TocsinHanded *handed = g_hash_table_lookup(self->handed, mail);

	g_return_if_fail(handed != NULL && handed->fates[index] == NULL);
	handed->fates[index] = tocsin_verdict_soften(fate);
	handed->untold--;
	if (handed->untold > 0) {
		g_mutex_lock(&self->dispatch->mutex);
		self->lane->fates[handed->fates[index]->status]++;
		g_mutex_unlock(&self->dispatch->mutex);
		return;
	}
	g_hash_table_steal(self->handed, mail);
	g_mutex_lock(&self->dispatch->mutex);
	self->lane->fates[handed->fates[index]->status]++;
	self->lane->busy -= g_hash_table_size(self->handed) == 0;
	g_mutex_unlock(&self->dispatch->mutex);
	complete(self, handed);
}
