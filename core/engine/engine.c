/* SPDX-License-Identifier: MIT */
/* Puts the parts together, and takes them apart in the right order. */
#include "engine/engine.h"

#include <string.h>
#include <tocsin/error.h>

#include "engine/engine-private.h"
#include "engine/paths.h"

/* TocsinLedgerCalls */
static void
on_close(gpointer user, TocsinBatch *batch)
{
	TocsinEngine *self = user;

	tocsin_clerk_close(self->clerk, batch);
	for (guint i = 0; i < self->feeders->len; i++) {
		tocsin_feeder_close(g_ptr_array_index(self->feeders, i), batch);
	}
	tocsin_seen_store(self->seen, batch);
}

static void
on_stored(gpointer user, guint64 serial, TocsinBatch *batch)
{
	TocsinEngine *self = user;

	tocsin_engine_answer(self, serial, NULL);
	for (guint i = 0; i < self->feeders->len; i++) {
		tocsin_feeder_note_stored(g_ptr_array_index(self->feeders, i), serial);
	}
}

static void
on_trouble(gpointer user, guint64 serial, const GError *error)
{
	TocsinEngine *self = user;

	if (error == NULL) {
		g_message("the store can write again");
		tocsin_outage_end(self->outage, TOCSIN_OUTAGE_INTAKE);
		tocsin_own_events_raise(self->own, "store", "store", TOCSIN_STATUS_OK,
		                        "the store can write again");
		return;
	}
	g_warning("events are kept in memory and triggers wait: %s", error->message);
	tocsin_outage_begin(self->outage, TOCSIN_OUTAGE_INTAKE, self->plan, error->message);
	tocsin_engine_answer(self, serial, error);
}

static void
on_room(gpointer user)
{
	TocsinEngine *self = user;

	for (guint i = 0; i < self->feeders->len; i++) {
		tocsin_feeder_resume(g_ptr_array_index(self->feeders, i));
	}
}

static void
on_letter_fault(gpointer user, const TocsinRule *rule, gboolean is_notice, const char *text)
{
	TocsinEngine *self = user;

	g_warning("rule '%s': %s", tocsin_rule_name(rule), text);
	if (!is_notice) {
		tocsin_own_events_raise(self->own, "mail-fault", tocsin_rule_name(rule),
		                        TOCSIN_STATUS_PROBLEM, text);
	}
}

static void
on_trigger(gpointer user, const char *name, const GError *error, gboolean is_told)
{
	TocsinEngine *self = user;

	if (is_told) {
		g_debug("trigger '%s' is switched off, as its watcher has heard", name);
	} else if (error != NULL) {
		g_warning("%s", error->message);
	} else {
		g_message("trigger '%s' runs again", name);
	}
	tocsin_own_events_raise(self->own, "trigger", name,
	                        error != NULL ? TOCSIN_STATUS_PROBLEM : TOCSIN_STATUS_OK,
	                        error != NULL ? error->message : "it runs again");
}

/* TocsinDispatchCallbacks */
static void
on_dead(gpointer user, const char *mail, const char *text)
{
	TocsinEngine *self = user;

	g_warning("mail %s was not delivered to all: %s", mail, text);
	tocsin_own_events_mail_failed(self->own, mail);
}

static gboolean
is_disabled(const TocsinEngine *self, const char *name)
{
	const TocsinAccount *account =
	        tocsin_accounts_find(tocsin_plan_accounts(self->plan), name, NULL);

	return account != NULL && tocsin_account_is_disabled(account);
}

static void
on_account(gpointer user, const char *account, gboolean is_reachable, const char *text)
{
	TocsinEngine *self = user;

	if (is_reachable) {
		g_message("account '%s' can be reached again", account);
	} else if (!is_disabled(self, account)) { /* else its watcher has heard more */
		g_warning("account '%s' cannot be reached: %s", account, text);
	}
	tocsin_own_events_raise(self->own, "account", account,
	                        is_reachable ? TOCSIN_STATUS_OK : TOCSIN_STATUS_PROBLEM, text);
}

static void
on_dispatch_store(gpointer user, const GError *error)
{
	TocsinEngine *self = user;

	if (error == NULL) {
		g_message("mails are sent again");
		tocsin_outage_end(self->outage, TOCSIN_OUTAGE_DISPATCH);
		tocsin_own_events_raise(self->own, "store", "store", TOCSIN_STATUS_OK,
		                        "mails are sent again");
		return;
	}
	g_warning("no mail is sent while the store fails: %s", error->message);
	tocsin_outage_begin(self->outage, TOCSIN_OUTAGE_DISPATCH, self->plan, error->message);
}

static void
on_mutes(gpointer user)
{
	TocsinEngine *self = user;
	g_autoptr(GPtrArray) mutes = tocsin_mutes_compile(self->mutes);

	tocsin_clerk_set_mutes(self->clerk, mutes);
}

/* (nullable) The feeder of a trigger that is configured as @wanted is; taken out of @feeders. */
static TocsinFeeder *
take_feeder(GPtrArray *feeders, const TocsinPlanTrigger *wanted)
{
	for (guint i = 0; i < feeders->len; i++) {
		TocsinFeeder *feeder = g_ptr_array_index(feeders, i);

		if (strcmp(tocsin_feeder_name(feeder), wanted->name) == 0 &&
		    strcmp(tocsin_feeder_text(feeder), wanted->text) == 0) {
			return g_ptr_array_steal_index(feeders, i);
		}
	}
	return NULL;
}

/* Runs the plan's triggers: those that are as they were go on, the others end before any begins, so
 * that nothing is watched twice. */
static void
set_triggers(TocsinEngine *self)
{
	const GPtrArray *wanted = tocsin_plan_triggers(self->plan);
	GPtrArray *kept = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_feeder_free);
	g_autofree TocsinFeeder **by_place = g_new0(TocsinFeeder *, wanted->len + 1);
	g_autoptr(GPtrArray) before = self->feeders;

	/* What the ending ones saw is stored with their last batch. */
	(void)tocsin_ledger_drain(self->ledger, NULL);
	for (guint i = 0; i < wanted->len; i++) {
		by_place[i] = take_feeder(before, g_ptr_array_index(wanted, i));
		if (by_place[i] != NULL) {
			g_ptr_array_add(kept, by_place[i]);
		}
	}
	self->feeders = kept;
	g_ptr_array_set_size(before, 0);
	for (guint i = 0; i < wanted->len; i++) {
		if (by_place[i] == NULL) {
			g_ptr_array_add(self->feeders,
			                tocsin_feeder_new(g_ptr_array_index(wanted, i), self->plan,
			                                  &self->feeding));
		}
	}
}

static gboolean
open_store(TocsinEngine *self, GError **error)
{
	const TocsinSettings *settings = tocsin_plan_store(self->plan);
	const char *path = tocsin_settings_get_string(settings, "path");
	const TocsinStoreOptions options = {
	        .path = path != NULL ? path : TOCSIN_STORE_PATH,
	        .clock = self->clock,
	        .max_bytes = (guint64)tocsin_settings_get_int(settings, "max_size"),
	};

	self->store = tocsin_store_open(&options, error);
	return self->store != NULL;
}

static gboolean
start_parts(TocsinEngine *self, GError **error)
{
	static const TocsinLedgerCalls calls = {on_close, on_stored, on_trouble, on_room};
	const TocsinDispatchOptions dispatch = {
	        .store = self->store,
	        .clock = self->clock,
	        .callbacks = {on_dead, on_account, on_dispatch_store},
	        .user = self,
	};

	self->seen = tocsin_seen_new(self->store, TOCSIN_TRIGGER_BY_HAND, error);
	if (self->seen == NULL) {
		return FALSE;
	}
	self->outage = tocsin_outage_new(self->clock);
	self->ledger = tocsin_ledger_new(self->store, &calls, self);
	self->clerk =
	        tocsin_clerk_new(self->store, self->ledger, self->clock, on_letter_fault, self);
	self->own = tocsin_own_events_new(self->store, self->ledger, self->clerk, self->clock);
	if (!tocsin_clerk_use(self->clerk, self->plan, error)) {
		return FALSE;
	}
	self->mutes = tocsin_mutes_new(self->store, self->clock, on_mutes, self, error);
	if (self->mutes == NULL) {
		return FALSE;
	}
	on_mutes(self);
	self->dispatch = tocsin_dispatch_new(&dispatch);
	return TRUE;
}

static void
begin(TocsinEngine *self)
{
	self->feeding = (TocsinFeederContext){
	        .store = self->store,
	        .ledger = self->ledger,
	        .clerk = self->clerk,
	        .clock = self->clock,
	        .watcher = tocsin_plan_watcher(self->plan),
	        .on_change = on_trigger,
	        .user = self,
	};
	tocsin_dispatch_use(self->dispatch, tocsin_plan_accounts(self->plan),
	                    tocsin_plan_default_via(self->plan));
	set_triggers(self);
	tocsin_own_events_catch_up(self->own);
	self->upkeep = tocsin_upkeep_new(
	        self->store, self->clock,
	        tocsin_settings_get_int(tocsin_plan_store(self->plan), "history"));
}

TocsinEngine *
tocsin_engine_new(TocsinPlan *plan, TocsinClock *clock, GError **error)
{
	g_autoptr(TocsinEngine) self = g_new0(TocsinEngine, 1);

	self->clock = clock;
	self->plan = tocsin_plan_ref(plan);
	self->started_us = tocsin_clock_wall_us(clock);
	self->loaded_us = self->started_us;
	self->feeders = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_feeder_free);
	g_queue_init(&self->asked);
	if (!open_store(self, error) || !start_parts(self, error)) {
		return NULL;
	}
	begin(self);
	return g_steal_pointer(&self);
}

static gboolean
is_same_store(const TocsinPlan *a, const TocsinPlan *b)
{
	return g_strcmp0(tocsin_settings_get_string(tocsin_plan_store(a), "path"),
	                 tocsin_settings_get_string(tocsin_plan_store(b), "path")) == 0;
}

/* Goes over to @plan, while the triggers wait. */
static gboolean
go_over(TocsinEngine *self, TocsinPlan *plan, GError **error)
{
	if (!tocsin_clerk_use(self->clerk, plan, error)) {
		return FALSE;
	}
	tocsin_plan_ref(plan);
	tocsin_plan_unref(self->plan);
	self->plan = plan;
	self->feeding.watcher = tocsin_plan_watcher(plan);
	tocsin_dispatch_use(self->dispatch, tocsin_plan_accounts(plan),
	                    tocsin_plan_default_via(plan));
	set_triggers(self);
	tocsin_upkeep_set_history(self->upkeep,
	                          tocsin_settings_get_int(tocsin_plan_store(plan), "history"));
	self->loaded_us = tocsin_clock_wall_us(self->clock);
	g_clear_pointer(&self->reload_error, g_free);
	return TRUE;
}

gboolean
tocsin_engine_reload(TocsinEngine *self, TocsinPlan *plan, GError **error)
{
	if (!is_same_store(self->plan, plan)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "the store cannot be another one before a restart");
		return FALSE;
	}
	tocsin_ledger_hold(self->ledger);
	gboolean is_done = go_over(self, plan, error);

	tocsin_ledger_let_go(self->ledger);
	return is_done;
}

void
tocsin_engine_note_reload_failed(TocsinEngine *self, const char *text)
{
	g_free(self->reload_error);
	self->reload_error = g_strdup(text);
	tocsin_own_events_raise(self->own, "reload", "configuration", TOCSIN_STATUS_PROBLEM, text);
}

/* What is left of the plan's stop_within, begun at @since_us. */
static gint64
time_to_stop(const TocsinEngine *self, gint64 since_us)
{
	gint64 within_us = tocsin_settings_get_int(tocsin_plan_daemon(self->plan), "stop_within");
	gint64 gone_us = tocsin_clock_monotonic_us(tocsin_clock_system()) - since_us;

	return MAX(within_us - gone_us, 0);
}

/* Writes what was taken in, and takes in nothing more. */
static void
end_feeding(TocsinEngine *self)
{
	g_autoptr(GError) error = NULL;

	if (self->ledger == NULL) {
		return;
	}
	tocsin_ledger_hold(self->ledger);
	if (!tocsin_ledger_drain(self->ledger, &error)) {
		g_warning("some of the last events are read again after the next start: %s",
		          error->message);
	}
}

void
tocsin_engine_free(TocsinEngine *self)
{
	gint64 since_us = tocsin_clock_monotonic_us(tocsin_clock_system());

	if (self == NULL) {
		return;
	}
	end_feeding(self);
	tocsin_upkeep_free(self->upkeep);
	g_clear_pointer(&self->feeders, g_ptr_array_unref);
	if (self->dispatch != NULL) {
		tocsin_dispatch_stop(self->dispatch, time_to_stop(self, since_us));
	}
	tocsin_engine_forget_asked(self);
	tocsin_outage_free(self->outage);
	tocsin_own_events_free(self->own);
	tocsin_mutes_free(self->mutes);
	tocsin_clerk_free(self->clerk);
	tocsin_ledger_free(self->ledger);
	tocsin_seen_free(self->seen);
	tocsin_store_close(self->store);
	tocsin_plan_unref(self->plan);
	g_free(self->reload_error);
	g_free(self);
}

TocsinStore *
tocsin_engine_store(const TocsinEngine *self)
{
	return self->store;
}

const TocsinPlan *
tocsin_engine_plan(const TocsinEngine *self)
{
	return self->plan;
}

TocsinMutes *
tocsin_engine_mutes(const TocsinEngine *self)
{
	return self->mutes;
}
