/* SPDX-License-Identifier: MIT */
/* A list divided by semicolons. */
#include "problems.h"

#include <stdarg.h>
#include <tocsin/error.h>

void
tocsin_problems_add(GString *problems, const char *format, ...)
{
	va_list arguments;

	if (problems->len > 0) {
		g_string_append(problems, "; ");
	}
	va_start(arguments, format);
	g_string_append_vprintf(problems, format, arguments);
	va_end(arguments);
}

void
tocsin_problems_add_error(GString *problems, GError **error)
{
	tocsin_problems_add(problems, "%s", (*error)->message);
	g_clear_error(error);
}

gboolean
tocsin_problems_are_none(const GString *problems, GError **error)
{
	if (problems->len > 0) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, problems->str);
	}
	return problems->len == 0;
}
