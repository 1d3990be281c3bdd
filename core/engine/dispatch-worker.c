/* SPDX-License-Identifier: MIT */
/* A connection of an account: from its start to what its end says of the account. */
#include "engine/dispatch-worker.h"

#include <string.h>
#include <tocsin/plugin.h>

#include "engine/dispatch-hand.h"
#include "engine/dispatch-verdict.h"
#include "net/stream.h"

struct _TocsinWorker {
	TocsinHand hand;     /* its thread's */
	TocsinFate *failure; /* likewise; (nullable) what the transport said of the connection */
	TocsinDispatch *dispatch; /* a reference */
	TocsinAccounts *accounts; /* a reference */
	TocsinAccount *account;
	GThread *thread;
	gboolean is_extra; /* there were others, which worked, when it was opened */
};

static gint32
on_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	TocsinWorker *self = user;

	return tocsin_hand_next(&self->hand, wait_us, out_mail);
}

static void
on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	TocsinWorker *self = user;

	tocsin_hand_note_fate(&self->hand, mail, index, fate);
}

static void
on_failed(gpointer user, const TocsinFate *fate)
{
	TocsinWorker *self = user;

	g_clear_pointer(&self->failure, tocsin_fate_unref);
	self->failure = tocsin_fate_ref(fate);
}

/* How a run ended, for the account. */
typedef enum { END_WELL, END_DOUBT, END_FAILED } End;

/* What becomes of the mails that were parked. */
typedef enum { PARKED_BY_SCHEDULE, PARKED_AT_ONCE, PARKED_ELSEWHERE } Parked;

static End
judge_end(const TocsinWorker *self, gint32 status)
{
	if (status == TOCSIN_E_BUG ||
	    (self->failure != NULL &&
	     tocsin_verdict_word(self->failure) == TOCSIN_WORD_UNREACHABLE)) {
		return END_FAILED;
	}
	if (self->hand.has_progress || status == TOCSIN_E_CANCELLED) {
		return END_WELL;
	}
	if (self->hand.has_doubt ||
	    (self->failure != NULL && tocsin_verdict_word(self->failure) == TOCSIN_WORD_DOUBT)) {
		return END_DOUBT;
	}
	return status == TOCSIN_OK ? END_WELL : END_FAILED;
}

static char *
describe_end(const TocsinWorker *self, const GError *error)
{
	const TocsinFate *failure = self->failure;

	if (failure == NULL) {
		return g_strdup(error != NULL ? error->message : "the connection was lost");
	}
	if (failure->code == 0) {
		return g_strdup_printf("%s: %s", tocsin_stage_name(failure->stage), failure->text);
	}
	return g_strdup_printf("%s: %u %s", tocsin_stage_name(failure->stage), failure->code,
	                       failure->text);
}

/* Under the lock: what the account is worth after this. */
static Parked
note_end(TocsinWorker *self, End end, const char *text)
{
	TocsinDispatch *dispatch = self->dispatch;
	TocsinLane *lane = self->hand.lane;
	TocsinReach *reach = &lane->reach;
	gint64 now_us = tocsin_clock_wall_us(dispatch->clock);
	gboolean is_new;

	if (end == END_WELL || self->hand.generation != dispatch->generation) {
		return PARKED_BY_SCHEDULE;
	}
	/* It was one too many: others worked when it was opened. Should none of them work any
	 * more, the next one will show that. */
	if (end == END_FAILED && self->is_extra && !self->hand.has_progress) {
		lane->cap = MAX(lane->current - 1, 1);
		lane->cap_until_us = tocsin_dispatch_real_us() + dispatch->schedule.link_us;
		return PARKED_AT_ONCE;
	}
	is_new = end == END_FAILED
	                 ? tocsin_reach_note_failure(reach, &dispatch->schedule, now_us,
	                                             g_random_int(), text)
	                 : tocsin_reach_note_doubt(reach, &dispatch->schedule, now_us,
	                                           g_random_int(), self->hand.doubtful, text);
	if (is_new) {
		tocsin_teller_account(dispatch->teller, lane->name, FALSE, text);
	}
	return reach->failures > 0 ? PARKED_ELSEWHERE : PARKED_BY_SCHEDULE;
}

static void
settle_elsewhere(TocsinWorker *self, TocsinHanded *handed, const char *text)
{
	TocsinDispatch *dispatch = self->dispatch;
	const char *name = self->hand.lane->name;
	gint64 now_us = tocsin_clock_wall_us(dispatch->clock);
	gint64 due_us = now_us;
	g_autofree char *to = NULL;
	g_autofree char *reason = NULL;

	g_mutex_lock(&dispatch->mutex);
	to = g_strdup(tocsin_dispatch_route(dispatch, handed->claim->mail, name, now_us, &due_us));
	g_mutex_unlock(&dispatch->mutex);
	if (to != NULL && strcmp(to, name) != 0) {
		reason = tocsin_verdict_reason(name, to, text);
	}
	tocsin_hand_settle(&self->hand, handed, due_us, to, reason);
}

static void
settle_parked(TocsinWorker *self, Parked parked, const char *text)
{
	TocsinHanded *handed;

	while ((handed = g_queue_pop_head(&self->hand.parked)) != NULL) {
		gint64 now_us = tocsin_clock_wall_us(self->dispatch->clock);

		if (parked == PARKED_ELSEWHERE) {
			settle_elsewhere(self, handed, text);
		} else if (parked == PARKED_AT_ONCE) {
			tocsin_hand_settle(&self->hand, handed, now_us, NULL, NULL);
		} else {
			tocsin_hand_settle_by_schedule(&self->hand, handed);
		}
	}
}

/* Under the lock: has the account nothing to do, as far as anybody knows? */
static gboolean
is_idle(const TocsinDispatch *dispatch, const TocsinLane *lane)
{
	return lane->open == 0 && lane->ready.length == 0 &&
	       lane->due_us > tocsin_clock_wall_us(dispatch->clock);
}

/* Under the lock. */
static void
leave(TocsinWorker *self)
{
	TocsinDispatch *dispatch = self->dispatch;
	TocsinLane *lane = self->hand.lane;

	lane->open--;
	if (self->hand.generation == dispatch->generation) {
		lane->current--;
		lane->reach.is_proven = lane->reach.is_proven && lane->current > 0;
		lane->is_tried = lane->is_tried && lane->current > 0;
	}
	g_ptr_array_remove_fast(dispatch->workers, self);
	/* Nobody joins the thread any more, and nobody is left to close the account. */
	if (dispatch->is_abandoned) {
		g_thread_unref(self->thread);
		return;
	}
	g_ptr_array_add(dispatch->ended, self->thread);
	tocsin_teller_release(dispatch->teller, g_steal_pointer(&self->accounts),
	                      is_idle(dispatch, lane) ? self->account : NULL);
}

static gpointer
run_worker(gpointer data)
{
	static const TocsinRunOps ops = {
	        .next = on_next, .on_fate = on_fate, .on_failed = on_failed};
	TocsinWorker *self = data;
	TocsinDispatch *dispatch = self->dispatch;
	g_autoptr(GError) error = NULL;
	gint32 status = tocsin_account_run(self->account, &ops, self, TOCSIN_STREAM_FOREVER,
	                                   self->hand.cancellable, &error);
	g_autofree char *text = describe_end(self, error);

	g_mutex_lock(&dispatch->mutex);
	Parked parked = dispatch->is_abandoned ? PARKED_BY_SCHEDULE
	                                       : note_end(self, judge_end(self, status), text);

	g_mutex_unlock(&dispatch->mutex);
	settle_parked(self, parked, text);
	tocsin_hand_clear(&self->hand);
	g_mutex_lock(&dispatch->mutex);
	leave(self);
	tocsin_dispatch_kick(dispatch);
	g_mutex_unlock(&dispatch->mutex);
	g_clear_pointer(&self->failure, tocsin_fate_unref);
	g_object_unref(self->hand.cancellable);
	g_free(self);
	tocsin_dispatch_unref(dispatch);
	return NULL;
}

void
tocsin_worker_start(TocsinDispatch *dispatch, TocsinLane *lane)
{
	TocsinWorker *self = g_new0(TocsinWorker, 1);

	self->dispatch = tocsin_dispatch_ref(dispatch);
	self->accounts = tocsin_accounts_ref(dispatch->accounts);
	self->account = lane->account;
	self->is_extra = lane->reach.is_proven;
	self->hand.dispatch = dispatch;
	self->hand.lane = lane;
	self->hand.generation = dispatch->generation;
	self->hand.cancellable = g_cancellable_new();
	tocsin_hand_init(&self->hand);
	lane->open++;
	lane->current++;
	g_ptr_array_add(dispatch->workers, self);
	/* It waits for the lock before it reads this. */
	self->thread = g_thread_new("mail-out", run_worker, self);
}

GCancellable *
tocsin_worker_cancellable(const TocsinWorker *self)
{
	return self->hand.cancellable;
}
