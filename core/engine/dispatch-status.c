/* SPDX-License-Identifier: MIT */
/* How the accounts are doing. */
#include "engine/dispatch-private.h"
#include "engine/dispatch.h"

#include <string.h>

static void
free_status(gpointer data)
{
	TocsinDispatchStatus *status = data;

	g_free(status->account);
	g_free(status->failure);
	g_free(status);
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	const TocsinDispatchStatus *const *first = a;
	const TocsinDispatchStatus *const *second = b;

	return strcmp((*first)->account, (*second)->account);
}

/* Under the lock. */
static TocsinDispatchStatus *
make_status(const TocsinDispatch *self, const TocsinLane *lane)
{
	TocsinDispatchStatus *status = g_new0(TocsinDispatchStatus, 1);
	gint64 now_us = tocsin_clock_wall_us(self->clock);

	status->account = g_strdup(lane->name);
	status->connections = lane->open;
	status->busy = lane->busy;
	status->is_resting = tocsin_reach_is_resting(&lane->reach, &self->schedule, now_us);
	status->rest_until_us = status->is_resting ? lane->reach.rest_until_us : 0;
	status->is_disabled = lane->account != NULL && tocsin_account_is_disabled(lane->account);
	status->failure = g_strdup(lane->reach.failure);
	status->delivered = lane->fates[TOCSIN_FATE_DELIVERED];
	status->deferred = lane->fates[TOCSIN_FATE_DEFERRED];
	status->refused = lane->fates[TOCSIN_FATE_REFUSED];
	status->unknown = lane->fates[TOCSIN_FATE_UNKNOWN];
	return status;
}

GPtrArray *
tocsin_dispatch_status(TocsinDispatch *self)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_status);
	GHashTableIter iter;
	gpointer lane;

	g_mutex_lock(&self->mutex);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &lane)) {
		g_ptr_array_add(all, make_status(self, lane));
	}
	g_mutex_unlock(&self->mutex);
	g_ptr_array_sort(all, compare);
	return all;
}
