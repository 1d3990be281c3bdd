/* SPDX-License-Identifier: MIT */
/* What is asked of the daemon, and what of the answer can be shown. Nothing is taken for granted of
 * it: who answers may be of another version. */
#include "cli/ask.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "cli/command.h"
#include "control/client.h"
#include "engine/paths.h"

void
tocsin_ask_clear(TocsinAsk *self)
{
	g_clear_pointer(&self->socket, g_free);
}

GOptionEntry *
tocsin_ask_entries(TocsinAsk *ask)
{
	const GOptionEntry entries[] = {
	        {"socket", 0, 0, G_OPTION_ARG_FILENAME, &ask->socket,
	         "The daemon's control socket (default: $TOCSIN_SOCKET, else " TOCSIN_SOCKET_PATH
	         ")",
	         "FILE"},
	        {"json", 0, 0, G_OPTION_ARG_NONE, &ask->is_json, "Print JSON", NULL},
	        {NULL},
	};

	return g_memdup2(entries, sizeof entries);
}

static const char *
get_socket(const TocsinAsk *self)
{
	const char *named = secure_getenv("TOCSIN_SOCKET");

	if (self->socket != NULL) {
		return self->socket;
	}
	return named != NULL && named[0] != '\0' ? named : TOCSIN_SOCKET_PATH;
}

static int
code_of_status(guint status)
{
	switch (status) {
	case 401:
	case 403:
		return EX_NOPERM;
	case 404:
		return EX_NOINPUT;
	case 405:
		return EX_PROTOCOL;
	case 503:
	case 504:
		return EX_TEMPFAIL;
	default:
		return status / 100 == 4 ? EX_DATAERR : EX_SOFTWARE;
	}
}

static int
code_of_error(const GError *error)
{
	switch (error->code) {
	case TOCSIN_ERROR_CONNECT:
		return EX_UNAVAILABLE;
	case TOCSIN_ERROR_TRUST:
		return EX_NOPERM;
	case TOCSIN_ERROR_DISCONNECTED:
	case TOCSIN_ERROR_TIMEOUT:
		return EX_TEMPFAIL;
	case TOCSIN_ERROR_INVALID:
		return EX_USAGE;
	case TOCSIN_ERROR_LIMIT:
		return EX_DATAERR;
	default:
		return EX_PROTOCOL;
	}
}

int
tocsin_ask_bytes(const TocsinAsk *self, const char *method, const char *target, const char *type,
                 GBytes *body, GBytes **out_body)
{
	const TocsinClientCall call = {
	        .socket = get_socket(self),
	        .method = method,
	        .target = target,
	        .type = type,
	        .body = body,
	};
	g_auto(TocsinClientAnswer) answer = {0};
	g_autoptr(GError) error = NULL;

	if (!tocsin_client_call(&call, &answer, &error)) {
		tocsin_command_complain("%s", error->message);
		return answer.status != 0 ? code_of_status(answer.status) : code_of_error(error);
	}
	*out_body = g_steal_pointer(&answer.body);
	return EX_OK;
}

int
tocsin_ask(const TocsinAsk *self, const char *method, const char *target, const char *type,
           GBytes *body, JsonObject **out_object)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;
	int code = tocsin_ask_bytes(self, method, target, type, body, &bytes);

	if (code != EX_OK) {
		return code;
	}
	const TocsinClientAnswer answer = {.body = bytes};
	g_autoptr(JsonNode) root = tocsin_client_answer_json(&answer, &error);

	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
		tocsin_command_complain("%s", root == NULL ? error->message
		                                           : "the daemon's answer is no object");
		return EX_PROTOCOL;
	}
	*out_object = json_node_dup_object(root);
	return EX_OK;
}

int
tocsin_ask_print_json(JsonObject *object)
{
	g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), object);
	g_autofree char *text = json_to_string(root, TRUE);
	g_autofree char *line = g_strconcat(text, "\n", NULL);

	return tocsin_command_print(line);
}

char *
tocsin_ask_text(JsonObject *object, const char *name, gsize limit)
{
	JsonNode *node = json_object_get_member(object, name);
	const char *text = node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
	                           ? json_node_get_string(node)
	                           : "";

	return tocsin_text_for_display(text, strlen(text), limit);
}

gint64
tocsin_ask_number(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && json_node_get_value_type(node) == G_TYPE_INT64
	               ? json_node_get_int(node)
	               : 0;
}

JsonArray *
tocsin_ask_list(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

JsonObject *
tocsin_ask_object(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonObject *
tocsin_ask_nth(JsonArray *list, guint index)
{
	JsonNode *node = json_array_get_element(list, index);

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_dup_object(node)
	                                                    : json_object_new();
}

guint
tocsin_ask_count(JsonArray *list)
{
	return list == NULL ? 0 : json_array_get_length(list);
}

gint64
tocsin_ask_time(JsonObject *object, const char *name)
{
	g_autofree char *text = tocsin_ask_text(object, name, 64);
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

	return time == NULL ? 0
	                    : g_date_time_to_unix(time) * G_USEC_PER_SEC +
	                              g_date_time_get_microsecond(time);
}
