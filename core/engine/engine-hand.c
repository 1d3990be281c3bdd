/* SPDX-License-Identifier: MIT */
/* Events and mails that people and programs hand in, who want to know when they are safe. */
#include <tocsin/error.h>

#include "engine/engine-private.h"

/* Somebody who waits. */
typedef struct {
	guint64 serial; /* of the batch that has to be on disk */
	char *id;
	guint matched;
	TocsinEngineDone done;
	gpointer user_data;
} Asked;

/* A mail on its way into the store. */
typedef struct {
	TocsinMail *mail;
	TocsinEngineDone done; /* (nullable) */
	gpointer user_data;
} Enqueued;

static void
free_asked(gpointer data)
{
	Asked *asked = data;

	g_free(asked->id);
	g_free(asked);
}

void
tocsin_engine_answer(TocsinEngine *self, guint64 serial, const GError *error)
{
	while (self->asked.length > 0 && ((Asked *)self->asked.head->data)->serial <= serial) {
		Asked *asked = g_queue_pop_head(&self->asked);

		asked->done(error, asked->id, asked->matched, asked->user_data);
		free_asked(asked);
	}
}

void
tocsin_engine_forget_asked(TocsinEngine *self)
{
	g_autoptr(GError) error = g_error_new(TOCSIN_ERROR, TOCSIN_ERROR_STORE,
	                                      "the program ends before this was on disk");

	tocsin_engine_answer(self, G_MAXUINT64, error);
}

static void
refuse(const TocsinEvent *event, TocsinEngineDone done, gpointer user_data, const char *why)
{
	g_autoptr(GError) error = g_error_new(TOCSIN_ERROR, TOCSIN_ERROR_LIMIT, "%s", why);

	if (done != NULL) {
		done(error, event->id, 0, user_data);
	}
}

void
tocsin_engine_emit(TocsinEngine *self, TocsinEvent *event, TocsinEngineDone done,
                   gpointer user_data)
{
	const char *trouble = tocsin_ledger_trouble(self->ledger);
	guint matched = 0;

	if (trouble != NULL) {
		g_autofree char *why =
		        g_strdup_printf("nothing can be stored now, try again later: %s", trouble);

		refuse(event, done, user_data, why);
		return;
	}
	if (!tocsin_ledger_count(self->ledger)) {
		refuse(event, done, user_data, "too many events wait to be stored, try again");
		return;
	}
	if (tocsin_seen_add(self->seen, event->id)) {
		matched = tocsin_clerk_feed(self->clerk, event);
	}
	if (done != NULL) {
		Asked *asked = g_new0(Asked, 1);

		asked->serial = tocsin_ledger_serial(self->ledger);
		asked->id = g_strdup(event->id);
		asked->matched = matched;
		asked->done = done;
		asked->user_data = user_data;
		g_queue_push_tail(&self->asked, asked);
	}
}

static void
on_enqueued(TocsinBatch *batch, const GError *error, gpointer data)
{
	Enqueued *enqueued = data;

	if (enqueued->done != NULL) {
		enqueued->done(error, enqueued->mail->id, 0, enqueued->user_data);
	}
	tocsin_mail_unref(enqueued->mail);
	g_free(enqueued);
}

void
tocsin_engine_enqueue(TocsinEngine *self, TocsinMail *mail, TocsinEngineDone done,
                      gpointer user_data)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	Enqueued *enqueued = g_new0(Enqueued, 1);

	if (mail->via == NULL) {
		mail->via = g_strdupv((char **)tocsin_plan_default_via(self->plan));
	}
	enqueued->mail = tocsin_mail_ref(mail);
	enqueued->done = done;
	enqueued->user_data = user_data;
	(void)tocsin_batch_add_mail(batch, mail);
	tocsin_batch_add_log(batch, tocsin_clock_wall_us(self->clock), NULL, mail->id, NULL,
	                     "enqueue", "handed in");
	tocsin_store_commit_async(self->store, batch, NULL, on_enqueued, enqueued);
}
