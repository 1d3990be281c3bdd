/* SPDX-License-Identifier: MIT */
/* One header field as text: nothing from outside can end it. */
#include "mime/header.h"

#include <gmime/gmime.h>
#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "mime/gmime.h"

#define NAME_MAX_LENGTH 76u
#define VALUE_MAX_LENGTH 65536u
#define CHUNK_LENGTH 36u /* bytes of an encoded word, so that it fits behind a field name */

gboolean
tocsin_header_check(const char *name, const char *value, GError **error)
{
	gsize name_length = strnlen(name, NAME_MAX_LENGTH + 1);
	gsize value_length = strlen(value);
	gboolean is_name = name_length > 0 && name_length <= NAME_MAX_LENGTH;

	for (gsize i = 0; is_name && i < name_length; i++) {
		is_name = name[i] > 0x20 && name[i] < 0x7f && name[i] != ':';
	}
	if (!is_name) {
		g_autofree char *shown =
		        tocsin_text_for_display(name, strlen(name), NAME_MAX_LENGTH);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no header's name: 1 to %u printable ASCII characters but the "
		            "colon",
		            shown, NAME_MAX_LENGTH);
		return FALSE;
	}
	if (value_length > VALUE_MAX_LENGTH ||
	    !g_utf8_validate(value, (gssize)value_length, NULL) ||
	    tocsin_text_find_control(value, value_length) >= 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the value of the header '%s' is not one line of UTF-8, or too long",
		            name);
		return FALSE;
	}
	return TRUE;
}

char *
tocsin_header_format(const char *name, const char *value, GError **error)
{
	if (!tocsin_header_check(name, value, error)) {
		return NULL;
	}
	tocsin_gmime_ensure();
	g_autofree char *encoded =
	        g_mime_utils_header_encode_text(tocsin_gmime_format(), value, "utf-8");
	g_autofree char *whole = g_strdup_printf("%s: %s", name, encoded);
	g_autofree char *folded =
	        g_mime_utils_unstructured_header_fold(NULL, tocsin_gmime_format(), whole);
	g_auto(GStrv) lines = g_strsplit(folded, "\n", -1); /* GMime folds with a bare LF */

	return g_strjoinv("\r\n", lines);
}

gboolean
tocsin_header_is_media_type(const char *text)
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	                            "!#$%&'*+-.^_`{|}~";
	gsize length = strspn(text, token);
	gsize rest = text[length] == '/' ? strspn(text + length + 1, token) : 0;
	const char *end = text + length + 1 + rest;

	return length > 0 && rest > 0 && (*end == '\0' || *end == ';' || *end == ' ') &&
	       g_str_is_ascii(text) && tocsin_text_find_control(text, strlen(text)) < 0;
}

char *
tocsin_header_protect(const char *value)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (strstr(value, "=?") == NULL) {
		return g_strdup(value);
	}
	/* The white space between encoded words is not seen. */
	while (*value != '\0') {
		gsize length = strnlen(value, CHUNK_LENGTH);
		g_autofree char *base64 = NULL;

		while (((guchar)value[length] & 0xc0) == 0x80) {
			length--;
		}
		base64 = g_base64_encode((const guchar *)value, length);
		g_string_append_printf(out, "%s=?utf-8?B?%s?=", out->len > 0 ? " " : "", base64);
		value += length;
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
