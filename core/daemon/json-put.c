/* SPDX-License-Identifier: MIT */
/* Writing JSON. */
#include "daemon/json-put.h"

void
tocsin_json_put_text(JsonObject *object, const char *name, const char *text)
{
	if (text == NULL) {
		json_object_set_null_member(object, name);
		return;
	}
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_object_set_string_member(object, name, valid);
}

void
tocsin_json_put_time(JsonObject *object, const char *name, gint64 time_us)
{
	g_autoptr(GDateTime) time =
	        time_us > 0 ? g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC) : NULL;
	g_autofree char *seconds =
	        time == NULL ? NULL : g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *text = seconds == NULL ? NULL
	                                        : g_strdup_printf("%s.%06dZ", seconds,
	                                                          (int)(time_us % G_USEC_PER_SEC));

	tocsin_json_put_text(object, name, text);
}

void
tocsin_json_put_texts(JsonObject *object, const char *name, const char *const *texts)
{
	JsonArray *array = json_array_new();

	for (; texts != NULL && *texts != NULL; texts++) {
		g_autofree char *valid = g_utf8_make_valid(*texts, -1);

		json_array_add_string_element(array, valid);
	}
	json_object_set_array_member(object, name, array);
}

JsonNode *
tocsin_json_take(JsonObject *object)
{
	JsonNode *node = json_node_new(JSON_NODE_OBJECT);

	json_node_take_object(node, object);
	return node;
}
