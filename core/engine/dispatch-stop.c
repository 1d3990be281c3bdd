/* SPDX-License-Identifier: MIT */
/* How the dispatcher ends. */
#include "engine/dispatch-private.h"
#include "engine/dispatch-worker.h"

void
tocsin_dispatch_join_ended(TocsinDispatch *self)
{
	g_autoptr(GPtrArray) ended = NULL;

	g_mutex_lock(&self->mutex);
	ended = g_steal_pointer(&self->ended);
	self->ended = g_ptr_array_new();
	g_mutex_unlock(&self->mutex);
	for (guint i = 0; i < ended->len; i++) {
		g_thread_join(ended->pdata[i]);
	}
}

/* What no connection has got. */
static void
hand_back(TocsinDispatch *self)
{
	GQueue ready = G_QUEUE_INIT;
	GHashTableIter iter;
	gpointer data;
	TocsinClaim *claim;

	g_mutex_lock(&self->mutex);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		TocsinLane *lane = data;

		while ((claim = g_queue_pop_head(&lane->ready)) != NULL) {
			g_queue_push_tail(&ready, claim);
		}
		g_cond_broadcast(&lane->more);
	}
	g_mutex_unlock(&self->mutex);
	while ((claim = g_queue_pop_head(&ready)) != NULL) {
		g_autoptr(GError) error = NULL;

		if (!tocsin_store_hand_back(self->store, claim->mail->id, &error)) {
			g_debug("%s, ignoring: the claim ends with the process", error->message);
		}
		tocsin_claim_free(claim);
	}
}

static void
cancel_all(TocsinDispatch *self)
{
	g_autoptr(GPtrArray) cancellables = g_ptr_array_new_with_free_func(g_object_unref);

	g_mutex_lock(&self->mutex);
	for (guint i = 0; i < self->workers->len; i++) {
		g_ptr_array_add(cancellables,
		                g_object_ref(tocsin_worker_cancellable(self->workers->pdata[i])));
	}
	g_mutex_unlock(&self->mutex);
	for (guint i = 0; i < cancellables->len; i++) {
		g_cancellable_cancel(cancellables->pdata[i]);
	}
}

gint64
tocsin_dispatch_wind_down(TocsinDispatch *self)
{
	gint64 now_us = tocsin_dispatch_real_us();
	gint64 end_us = self->cancel_us + TOCSIN_DISPATCH_CANCEL_US;

	hand_back(self);
	if (now_us >= self->cancel_us) {
		cancel_all(self);
	}
	tocsin_dispatch_join_ended(self);
	g_mutex_lock(&self->mutex);
	gboolean has_workers = self->workers->len > 0;

	g_mutex_unlock(&self->mutex);
	gboolean is_done = !has_workers && tocsin_settler_count(self->settler) == 0;

	/* A store that cannot write is given the time that connections are. */
	if (is_done || now_us >= end_us ||
	    (!has_workers && now_us >= self->cancel_us && tocsin_settler_is_stuck(self->settler))) {
		g_main_loop_quit(self->loop);
		return G_MAXINT64;
	}
	return now_us >= self->cancel_us ? end_us : self->cancel_us;
}
