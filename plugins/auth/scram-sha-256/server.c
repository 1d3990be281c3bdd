/* SPDX-License-Identifier: MIT */
/* What a SCRAM server sends: parsing server-first and server-final (RFC 5802 section 7). */
#include <string.h>

#include "scram.h"

#define ITERATIONS_MIN 4096u
#define ITERATIONS_MAX 1000000u /* some tenths of a second */
#define SALT_MAX 1024u

void
scram_server_first_clear(ScramServerFirst *self)
{
	g_clear_pointer(&self->nonce, g_free);
	g_clear_pointer(&self->salt, g_free);
}

/* The value of the attribute @name at the start of *@text, which moves behind it and its comma.
 * NULL if something else stands there. */
static char *
take_attribute(const char **text, const char *end, char name)
{
	const char *p = *text;

	if (end - p < 2 || p[0] != name || p[1] != '=') {
		return NULL;
	}
	const char *comma = memchr(p, ',', (gsize)(end - p));
	const char *stop = comma == NULL ? end : comma;

	if (memchr(p, '\0', (gsize)(stop - p)) != NULL) {
		return NULL;
	}
	*text = comma == NULL ? end : comma + 1;
	return g_strndup(p + 2, (gsize)(stop - p - 2));
}

/* GLib's decoder passes over what it does not know: its result has to encode to the same text. */
static guchar *
decode_base64(const char *text, gsize *out_length)
{
	g_autofree guchar *bytes = g_base64_decode(text, out_length);
	g_autofree char *again = g_base64_encode(bytes, *out_length);

	return strcmp(text, again) == 0 ? g_steal_pointer(&bytes) : NULL;
}

static const char *
check_server_first(ScramServerFirst *self, const char *salt, const char *iterations,
                   const char *client_nonce)
{
	guint64 count = 0;

	if (self->nonce == NULL || !g_str_has_prefix(self->nonce, client_nonce) ||
	    strlen(self->nonce) == strlen(client_nonce)) {
		return "the server's nonce does not go on from ours";
	}
	self->salt = salt == NULL ? NULL : decode_base64(salt, &self->salt_length);
	if (self->salt == NULL || self->salt_length == 0 || self->salt_length > SALT_MAX) {
		return "the server's salt is missing or no base64";
	}
	if (iterations == NULL ||
	    !g_ascii_string_to_unsigned(iterations, 10, 1, G_MAXUINT32, &count, NULL)) {
		return "the server's iteration count is missing or no number";
	}
	if (count < ITERATIONS_MIN || count > ITERATIONS_MAX) {
		return "the server's iteration count is not between 4096 and 1000000";
	}
	self->iterations = (guint)count;
	return NULL;
}

const char *
scram_parse_server_first(const char *text, gsize length, const char *client_nonce,
                         ScramServerFirst *out)
{
	const char *end = text + length;

	if (length >= 2 && text[0] == 'm' && text[1] == '=') {
		return "the server demands an extension that nobody defined";
	}
	out->nonce = take_attribute(&text, end, 'r');
	g_autofree char *salt = take_attribute(&text, end, 's');
	g_autofree char *iterations = take_attribute(&text, end, 'i');
	const char *flaw = check_server_first(out, salt, iterations, client_nonce);

	if (flaw != NULL) {
		scram_server_first_clear(out);
	}
	return flaw;
}

const char *
scram_parse_server_final(const char *text, gsize length, guchar out_signature[SCRAM_DIGEST_LENGTH],
                         char **out_refusal)
{
	const char *end = text + length;
	gsize decoded_length = 0;

	*out_refusal = take_attribute(&text, end, 'e');
	if (*out_refusal != NULL) {
		return "the server refuses";
	}
	g_autofree char *verifier = take_attribute(&text, end, 'v');
	g_autofree guchar *decoded =
	        verifier == NULL ? NULL : decode_base64(verifier, &decoded_length);

	if (decoded == NULL || decoded_length != SCRAM_DIGEST_LENGTH) {
		return "the server's last message holds no signature";
	}
	memcpy(out_signature, decoded, SCRAM_DIGEST_LENGTH);
	return NULL;
}
