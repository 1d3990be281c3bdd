/* SPDX-License-Identifier: MIT */
/* The content encoder: what a strict server decodes is the message with CRLF line ends, whatever
 * the message and however it comes in parts. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "smtp/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
collect(gpointer user, const void *bytes, gsize length)
{
	g_string_append_len(user, bytes, (gssize)length);
}

static GString *
encode(TocsinContentMode mode, const uint8_t *data, size_t size, size_t step)
{
	TocsinContentEncoder encoder = {.mode = mode};
	GString *out = g_string_new(NULL);

	for (size_t at = 0; at < size; at += step) {
		tocsin_content_encode(&encoder, data + at, MIN(step, size - at), collect, out);
	}
	tocsin_content_finish(&encoder, collect, out);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) dots = encode(TOCSIN_CONTENT_DOTS, data, size, MAX(size, 1));
	g_autoptr(GString) again = encode(TOCSIN_CONTENT_DOTS, data, size, 3);
	g_autoptr(GString) lines = encode(TOCSIN_CONTENT_LINES, data, size, 5);
	TocsinContentScan scan = {0};
	const char *at = dots->str;
	gsize decoded = 0;

	g_assert_true(g_string_equal(dots, again));
	tocsin_content_scan(&scan, data, size);
	g_assert_cmpuint(tocsin_content_scan_size(&scan), ==, lines->len);
	for (;;) {
		const char *end = memmem(at, (gsize)(dots->str + dots->len - at), "\r\n", 2);

		g_assert_nonnull(end);
		if (end == at + 1 && *at == '.') {
			g_assert_true(end + 2 == dots->str + dots->len);
			break;
		}
		at += *at == '.';
		g_assert_cmpuint(decoded + (gsize)(end + 2 - at), <=, lines->len);
		g_assert_cmpint(memcmp(lines->str + decoded, at, (gsize)(end + 2 - at)), ==, 0);
		decoded += (gsize)(end + 2 - at);
		at = end + 2;
	}
	g_assert_cmpuint(decoded, ==, lines->len);
	return 0;
}
