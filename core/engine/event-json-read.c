/* SPDX-License-Identifier: MIT */
/* Reads events from JSON: each member, and what is wrong with it. */
#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "engine/event-json-private.h"
#include "model/mail.h"

#define SHOWN_MAX 80u
#define FIELD_NAME_MAX 200u

static const char *const member_names[] = {
        "id",     "trigger", "kind",        "key",        "time",    "seen",        "severity",
        "status", "fields",  "is_catch_up", "is_partial", "excerpt", "attachments", NULL,
};

/* One event under way. */
typedef struct {
	const TocsinEventJsonDefaults *defaults;
	JsonObject *object;
	TocsinEvent *event;
	GError **error;
} Reader;

static gboolean
is_text(JsonNode *node)
{
	return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING;
}

/* A member that is a text on one line; *@out_text stays as it is without it. */
static gboolean
read_name(Reader *self, const char *name, const char **out_text)
{
	JsonNode *node = json_object_get_member(self->object, name);
	const char *text;

	if (node == NULL) {
		return TRUE;
	}
	if (!is_text(node)) {
		return tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
		                              "'%s' has to be a text", name);
	}
	text = json_node_get_string(node);
	if (strlen(text) > TOCSIN_EVENT_NAME_MAX) {
		return tocsin_event_json_fail(self->error, TOCSIN_ERROR_LIMIT,
		                              "'%s' has more than %u bytes", name,
		                              TOCSIN_EVENT_NAME_MAX);
	}
	if (tocsin_text_find_control(text, strlen(text)) >= 0) {
		return tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
		                              "'%s' has to be on one line", name);
	}
	*out_text = text;
	return TRUE;
}

static gboolean
read_time(Reader *self, const char *name, gint64 *out_us)
{
	JsonNode *node = json_object_get_member(self->object, name);

	return node == NULL || tocsin_event_json_parse_time(node, out_us) ||
	       tocsin_event_json_fail(
	               self->error, TOCSIN_ERROR_INVALID,
	               "'%s' has to be a time: ISO 8601, such as \"2026-03-01T12:00:00Z\", or "
	               "seconds since 1970",
	               name);
}

static gboolean
read_flag(Reader *self, const char *name, guint flag)
{
	JsonNode *node = json_object_get_member(self->object, name);

	if (node == NULL) {
		return TRUE;
	}
	if (json_node_get_value_type(node) != G_TYPE_BOOLEAN) {
		return tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
		                              "'%s' has to be true or false", name);
	}
	self->event->flags |= json_node_get_boolean(node) ? flag : 0;
	return TRUE;
}

static gboolean
read_fields(Reader *self)
{
	JsonNode *node = json_object_get_member(self->object, "fields");
	JsonObjectIter iterator;
	const char *name;

	if (node == NULL) {
		return TRUE;
	}
	if (!JSON_NODE_HOLDS_OBJECT(node)) {
		return tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
		                              "'fields' has to be an object");
	}
	json_object_iter_init_ordered(&iterator, json_node_get_object(node));
	while (json_object_iter_next_ordered(&iterator, &name, &node)) {
		g_autofree char *shown = tocsin_text_for_display(name, strlen(name), SHOWN_MAX);
		TocsinValue *value;

		if (name[0] == '\0' || strlen(name) > FIELD_NAME_MAX ||
		    tocsin_text_find_control(name, strlen(name)) >= 0) {
			return tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
			                              "'%s' is no field's name", shown);
		}
		if (JSON_NODE_HOLDS_NULL(node)) {
			continue;
		}
		value = tocsin_event_json_read_value(node, self->error);
		if (value == NULL) {
			return FALSE;
		}
		if (!tocsin_event_set_field(self->event, name, value)) {
			return tocsin_event_json_fail(
			        self->error, TOCSIN_ERROR_LIMIT,
			        "the field '%s' is too much: an event has at most %u fields "
			        "and %u MiB",
			        shown, TOCSIN_VALUE_MEMBERS_MAX, TOCSIN_EVENT_WEIGHT_MAX >> 20);
		}
	}
	return TRUE;
}

static gboolean
read_each(Reader *self, const char *name,
          gboolean (*read_one)(TocsinEvent *, JsonNode *, GError **))
{
	JsonNode *node = json_object_get_member(self->object, name);
	JsonArray *array;

	if (node == NULL) {
		return TRUE;
	}
	if (!JSON_NODE_HOLDS_ARRAY(node)) {
		return tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
		                              "'%s' has to be a list", name);
	}
	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		if (!read_one(self->event, json_array_get_element(array, i), self->error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
read_weights(Reader *self)
{
	const char *severity = "info";
	const char *status = "none";

	if (!read_name(self, "severity", &severity) || !read_name(self, "status", &status)) {
		return FALSE;
	}
	if (!tocsin_severity_parse(severity, &self->event->severity)) {
		return tocsin_event_json_fail(
		        self->error, TOCSIN_ERROR_INVALID,
		        "'severity' has to be debug, info, notice, warning, error or critical");
	}
	return tocsin_status_parse(status, &self->event->status) ||
	       tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID,
	                              "'status' has to be none, problem or ok");
}

static gboolean
check_members(Reader *self)
{
	g_autoptr(GList) names = json_object_get_members(self->object);

	for (const GList *each = names; each != NULL; each = each->next) {
		const char *name = each->data;
		g_autofree char *shown = NULL;
		const char *nearest;

		if (g_strv_contains(member_names, name)) {
			continue;
		}
		shown = tocsin_text_for_display(name, strlen(name), SHOWN_MAX);
		nearest = tocsin_text_nearest(name, member_names);
		return tocsin_event_json_fail(
		        self->error, TOCSIN_ERROR_INVALID, "unknown member '%s'; %s%s", shown,
		        nearest != NULL ? "did you mean " : "what is the event's own goes into ",
		        nearest != NULL ? nearest : "'fields'");
	}
	return TRUE;
}

/* Names and times; makes the event. */
static TocsinEvent *
read_names(Reader *self)
{
	const char *id = NULL;
	const char *kind = NULL;
	const char *key = NULL;
	const char *trigger = self->defaults->trigger;
	gint64 time_us = self->defaults->now_us;
	gint64 seen_us = self->defaults->now_us;
	g_autofree char *own = NULL;
	TocsinEvent *event;

	if (!check_members(self) || !read_name(self, "id", &id) ||
	    !read_name(self, "trigger", &trigger) || !read_name(self, "kind", &kind) ||
	    !read_name(self, "key", &key) || !read_time(self, "time", &time_us) ||
	    !read_time(self, "seen", &seen_us)) {
		return NULL;
	}
	if (kind == NULL || kind[0] == '\0' || trigger == NULL || trigger[0] == '\0') {
		tocsin_event_json_fail(self->error, TOCSIN_ERROR_INVALID, "'%s' is missing",
		                       kind == NULL || kind[0] == '\0' ? "kind" : "trigger");
		return NULL;
	}
	if (id == NULL || id[0] == '\0') {
		own = tocsin_mail_make_id(self->defaults->now_us);
		id = own;
	}
	event = tocsin_event_new(id, trigger, kind, key, time_us);
	event->seen_us = seen_us;
	return event;
}

static TocsinEvent *
read_event(JsonNode *node, const TocsinEventJsonDefaults *defaults, GError **error)
{
	Reader reader = {.defaults = defaults, .error = error};
	g_autoptr(TocsinEvent) event = NULL;
	gboolean is_good;

	if (!JSON_NODE_HOLDS_OBJECT(node)) {
		tocsin_event_json_fail(error, TOCSIN_ERROR_INVALID, "it has to be a JSON object");
		return NULL;
	}
	reader.object = json_node_get_object(node);
	event = read_names(&reader);
	if (event == NULL) {
		return NULL;
	}
	reader.event = event;
	is_good = read_weights(&reader) && read_fields(&reader) &&
	          read_each(&reader, "excerpt", tocsin_event_json_add_line) &&
	          read_each(&reader, "attachments",
	                    defaults->are_paths_allowed ? tocsin_event_json_add_any
	                                                : tocsin_event_json_add_attachment);
	if (is_good && (event->flags & TOCSIN_EVENT_PARTIAL) != 0) {
		is_good = tocsin_event_json_fail(
		        error, TOCSIN_ERROR_LIMIT,
		        "the excerpt is too much: an event has at most %u lines, and %u MiB",
		        TOCSIN_EVENT_EXCERPT_MAX, TOCSIN_EVENT_WEIGHT_MAX >> 20);
	}
	is_good = is_good && read_flag(&reader, "is_catch_up", TOCSIN_EVENT_CATCH_UP) &&
	          read_flag(&reader, "is_partial", TOCSIN_EVENT_PARTIAL);
	return is_good ? g_steal_pointer(&event) : NULL;
}

TocsinEvent *
tocsin_event_from_json(const void *bytes, gsize length, const TocsinEventJsonDefaults *defaults,
                       GError **error)
{
	g_autoptr(JsonParser) parser = tocsin_event_json_parse(bytes, length, error);

	return parser != NULL ? read_event(json_parser_get_root(parser), defaults, error) : NULL;
}

GPtrArray *
tocsin_events_from_json(const void *bytes, gsize length, const TocsinEventJsonDefaults *defaults,
                        GError **error)
{
	g_autoptr(JsonParser) parser = tocsin_event_json_parse(bytes, length, error);
	g_autoptr(GPtrArray) events =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_event_unref);
	JsonNode *root = parser != NULL ? json_parser_get_root(parser) : NULL;
	JsonArray *array =
	        root != NULL && JSON_NODE_HOLDS_ARRAY(root) ? json_node_get_array(root) : NULL;
	guint count = array != NULL ? json_array_get_length(array) : 1;

	if (root == NULL) {
		return NULL;
	}
	if (count > TOCSIN_EVENT_JSON_EVENTS_MAX) {
		tocsin_event_json_fail(error, TOCSIN_ERROR_LIMIT, "more than %u in one list",
		                       TOCSIN_EVENT_JSON_EVENTS_MAX);
		return NULL;
	}
	for (guint i = 0; i < count; i++) {
		TocsinEvent *event = read_event(
		        array != NULL ? json_array_get_element(array, i) : root, defaults, error);

		if (event == NULL) {
			if (array != NULL) {
				g_prefix_error(error, "number %u of the list: ", i + 1);
			}
			return NULL;
		}
		g_ptr_array_add(events, event);
	}
	return g_steal_pointer(&events);
}
