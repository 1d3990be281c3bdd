/* SPDX-License-Identifier: MIT */
/* Opens, closes and writes batches, one at a time. */
#include "engine/ledger.h"

/* How soon a batch that could not be written is tried again. */
#define RETRY_FIRST_MS 200u
#define RETRY_LONGEST_MS 10000u

struct _TocsinLedger {
	TocsinStore *store;
	TocsinLedgerCalls calls;
	gpointer user;
	TocsinBatch *open;    /* (nullable) being filled */
	TocsinBatch *writing; /* (nullable) handed to the store, or waiting to be tried again */
	guint64 serial;       /* of the open batch, or the next to open */
	guint open_events;
	guint writing_events;
	guint holds;          /* as tocsin_ledger_hold() counts them */
	gboolean is_room_due; /* whoever was kept waiting is to be told once the loop turns */
	GSource *turn;        /* closes the open batch once the loop turns */
	GSource *retry;       /* (nullable) */
	guint retry_ms;
	char *trouble; /* (nullable) */
};

static void write_batch(TocsinLedger *self);

static gboolean
dispatch_turn(GSource *source, GSourceFunc callback, gpointer data)
{
	g_source_set_ready_time(source, -1);
	return callback(data);
}

static const GSourceFuncs turn_functions = {.dispatch = dispatch_turn};

/* Closes the open batch, unless the one before it is not written yet. */
static void
close_batch(TocsinLedger *self)
{
	if (self->open == NULL || self->writing != NULL) {
		return;
	}
	self->calls.on_close(self->user, self->open);
	self->writing = g_steal_pointer(&self->open);
	self->writing_events = self->open_events;
	self->open_events = 0;
	self->serial++;
}

static gboolean
on_turn(gpointer data)
{
	TocsinLedger *self = data;
	gboolean is_idle = self->writing == NULL;

	if (self->is_room_due && self->holds == 0) {
		self->is_room_due = FALSE;
		self->calls.on_room(self->user);
	}
	close_batch(self);
	if (is_idle && self->writing != NULL) {
		write_batch(self);
	}
	return G_SOURCE_CONTINUE;
}

static void
clear_retry(TocsinLedger *self)
{
	if (self->retry != NULL) {
		g_source_destroy(self->retry);
		g_clear_pointer(&self->retry, g_source_unref);
	}
}

static gboolean
on_retry(gpointer data)
{
	TocsinLedger *self = data;

	clear_retry(self);
	write_batch(self);
	return G_SOURCE_REMOVE;
}

static void
note_trouble(TocsinLedger *self, const GError *error)
{
	gboolean is_new = self->trouble == NULL;

	g_free(self->trouble);
	self->trouble = g_strdup(error->message);
	if (is_new) {
		self->calls.on_trouble(self->user, self->serial - 1, error);
	}
	self->retry_ms = CLAMP(self->retry_ms * 2, RETRY_FIRST_MS, RETRY_LONGEST_MS);
	clear_retry(self);
	self->retry = g_timeout_source_new(self->retry_ms);
	g_source_set_callback(self->retry, on_retry, self, NULL);
	g_source_attach(self->retry, NULL);
}

/* The batch before the open one is on disk. */
static void
note_stored(TocsinLedger *self)
{
	g_autoptr(TocsinBatch) batch = g_steal_pointer(&self->writing);

	self->writing_events = 0;
	self->retry_ms = 0;
	if (self->trouble != NULL) {
		g_clear_pointer(&self->trouble, g_free);
		self->calls.on_trouble(self->user, self->serial - 1, NULL);
	}
	if (self->open != NULL) {
		g_source_set_ready_time(self->turn, 0);
	}
	self->calls.on_stored(self->user, self->serial - 1, batch);
}

static void
on_committed(TocsinBatch *batch, const GError *error, gpointer data)
{
	TocsinLedger *self = data;

	if (self->writing != batch) {
		return; /* drained meanwhile */
	}
	if (error != NULL) {
		note_trouble(self, error);
	} else {
		note_stored(self);
	}
}

static void
write_batch(TocsinLedger *self)
{
	tocsin_store_commit_async(self->store, self->writing, NULL, on_committed, self);
}

TocsinLedger *
tocsin_ledger_new(TocsinStore *store, const TocsinLedgerCalls *calls, gpointer user)
{
	TocsinLedger *self = g_new0(TocsinLedger, 1);

	self->store = store;
	self->calls = *calls;
	self->user = user;
	self->serial = 1;
	self->turn = g_source_new((GSourceFuncs *)&turn_functions, sizeof(GSource));
	g_source_set_callback(self->turn, on_turn, self, NULL);
	g_source_attach(self->turn, NULL);
	return self;
}

void
tocsin_ledger_free(TocsinLedger *self)
{
	if (self == NULL) {
		return;
	}
	clear_retry(self);
	g_source_destroy(self->turn);
	g_source_unref(self->turn);
	tocsin_batch_unref(self->open);
	tocsin_batch_unref(self->writing);
	g_free(self->trouble);
	g_free(self);
}

TocsinBatch *
tocsin_ledger_open(TocsinLedger *self)
{
	if (self->open == NULL) {
		self->open = tocsin_batch_new();
		g_source_set_ready_time(self->turn, 0);
	}
	return self->open;
}

guint64
tocsin_ledger_serial(const TocsinLedger *self)
{
	return self->serial;
}

gboolean
tocsin_ledger_count(TocsinLedger *self)
{
	if (self->open_events >= TOCSIN_LEDGER_EVENTS_MAX) {
		return FALSE;
	}
	(void)tocsin_ledger_open(self);
	self->open_events++;
	return TRUE;
}

guint64
tocsin_ledger_waiting(const TocsinLedger *self)
{
	return (guint64)self->open_events + self->writing_events;
}

const char *
tocsin_ledger_trouble(const TocsinLedger *self)
{
	return self->trouble;
}

void
tocsin_ledger_hold(TocsinLedger *self)
{
	self->holds++;
}

void
tocsin_ledger_let_go(TocsinLedger *self)
{
	if (--self->holds == 0) {
		self->is_room_due = TRUE;
		g_source_set_ready_time(self->turn, 0);
	}
}

gboolean
tocsin_ledger_is_held(const TocsinLedger *self)
{
	return self->holds > 0;
}

/* Each turn leaves less to write: nothing but positions comes in after the first. */
static gboolean
write_rest(TocsinLedger *self, GError **error)
{
	while (self->writing != NULL || self->open != NULL) {
		g_autoptr(GError) cause = NULL;

		close_batch(self);
		clear_retry(self);
		if (!tocsin_store_commit(self->store, self->writing, &cause)) {
			note_trouble(self, cause);
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
		note_stored(self);
	}
	return TRUE;
}

gboolean
tocsin_ledger_drain(TocsinLedger *self, GError **error)
{
	tocsin_ledger_hold(self);
	/* A batch that the store has already must not be handed to it again before it answers. */
	while (self->writing != NULL && self->retry == NULL) {
		g_main_context_iteration(NULL, TRUE);
	}
	gboolean is_done = write_rest(self, error);

	tocsin_ledger_let_go(self);
	return is_done;
}
