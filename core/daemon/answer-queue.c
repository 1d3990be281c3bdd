/* SPDX-License-Identifier: MIT */
/* Listing, showing and steering mails. */
#include "daemon/answer-queue.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/units.h"
#include "daemon/describe-mail.h"
#include "daemon/json-put.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000
/* Mails that are looked at for one answer: of an account that has few of very many, the answer is
 * empty, with a place to go on from. */
#define LOOK_MAX 20000u
#define NOT_FOUND 404
#define CONFLICT 409
#define GONE 410
#define EXPIRE_US (5 * G_TIME_SPAN_DAY)

const char *const tocsin_answer_queue_list_parameters[] = {"state", "account", "after", "limit",
                                                           NULL};
const char *const tocsin_answer_queue_show_parameters[] = {"message", NULL};
const char *const tocsin_answer_queue_retry_parameters[] = {"expire", NULL};

static gboolean
parse_states(const TocsinQuery *query, guint *out_states, GError **error)
{
	g_autoptr(GPtrArray) names = tocsin_query_list(query, "state");
	TocsinMailState state;
	guint states = 0;

	for (guint i = 0; i < names->len; i++) {
		if (!tocsin_describe_parse_state(g_ptr_array_index(names, i), &state, error)) {
			return FALSE;
		}
		states |= 1u << state;
	}
	*out_states = states;
	return TRUE;
}

/* Adds those of @infos that are of @account (nullable: any), up to @limit in all. Returns the id of
 * the last that was looked at. */
static const char *
add_mails(JsonArray *mails, const GPtrArray *infos, const char *account, guint limit)
{
	const char *last = NULL;

	for (guint i = 0; i < infos->len && json_array_get_length(mails) < limit; i++) {
		const TocsinMailInfo *info = g_ptr_array_index(infos, i);

		last = info->mail->id;
		if (account == NULL || g_strcmp0(info->account, account) == 0) {
			json_array_add_object_element(mails, tocsin_describe_mail(info));
		}
	}
	return last;
}

/* Fills @mails; *@out_next is where to go on, or NULL if that was all. */
static gboolean
collect(const TocsinErrand *errand, TocsinListFilter *filter, guint limit, JsonArray *mails,
        char **out_next, GError **error)
{
	const char *account = tocsin_query_get(errand->query, "account");
	g_autofree char *after = NULL;

	for (guint looked = 0; looked < LOOK_MAX && json_array_get_length(mails) < limit;) {
		g_autoptr(GPtrArray) infos = NULL;

		if (!tocsin_store_list(errand->store, filter, &infos, error)) {
			return FALSE;
		}
		const char *last = add_mails(mails, infos, account, limit);

		looked += infos->len;
		g_free(after);
		after = g_strdup(last);
		filter->after_id = after;
		if (infos->len < filter->limit &&
		    (last == NULL || json_array_get_length(mails) < limit)) {
			return TRUE;
		}
	}
	*out_next = g_steal_pointer(&after);
	return TRUE;
}

gboolean
tocsin_answer_queue_list(TocsinErrand *errand, GError **error)
{
	gint64 limit = LIMIT_DEFAULT;
	TocsinListFilter filter = {.after_id = tocsin_query_get(errand->query, "after")};
	g_autoptr(JsonArray) mails = json_array_new();
	g_autofree char *next = NULL;

	if (!tocsin_query_get_int(errand->query, "limit", 1, LIMIT_MAX, &limit, error) ||
	    !parse_states(errand->query, &filter.states, error)) {
		return FALSE;
	}
	filter.limit =
	        tocsin_query_get(errand->query, "account") == NULL ? (guint)limit : LIMIT_MAX;
	if (!collect(errand, &filter, (guint)limit, mails, &next, error)) {
		return FALSE;
	}
	JsonObject *object = json_object_new();

	json_object_set_array_member(object, "mails", g_steal_pointer(&mails));
	tocsin_json_put_text(object, "next", next);
	errand->root = tocsin_json_take(object);
	return TRUE;
}

/* The mail; 404 if there is none. */
static TocsinMailInfo *
find(TocsinErrand *errand, GError **error)
{
	GError *cause = NULL;
	TocsinMailInfo *info = tocsin_store_show(errand->store, errand->variable, &cause);

	if (info == NULL) {
		if (g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_INVALID)) {
			errand->status = NOT_FOUND;
		}
		g_propagate_error(error, cause);
	}
	return info;
}

static gboolean
put_mail(TocsinErrand *errand, GError **error)
{
	g_autoptr(TocsinMailInfo) info = find(errand, error);

	if (info == NULL) {
		return FALSE;
	}
	errand->root = tocsin_json_take(tocsin_describe_mail(info));
	return TRUE;
}

static gboolean
put_message(TocsinErrand *errand, GError **error)
{
	g_autoptr(TocsinMailInfo) info = find(errand, error);

	if (info == NULL) {
		return FALSE;
	}
	errand->type = "message/rfc822";
	if (info->mail->content != NULL) {
		errand->body = g_bytes_ref(info->mail->content);
		return TRUE;
	}
	if (info->mail->path != NULL) {
		g_autoptr(GMappedFile) file = g_mapped_file_new(info->mail->path, FALSE, NULL);

		errand->body = file == NULL ? NULL : g_mapped_file_get_bytes(file);
	}
	if (errand->body == NULL) {
		errand->status = GONE;
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the message of mail %s is no longer kept", errand->variable);
	}
	return errand->body != NULL;
}

gboolean
tocsin_answer_queue_show(TocsinErrand *errand, GError **error)
{
	gint64 wants_message = 0;

	return tocsin_query_get_int(errand->query, "message", 0, 1, &wants_message, error) &&
	       (wants_message != 0 ? put_message(errand, error) : put_mail(errand, error));
}

/* After a change of the mail's state that went well or not. */
static gboolean
finish(TocsinErrand *errand, gboolean is_done, GError *cause, GError **error)
{
	if (is_done) {
		return put_mail(errand, error);
	}
	g_autoptr(TocsinMailInfo) info = NULL;

	if (g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_INVALID)) {
		info = tocsin_store_show(errand->store, errand->variable, NULL);
		errand->status = info == NULL ? NOT_FOUND : CONFLICT;
	}
	g_propagate_error(error, cause);
	return FALSE;
}

gboolean
tocsin_answer_queue_hold(TocsinErrand *errand, GError **error)
{
	GError *cause = NULL;
	gboolean is_done = tocsin_store_hold(errand->store, errand->variable, &cause);

	return finish(errand, is_done, cause, error);
}

gboolean
tocsin_answer_queue_release(TocsinErrand *errand, GError **error)
{
	GError *cause = NULL;
	gboolean is_done = tocsin_store_release(errand->store, errand->variable, &cause);

	return finish(errand, is_done, cause, error);
}

gboolean
tocsin_answer_queue_retry(TocsinErrand *errand, GError **error)
{
	const char *text = tocsin_query_get(errand->query, "expire");
	gint64 expire_us = EXPIRE_US;
	GError *cause = NULL;

	if (text != NULL && !tocsin_units_parse_duration(text, &expire_us, error)) {
		g_prefix_error(error, "the parameter 'expire': ");
		return FALSE;
	}
	gboolean is_done =
	        tocsin_store_retry(errand->store, errand->variable,
	                           expire_us == 0 ? 0 : errand->now_us + expire_us, &cause);

	return finish(errand, is_done, cause, error);
}

gboolean
tocsin_answer_queue_remove(TocsinErrand *errand, GError **error)
{
	GError *cause = NULL;
	gboolean is_done = tocsin_store_remove(errand->store, errand->variable, &cause);

	return finish(errand, is_done, cause, error);
}
