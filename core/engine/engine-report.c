/* SPDX-License-Identifier: MIT */
/* What there is to say of the engine now. */
#include "engine/engine-private.h"
#include "engine/paths.h"

static void
tell_accounts(const TocsinEngine *self, TocsinEngineStatus *status)
{
	g_autoptr(GPtrArray) accounts = tocsin_dispatch_status(self->dispatch);

	for (guint i = 0; i < accounts->len; i++) {
		const TocsinDispatchStatus *from = g_ptr_array_index(accounts, i);
		TocsinAccountStatus *to = tocsin_engine_status_add_account(status, from->account);

		to->connections = from->connections;
		to->is_disabled = from->is_disabled;
		to->rest_until_us = from->rest_until_us;
		to->failure = g_strdup(from->failure);
		to->delivered = from->delivered;
		to->deferred = from->deferred;
		to->refused = from->refused;
		to->unknown = from->unknown;
	}
}

TocsinEngineStatus *
tocsin_engine_status(TocsinEngine *self)
{
	TocsinEngineStatus *status = tocsin_engine_status_new();
	const char *path = tocsin_settings_get_string(tocsin_plan_store(self->plan), "path");
	g_autoptr(GError) error = NULL;

	status->started_us = self->started_us;
	status->loaded_us = self->loaded_us;
	status->config_path = g_strdup(tocsin_plan_path(self->plan));
	status->reload_error = g_strdup(self->reload_error);
	status->store_path = g_strdup(path != NULL ? path : TOCSIN_STORE_PATH);
	status->store_error = g_strdup(tocsin_ledger_trouble(self->ledger));
	status->waiting = tocsin_ledger_waiting(self->ledger);
	status->notices_failed = tocsin_own_events_failed_notices(self->own);
	if (!tocsin_store_count(self->store, status->mails, &error) &&
	    status->store_error == NULL) {
		status->store_error = g_strdup(error->message);
	}
	for (guint i = 0; i < self->feeders->len; i++) {
		tocsin_feeder_tell_status(g_ptr_array_index(self->feeders, i), status);
	}
	tocsin_clerk_tell_status(self->clerk, status);
	tell_accounts(self, status);
	return status;
}
