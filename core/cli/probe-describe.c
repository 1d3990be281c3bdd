/* SPDX-License-Identifier: MIT */
/* Putting what a server said into words. */
#include "cli/probe-describe.h"

#include <string.h>

#include "base/text.h"
#include "sasl/choose.h"

#define TEXT_SHOWN 1024u
#define DAY_S ((gint64)24 * 60 * 60)

static void
set_shown(JsonObject *object, const char *name, const char *text)
{
	g_autofree char *shown =
	        text == NULL ? NULL : tocsin_text_for_display(text, strlen(text), TEXT_SHOWN);

	json_object_set_string_member(object, name, shown == NULL ? "" : shown);
}

JsonObject *
tocsin_probe_describe_reply(const TocsinReply *reply)
{
	JsonObject *told = json_object_new();
	gsize length;
	g_autofree char *text = tocsin_reply_dup_text(reply, &length);
	g_autofree char *shown = tocsin_text_for_display(text, length, TEXT_SHOWN);

	json_object_set_int_member(told, "code", reply->code);
	json_object_set_string_member(told, "text", shown);
	return told;
}

static void
set_time(JsonObject *object, const char *name, gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
	g_autofree char *text = time == NULL ? NULL : g_date_time_format_iso8601(time);

	json_object_set_string_member(object, name, text == NULL ? "" : text);
}

JsonObject *
tocsin_probe_describe_tls(const TocsinTlsInfo *info, gint64 now_s)
{
	JsonObject *told = json_object_new();
	JsonArray *names = json_array_new();

	for (char **name = info->names; name != NULL && *name != NULL; name++) {
		json_array_add_string_element(names, *name);
	}
	set_shown(told, "version", info->version);
	set_shown(told, "cipher", info->cipher);
	set_shown(told, "subject", info->subject);
	set_shown(told, "issuer", info->issuer);
	json_object_set_array_member(told, "names", names);
	set_time(told, "not_before", info->not_before);
	set_time(told, "not_after", info->not_after);
	json_object_set_int_member(told, "days_left", (info->not_after - now_s) / DAY_S);
	set_shown(told, "fingerprint", info->fingerprint);
	set_shown(told, "pin", info->pin);
	return told;
}

static void
add_limit(JsonArray *limits, guint64 limit, const char *what)
{
	if (limit != 0) {
		g_autofree char *text =
		        g_strdup_printf("at most %" G_GUINT64_FORMAT " %s", limit, what);

		json_array_add_string_element(limits, text);
	}
}

static JsonArray *
describe_limits(const TocsinFeatures *features)
{
	JsonArray *limits = json_array_new();

	add_limit(limits, features->size_max, "bytes a mail");
	add_limit(limits, features->mail_max, "mails a connection");
	add_limit(limits, features->recipient_max, "recipients a mail");
	add_limit(limits, features->recipient_domain_max, "domains among a mail's recipients");
	add_limit(limits, (guint64)MAX(features->hold_max_s, 0), "seconds held for later");
	return limits;
}

static JsonArray *
describe_mechanisms(const TocsinChoice *choice)
{
	JsonArray *told = json_array_new();

	for (const char *const *name = choice->offered; name != NULL && *name != NULL; name++) {
		const char *obstacle = tocsin_choose_find_obstacle(choice, *name);
		JsonObject *mechanism = json_object_new();

		set_shown(mechanism, "name", *name);
		json_object_set_boolean_member(mechanism, "is_usable", obstacle == NULL);
		if (obstacle != NULL) {
			set_shown(mechanism, "reason", obstacle);
		}
		json_array_add_object_element(told, mechanism);
	}
	return told;
}

JsonObject *
tocsin_probe_describe_features(const TocsinFeatures *features, const GPtrArray *known,
                               gboolean is_encrypted)
{
	const TocsinChoice choice = {.known = known,
	                             .offered = (const char *const *)features->mechanisms,
	                             .is_encrypted = is_encrypted,
	                             .has_channel_binding = is_encrypted,
	                             .has_secret = TRUE,
	                             .has_token = TRUE};
	g_autoptr(GPtrArray) fit = tocsin_choose_mechanisms(&choice, NULL);
	g_autoptr(GList) keywords = g_hash_table_get_keys(features->table);
	JsonObject *extensions = json_object_new();
	JsonObject *told = json_object_new();

	keywords = g_list_sort(keywords, (GCompareFunc)strcmp);
	for (GList *keyword = keywords; keyword != NULL; keyword = keyword->next) {
		g_autofree char *capitals = g_ascii_strup(keyword->data, -1);

		set_shown(extensions, capitals, tocsin_features_get(features, keyword->data));
	}
	json_object_set_object_member(told, "extensions", extensions);
	json_object_set_array_member(told, "limits", describe_limits(features));
	json_object_set_array_member(told, "mechanisms", describe_mechanisms(&choice));
	if (fit == NULL || fit->len == 0) {
		json_object_set_null_member(told, "chosen");
	} else {
		json_object_set_string_member(told, "chosen", tocsin_mechanism_name(fit->pdata[0]));
	}
	return told;
}

/* A node that waits to become lines. */
typedef struct {
	GString *out;
	guint depth;
} Writer;

static void add_node(Writer *writer, const char *name, JsonNode *node);

static void
add_member(JsonObject *object, const char *name, JsonNode *node, gpointer writer)
{
	add_node(writer, name, node);
}

static void
add_element(JsonArray *array, guint index, JsonNode *node, gpointer writer)
{
	add_node(writer, NULL, node);
}

static void
add_value(GString *out, JsonNode *node)
{
	GType type = json_node_get_value_type(node);

	if (JSON_NODE_HOLDS_NULL(node)) {
		g_string_append(out, "none");
	} else if (type == G_TYPE_STRING) {
		g_string_append(out, json_node_get_string(node));
	} else if (type == G_TYPE_BOOLEAN) {
		g_string_append(out, json_node_get_boolean(node) ? "yes" : "no");
	} else if (type == G_TYPE_DOUBLE) {
		g_string_append_printf(out, "%.3f", json_node_get_double(node));
	} else {
		g_string_append_printf(out, "%" G_GINT64_FORMAT, json_node_get_int(node));
	}
}

/* Trees are as deep as this program makes them: four levels. */
static void
add_node(Writer *writer, const char *name, JsonNode *node)
{
	g_string_append_printf(writer->out, "%*s%s%s", (int)writer->depth * 2, "",
	                       name == NULL ? "-" : name, name == NULL ? "" : ":");
	writer->depth++;
	if (JSON_NODE_HOLDS_OBJECT(node)) {
		g_string_append_c(writer->out, '\n');
		json_object_foreach_member(json_node_get_object(node), add_member, writer);
	} else if (JSON_NODE_HOLDS_ARRAY(node)) {
		g_string_append_c(writer->out, '\n');
		json_array_foreach_element(json_node_get_array(node), add_element, writer);
	} else {
		g_string_append_c(writer->out, ' ');
		add_value(writer->out, node);
		g_string_append_c(writer->out, '\n');
	}
	writer->depth--;
}

char *
tocsin_probe_describe_as_text(JsonObject *report)
{
	Writer writer = {.out = g_string_new(NULL)};

	json_object_foreach_member(report, add_member, &writer);
	return g_string_free(writer.out, FALSE);
}
