/* SPDX-License-Identifier: MIT */
/* Claims mails for the lanes, sends those of accounts that cannot be reached elsewhere, and opens
 * connections. All on the dispatcher's thread. */
#include "engine/dispatch-private.h"
#include "engine/dispatch-verdict.h"
#include "engine/dispatch-worker.h"

#include <string.h>

/* Mails that are moved between accounts at a time; other lanes have their turn in between. */
#define MOVE_MAX 100u

/* When to ask a store again that could not answer. */
#define STORE_RETRY_US G_USEC_PER_SEC

/* What to claim next. */
typedef struct {
	char *account;
	guint count;
} Want;

static void
clear_want(gpointer data)
{
	g_free(((Want *)data)->account);
}

/* What the store has for each account. FALSE: it cannot say. */
static gboolean
look(TocsinDispatch *self, GError **error)
{
	g_autoptr(GPtrArray) dues = NULL;
	GHashTableIter iter;
	gpointer data;

	if (!tocsin_store_list_due(self->store, &dues, error)) {
		return FALSE;
	}
	g_mutex_lock(&self->mutex);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		((TocsinLane *)data)->due_us = G_MAXINT64;
	}
	for (guint i = 0; i < dues->len; i++) {
		const TocsinDueRecord *due = dues->pdata[i];
		TocsinLane *lane = tocsin_dispatch_find_lane(self, due->account);

		if (lane == NULL) {
			lane = tocsin_lane_new(due->account);
			g_hash_table_insert(self->lanes, lane->name, lane);
		}
		lane->due_us = due->due_us == TOCSIN_SCHEDULE_NEVER ? G_MAXINT64 : due->due_us;
	}
	g_mutex_unlock(&self->mutex);
	return TRUE;
}

static gboolean
is_resting(const TocsinDispatch *self, const TocsinLane *lane, gint64 now_us)
{
	return tocsin_reach_is_resting(&lane->reach, &self->schedule, now_us);
}

/* Under the lock. */
static GArray *
list_wants(TocsinDispatch *self, gint64 now_us)
{
	GArray *wants = g_array_new(FALSE, FALSE, sizeof(Want));
	gint64 monotonic_us = tocsin_clock_monotonic_us(self->clock);
	GHashTableIter iter;
	gpointer data;

	g_array_set_clear_func(wants, clear_want);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		TocsinLane *lane = data;
		gboolean is_moving = lane->account == NULL || is_resting(self, lane, now_us);
		Want want = {.count = is_moving ? MOVE_MAX : tocsin_lane_wants(lane, monotonic_us)};

		if (lane->due_us <= now_us && want.count > 0) {
			want.account = g_strdup(lane->name);
			g_array_append_val(wants, want);
		}
	}
	return wants;
}

static void
settle_untried(TocsinDispatch *self, TocsinClaim *claim, gint64 due_us, const char *account,
               const char *reason)
{
	g_autofree TocsinFate **fates = g_new0(TocsinFate *, claim->mail->recipients->len + 1);
	TocsinSettlement settlement = {
	        .claim = claim,
	        .fates = fates,
	        .due_us = due_us,
	        .account = account,
	        .reason = reason,
	};

	tocsin_settler_add(self->settler, &settlement);
}

/* Under the lock: is this the one mail that is to show whether the account works again? */
static gboolean
is_probe(const TocsinLane *lane)
{
	return lane->ready.length == 0 && lane->current == 0;
}

/* Under the lock: readies the mail for a connection, or sends it where it can be sent. */
static void
place(TocsinDispatch *self, TocsinLane *lane, TocsinClaim *claim, gint64 now_us)
{
	gboolean may_stay = lane->account != NULL && !is_resting(self, lane, now_us);
	const char *to;
	gint64 due_us = now_us;

	if (claim->mail->recipients->len == 0) {
		settle_untried(self, claim, now_us, NULL, NULL);
		return;
	}
	if (may_stay && (lane->reach.failures == 0 || is_probe(lane))) {
		g_queue_push_tail(&lane->ready, claim);
		return;
	}
	to = tocsin_dispatch_route(self, claim->mail, lane->name, now_us, &due_us);
	if (to != NULL && strcmp(to, lane->name) != 0) {
		g_autofree char *reason = tocsin_verdict_reason(
		        lane->name, to,
		        lane->account == NULL ? "no configuration knows it" : lane->reach.failure);

		settle_untried(self, claim, due_us, to, reason);
	} else if (may_stay) {
		g_queue_push_tail(&lane->ready, claim);
	} else {
		settle_untried(self, claim, due_us, NULL, NULL);
	}
}

static gboolean
claim(TocsinDispatch *self, const Want *want, GError **error)
{
	g_autoptr(GPtrArray) claims = NULL;
	gint64 now_us = tocsin_clock_wall_us(self->clock);

	if (!tocsin_store_claim(self->store, want->account, want->count, 0, &claims, error)) {
		return FALSE;
	}
	g_mutex_lock(&self->mutex);
	TocsinLane *lane = tocsin_dispatch_find_lane(self, want->account);
	gboolean is_last = claims->len < want->count;

	tocsin_lane_note_claims(lane, claims, is_last);
	while (claims->len > 0) {
		place(self, lane, g_ptr_array_steal_index(claims, 0), now_us);
	}
	if (is_last) {
		lane->due_us = G_MAXINT64;
		g_atomic_int_set(&self->is_look_wanted, TRUE);
	}
	g_mutex_unlock(&self->mutex);
	return TRUE;
}

/* Under the lock: what was readied for an account that rests by now, or is gone. */
static void
clear_ready(TocsinDispatch *self, TocsinLane *lane, gint64 now_us)
{
	GQueue ready = lane->ready;
	TocsinClaim *claim;

	if (lane->account != NULL && !is_resting(self, lane, now_us)) {
		return;
	}
	g_queue_init(&lane->ready);
	while ((claim = g_queue_pop_head(&ready)) != NULL) {
		place(self, lane, claim, now_us);
	}
}

/* Under the lock: when this lane wants to be looked at for the sake of time: wall clock. */
static gint64
find_alarm(const TocsinDispatch *self, TocsinLane *lane, gint64 now_us)
{
	gint64 monotonic_us = tocsin_clock_monotonic_us(self->clock);

	if (lane->due_us > now_us && lane->ready.length == 0) {
		return lane->due_us;
	}
	if (lane->rate != NULL && tocsin_rate_available(lane->rate, monotonic_us) == 0) {
		return now_us + tocsin_rate_next_us(lane->rate, monotonic_us) - monotonic_us;
	}
	return lane->due_us > now_us ? lane->due_us : G_MAXINT64;
}

/* Under the lock: lets connections have what is ready, or opens one. */
static gint64
serve(TocsinDispatch *self, TocsinLane *lane)
{
	gint64 now_us = tocsin_clock_monotonic_us(self->clock);
	gint64 look_us = G_MAXINT64;

	if (lane->ready.length > 0 && lane->waiting > 0) {
		g_cond_broadcast(&lane->more);
	}
	if (lane->account != NULL &&
	    tocsin_lane_may_open(lane, now_us, tocsin_dispatch_real_us(), &look_us)) {
		tocsin_worker_start(self, lane);
		/* For one more, later. */
		tocsin_lane_may_open(lane, now_us, tocsin_dispatch_real_us(), &look_us);
	}
	return look_us;
}

static gboolean
is_empty(const TocsinLane *lane)
{
	return lane->account == NULL && lane->open == 0 && lane->ready.length == 0 &&
	       lane->due_us == G_MAXINT64;
}

/* Serves all lanes; the next time to look. */
static gint64
serve_all(TocsinDispatch *self)
{
	gint64 now_us = tocsin_clock_wall_us(self->clock);
	gint64 look_us = G_MAXINT64;
	gint64 alarm_us = G_MAXINT64;
	GHashTableIter iter;
	gpointer data;

	g_mutex_lock(&self->mutex);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		TocsinLane *lane = data;

		look_us = MIN(look_us, serve(self, lane));
		alarm_us = MIN(alarm_us, find_alarm(self, lane, now_us));
		/* Those that are being moved, a part at a time. */
		if (lane->due_us <= now_us &&
		    (lane->account == NULL || is_resting(self, lane, now_us))) {
			look_us = 0;
		}
		if (is_empty(lane)) {
			g_hash_table_iter_remove(&iter);
		}
	}
	g_mutex_unlock(&self->mutex);
	if (self->alarm != NULL) {
		tocsin_alarm_set(self->alarm, alarm_us);
	}
	return look_us;
}

static gboolean
has_accounts(TocsinDispatch *self)
{
	g_mutex_lock(&self->mutex);
	gboolean has_some = self->default_via[0] != NULL;

	g_mutex_unlock(&self->mutex);
	return has_some;
}

/* Tells once that mails cannot be read (@error), and once that they can be again. */
static void
note_reading(TocsinDispatch *self, const GError *error)
{
	gboolean is_unreadable = error != NULL;

	if (is_unreadable != self->was_unreadable) {
		self->was_unreadable = is_unreadable;
		tocsin_teller_store(self->teller, error);
	}
}

gint64
tocsin_dispatch_pump(TocsinDispatch *self)
{
	g_autoptr(GArray) wants = NULL;
	g_autoptr(GError) error = NULL;
	gint64 now_us = tocsin_clock_wall_us(self->clock);
	GHashTableIter iter;
	gpointer lane;
	gboolean is_well = TRUE;

	tocsin_dispatch_join_ended(self);
	/* What cannot be settled may not be sent either. */
	if (!has_accounts(self) || tocsin_settler_is_stuck(self->settler)) {
		return G_MAXINT64;
	}
	if (g_atomic_int_compare_and_exchange(&self->is_look_wanted, TRUE, FALSE)) {
		is_well = look(self, &error);
	}
	g_mutex_lock(&self->mutex);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &lane)) {
		clear_ready(self, lane, now_us);
	}
	wants = list_wants(self, now_us);
	g_mutex_unlock(&self->mutex);
	for (guint i = 0; i < wants->len && is_well; i++) {
		is_well = claim(self, &g_array_index(wants, Want, i), &error);
	}
	note_reading(self, error);
	gint64 look_us = serve_all(self);

	if (!is_well) {
		g_atomic_int_set(&self->is_look_wanted, TRUE);
		return tocsin_dispatch_real_us() + STORE_RETRY_US;
	}
	return g_atomic_int_get(&self->is_look_wanted) ? 0 : look_us;
}
