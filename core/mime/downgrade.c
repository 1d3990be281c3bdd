/* SPDX-License-Identifier: MIT */
/* From 8 bits or long lines to what every server takes. */
#include <gmime/gmime.h>
#include <string.h>
#include <tocsin/message.h>

#include "mime/gmime.h"
#include "mime/lines.h"

static gboolean
is_ascii(const guint8 *octets, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (octets[i] >= 0x80 || octets[i] == 0) {
			return FALSE;
		}
	}
	return TRUE;
}

static GMimeMessage *
parse(const void *octets, gsize length)
{
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(octets, length);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);

	return g_mime_parser_construct_message(parser, NULL);
}

TocsinMessage *
tocsin_message_to_7bit(TocsinMessage *self, GError **error)
{
	g_autoptr(GBytes) octets = tocsin_message_get_octets(self);
	gsize length;
	const guint8 *bytes = g_bytes_get_data(octets, &length);

	if (is_ascii(bytes, length) && tocsin_lines_are_short(bytes, length)) {
		return tocsin_message_ref(self);
	}
	tocsin_gmime_ensure();
	g_autoptr(GMimeMessage) message = parse(bytes, length);

	if (message == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the server takes only 7-bit text, and the message cannot be read to "
		            "encode it");
		return NULL;
	}
	g_mime_object_encode(GMIME_OBJECT(message), GMIME_ENCODING_CONSTRAINT_7BIT);
	g_autoptr(GBytes) encoded = tocsin_gmime_serialize(GMIME_OBJECT(message));

	bytes = g_bytes_get_data(encoded, &length);
	if (!is_ascii(bytes, length)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the server takes only 7-bit text, and the message's header or its "
		            "preamble is "
		            "not ASCII");
		return NULL;
	}
	return tocsin_message_new(encoded, error);
}
