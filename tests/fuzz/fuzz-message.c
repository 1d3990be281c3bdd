/* SPDX-License-Identifier: MIT */
/* A message from outside: its fields, its envelope, and what is left when fields are taken out. */
#include <stdint.h>
#include <string.h>
#include <tocsin/message.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(data, size);
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);
	g_autofree char *sender = NULL;
	g_auto(GStrv) recipients = NULL;

	if (message == NULL) {
		return 0;
	}
	g_autoptr(TocsinMessage) hidden = tocsin_message_without_bcc(message);
	g_autoptr(TocsinMessage) with = tocsin_message_with(hidden, "X-Test", "value", NULL);
	g_autoptr(TocsinMessage) encoded = tocsin_message_to_7bit(message, NULL);

	g_assert_cmpuint(tocsin_message_count(hidden, "Bcc"), ==, 0);
	g_assert_cmpuint(tocsin_message_count(hidden, "To"), ==,
	                 tocsin_message_count(message, "To"));
	if (encoded != NULL) {
		g_autoptr(GBytes) seven = tocsin_message_get_octets(encoded);
		gsize length;
		const guint8 *bytes = g_bytes_get_data(seven, &length);

		for (gsize i = 0; i < length; i++) {
			g_assert_cmpuint(bytes[i], >, 0);
			g_assert_cmpuint(bytes[i], <, 0x80);
		}
	}
	if (with != NULL) {
		g_assert_cmpuint(tocsin_message_count(with, "X-Test"), >=, 1);
	}
	for (guint i = 0; i < MIN(tocsin_message_count(message, "Subject"), 4); i++) {
		g_autofree char *subject = tocsin_message_get(message, "Subject", i);

		g_assert_null(strpbrk(subject, "\r\n"));
	}
	if (tocsin_message_get_envelope(message, &sender, &recipients, NULL)) {
		g_assert_null(strpbrk(sender, "\r\n<>"));
	}
	return 0;
}
