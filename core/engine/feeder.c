/* SPDX-License-Identifier: MIT */
/* The sink of a running trigger. */
#include "engine/feeder.h"

#include "engine/seen.h"
#include "plugin/call-trigger.h"

/* How long a trigger that failed is left alone; each time in a row twice as long. */
#define RESTART_FIRST_S 5u
#define RESTART_LONGEST_S 600u

/* All up to the event with this token is on disk with that batch. */
typedef struct {
	guint64 serial;
	guint64 token;
} Token;

struct _TocsinFeeder {
	const TocsinFeederContext *context;
	TocsinPlan *plan;
	const TocsinPlanTrigger *planned;
	TocsinTrigger *trigger; /* (nullable) while it does not run */
	TocsinSeen *seen;       /* (nullable) until the store could be read */
	GPtrArray *positions;   /* (nullable) of TocsinStateRecord: while it starts */
	GQueue tokens;          /* of Token */
	gboolean is_full;
	guint restart; /* source id, or 0 */
	guint restart_s;
	guint64 events;
	gint64 last_us;
	char *error; /* (nullable) */
};

static gint32
on_emit(gpointer user, TocsinEvent *event, guint64 token)
{
	TocsinFeeder *self = user;

	if (tocsin_ledger_is_held(self->context->ledger) ||
	    !tocsin_ledger_count(self->context->ledger)) {
		self->is_full = TRUE;
		return TOCSIN_E_TEMP;
	}
	if (!tocsin_seen_add(self->seen, event->id)) {
		g_debug("event '%s' was taken in before", event->id);
	} else {
		self->events++;
		self->last_us = event->seen_us;
		(void)tocsin_clerk_feed(self->context->clerk, event);
	}
	if (token != 0) {
		Token *entry = g_new0(Token, 1);

		entry->serial = tocsin_ledger_serial(self->context->ledger);
		entry->token = token;
		g_queue_push_tail(&self->tokens, entry);
	}
	return TOCSIN_OK;
}

static void
on_checkpoint(gpointer user, const char *name, GBytes *position)
{
	TocsinFeeder *self = user;

	tocsin_batch_put_cursor(tocsin_ledger_open(self->context->ledger), self->planned->name,
	                        name, position);
}

static gboolean
on_restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	TocsinFeeder *self = user;
	const TocsinStateRecord *record;

	if (self->positions == NULL || index >= self->positions->len) {
		return FALSE;
	}
	record = g_ptr_array_index(self->positions, index);
	*out_name = record->name;
	*out_position = record->state;
	return TRUE;
}

static gboolean start(TocsinFeeder *self);

static gboolean
on_restart(gpointer data)
{
	TocsinFeeder *self = data;

	self->restart = 0;
	g_clear_pointer(&self->trigger, tocsin_trigger_stop);
	if (start(self)) {
		self->restart_s = 0;
		self->context->on_change(self->context->user, self->planned->name, NULL, FALSE);
	}
	return G_SOURCE_REMOVE;
}

static void
tell(TocsinFeeder *self, const GError *error, gboolean is_told)
{
	g_free(self->error);
	self->error = g_strdup(error->message);
	self->context->on_change(self->context->user, self->planned->name, error, is_told);
}

/* Told, and tried again: what the trigger watches may come back. */
static void
fail(TocsinFeeder *self, const GError *error)
{
	tell(self, error, FALSE);
	self->restart_s = CLAMP(self->restart_s * 2, RESTART_FIRST_S, RESTART_LONGEST_S);
	if (self->restart == 0) {
		self->restart = g_timeout_add_seconds(self->restart_s, on_restart, self);
	}
}

static void
on_error(gpointer user, gint32 status, const GError *error)
{
	TocsinFeeder *self = user;

	if (status == TOCSIN_E_TEMP) {
		g_free(self->error);
		self->error = g_strdup(error->message);
		g_warning("%s", error->message);
		return;
	}
	/* Who broke the contract once is not trusted to keep it the next time. */
	if (status == TOCSIN_E_BUG) {
		tell(self, error, TRUE);
		return;
	}
	fail(self, error);
}

static const TocsinTriggerSink sink = {
        .emit = on_emit,
        .checkpoint = on_checkpoint,
        .restore = on_restore,
        .on_error = on_error,
};

/* Positions are read from the store, where all that was said before has to be first. */
static gboolean
read_store(TocsinFeeder *self, GError **error)
{
	const TocsinFeederContext *context = self->context;

	if (!tocsin_ledger_drain(context->ledger, error)) {
		return FALSE;
	}
	if (self->seen == NULL) {
		self->seen = tocsin_seen_new(context->store, self->planned->name, error);
	}
	return self->seen != NULL && tocsin_store_list_cursors(context->store, self->planned->name,
	                                                       &self->positions, error);
}

static gboolean
start(TocsinFeeder *self)
{
	const TocsinPlanTrigger *planned = self->planned;
	g_autoptr(GError) error = NULL;

	if (read_store(self, &error)) {
		self->trigger = tocsin_trigger_start(planned->unit, planned->name,
		                                     planned->settings, self->context->clock, NULL,
		                                     &sink, self, self->context->watcher, &error);
	}
	g_clear_pointer(&self->positions, g_ptr_array_unref);
	if (self->trigger == NULL) {
		fail(self, error);
		return FALSE;
	}
	g_clear_pointer(&self->error, g_free);
	return TRUE;
}

TocsinFeeder *
tocsin_feeder_new(const TocsinPlanTrigger *trigger, TocsinPlan *plan,
                  const TocsinFeederContext *context)
{
	TocsinFeeder *self = g_new0(TocsinFeeder, 1);

	self->context = context;
	self->plan = tocsin_plan_ref(plan);
	self->planned = trigger;
	g_queue_init(&self->tokens);
	(void)start(self);
	return self;
}

void
tocsin_feeder_free(TocsinFeeder *self)
{
	if (self == NULL) {
		return;
	}
	if (self->restart != 0) {
		g_source_remove(self->restart);
	}
	tocsin_trigger_stop(self->trigger);
	tocsin_seen_free(self->seen);
	g_queue_clear_full(&self->tokens, g_free);
	g_free(self->error);
	tocsin_plan_unref(self->plan);
	g_free(self);
}

const char *
tocsin_feeder_name(const TocsinFeeder *self)
{
	return self->planned->name;
}

const char *
tocsin_feeder_text(const TocsinFeeder *self)
{
	return self->planned->text;
}

void
tocsin_feeder_close(TocsinFeeder *self, TocsinBatch *batch)
{
	if (self->seen != NULL) {
		tocsin_seen_store(self->seen, batch);
	}
}

void
tocsin_feeder_note_stored(TocsinFeeder *self, guint64 serial)
{
	guint64 settled = 0;

	while (self->tokens.length > 0 && ((Token *)self->tokens.head->data)->serial <= serial) {
		g_autofree Token *token = g_queue_pop_head(&self->tokens);

		settled = token->token;
	}
	if (settled != 0 && self->trigger != NULL) {
		tocsin_trigger_settled(self->trigger, settled);
	}
	tocsin_feeder_resume(self);
}

void
tocsin_feeder_resume(TocsinFeeder *self)
{
	if (self->is_full && self->trigger != NULL &&
	    !tocsin_ledger_is_held(self->context->ledger)) {
		self->is_full = FALSE;
		tocsin_trigger_resume(self->trigger);
	}
}

void
tocsin_feeder_tell_status(const TocsinFeeder *self, TocsinEngineStatus *status)
{
	TocsinTriggerStatus *trigger =
	        tocsin_engine_status_add_trigger(status, self->planned->name);

	trigger->plugin = g_strdup(tocsin_unit_name(self->planned->unit));
	trigger->is_running = self->trigger != NULL && self->restart == 0 &&
	                      !tocsin_trigger_is_disabled(self->trigger);
	trigger->events = self->events;
	trigger->last_us = self->last_us;
	trigger->error = g_strdup(self->error);
}
