/* SPDX-License-Identifier: MIT */
/* Parses the bytes as an expression and evaluates it. */
#include <stddef.h>
#include <stdint.h>

#include "template/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const TocsinTemplateLimits limits = {.source_bytes = 4096,
	                                            .nesting = 30,
	                                            .depth = 60,
	                                            .steps = 3000,
	                                            .iterations = 200,
	                                            .members = 200,
	                                            .string_bytes = 4096,
	                                            .memory_bytes = 65536,
	                                            .output_bytes = 8192,
	                                            .regex_bytes = 64,
	                                            .regex_matches = 500};
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(TocsinExpression) expression =
	        tocsin_expression_parse("fuzz", text, &limits, NULL);
	g_autoptr(TocsinDatum) names = tocsin_datum_new_map();

	tocsin_datum_set_named(names, "n", tocsin_datum_new_int(3));
	tocsin_datum_set_named(names, "s", tocsin_datum_new_string("<a> b", -1));
	if (expression != NULL) {
		tocsin_datum_unref(tocsin_expression_evaluate(
		        expression, tocsin_expression_lookup_map, names, NULL, NULL));
	}
	return 0;
}
