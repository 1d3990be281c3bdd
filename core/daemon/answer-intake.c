/* SPDX-License-Identifier: MIT */
/* Events and mails that are handed in: answered when they are on disk, and not before. */
#include <string.h>
#include <tocsin/error.h>
#include <tocsin/message.h>

#include "base/units.h"
#include "daemon/answer-engine.h"
#include "daemon/answers.h"
#include "daemon/json-put.h"
#include "engine/event-json.h"
#include "mime/outgoing.h"

#define CREATED 201
#define UNAVAILABLE 503
#define EXPIRE_US (5 * G_TIME_SPAN_DAY)

const char *const tocsin_answer_mails_parameters[] = {"sender", "recipient", "via", "expire", NULL};

/* What cannot be kept now may be kept later; what is wrong was found before. */
static void
fail_to_keep(TocsinRequest *request, const GError *error)
{
	if (g_error_matches(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID)) {
		tocsin_request_fail_error(request, error);
	} else {
		tocsin_request_fail(request, UNAVAILABLE, "%s", error->message);
	}
}

static void
on_emitted(const GError *error, const char *id, guint matched, gpointer user)
{
	TocsinRequest *request = user;

	if (error != NULL) {
		fail_to_keep(request, error);
		return;
	}
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "id", id);
	json_object_set_int_member(object, "matched", matched);
	tocsin_request_answer_json(request, CREATED, tocsin_json_take(object));
}

void
tocsin_answer_emit(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	const TocsinEventJsonDefaults defaults = {
	        .trigger = TOCSIN_TRIGGER_BY_HAND,
	        .now_us = tocsin_clock_wall_us(answers->clock),
	};
	g_autoptr(GError) error = NULL;
	gsize length;
	const void *bytes = g_bytes_get_data(tocsin_request_body(request), &length);
	g_autoptr(TocsinEvent) event = tocsin_event_from_json(bytes, length, &defaults, &error);

	if (event == NULL) {
		tocsin_request_fail_error(request, error);
	} else if (strcmp(event->trigger, TOCSIN_TRIGGER_BY_HAND) != 0) {
		tocsin_request_fail(request, 400,
		                    "'trigger' has to be '%s', or left out: an event that is "
		                    "handed in is no other trigger's",
		                    TOCSIN_TRIGGER_BY_HAND);
	} else {
		tocsin_engine_emit(answers->engine, event, on_emitted, request);
	}
}

static void
on_enqueued(const GError *error, const char *id, guint matched, gpointer user)
{
	TocsinRequest *request = user;

	if (error != NULL) {
		fail_to_keep(request, error);
		return;
	}
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "id", id);
	tocsin_request_answer_json(request, CREATED, tocsin_json_take(object));
}

/* The values of a parameter as a NULL-terminated list; its texts belong to @query. */
static GPtrArray *
list_values(const TocsinQuery *query, const char *name)
{
	GPtrArray *values = tocsin_query_list(query, name);

	g_ptr_array_add(values, NULL);
	return values;
}

/* A mail of the message in the body: the envelope is that of the query, or else of its header. */
static TocsinMail *
make_mail(const TocsinRequest *request, gint64 now_us, GError **error)
{
	const TocsinQuery *query = tocsin_request_query(request);
	g_autoptr(TocsinMessage) message = tocsin_message_new(tocsin_request_body(request), error);
	g_autoptr(GPtrArray) given = list_values(query, "recipient");
	g_autofree char *sender = g_strdup(tocsin_query_get(query, "sender"));
	g_auto(GStrv) found = NULL;

	if (message == NULL ||
	    !tocsin_message_get_envelope(message, sender == NULL ? &sender : NULL,
	                                 given->len == 1 ? &found : NULL, error)) {
		return NULL;
	}
	return tocsin_outgoing_new(message, sender,
	                           given->len == 1 ? (const char *const *)found
	                                           : (const char *const *)given->pdata,
	                           now_us, error);
}

static gboolean
set_via(const TocsinAnswers *answers, TocsinMail *mail, const TocsinQuery *query, GError **error)
{
	const TocsinAccounts *accounts = tocsin_plan_accounts(tocsin_engine_plan(answers->engine));
	g_autoptr(GPtrArray) names = list_values(query, "via");

	for (guint i = 0; i + 1 < names->len; i++) {
		if (tocsin_accounts_find(accounts, g_ptr_array_index(names, i), error) == NULL) {
			return FALSE;
		}
	}
	if (names->len > 1) {
		mail->via = g_strdupv((char **)names->pdata);
	}
	return TRUE;
}

static gboolean
set_expire(TocsinMail *mail, const TocsinQuery *query, GError **error)
{
	const char *text = tocsin_query_get(query, "expire");
	gint64 expire_us = EXPIRE_US;

	if (text != NULL && !tocsin_units_parse_duration(text, &expire_us, error)) {
		g_prefix_error(error, "the parameter 'expire': ");
		return FALSE;
	}
	mail->expire_us = expire_us == 0 ? 0 : mail->created_us + expire_us;
	return TRUE;
}

void
tocsin_answer_enqueue(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	const TocsinQuery *query = tocsin_request_query(request);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMail) mail =
	        make_mail(request, tocsin_clock_wall_us(answers->clock), &error);

	if (mail == NULL || !set_via(answers, mail, query, &error) ||
	    !set_expire(mail, query, &error) || !tocsin_mail_check(mail, &error)) {
		tocsin_request_fail_error(request, error);
		return;
	}
	tocsin_engine_enqueue(answers->engine, mail, on_enqueued, request);
}
