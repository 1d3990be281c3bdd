/* SPDX-License-Identifier: MIT */
/* Addresses and message text in the forms that smtplib's helpers make. */
#include "lib/path.h"

#include <string.h>

#include "model/address-compat.h"
#include "model/address.h"
#include "smtp/content.h"

static char *
read_like_python(const char *text)
{
	g_autofree char *quoted = tocsin_address_quoteaddr(text);
	const char *from = quoted[0] == '<' ? quoted + 1 : quoted;
	gsize length = strlen(from);

	return g_strndup(from, length > 0 && from[length - 1] == '>' ? length - 1 : length);
}

char *
tocsin_lib_path(const TocsinSmtp *self, const char *text, gboolean is_sender, GError **error)
{
	g_autoptr(TocsinAddress) address = NULL;

	if (self->is_compatible) {
		return read_like_python(text);
	}
	if (is_sender && (text[0] == '\0' || strcmp(text, "<>") == 0)) {
		return g_strdup("");
	}
	if (tocsin_address_check_spec(text, TRUE, NULL)) {
		return g_strdup(text);
	}
	address = tocsin_address_parse(text, -1, error);
	return address != NULL ? g_strdup(address->spec) : NULL;
}

char *
tocsin_smtp_quoteaddr(const char *text)
{
	return tocsin_address_quoteaddr(text);
}

static void
append(gpointer user, const void *bytes, gsize length)
{
	g_byte_array_append(user, bytes, (guint)length);
}

GBytes *
tocsin_smtp_quotedata(const void *octets, gsize length)
{
	TocsinContentEncoder encoder = {.mode = TOCSIN_CONTENT_DOTS};
	GByteArray *out = g_byte_array_new();

	tocsin_content_encode(&encoder, octets, length, append, out);
	if (encoder.is_after_cr) {
		append(out, "\r\n", 2);
	}
	return g_byte_array_free_to_bytes(out);
}
