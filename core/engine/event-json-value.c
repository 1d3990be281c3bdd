/* SPDX-License-Identifier: MIT */
/* JSON as a tree, and its values as an event's. What json-glib takes beyond RFC 8259, and nesting
 * that would use up its stack, is refused before it sees the text. */
#include "engine/event-json-private.h"

#include <math.h>
#include <string.h>

#define SECONDS_MAX 253402300799.0 /* the end of the year 9999 */

gboolean
tocsin_event_json_fail(GError **error, TocsinError code, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, TOCSIN_ERROR, (gint)code, "event: %s", text);
	return FALSE;
}

/* Behind the string that begins at @at; the end of the text if it has none. */
static const char *
skip_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++) {
		if (*at == '\\' && at + 1 < end) {
			at++;
		}
	}
	return at < end ? at + 1 : end;
}

/* Only what JSON's own grammar has outside of strings, and not too deep. */
static gboolean
check_text(const char *text, gsize length, GError **error)
{
	const char *end = text + length;
	guint depth = 0;
	guint line = 1;

	if (length > TOCSIN_EVENT_JSON_BYTES_MAX) {
		return tocsin_event_json_fail(error, TOCSIN_ERROR_LIMIT,
		                              "JSON of more than %u bytes",
		                              TOCSIN_EVENT_JSON_BYTES_MAX);
	}
	if (!g_utf8_validate_len(text, length, NULL)) {
		return tocsin_event_json_fail(error, TOCSIN_ERROR_INVALID,
		                              "the JSON is not valid UTF-8");
	}
	for (const char *at = text; at < end;) {
		if (*at == '"') {
			at = skip_string(at, end);
			continue;
		}
		if (!g_ascii_isalnum(*at) &&
		    (*at == '\0' || strchr(" \t\r\n[]{},:+-.", *at) == NULL)) {
			return tocsin_event_json_fail(
			        error, TOCSIN_ERROR_INVALID,
			        "line %u of the JSON: a character that no JSON has there", line);
		}
		line += *at == '\n';
		depth -= depth > 0 && (*at == ']' || *at == '}');
		depth += *at == '[' || *at == '{';
		if (depth > TOCSIN_EVENT_JSON_DEPTH_MAX) {
			return tocsin_event_json_fail(
			        error, TOCSIN_ERROR_LIMIT,
			        "line %u of the JSON: nested more than %u deep", line,
			        TOCSIN_EVENT_JSON_DEPTH_MAX);
		}
		at++;
	}
	return TRUE;
}

JsonParser *
tocsin_event_json_parse(const void *bytes, gsize length, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) reason = NULL;

	/* Of what is empty there need not be a pointer. */
	bytes = length == 0 ? "" : bytes;
	if (!check_text(bytes, length, error)) {
		return NULL;
	}
	if (!json_parser_load_from_data(parser, bytes, (gssize)length, &reason)) {
		tocsin_event_json_fail(error, TOCSIN_ERROR_INVALID, "no JSON: %s", reason->message);
		return NULL;
	}
	if (json_parser_get_root(parser) == NULL) {
		tocsin_event_json_fail(error, TOCSIN_ERROR_INVALID, "there is no JSON");
		return NULL;
	}
	return g_steal_pointer(&parser);
}

gboolean
tocsin_event_json_parse_time(JsonNode *node, gint64 *out_us)
{
	GType type = json_node_get_value_type(node);
	g_autoptr(GTimeZone) utc = NULL;
	g_autoptr(GDateTime) time = NULL;
	gdouble seconds;

	if (type == G_TYPE_STRING) {
		utc = g_time_zone_new_utc();
		time = g_date_time_new_from_iso8601(json_node_get_string(node), utc);
		if (time == NULL || g_date_time_to_unix(time) < 0) {
			return FALSE;
		}
		*out_us = g_date_time_to_unix(time) * G_USEC_PER_SEC +
		          g_date_time_get_microsecond(time);
		return TRUE;
	}
	if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE) {
		return FALSE;
	}
	seconds = json_node_get_double(node);
	if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
		return FALSE;
	}
	*out_us = type == G_TYPE_INT64 ? json_node_get_int(node) * G_USEC_PER_SEC
	                               : (gint64)llround(seconds * G_USEC_PER_SEC);
	return TRUE;
}

static TocsinValue *
read_list(JsonArray *array, GError **error)
{
	g_autoptr(TocsinValue) list = tocsin_value_new_list();

	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *node = json_array_get_element(array, i);
		TocsinValue *member;

		if (JSON_NODE_HOLDS_NULL(node)) {
			continue;
		}
		member = tocsin_event_json_read_value(node, error);
		if (member == NULL) {
			return NULL;
		}
		if (!tocsin_value_append(list, member)) {
			tocsin_event_json_fail(
			        error, TOCSIN_ERROR_LIMIT,
			        "a list has more than %u members, or is nested more than %u deep",
			        TOCSIN_VALUE_MEMBERS_MAX, TOCSIN_VALUE_DEPTH_MAX);
			return NULL;
		}
	}
	return g_steal_pointer(&list);
}

/* (nullable) {"$time": …}. */
static JsonNode *
find_time(JsonObject *object)
{
	return json_object_get_size(object) == 1 ? json_object_get_member(object, "$time") : NULL;
}

static TocsinValue *
read_map(JsonObject *object, GError **error)
{
	g_autoptr(TocsinValue) map = tocsin_value_new_map();
	JsonNode *time = find_time(object);
	JsonObjectIter iterator;
	const char *name;
	JsonNode *node;
	gint64 time_us;

	if (time != NULL && tocsin_event_json_parse_time(time, &time_us)) {
		return tocsin_value_new_time(time_us);
	}
	json_object_iter_init_ordered(&iterator, object);
	while (json_object_iter_next_ordered(&iterator, &name, &node)) {
		TocsinValue *member;

		if (JSON_NODE_HOLDS_NULL(node)) {
			continue;
		}
		member = tocsin_event_json_read_value(node, error);
		if (member == NULL) {
			return NULL;
		}
		if (!tocsin_value_set(map, name, member)) {
			tocsin_event_json_fail(
			        error, TOCSIN_ERROR_LIMIT,
			        "a map has more than %u members, or is nested more than %u deep",
			        TOCSIN_VALUE_MEMBERS_MAX, TOCSIN_VALUE_DEPTH_MAX);
			return NULL;
		}
	}
	return g_steal_pointer(&map);
}

/* Recurses as deep as check_text() let the text be. */
TocsinValue *
tocsin_event_json_read_value(JsonNode *node, GError **error)
{
	GType type = json_node_get_value_type(node);

	if (JSON_NODE_HOLDS_OBJECT(node)) {
		return read_map(json_node_get_object(node), error);
	}
	if (JSON_NODE_HOLDS_ARRAY(node)) {
		return read_list(json_node_get_array(node), error);
	}
	if (type == G_TYPE_STRING) {
		return tocsin_value_new_string(json_node_get_string(node), -1);
	}
	if (type == G_TYPE_BOOLEAN) {
		return tocsin_value_new_bool(json_node_get_boolean(node));
	}
	return type == G_TYPE_INT64 ? tocsin_value_new_int(json_node_get_int(node))
	                            : tocsin_value_new_double(json_node_get_double(node));
}
