/* SPDX-License-Identifier: MIT */
/* Sets the error that refuses a plugin. */
#include "plugin/refuse.h"

#include <tocsin/error.h>

gboolean
tocsin_refuse(GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN, text);
	return FALSE;
}
