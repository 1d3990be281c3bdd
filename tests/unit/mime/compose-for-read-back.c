/* SPDX-License-Identifier: MIT */
/* Composes one message with everything that is hard to write, for read-back.py. */
#include <stdio.h>
#include <string.h>
#include <tocsin/message.h>

int
main(void)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();
	g_autofree char *long_line = g_strnfill(3000, 'x');
	g_autofree char *text = g_strconcat(
	        "gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x94\n.dot\nFrom here\n", long_line, "\n", NULL);
	guint8 every_byte[256];

	for (guint i = 0; i < sizeof(every_byte); i++) {
		every_byte[i] = (guint8)i;
	}
	g_autoptr(GBytes) binary = g_bytes_new(every_byte, sizeof(every_byte));
	g_autoptr(GBytes) log = g_bytes_new_static("one\r\ntwo\nthree", 14);

	g_assert_true(tocsin_composer_add_addresses(
	        composer, "From", "\"J\xc3\xbcrgen, Dr.\" <juergen@example.org>", NULL));
	g_assert_true(tocsin_composer_add_addresses(
	        composer, "To",
	        "a@example.org, \"B, C\" <b@example.org>, \xe6\x97\xa5 <c@example.org>", NULL));
	tocsin_composer_set_subject(
	        composer,
	        "\xc3\x84nderung an \xe2\x80\x9e"
	        "server-with-a-very-long-name-indeed\xe2\x80\x9c: "
	        "the disk of the machine is full and this subject is longer than one line");
	g_assert_true(tocsin_composer_add_header(composer, "X-Note", "\xe2\x9c\x93 done", NULL));
	/* What looks encoded and is not meant so is read as it is, or in a name nearly so. */
	g_assert_true(tocsin_composer_add_addresses(
	        composer, "Cc", "\"=?utf-8?B?DQpCY2M6?= x\" <d@example.org>", NULL));
	g_assert_true(tocsin_composer_add_header(
	        composer, "X-Literal",
	        "a =?utf-8?q?b?= =?utf-8?B?DQpCY2M6IGV2aWw=?=  c \xc3\xa4 and on and on until it "
	        "is more than one encoded word can hold =?",
	        NULL));
	tocsin_composer_set_date(composer, G_GINT64_CONSTANT(1700000000000000));
	tocsin_composer_set_text(composer, text);
	tocsin_composer_set_html(composer, "<p>gr\xc3\xbc\xc3\x9f</p>\n");
	g_assert_true(tocsin_composer_attach(composer, "r\xc3\xa9sum\xc3\xa9 2.bin",
	                                     "application/octet-stream", binary, NULL));
	g_assert_true(tocsin_composer_attach(composer, "build.log", NULL, log, NULL));
	g_autoptr(TocsinMessage) message = tocsin_composer_finish(composer, NULL);
	g_autoptr(GBytes) octets = tocsin_message_get_octets(message);
	gsize length;
	const void *bytes = g_bytes_get_data(octets, &length);

	return fwrite(bytes, 1, length, stdout) == length ? 0 : 1;
}
