/* SPDX-License-Identifier: MIT */
/* Claiming through the store's thread. */
#include "store/store.h"

#include "store/admin.h"
#include "store/store-private.h"

typedef struct {
	TocsinStore *store;
	const char *account;
	guint limit;
	gint64 lease_us;
	gint64 number;
	GPtrArray *claims; /* of TocsinClaim */
	GPtrArray *dues;   /* of TocsinDueRecord */
	gint64 due_us;
} Request;

static void
free_claim(gpointer data)
{
	tocsin_claim_free(data);
}

static void
drop_claims(Request *request)
{
	for (guint i = 0; i < request->claims->len; i++) {
		const TocsinClaim *claim = request->claims->pdata[i];
		gint64 number;

		if (tocsin_mail_parse_id(claim->mail->id, &number)) {
			tocsin_leases_release(request->store->mails.leases, number);
		}
	}
	g_ptr_array_set_size(request->claims, 0);
}

static gboolean
claim(gpointer data, GError **error)
{
	Request *request = data;
	TocsinClock *clock = request->store->clock;
	gint64 now_us = tocsin_clock_monotonic_us(clock);
	gint64 end_us = request->lease_us > 0 ? now_us + request->lease_us : 0;

	/* From a run that was rolled back. */
	drop_claims(request);
	return tocsin_mails_claim(&request->store->mails, request->account, request->limit,
	                          tocsin_clock_wall_us(clock), now_us, end_us, request->claims,
	                          error);
}

static void
end_claim(gpointer data, const GError *error)
{
	if (error != NULL) {
		drop_claims(data);
	}
}

gboolean
tocsin_store_claim(TocsinStore *self, const char *account, guint limit, gint64 lease_us,
                   GPtrArray **out_claims, GError **error)
{
	static const TocsinWork work = {.work = claim, .settled = end_claim};
	g_autoptr(GPtrArray) claims = g_ptr_array_new_with_free_func(free_claim);
	Request request = {
	        .store = self,
	        .account = account,
	        .limit = limit,
	        .lease_us = lease_us,
	        .claims = claims,
	};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_claims = g_steal_pointer(&claims);
	return TRUE;
}

static gboolean
hand_back(gpointer data, GError **error)
{
	Request *request = data;

	tocsin_leases_release(request->store->mails.leases, request->number);
	tocsin_wake_post(request->store->wake);
	return TRUE;
}

gboolean
tocsin_store_hand_back(TocsinStore *self, const char *id, GError **error)
{
	static const TocsinWork work = {.work = hand_back};
	Request request = {.store = self};

	return tocsin_mails_parse_id(id, &request.number, error) &&
	       tocsin_writer_call(self->writer, &work, &request, error);
}

static gboolean
find_next_due(gpointer data, GError **error)
{
	Request *request = data;

	return tocsin_mails_next_due(&request->store->mails, request->account,
	                             tocsin_clock_monotonic_us(request->store->clock),
	                             &request->due_us, error);
}

gboolean
tocsin_store_next_due(TocsinStore *self, const char *account, gint64 *out_due_us, GError **error)
{
	static const TocsinWork work = {.work = find_next_due};
	Request request = {.store = self, .account = account};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_due_us = request.due_us;
	return TRUE;
}

static gboolean
list_due(gpointer data, GError **error)
{
	const Request *request = data;
	const TocsinMails *mails = &request->store->mails;
	gint64 now_us = tocsin_clock_monotonic_us(request->store->clock);
	g_autoptr(GPtrArray) accounts = g_ptr_array_new_with_free_func(g_free);

	/* From a run that was rolled back. */
	g_ptr_array_set_size(request->dues, 0);
	if (!tocsin_admin_list_accounts(mails, accounts, error)) {
		return FALSE;
	}
	for (guint i = 0; i < accounts->len; i++) {
		TocsinDueRecord *due = g_new0(TocsinDueRecord, 1);

		due->account = g_strdup(accounts->pdata[i]);
		g_ptr_array_add(request->dues, due);
		if (!tocsin_mails_next_due(mails, due->account, now_us, &due->due_us, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_store_list_due(TocsinStore *self, GPtrArray **out_dues, GError **error)
{
	static const TocsinWork work = {.work = list_due};
	g_autoptr(GPtrArray) dues = g_ptr_array_new_with_free_func(tocsin_due_record_free);
	Request request = {.store = self, .dues = dues};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_dues = g_steal_pointer(&dues);
	return TRUE;
}
