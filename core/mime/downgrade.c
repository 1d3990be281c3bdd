/* SPDX-License-Identifier: MIT */
/* From 8 bits, binary or long lines to what every server takes. */
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

/* A field's body on one line, in UTF-8; of other bytes GMime guesses the charset. Encoded words in
 * it stay what they are: decoded, they could be taken for syntax. */
static char *
dup_body(const char *raw)
{
	char *body = g_mime_utils_header_unfold(raw);
	char *text;

	if (g_utf8_validate(body, -1, NULL)) {
		return body;
	}
	text = g_mime_utils_decode_8bit(NULL, body, strlen(body));
	g_free(body);
	return text;
}

/* Fields that are not ASCII become encoded words (RFC 2047), or parameters as RFC 2231 has them. */
static void
encode_header(GMimeObject *object)
{
	GMimeHeaderList *fields = g_mime_object_get_header_list(object);

	for (int i = 0; i < g_mime_header_list_get_count(fields); i++) {
		GMimeHeader *field = g_mime_header_list_get_header_at(fields, i);
		const char *raw = g_mime_header_get_raw_value(field);

		if (raw != NULL && !g_str_is_ascii(raw)) {
			g_autofree char *body = dup_body(raw);

			g_mime_header_set_value(field, tocsin_gmime_format(), body, "utf-8");
		}
	}
}

static gboolean
is_wide(GMimeContentEncoding encoding)
{
	return encoding == GMIME_CONTENT_ENCODING_8BIT || encoding == GMIME_CONTENT_ENCODING_BINARY;
}

/* What holds others may not claim to be wider than they are. */
static void
encode_holder(GMimeObject *holder)
{
	const char *encoding = g_mime_object_get_header(holder, "Content-Transfer-Encoding");

	encode_header(holder);
	if (encoding != NULL && is_wide(g_mime_content_encoding_from_string(encoding))) {
		g_mime_object_remove_header(holder, "Content-Transfer-Encoding");
	}
}

/* GMime leaves binary parts as they are, and enters no attached message. What is binary has its own
 * line ends, which only base64 keeps. */
static void
encode_part(GMimePart *part)
{
	encode_header(GMIME_OBJECT(part));
	if (g_mime_part_get_content(part) == NULL) {
		return; /* its header ends the message */
	}
	if (g_mime_part_get_content_encoding(part) == GMIME_CONTENT_ENCODING_BINARY) {
		g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	}
	g_mime_object_encode(GMIME_OBJECT(part), GMIME_ENCODING_CONSTRAINT_7BIT);
}

/* Encodes one object, and adds what it holds to @open. */
static void
encode_object(GMimeObject *object, GQueue *open)
{
	if (GMIME_IS_PART(object)) {
		encode_part(GMIME_PART(object));
	} else if (GMIME_IS_MULTIPART(object)) {
		encode_holder(object);
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++) {
			g_queue_push_tail(open,
			                  g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
		}
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		encode_holder(object);
		g_queue_push_tail(open,
		                  g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
	} else if (GMIME_IS_MESSAGE(object)) {
		encode_header(object);
		g_queue_push_tail(open, g_mime_message_get_mime_part(GMIME_MESSAGE(object)));
	}
}

static void
encode(GMimeMessage *message)
{
	GQueue open = G_QUEUE_INIT; /* borrowed; NULL where a message has no body */

	g_queue_push_tail(&open, message);
	while (open.length > 0) {
		encode_object(g_queue_pop_head(&open), &open);
	}
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
	encode(message);
	g_autoptr(GBytes) encoded = tocsin_gmime_serialize(GMIME_OBJECT(message));

	bytes = g_bytes_get_data(encoded, &length);
	if (!is_ascii(bytes, length)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the server takes only 7-bit text, and the message's header has what "
		            "cannot be encoded, or the message is no valid MIME");
		return NULL;
	}
	return tocsin_message_new(encoded, error);
}
