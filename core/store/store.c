/* SPDX-License-Identifier: MIT */
/* The store's life, and the way of a batch into it. */
#include "store/store.h"

#include "store/log.h"
#include "store/schema.h"
#include "store/states.h"
#include "store/store-private.h"

static void
on_transaction_end(gpointer data, gboolean is_committed)
{
	TocsinStore *self = data;

	tocsin_contents_settle(self->mails.contents, is_committed);
}

TocsinStore *
tocsin_store_open(const TocsinStoreOptions *options, GError **error)
{
	g_autoptr(TocsinDb) db = tocsin_db_open(options->path, options->max_bytes, error);

	if (db == NULL || !tocsin_schema_migrate(db, error)) {
		return NULL;
	}
	TocsinContents *contents = tocsin_contents_new(db, error);

	if (contents == NULL) {
		return NULL;
	}
	TocsinStore *self = g_new0(TocsinStore, 1);

	self->clock = options->clock != NULL ? options->clock : tocsin_clock_system();
	self->mails.db = db;
	self->mails.contents = contents;
	self->mails.leases = tocsin_leases_new();
	self->wake = tocsin_wake_new();
	self->writer = tocsin_writer_new(g_steal_pointer(&db), on_transaction_end, self);
	return self;
}

void
tocsin_store_close(TocsinStore *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_writer_free(self->writer);
	tocsin_contents_free(self->mails.contents);
	tocsin_leases_free(self->mails.leases);
	tocsin_wake_free(self->wake);
	g_free(self);
}

void
tocsin_store_set_wake(TocsinStore *self, GMainContext *context, GSourceFunc on_wake,
                      gpointer user_data)
{
	tocsin_wake_set(self->wake, context, on_wake, user_data);
}

typedef struct {
	TocsinStore *store;
	TocsinBatch *batch;
	TocsinStoreCallback on_done; /* or NULL */
	gpointer user_data;
	GError *error; /* found before the batch was handed on */
} Commit;

static gboolean
write_mails(const TocsinStore *store, const TocsinBatch *batch, GError **error)
{
	const TocsinMails *mails = &store->mails;
	gint64 now_us = tocsin_clock_wall_us(store->clock);

	for (guint i = 0; i < batch->mails->len; i++) {
		if (!tocsin_mails_insert(mails, batch->mails->pdata[i], error)) {
			return FALSE;
		}
	}
	for (guint i = 0; i < batch->settles->len; i++) {
		if (!tocsin_mails_settle(mails, batch->settles->pdata[i], now_us, error)) {
			return FALSE;
		}
	}
	for (guint i = 0; i < batch->told->len; i++) {
		gint64 number;

		if (!tocsin_mails_parse_id(batch->told->pdata[i], &number, error) ||
		    !tocsin_mails_mark_told(mails, number, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
write_batch(gpointer data, GError **error)
{
	const Commit *commit = data;
	const TocsinBatch *batch = commit->batch;
	TocsinDb *db = commit->store->mails.db;

	if (!write_mails(commit->store, batch, error)) {
		return FALSE;
	}
	for (guint i = 0; i < batch->groups->len; i++) {
		if (!tocsin_states_put_group(db, batch->groups->pdata[i], error)) {
			return FALSE;
		}
	}
	for (guint i = 0; i < batch->cursors->len; i++) {
		if (!tocsin_states_put_cursor(db, batch->cursors->pdata[i], error)) {
			return FALSE;
		}
	}
	for (guint i = 0; i < batch->log->len; i++) {
		if (!tocsin_log_append(db, batch->log->pdata[i], error)) {
			return FALSE;
		}
	}
	return TRUE;
}

/* Claims end only when their fates are safe: a delivered mail whose fate could not be written would
 * otherwise be claimed and sent again. */
static void
end_claims(gpointer data, const GError *error)
{
	const Commit *commit = data;
	const GPtrArray *settles = commit->batch->settles;
	gboolean may_be_due = commit->batch->mails->len > 0;

	if (error != NULL) {
		return;
	}
	for (guint i = 0; i < settles->len; i++) {
		const TocsinSettleItem *item = settles->pdata[i];
		gint64 number;

		if (tocsin_mail_parse_id(item->claim->mail->id, &number)) {
			tocsin_leases_release(commit->store->mails.leases, number);
		}
		may_be_due = may_be_due || item->state == TOCSIN_MAIL_WAITING;
	}
	if (may_be_due) {
		tocsin_wake_post(commit->store->wake);
	}
}

static const TocsinWork commit_work = {.work = write_batch, .settled = end_claims};

gboolean
tocsin_store_commit(TocsinStore *self, TocsinBatch *batch, GError **error)
{
	Commit commit = {.store = self, .batch = batch};

	return tocsin_batch_check(batch, error) &&
	       tocsin_writer_call(self->writer, &commit_work, &commit, error);
}

static void
on_commit_done(gpointer data, const GError *error)
{
	Commit *commit = data;

	commit->on_done(commit->batch, error, commit->user_data);
	tocsin_batch_unref(commit->batch);
	g_clear_error(&commit->error);
	g_free(commit);
}

static gboolean
on_check_failed(gpointer data)
{
	Commit *commit = data;

	on_commit_done(commit, commit->error);
	return G_SOURCE_REMOVE;
}

void
tocsin_store_commit_async(TocsinStore *self, TocsinBatch *batch, GMainContext *context,
                          TocsinStoreCallback on_done, gpointer user_data)
{
	Commit *commit = g_new0(Commit, 1);

	commit->store = self;
	commit->batch = tocsin_batch_ref(batch);
	commit->on_done = on_done;
	commit->user_data = user_data;
	if (tocsin_batch_check(batch, &commit->error)) {
		tocsin_writer_post(self->writer, &commit_work, commit, batch->weight,
		                   TOCSIN_STORE_WAITING_MAX, context, on_commit_done);
		return;
	}
	g_autoptr(GSource) source = g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, on_check_failed, commit, NULL);
	g_source_attach(source, context);
}
