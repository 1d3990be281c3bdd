/* SPDX-License-Identifier: MIT */
/* Steering and listing mails through the store's thread. */
#include "store/admin.h"
#include "store/retention.h"
#include "store/store-private.h"
#include "store/store.h"

#include <string.h>
#include <tocsin/error.h>

typedef struct {
	TocsinStore *store;
	gint64 number;
	gint64 time_us;
	guint limit;
	const TocsinListFilter *filter;
	GPtrArray *found;
	guint64 counts[TOCSIN_MAIL_REMOVED + 1];
	gboolean is_more;
} Request;

static gboolean
hold(gpointer data, GError **error)
{
	const Request *request = data;

	return tocsin_admin_hold(&request->store->mails, request->number, error);
}

static gboolean
release(gpointer data, GError **error)
{
	const Request *request = data;

	return tocsin_admin_release(&request->store->mails, request->number, error);
}

static gboolean
retry(gpointer data, GError **error)
{
	const Request *request = data;

	return tocsin_admin_retry(&request->store->mails, request->number,
	                          tocsin_clock_wall_us(request->store->clock), request->time_us,
	                          error);
}

static gboolean
remove_mail(gpointer data, GError **error)
{
	const Request *request = data;

	return tocsin_admin_remove(&request->store->mails, request->number,
	                           tocsin_clock_wall_us(request->store->clock), error);
}

static void
wake(gpointer data, const GError *error)
{
	const Request *request = data;

	if (error == NULL) {
		tocsin_wake_post(request->store->wake);
	}
}

static gboolean
change(TocsinStore *self, const TocsinWork *work, const char *id, gint64 time_us, GError **error)
{
	Request request = {.store = self, .time_us = time_us};

	return tocsin_mails_parse_id(id, &request.number, error) &&
	       tocsin_writer_call(self->writer, work, &request, error);
}

gboolean
tocsin_store_hold(TocsinStore *self, const char *id, GError **error)
{
	static const TocsinWork work = {.work = hold};

	return change(self, &work, id, 0, error);
}

gboolean
tocsin_store_release(TocsinStore *self, const char *id, GError **error)
{
	static const TocsinWork work = {.work = release, .settled = wake};

	return change(self, &work, id, 0, error);
}

gboolean
tocsin_store_retry(TocsinStore *self, const char *id, gint64 expire_us, GError **error)
{
	static const TocsinWork work = {.work = retry, .settled = wake};

	return change(self, &work, id, expire_us, error);
}

gboolean
tocsin_store_remove(TocsinStore *self, const char *id, GError **error)
{
	static const TocsinWork work = {.work = remove_mail};

	return change(self, &work, id, 0, error);
}

static void
free_info(gpointer data)
{
	tocsin_mail_info_free(data);
}

static gboolean
list(gpointer data, GError **error)
{
	const Request *request = data;

	g_ptr_array_set_size(request->found, 0);
	return tocsin_admin_list(&request->store->mails, request->filter, request->found, error);
}

gboolean
tocsin_store_list(TocsinStore *self, const TocsinListFilter *filter, GPtrArray **out_infos,
                  GError **error)
{
	static const TocsinWork work = {.work = list};
	g_autoptr(GPtrArray) infos = g_ptr_array_new_with_free_func(free_info);
	Request request = {.store = self, .filter = filter, .found = infos};
	gint64 number;

	if ((filter->after_id != NULL &&
	     !tocsin_mails_parse_id(filter->after_id, &number, error)) ||
	    !tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_infos = g_steal_pointer(&infos);
	return TRUE;
}

static gboolean
show(gpointer data, GError **error)
{
	const Request *request = data;

	g_ptr_array_set_size(request->found, 0);
	return tocsin_admin_show(&request->store->mails, request->number, request->found, error);
}

TocsinMailInfo *
tocsin_store_show(TocsinStore *self, const char *id, GError **error)
{
	static const TocsinWork work = {.work = show};
	g_autoptr(GPtrArray) infos = g_ptr_array_new_with_free_func(free_info);
	Request request = {.store = self, .found = infos};

	if (!tocsin_mails_parse_id(id, &request.number, error) ||
	    !tocsin_writer_call(self->writer, &work, &request, error)) {
		return NULL;
	}
	if (infos->len == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "there is no mail %s", id);
		return NULL;
	}
	return g_ptr_array_steal_index(infos, 0);
}

static gboolean
count(gpointer data, GError **error)
{
	Request *request = data;

	memset(request->counts, 0, sizeof request->counts);
	return tocsin_admin_count(&request->store->mails, request->counts, error);
}

gboolean
tocsin_store_count(TocsinStore *self, guint64 out_counts[5], GError **error)
{
	static const TocsinWork work = {.work = count};
	Request request = {.store = self};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	memcpy(out_counts, request.counts, sizeof request.counts);
	return TRUE;
}

static gboolean
list_accounts(gpointer data, GError **error)
{
	const Request *request = data;

	g_ptr_array_set_size(request->found, 0);
	return tocsin_admin_list_accounts(&request->store->mails, request->found, error);
}

gboolean
tocsin_store_list_accounts(TocsinStore *self, char ***out_accounts, GError **error)
{
	static const TocsinWork work = {.work = list_accounts};
	g_autoptr(GPtrArray) accounts = g_ptr_array_new_with_free_func(g_free);
	Request request = {.store = self, .found = accounts};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	g_ptr_array_add(accounts, NULL);
	*out_accounts = (char **)g_ptr_array_free(g_steal_pointer(&accounts), FALSE);
	return TRUE;
}

static gboolean
purge(gpointer data, GError **error)
{
	Request *request = data;

	return tocsin_retention_purge(&request->store->mails, request->time_us, request->limit,
	                              &request->is_more, error);
}

gboolean
tocsin_store_purge(TocsinStore *self, gint64 before_us, guint limit, gboolean *out_more,
                   GError **error)
{
	static const TocsinWork work = {.work = purge};
	Request request = {.store = self, .time_us = before_us, .limit = limit};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_more = request.is_more;
	return TRUE;
}
