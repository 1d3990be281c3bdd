/* SPDX-License-Identifier: MIT */
/* What is let through nests as deep as it says for everybody who knows strings, and JSON's own
 * writer and parser agree about it. */
#include <json-glib/json-glib.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH 8u

static guint
measure(JsonNode *node)
{
	guint deepest = 0;

	if (node != NULL && JSON_NODE_HOLDS_ARRAY(node)) {
		g_autoptr(GList) members = json_array_get_elements(json_node_get_array(node));

		for (GList *at = members; at != NULL; at = at->next) {
			deepest = MAX(deepest, measure(at->data));
		}
		return deepest + 1;
	}
	if (node != NULL && JSON_NODE_HOLDS_OBJECT(node)) {
		g_autoptr(GList) members = json_object_get_values(json_node_get_object(node));

		for (GList *at = members; at != NULL; at = at->next) {
			deepest = MAX(deepest, measure(at->data));
		}
		return deepest + 1;
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	g_autoptr(JsonParser) parser = json_parser_new();

	if (tocsin_json_check(text, size, DEPTH, NULL) && size > 0 &&
	    json_parser_load_from_data(parser, text, (gssize)size, NULL)) {
		g_assert_cmpuint(measure(json_parser_get_root(parser)), <=, DEPTH);
	}
	return 0;
}
