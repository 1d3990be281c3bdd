/* SPDX-License-Identifier: MIT */
/* The decision log, and the chains in it: from an event to its mails, from a mail to its events. */
#include "daemon/answer-log.h"

#include <tocsin/error.h>

#include "daemon/describe-mail.h"
#include "daemon/json-put.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000
/* Of one event in an answer; a rule that writes to many at once can have more. */
#define MAILS_MAX 100u
#define EVENTS_MAX 100u
#define NOT_FOUND 404

const char *const tocsin_answer_log_parameters[] = {"event", "mail", "after", "limit", NULL};

gboolean
tocsin_answer_log(TocsinErrand *errand, GError **error)
{
	gint64 limit = LIMIT_DEFAULT;
	gint64 after = 0;
	g_autoptr(GPtrArray) lines = NULL;

	if (!tocsin_query_get_int(errand->query, "limit", 1, LIMIT_MAX, &limit, error) ||
	    !tocsin_query_get_int(errand->query, "after", 0, G_MAXINT64, &after, error) ||
	    !tocsin_store_query_log(errand->store, tocsin_query_get(errand->query, "event"),
	                            tocsin_query_get(errand->query, "mail"), after, (guint)limit,
	                            &lines, error)) {
		return FALSE;
	}
	JsonObject *object = json_object_new();
	JsonArray *array = json_array_new();

	for (guint i = 0; i < lines->len; i++) {
		const TocsinLogLine *line = g_ptr_array_index(lines, i);

		json_array_add_object_element(array, tocsin_describe_line(line));
		after = line->seq;
	}
	json_object_set_array_member(object, "lines", array);
	if (lines->len == (guint)limit) {
		json_object_set_int_member(object, "next", after);
	} else {
		json_object_set_null_member(object, "next");
	}
	errand->root = tocsin_json_take(object);
	return TRUE;
}

/* A chain while it is gathered. */
typedef struct {
	const TocsinErrand *errand;
	GHashTable *seen; /* set of char *: ids of mails and events that are in it */
	JsonArray *events;
	JsonArray *mails;
} Chain;

static void
chain_clear(Chain *chain)
{
	g_hash_table_unref(chain->seen);
	json_array_unref(chain->events);
	json_array_unref(chain->mails);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Chain, chain_clear)

static void
chain_init(Chain *chain, const TocsinErrand *errand)
{
	chain->errand = errand;
	chain->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	chain->events = json_array_new();
	chain->mails = json_array_new();
}

static JsonArray *
describe_lines(const GPtrArray *lines)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < lines->len; i++) {
		json_array_add_object_element(array,
		                              tocsin_describe_line(g_ptr_array_index(lines, i)));
	}
	return array;
}

/* Adds the mail @id, if its history is still there, and what the log has of it, which also goes to
 * @out_lines (nullable). */
static gboolean
add_mail(Chain *chain, const char *id, GPtrArray **out_lines, GError **error)
{
	TocsinStore *store = chain->errand->store;
	g_autoptr(GError) cause = NULL;
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(store, id, &cause);

	(void)g_hash_table_add(chain->seen, g_strdup(id));
	if (info == NULL && !g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_INVALID)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	if (!tocsin_store_query_log(store, NULL, id, 0, LIMIT_MAX, &lines, error)) {
		return FALSE;
	}
	JsonObject *object = info != NULL ? tocsin_describe_mail(info) : json_object_new();

	tocsin_json_put_text(object, "id", id);
	json_object_set_array_member(object, "lines", describe_lines(lines));
	json_array_add_object_element(chain->mails, object);
	if (out_lines != NULL) {
		*out_lines = g_steal_pointer(&lines);
	}
	return TRUE;
}

static gboolean
is_new(const Chain *chain, const char *id)
{
	return id != NULL && !g_hash_table_contains(chain->seen, id);
}

/* Adds the event @id and the mails that it led to; FALSE without an error if the log does not know
 * it. */
static gboolean
add_event(Chain *chain, const char *id, GError **error)
{
	g_autoptr(GPtrArray) lines = NULL;

	(void)g_hash_table_add(chain->seen, g_strdup(id));
	if (!tocsin_store_query_log(chain->errand->store, id, NULL, 0, LIMIT_MAX, &lines, error) ||
	    lines->len == 0) {
		return FALSE;
	}
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "id", id);
	json_object_set_array_member(object, "lines", describe_lines(lines));
	json_array_add_object_element(chain->events, object);
	for (guint i = 0; i < lines->len && json_array_get_length(chain->mails) < MAILS_MAX; i++) {
		const TocsinLogLine *line = g_ptr_array_index(lines, i);

		if (is_new(chain, line->mail) && !add_mail(chain, line->mail, NULL, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
add_events_of(Chain *chain, const GPtrArray *lines, GError **error)
{
	GError *cause = NULL;

	for (guint i = 0; i < lines->len && json_array_get_length(chain->events) < EVENTS_MAX;
	     i++) {
		const TocsinLogLine *line = g_ptr_array_index(lines, i);

		if (is_new(chain, line->event) && !add_event(chain, line->event, &cause) &&
		    cause != NULL) {
			g_propagate_error(error, cause);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
put_chain(TocsinErrand *errand, Chain *chain)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "id", errand->variable);
	json_object_set_array_member(object, "events", json_array_ref(chain->events));
	json_object_set_array_member(object, "mails", json_array_ref(chain->mails));
	errand->root = tocsin_json_take(object);
	return TRUE;
}

gboolean
tocsin_answer_event(TocsinErrand *errand, GError **error)
{
	g_auto(Chain) chain = {0};
	GError *cause = NULL;

	chain_init(&chain, errand);
	if (add_event(&chain, errand->variable, &cause)) {
		return put_chain(errand, &chain);
	}
	if (cause == NULL) {
		errand->status = NOT_FOUND;
		g_set_error(&cause, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the decision log knows no event '%s'", errand->variable);
	}
	g_propagate_error(error, cause);
	return FALSE;
}

gboolean
tocsin_answer_explain(TocsinErrand *errand, GError **error)
{
	g_auto(Chain) chain = {0};
	g_autoptr(GPtrArray) lines = NULL;
	gint64 number;

	chain_init(&chain, errand);
	/* An event's id may look like a mail's: what the queue does not know, the log may. */
	g_autoptr(TocsinMailInfo) info =
	        tocsin_mail_parse_id(errand->variable, &number)
	                ? tocsin_store_show(errand->store, errand->variable, NULL)
	                : NULL;

	if (info == NULL) {
		if (tocsin_answer_event(errand, error)) {
			return TRUE;
		}
		if (errand->status == NOT_FOUND) {
			g_prefix_error(error, "there is no mail '%s', and ", errand->variable);
		}
		return FALSE;
	}
	return add_mail(&chain, errand->variable, &lines, error) &&
	       add_events_of(&chain, lines, error) && put_chain(errand, &chain);
}
