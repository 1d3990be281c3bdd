/* SPDX-License-Identifier: MIT */
/* Renders for the tests written in Python: reads {"data": ..., "templates": ..., "cases":
 * [{"template": ..., "html": ...}]} from the file named, writes a JSON list of {"out": ...} or
 * {"error": ...}. */
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "template/template.h"

static TocsinDatum *
to_datum(JsonNode *node)
{
	TocsinDatum *result;

	if (JSON_NODE_HOLDS_ARRAY(node)) {
		JsonArray *array = json_node_get_array(node);

		result = tocsin_datum_new_list();
		for (guint i = 0; i < json_array_get_length(array); i++) {
			tocsin_datum_append(result, to_datum(json_array_get_element(array, i)));
		}
		return result;
	}
	if (JSON_NODE_HOLDS_OBJECT(node)) {
		g_autoptr(GList) names = json_object_get_members(json_node_get_object(node));

		result = tocsin_datum_new_map();
		for (GList *at = names; at != NULL; at = at->next) {
			tocsin_datum_set_named(result, at->data,
			                       to_datum(json_object_get_member(
			                               json_node_get_object(node), at->data)));
		}
		return result;
	}
	switch (json_node_get_value_type(node)) {
	case G_TYPE_INT64:
		return tocsin_datum_new_int(json_node_get_int(node));
	case G_TYPE_DOUBLE:
		return tocsin_datum_new_double(json_node_get_double(node));
	case G_TYPE_BOOLEAN:
		return tocsin_datum_new_bool(json_node_get_boolean(node));
	case G_TYPE_STRING:
		return tocsin_datum_new_string(json_node_get_string(node), -1);
	default:
		return tocsin_datum_new_none();
	}
}

static TocsinTemplate *
on_load(gpointer templates, const char *name, GError **error)
{
	const char *source = json_object_get_string_member_with_default(templates, name, NULL);

	if (source == NULL) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "not there");
		return NULL;
	}
	return tocsin_template_parse(name, source, -1, NULL, error);
}

static char *
render(JsonObject *one, const TocsinDatum *data, JsonObject *templates, GError **error)
{
	const char *source = json_object_get_string_member(one, "template");
	g_autoptr(TocsinTemplate) template = tocsin_template_parse("case", source, -1, NULL, error);
	TocsinTemplateContext context = {
	        .escape = json_object_get_boolean_member(one, "html") ? TOCSIN_ESCAPE_HTML
	                                                              : TOCSIN_ESCAPE_NONE,
	        .on_load = on_load,
	        .load_data = templates,
	};

	return template != NULL ? tocsin_template_render(template, data, &context, error) : NULL;
}

int
main(int argc, char **argv)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(GError) failure = NULL;
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *text = NULL;
	g_autoptr(TocsinDatum) data = NULL;
	JsonObject *all;
	JsonArray *cases;

	if (argc != 2 || !json_parser_load_from_file(parser, argv[1], &failure)) {
		fprintf(stderr, "usage: render-json CASES: %s\n", failure ? failure->message : "");
		return 2;
	}
	all = json_node_get_object(json_parser_get_root(parser));
	data = to_datum(json_object_get_member(all, "data"));
	cases = json_object_get_array_member(all, "cases");
	json_builder_begin_array(builder);
	for (guint i = 0; i < json_array_get_length(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *out =
		        render(json_array_get_object_element(cases, i), data,
		               json_object_get_object_member(all, "templates"), &error);

		json_builder_begin_object(builder);
		json_builder_set_member_name(builder, out != NULL ? "out" : "error");
		json_builder_add_string_value(builder, out != NULL ? out : error->message);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
	root = json_builder_get_root(builder);
	text = json_to_string(root, FALSE);
	puts(text);
	return 0;
}
