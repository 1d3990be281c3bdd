/* SPDX-License-Identifier: MIT */
/* Reading group states, cursors, threads and the decision log through the store's thread. */
#include "store/log.h"
#include "store/states.h"
#include "store/store-private.h"
#include "store/store.h"

typedef gboolean (*Reader)(TocsinDb *db, const char *owner, const char *name, GPtrArray *records,
                           GError **error);

typedef struct {
	TocsinStore *store;
	Reader read;
	const char *owner;
	const char *name;
	GPtrArray *found;
	const char *const *addresses;
	char *root;
	char *last;
	gint64 since_us;
	gboolean *has_missed; /* one for each address */
	gint64 mail;
	gint64 after_seq;
	guint limit;
} Request;

static gboolean
read_records(gpointer data, GError **error)
{
	const Request *request = data;

	g_ptr_array_set_size(request->found, 0);
	return request->read(request->store->mails.db, request->owner, request->name,
	                     request->found, error);
}

static gboolean
list(TocsinStore *self, Reader read, const char *owner, const char *name, GPtrArray **out_records,
     GError **error)
{
	static const TocsinWork work = {.work = read_records};
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(tocsin_state_record_free);
	Request request = {
	        .store = self, .read = read, .owner = owner, .name = name, .found = records};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_records = g_steal_pointer(&records);
	return TRUE;
}

static gboolean
get(TocsinStore *self, Reader read, const char *owner, const char *name, GBytes **out_state,
    GError **error)
{
	g_autoptr(GPtrArray) records = NULL;

	if (!list(self, read, owner, name, &records, error)) {
		return FALSE;
	}
	const TocsinStateRecord *record = records->len > 0 ? records->pdata[0] : NULL;

	*out_state = record != NULL ? g_bytes_ref(record->state) : NULL;
	return TRUE;
}

gboolean
tocsin_store_list_groups(TocsinStore *self, const char *rule, GPtrArray **out_records,
                         GError **error)
{
	return list(self, tocsin_states_read_groups, rule, NULL, out_records, error);
}

gboolean
tocsin_store_list_cursors(TocsinStore *self, const char *trigger, GPtrArray **out_records,
                          GError **error)
{
	return list(self, tocsin_states_read_cursors, trigger, NULL, out_records, error);
}

gboolean
tocsin_store_get_group(TocsinStore *self, const char *rule, const char *key, GBytes **out_state,
                       GError **error)
{
	return get(self, tocsin_states_read_groups, rule, key, out_state, error);
}

gboolean
tocsin_store_get_cursor(TocsinStore *self, const char *trigger, const char *name,
                        GBytes **out_state, GError **error)
{
	return get(self, tocsin_states_read_cursors, trigger, name, out_state, error);
}

static gboolean
read_thread(gpointer data, GError **error)
{
	Request *request = data;

	g_clear_pointer(&request->root, g_free);
	g_clear_pointer(&request->last, g_free);
	return tocsin_states_read_thread(request->store->mails.db, request->owner, request->name,
	                                 request->addresses, &request->root, &request->last, error);
}

gboolean
tocsin_store_get_thread(TocsinStore *self, const char *rule, const char *key,
                        const char *const *addresses, char **out_root, char **out_last,
                        GError **error)
{
	static const TocsinWork work = {.work = read_thread};
	Request request = {.store = self, .owner = rule, .name = key, .addresses = addresses};

	if (!tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_root = request.root;
	*out_last = request.last;
	return TRUE;
}

static gboolean
read_missed(gpointer data, GError **error)
{
	Request *request = data;

	return tocsin_states_read_missed(request->store->mails.db, request->owner, request->name,
	                                 request->addresses, request->since_us, request->has_missed,
	                                 error);
}

gboolean
tocsin_store_find_missed(TocsinStore *self, const char *rule, const char *key,
                         const char *const *addresses, gint64 since_us, gboolean *out_has_missed,
                         GError **error)
{
	static const TocsinWork work = {.work = read_missed};
	Request request = {
	        .store = self,
	        .owner = rule,
	        .name = key,
	        .addresses = addresses,
	        .since_us = since_us,
	        .has_missed = out_has_missed,
	};

	return tocsin_writer_call(self->writer, &work, &request, error);
}

static gboolean
query_log(gpointer data, GError **error)
{
	const Request *request = data;

	g_ptr_array_set_size(request->found, 0);
	return tocsin_log_query(request->store->mails.db, request->name, request->mail,
	                        request->after_seq, request->limit, request->found, error);
}

gboolean
tocsin_store_query_log(TocsinStore *self, const char *event, const char *mail, gint64 after_seq,
                       guint limit, GPtrArray **out_lines, GError **error)
{
	static const TocsinWork work = {.work = query_log};
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(tocsin_log_line_free);
	Request request = {
	        .store = self,
	        .name = event,
	        .mail = -1,
	        .after_seq = after_seq,
	        .limit = limit,
	        .found = lines,
	};

	if ((mail != NULL && !tocsin_mails_parse_id(mail, &request.mail, error)) ||
	    !tocsin_writer_call(self->writer, &work, &request, error)) {
		return FALSE;
	}
	*out_lines = g_steal_pointer(&lines);
	return TRUE;
}
