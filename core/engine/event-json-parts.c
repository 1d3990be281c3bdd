/* SPDX-License-Identifier: MIT */
/* Reads an event's excerpt and attachments from JSON. */
#include <string.h>

#include "engine/event-json-private.h"

static gboolean
is_text(JsonNode *node)
{
	return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING;
}

static gboolean
parse_mark(const char *name, TocsinMark *out_mark)
{
	for (guint i = TOCSIN_MARK_BEFORE; i <= TOCSIN_MARK_AFTER; i++) {
		if (strcmp(name, tocsin_mark_name((TocsinMark)i)) == 0) {
			*out_mark = (TocsinMark)i;
			return TRUE;
		}
	}
	return FALSE;
}

/* (nullable) */
static const char *
get_text(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return is_text(node) ? json_node_get_string(node) : NULL;
}

/* A text, or {"mark", "text"}. */
gboolean
tocsin_event_json_add_line(TocsinEvent *event, JsonNode *node, GError **error)
{
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *text = object != NULL  ? get_text(object, "text")
	                   : is_text(node) ? json_node_get_string(node)
	                                   : NULL;
	const char *mark = object != NULL ? get_text(object, "mark") : "match";
	TocsinMark parsed;

	if (text == NULL || strpbrk(text, "\r\n") != NULL || mark == NULL ||
	    !parse_mark(mark, &parsed)) {
		return tocsin_event_json_fail(
		        error, TOCSIN_ERROR_INVALID,
		        "each line of 'excerpt' has to be a text without line ends, or "
		        "{\"mark\": \"before\", \"match\" or \"after\", \"text\": …}");
	}
	tocsin_event_add_line(event, parsed, text, -1);
	return TRUE;
}

/* What the attachment @object holds: *@out_bytes, or NULL for a path. */
static gboolean
read_content(JsonObject *object, gboolean are_paths_allowed, GBytes **out_bytes, GError **error)
{
	const char *text = get_text(object, "text");
	const char *base64 = get_text(object, "base64");
	const char *path = get_text(object, "path");
	gsize length = 0;
	guchar *decoded;

	if ((text != NULL) + (base64 != NULL) + (path != NULL) != 1) {
		return tocsin_event_json_fail(
		        error, TOCSIN_ERROR_INVALID,
		        "an attachment has to have just one of 'text', 'base64' and 'path'");
	}
	if (path != NULL && !are_paths_allowed) {
		return tocsin_event_json_fail(
		        error, TOCSIN_ERROR_INVALID,
		        "an attachment handed in has to hold its content, not a path");
	}
	if (path != NULL && !g_path_is_absolute(path)) {
		return tocsin_event_json_fail(error, TOCSIN_ERROR_INVALID,
		                              "an attachment's path has to be absolute");
	}
	if (text != NULL) {
		*out_bytes = g_bytes_new(text, strlen(text));
	} else if (base64 != NULL) {
		if (strspn(base64, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		                   "0123456789+/= \t\r\n") != strlen(base64)) {
			return tocsin_event_json_fail(error, TOCSIN_ERROR_INVALID,
			                              "an attachment's 'base64' is none");
		}
		decoded = g_base64_decode(base64, &length);
		*out_bytes = g_bytes_new_take(decoded, length);
	}
	return TRUE;
}

static gboolean
add_attachment(TocsinEvent *event, JsonNode *node, gboolean are_paths_allowed, GError **error)
{
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *name = object != NULL ? get_text(object, "name") : NULL;
	g_autoptr(GBytes) bytes = NULL;
	gboolean is_added;

	if (name == NULL || name[0] == '\0' || strlen(name) > TOCSIN_EVENT_NAME_MAX) {
		return tocsin_event_json_fail(
		        error, TOCSIN_ERROR_INVALID,
		        "each of 'attachments' has to be an object with a 'name'");
	}
	if (!read_content(object, are_paths_allowed, &bytes, error)) {
		return FALSE;
	}
	is_added = bytes != NULL
	                   ? tocsin_event_attach_bytes(event, name, get_text(object, "type"), bytes)
	                   : tocsin_event_attach_path(event, name, get_text(object, "type"),
	                                              get_text(object, "path"));
	return is_added ||
	       tocsin_event_json_fail(
	               error, TOCSIN_ERROR_LIMIT,
	               "the attachments are too much: an event has at most %u, and %u MiB",
	               TOCSIN_EVENT_ATTACHMENTS_MAX, TOCSIN_EVENT_WEIGHT_MAX >> 20);
}

gboolean
tocsin_event_json_add_attachment(TocsinEvent *event, JsonNode *node, GError **error)
{
	return add_attachment(event, node, FALSE, error);
}

gboolean
tocsin_event_json_add_any(TocsinEvent *event, JsonNode *node, GError **error)
{
	return add_attachment(event, node, TRUE, error);
}
