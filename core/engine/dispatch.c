/* SPDX-License-Identifier: MIT */
/* The dispatcher's life and its thread. */
#include "engine/dispatch.h"

#include "engine/dispatch-private.h"

gint64
tocsin_dispatch_real_us(void)
{
	return tocsin_clock_monotonic_us(tocsin_clock_system());
}

typedef struct {
	GSource source;
	TocsinDispatch *dispatch;
} PumpSource;

static gboolean
on_pump(GSource *source, GSourceFunc callback, gpointer user_data)
{
	TocsinDispatch *self = ((PumpSource *)source)->dispatch;
	gint64 look_us;

	g_source_set_ready_time(source, -1);
	g_atomic_int_set(&self->is_kicked, FALSE);
	g_mutex_lock(&self->mutex);
	gboolean is_stopping = self->is_stopping;

	g_mutex_unlock(&self->mutex);
	look_us = is_stopping ? tocsin_dispatch_wind_down(self) : tocsin_dispatch_pump(self);
	if (look_us != G_MAXINT64) {
		g_source_set_ready_time(source, look_us);
	}
	/* Who kicked meanwhile must not be forgotten for it. */
	if (g_atomic_int_get(&self->is_kicked)) {
		g_source_set_ready_time(source, 0);
	}
	return G_SOURCE_CONTINUE;
}

static GSource *
make_pump(TocsinDispatch *self)
{
	/* lint: allow static-state: GLib wants it writable, and nobody writes */
	static GSourceFuncs functions = {.dispatch = on_pump};
	GSource *source = g_source_new(&functions, sizeof(PumpSource));

	((PumpSource *)source)->dispatch = self;
	g_source_set_name(source, "dispatch");
	g_source_attach(source, self->context);
	return source;
}

void
tocsin_dispatch_kick(TocsinDispatch *self)
{
	g_atomic_int_set(&self->is_kicked, TRUE);
	g_source_set_ready_time(self->pump, 0);
}

void
tocsin_dispatch_wake(TocsinDispatch *self)
{
	g_atomic_int_set(&self->is_look_wanted, TRUE);
	tocsin_dispatch_kick(self);
}

static gboolean
on_wake(gpointer user_data)
{
	tocsin_dispatch_wake(user_data);
	return G_SOURCE_REMOVE;
}

static void
on_dead(gpointer user, const char *mail, const char *text)
{
	const TocsinDispatch *self = user;

	tocsin_teller_dead(self->teller, mail, text);
}

static void
on_settler_change(gpointer user, const GError *error)
{
	TocsinDispatch *self = user;
	gboolean is_stuck = tocsin_settler_is_stuck(self->settler);

	if (error != NULL || (self->was_stuck && !is_stuck && !self->was_unreadable)) {
		tocsin_teller_store(self->teller, error);
	}
	self->was_stuck = is_stuck;
	tocsin_dispatch_kick(self);
}

static gpointer
run_dispatch(gpointer data)
{
	TocsinDispatch *self = data;

	g_main_context_push_thread_default(self->context);
	g_main_loop_run(self->loop);
	g_main_context_pop_thread_default(self->context);
	return NULL;
}

static void
free_lane(gpointer data)
{
	tocsin_lane_free(data);
}

TocsinDispatch *
tocsin_dispatch_new(const TocsinDispatchOptions *options)
{
	static const TocsinSettlerCallbacks callbacks = {.on_dead = on_dead,
	                                                 .on_change = on_settler_change};
	TocsinDispatch *self = g_atomic_rc_box_new0(TocsinDispatch);

	self->store = options->store;
	self->clock = options->clock != NULL ? options->clock : tocsin_clock_system();
	self->schedule = options->schedule != NULL ? *options->schedule : tocsin_schedule_default;
	g_mutex_init(&self->mutex);
	self->lanes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_lane);
	self->workers = g_ptr_array_new();
	self->ended = g_ptr_array_new();
	self->default_via = g_new0(char *, 1);
	self->context = g_main_context_new();
	self->loop = g_main_loop_new(self->context, FALSE);
	self->teller = tocsin_teller_new(options->context, &options->callbacks, options->user);
	self->settler =
	        tocsin_settler_new(self->store, self->clock, self->context, &callbacks, self);
	self->pump = make_pump(self);
	if (self->clock == tocsin_clock_system()) {
		self->alarm = tocsin_alarm_new(self->context, on_wake, self);
	}
	tocsin_store_set_wake(self->store, self->context, on_wake, self);
	self->thread = g_thread_new("dispatch", run_dispatch, self);
	return self;
}

static void
clear_dispatch(gpointer data)
{
	TocsinDispatch *self = data;

	g_hash_table_unref(self->lanes);
	g_ptr_array_unref(self->workers);
	g_ptr_array_unref(self->ended);
	g_strfreev(self->default_via);
	g_source_unref(self->pump);
	g_main_loop_unref(self->loop);
	g_main_context_unref(self->context);
	g_mutex_clear(&self->mutex);
}

TocsinDispatch *
tocsin_dispatch_ref(TocsinDispatch *self)
{
	return g_atomic_rc_box_acquire(self);
}

void
tocsin_dispatch_unref(TocsinDispatch *self)
{
	g_atomic_rc_box_release_full(self, clear_dispatch);
}

/* Those of @wanted that are known, or the first account. */
static char **
pick_default(TocsinAccounts *accounts, const char *const *wanted)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	guint count = 0;

	for (; wanted != NULL && *wanted != NULL; wanted++) {
		if (tocsin_accounts_find(accounts, *wanted, NULL) != NULL) {
			g_strv_builder_add(builder, *wanted);
			count++;
		}
	}
	if (count == 0 && tocsin_accounts_count(accounts) > 0) {
		g_strv_builder_add(builder, tocsin_account_name(tocsin_accounts_at(accounts, 0)));
	}
	return g_strv_builder_end(builder);
}

/* Under the lock. */
static void
use_lanes(TocsinDispatch *self)
{
	GHashTableIter iter;
	gpointer data;

	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		TocsinLane *lane = data;

		tocsin_lane_use(lane, tocsin_accounts_find(self->accounts, lane->name, NULL));
		g_cond_broadcast(&lane->more);
	}
	for (guint i = 0; i < tocsin_accounts_count(self->accounts); i++) {
		TocsinAccount *account = tocsin_accounts_at(self->accounts, i);
		const char *name = tocsin_account_name(account);

		if (tocsin_dispatch_find_lane(self, name) == NULL) {
			TocsinLane *lane = tocsin_lane_new(name);

			tocsin_lane_use(lane, account);
			g_hash_table_insert(self->lanes, lane->name, lane);
		}
	}
}

void
tocsin_dispatch_use(TocsinDispatch *self, TocsinAccounts *accounts, const char *const *default_via)
{
	g_mutex_lock(&self->mutex);
	TocsinAccounts *former = self->accounts;

	self->accounts = tocsin_accounts_ref(accounts);
	g_strfreev(self->default_via);
	self->default_via = pick_default(accounts, default_via);
	self->generation++;
	use_lanes(self);
	g_mutex_unlock(&self->mutex);
	tocsin_accounts_unref(former);
	tocsin_dispatch_wake(self);
}

void
tocsin_dispatch_end_rests(TocsinDispatch *self)
{
	GHashTableIter iter;
	gpointer data;

	g_mutex_lock(&self->mutex);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		tocsin_reach_end_rest(&((TocsinLane *)data)->reach);
	}
	g_mutex_unlock(&self->mutex);
	tocsin_dispatch_wake(self);
}

void
tocsin_dispatch_stop(TocsinDispatch *self, gint64 within_us)
{
	if (self == NULL) {
		return;
	}
	g_mutex_lock(&self->mutex);
	self->is_stopping = TRUE;
	self->cancel_us = tocsin_dispatch_real_us() + within_us;
	g_mutex_unlock(&self->mutex);
	tocsin_dispatch_kick(self);
	g_thread_join(self->thread);
	tocsin_store_set_wake(self->store, NULL, NULL, NULL);
	g_mutex_lock(&self->mutex);
	self->is_abandoned = TRUE;
	guint left = self->workers->len;

	g_mutex_unlock(&self->mutex);
	guint unsettled = tocsin_settler_count(self->settler);

	if (left > 0) {
		g_warning("%u connections did not end in time; their mails are tried again", left);
	}
	if (unsettled > 0) {
		g_warning("what became of %u mails could not be stored; they are tried again",
		          unsettled);
	}
	g_source_destroy(self->pump);
	tocsin_alarm_free(self->alarm);
	tocsin_settler_free(self->settler);
	tocsin_teller_close(self->teller);
	/* A connection that goes on needs its account. */
	if (left == 0) {
		tocsin_accounts_unref(self->accounts);
	}
	tocsin_dispatch_unref(self);
}
