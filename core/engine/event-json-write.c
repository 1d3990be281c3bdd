/* SPDX-License-Identifier: MIT */
/* Writes events as JSON. */
#include "engine/event-json.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static void
add_text(JsonBuilder *json, const char *name, const char *text)
{
	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, text);
}

/* ISO 8601 to the microsecond, or what it is beyond the calendar. */
static void
add_time(JsonBuilder *json, gint64 time_us)
{
	g_autoptr(GDateTime) whole = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);
	g_autoptr(GDateTime) time =
	        whole != NULL ? g_date_time_add(whole, time_us % G_USEC_PER_SEC) : NULL;
	g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : NULL;
	g_autofree char *all =
	        text != NULL && time_us >= 0
	                ? g_strdup_printf("%s.%06dZ", text, g_date_time_get_microsecond(time))
	                : NULL;

	if (all != NULL) {
		json_builder_add_string_value(json, all);
	} else {
		json_builder_add_double_value(json, (gdouble)time_us / G_USEC_PER_SEC);
	}
}

static void
add_double(JsonBuilder *json, gdouble value)
{
	if (isfinite(value)) {
		json_builder_add_double_value(json, value);
	} else {
		json_builder_add_string_value(json, isnan(value) ? "nan"
		                                    : value > 0  ? "inf"
		                                                 : "-inf");
	}
}

static void
add_value(JsonBuilder *json, const TocsinValue *value)
{
	switch (tocsin_value_type(value)) {
	case TOCSIN_VALUE_BOOL:
		json_builder_add_boolean_value(json, tocsin_value_get_bool(value));
		return;
	case TOCSIN_VALUE_INT:
		json_builder_add_int_value(json, tocsin_value_get_int(value));
		return;
	case TOCSIN_VALUE_DOUBLE:
		add_double(json, tocsin_value_get_double(value));
		return;
	case TOCSIN_VALUE_TIME:
		json_builder_begin_object(json);
		json_builder_set_member_name(json, "$time");
		add_time(json, tocsin_value_get_int(value));
		json_builder_end_object(json);
		return;
	case TOCSIN_VALUE_STRING:
		json_builder_add_string_value(json, tocsin_value_get_string(value));
		return;
	case TOCSIN_VALUE_LIST:
		json_builder_begin_array(json);
		for (guint i = 0; i < tocsin_value_count(value); i++) {
			add_value(json, tocsin_value_nth(value, i));
		}
		json_builder_end_array(json);
		return;
	case TOCSIN_VALUE_MAP:
	default:
		json_builder_begin_object(json);
		for (guint i = 0; i < tocsin_value_count(value); i++) {
			json_builder_set_member_name(json, tocsin_value_nth_name(value, i));
			add_value(json, tocsin_value_nth(value, i));
		}
		json_builder_end_object(json);
		return;
	}
}

static void
add_excerpt(JsonBuilder *json, const GPtrArray *excerpt)
{
	json_builder_set_member_name(json, "excerpt");
	json_builder_begin_array(json);
	for (guint i = 0; i < excerpt->len; i++) {
		const TocsinLine *line = excerpt->pdata[i];

		json_builder_begin_object(json);
		add_text(json, "mark", tocsin_mark_name(line->mark));
		add_text(json, "text", line->text);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void
add_content(JsonBuilder *json, GBytes *bytes)
{
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	g_autofree char *copy = NULL;

	if (length > 0 && g_utf8_validate_len(text, length, NULL)) {
		copy = g_strndup(text, length);
		add_text(json, "text", copy);
	} else {
		copy = g_base64_encode((const guchar *)text, length);
		add_text(json, "base64", copy);
	}
}

static void
add_attachments(JsonBuilder *json, const GPtrArray *attachments)
{
	json_builder_set_member_name(json, "attachments");
	json_builder_begin_array(json);
	for (guint i = 0; i < attachments->len; i++) {
		const TocsinAttachment *attachment = attachments->pdata[i];

		json_builder_begin_object(json);
		add_text(json, "name", attachment->name);
		if (attachment->type != NULL) {
			add_text(json, "type", attachment->type);
		}
		if (attachment->bytes != NULL) {
			add_content(json, attachment->bytes);
		} else {
			add_text(json, "path", attachment->path);
		}
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

char *
tocsin_event_to_json(const TocsinEvent *event, gboolean is_pretty)
{
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autoptr(JsonGenerator) generator = json_generator_new();
	g_autoptr(JsonNode) root = NULL;

	json_builder_begin_object(json);
	add_text(json, "id", event->id);
	add_text(json, "trigger", event->trigger);
	add_text(json, "kind", event->kind);
	add_text(json, "key", event->key);
	json_builder_set_member_name(json, "time");
	add_time(json, event->time_us);
	json_builder_set_member_name(json, "seen");
	add_time(json, event->seen_us);
	add_text(json, "severity", tocsin_severity_name(event->severity));
	add_text(json, "status", tocsin_status_name(event->status));
	json_builder_set_member_name(json, "is_catch_up");
	json_builder_add_boolean_value(json, (event->flags & TOCSIN_EVENT_CATCH_UP) != 0);
	json_builder_set_member_name(json, "is_partial");
	json_builder_add_boolean_value(json, (event->flags & TOCSIN_EVENT_PARTIAL) != 0);
	json_builder_set_member_name(json, "fields");
	add_value(json, event->fields);
	add_excerpt(json, event->excerpt);
	add_attachments(json, event->attachments);
	json_builder_end_object(json);
	root = json_builder_get_root(json);
	json_generator_set_root(generator, root);
	json_generator_set_pretty(generator, is_pretty);
	return json_generator_to_data(generator, NULL);
}
