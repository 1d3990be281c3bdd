/* SPDX-License-Identifier: MIT */
/* Parses the bytes as a template, checks it against a schema and renders it within small limits. */
#include <stddef.h>
#include <stdint.h>

#include "template/check.h"

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
	g_autoptr(TocsinTemplate) template =
	        tocsin_template_parse("fuzz", (const char *)data, (gssize)size, &limits, NULL);
	g_autoptr(TocsinDatum) names = tocsin_datum_new_map();
	TocsinTemplateContext context = {.escape = TOCSIN_ESCAPE_HTML};

	tocsin_datum_set_named(names, "n", tocsin_datum_new_int(3));
	tocsin_datum_set_named(names, "s", tocsin_datum_new_string("<a> b", -1));
	if (template != NULL) {
		g_ptr_array_unref(tocsin_template_check(template, names, NULL, NULL));
		g_free(tocsin_template_render(template, names, &context, NULL));
	}
	return 0;
}
