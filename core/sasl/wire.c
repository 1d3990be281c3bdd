/* SPDX-License-Identifier: MIT */
/* Base64 as AUTH uses it. GLib's decoder skips what it does not know, so text is checked first. */
#include "sasl/wire.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/secret.h"
#include "sasl/exchange.h"

gboolean
tocsin_sasl_wire_encode(const void *bytes, gsize length, gboolean is_initial, tocsin_buf *out)
{
	if (length == 0) {
		return tocsin_buf_append(out, "=", is_initial ? 1 : 0);
	}
	char *text = g_base64_encode(bytes, length);
	gboolean is_appended = tocsin_buf_append(out, text, strlen(text));

	tocsin_wipe_free(text);
	return is_appended;
}

gboolean
tocsin_sasl_wire_append(const void *bytes, gsize length, gboolean is_initial, GString *line,
                        GError **error)
{
	if (length > TOCSIN_EXCHANGE_MAX_BYTES) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "an answer of %" G_GSIZE_FORMAT " bytes is too long for AUTH", length);
		return FALSE;
	}
	g_autoptr(tocsin_buf) text = tocsin_buf_new((length + 2) / 3 * 4 + 1);
	gsize text_length;

	tocsin_sasl_wire_encode(bytes, length, is_initial, text);
	const char *encoded = tocsin_buf_peek(text, &text_length);

	g_string_append_len(line, encoded, (gssize)text_length);
	return TRUE;
}

static gboolean
is_base64(const char *text, gsize length)
{
	gsize padding = 0;

	if (length % 4 != 0) {
		return FALSE;
	}
	while (padding < 2 && padding < length && text[length - 1 - padding] == '=') {
		padding++;
	}
	for (gsize i = 0; i < length - padding; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '+' && text[i] != '/') {
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_sasl_wire_decode(const char *text, gsize length, tocsin_buf *out, GError **error)
{
	while (length > 0 && g_ascii_isspace(text[length - 1])) {
		length--;
	}
	while (length > 0 && g_ascii_isspace(text[0])) {
		text++;
		length--;
	}
	if (!is_base64(text, length)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		            "the server's login challenge is not base64; giving up the login");
		return FALSE;
	}
	g_autofree char *copy = g_strndup(text, length); /* g_base64_decode() wants a NUL */
	gsize decoded_length;
	g_autofree guchar *decoded = g_base64_decode(copy, &decoded_length);

	if (!tocsin_buf_append(out, decoded, decoded_length)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the server's login challenge is too large; giving up the login");
		return FALSE;
	}
	return TRUE;
}
