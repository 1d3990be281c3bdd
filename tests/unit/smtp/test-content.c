/* SPDX-License-Identifier: MIT */
/* The content encoder and scanner, against a slow model of what they should do. */
#include <string.h>

#include "smtp/content.h"
#include "tocsin/error.h"

static void
collect(gpointer user, const void *bytes, gsize length)
{
	g_string_append_len(user, bytes, (gssize)length);
}

/* Encodes in parts of @step bytes. */
static GString *
encode(TocsinContentMode mode, const char *bytes, gsize length, gsize step)
{
	TocsinContentEncoder encoder = {.mode = mode};
	GString *out = g_string_new(NULL);

	for (gsize at = 0; at < length; at += step) {
		tocsin_content_encode(&encoder, bytes + at, MIN(step, length - at), collect, out);
	}
	tocsin_content_finish(&encoder, collect, out);
	return out;
}

/* The message with CRLF at all line ends and behind the last line, the plain way. */
static GString *
normalise(const char *bytes, gsize length)
{
	GString *out = g_string_new(NULL);

	for (gsize i = 0; i < length; i++) {
		if (bytes[i] == '\r' || bytes[i] == '\n') {
			i += bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n';
			g_string_append(out, "\r\n");
		} else {
			g_string_append_c(out, bytes[i]);
		}
	}
	if (out->len < 2 || memcmp(out->str + out->len - 2, "\r\n", 2) != 0) {
		g_string_append(out, "\r\n");
	}
	return out;
}

/* What a strict server makes of DATA: up to the first CRLF.CRLF, dots taken off; the rest into
 * *@out_rest. */
static GString *
decode(const GString *wire, gsize *out_rest)
{
	GString *out = g_string_new(NULL);
	const char *at = wire->str;
	const char *end = wire->str + wire->len;

	while (at < end) {
		const char *crlf = memmem(at, (gsize)(end - at), "\r\n", 2);

		g_assert_nonnull(crlf);
		if (crlf == at + 1 && *at == '.') {
			*out_rest = (gsize)(end - crlf - 2);
			return out;
		}
		at += *at == '.';
		g_string_append_len(out, at, crlf + 2 - at);
		at = crlf + 2;
	}
	g_assert_not_reached();
}

static void
check_message(const char *bytes, gsize length)
{
	g_autoptr(GString) wanted = normalise(bytes, length);
	gboolean was_clean = FALSE;

	for (gsize step = 1; step <= length + 1; step = step * 2 + 1) {
		g_autoptr(GString) wire = encode(TOCSIN_CONTENT_DOTS, bytes, length, step);
		g_autoptr(GString) lines = encode(TOCSIN_CONTENT_LINES, bytes, length, step);
		gsize rest = 1;
		g_autoptr(GString) decoded = decode(wire, &rest);
		TocsinContentScan scan = {0};

		g_assert_cmpmem(decoded->str, decoded->len, wanted->str, wanted->len);
		g_assert_cmpuint(rest, ==, 0);
		g_assert_cmpmem(lines->str, lines->len, wanted->str, wanted->len);
		for (gsize i = 0; i < wire->len; i++) {
			g_assert_true(wire->str[i] != '\n' || (i > 0 && wire->str[i - 1] == '\r'));
			g_assert_true(wire->str[i] != '\r' || wire->str[i + 1] == '\n');
		}
		for (gsize at = 0; at < length; at += step) {
			tocsin_content_scan(&scan, bytes + at, MIN(step, length - at));
		}
		g_assert_cmpuint(tocsin_content_scan_size(&scan), ==, wanted->len);
		g_assert_cmpuint(wire->len, ==, wanted->len + scan.dots + 3);
		was_clean = tocsin_content_scan_is_clean(&scan);
		g_assert_cmpint(was_clean, ==,
		                length > 0 && wire->len == length + 3 &&
		                        memcmp(wire->str, bytes, length) == 0);
	}
}

/* Each known way to end a message before its end (CVE-2023-51764 and its kin). */
static void
lets_no_smuggling_out(void)
{
	static const char *const ends[] = {
	        "\n.\n",     "\n.\r\n", "\r.\r",      "\r\n.\n",   "\r\n.\r",   "\r.\n",
	        "\r.\r\n",   "\n.\r",   "\r\n.\r\n",  "\n\n.\n",   "\r\r\n.\r", "\r\n\r.\r\n",
	        "\n.\n\r\n", ".\r\n",   "\r\n..\r\n", "\r\n.\n\n", "\n\r.\n\r", "\r\n.\r\r\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *message = g_strconcat(
		        "Subject: a\r\n\r\nx", ends[i],
		        "MAIL FROM:<evil@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n", ends[i], NULL);

		check_message(message, strlen(message));
	}
}

static void
agrees_with_the_model_on_random_messages(void)
{
	static const char letters[] = "\r\n.\r\n.ab";

	for (guint round = 0; round < 3000; round++) {
		char bytes[200];
		gsize length = (gsize)g_test_rand_int_range(0, (gint32)sizeof bytes);

		for (gsize i = 0; i < length; i++) {
			bytes[i] = letters[g_test_rand_int_range(0, (gint32)sizeof letters - 1)];
		}
		check_message(bytes, length);
	}
}

/* Long lines, so that whole blocks of the scanner hold no line end, or one at each place. */
static void
agrees_with_the_model_on_long_lines(void)
{
	for (gsize line = 0; line < 140; line++) {
		g_autoptr(GString) message = g_string_new(NULL);

		for (guint i = 0; i < 5; i++) {
			for (gsize j = 0; j < line; j++) {
				g_string_append_c(message, j == 0 && i == 3 ? '.' : 'x');
			}
			g_string_append(message, "\r\n");
		}
		check_message(message->str, message->len);
		/* And the same with LF alone. */
		for (gsize at = 0; at < message->len; at++) {
			if (message->str[at] == '\r') {
				g_string_erase(message, (gssize)at, 1);
			}
		}
		check_message(message->str, message->len);
	}
}

static void
sees_what_is_in_a_message(void)
{
	TocsinContentScan scan = {0};
	g_autofree char *line = g_strnfill(999, 'x');

	tocsin_content_scan(&scan, "a\r\n", 3);
	tocsin_content_scan(&scan, line, 500);
	tocsin_content_scan(&scan, line, 499);
	g_assert_cmpuint(scan.longest, ==, 999);
	tocsin_content_scan(&scan, "\r\nb", 3);
	g_assert_cmpuint(scan.longest, ==, 999);
	g_assert_false(scan.has_8bit);
	g_assert_false(scan.has_nul);
	tocsin_content_scan(&scan, "\xc3", 1);
	g_assert_true(scan.has_8bit);
	tocsin_content_scan(&scan, "\0", 1);
	g_assert_true(scan.has_nul);
	for (gsize length = 1; length < 300; length++) {
		TocsinContentScan one = {0};
		g_autofree char *text = g_strnfill(length, 'x');

		tocsin_content_scan(&one, text, length);
		g_assert_cmpuint(one.longest, ==, length);
		tocsin_content_scan(&one, "\r\nyy\r\n", 6);
		g_assert_cmpuint(one.longest, ==, MAX(length, 2));
		g_assert_true(tocsin_content_scan_is_clean(&one));
	}
}

/* Wherever the message is cut in two. */
static void
tells_a_header_that_is_not_ascii(void)
{
	static const struct {
		const char *text;
		gboolean has_8bit;
		gboolean is_foreign;
	} cases[] = {
	        {"A: b\r\n\r\n\xc3\xbc\r\n", FALSE},
	        {"A: b\n\n\xc3\xbc\n", FALSE},
	        {"A: b\r\r\xc3\xbc\r", FALSE},
	        {"A: \xc3\xbc\r\n\r\n", TRUE},
	        {"A: b\r\n c \xc3\xbc\r\n\r\n", TRUE},
	        {"A: b\rB: \xc3\xbc\r\r", TRUE},
	        {"A: b\r\n\tc\r\nB: \xc3\xbc", TRUE},
	        {"no header at all \xc3\xbc\r\n", FALSE},
	        {"\xc3\xbc: x\r\n\r\n", FALSE},
	        {"\r\nA: \xc3\xbc\r\n", FALSE},
	        {"A: b\r\nno field\r\nB: \xc3\xbc\r\n", FALSE},
	        {"A: \xfc\r\nB: c\r\n\r\n", TRUE, TRUE},
	        {"A: \xc3\xbc \xe2\x82\xac \xf0\x9f\x94\x94\r\nB: \xe4\r\n\r\n", TRUE, TRUE},
	        {"A: \xc3\r\n\r\n\xbc", TRUE, TRUE},
	        {"A: \xc3", TRUE, TRUE},
	        {"A: \xe2\x82 x\r\n\r\n", TRUE, TRUE},
	        {"A: \xc3\xbc \xe2\x82\xac \xf0\x9f\x94\x94\r\n\r\n\xfc\r\n", TRUE, FALSE},
	        {"", FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *text = cases[i].text;
		const TocsinContent content = {.bytes = text, .length = strlen(text)};
		TocsinContentScan scan;

		g_assert_true(tocsin_content_survey(&content, &scan, NULL));
		g_assert_cmpint(scan.has_8bit_header, ==, cases[i].has_8bit);
		g_assert_cmpint(scan.is_header_foreign, ==, cases[i].is_foreign);
		for (gsize cut = 0; cut <= strlen(text); cut++) {
			TocsinHeaderScan header = {0};

			tocsin_header_scan(&header, text, cut);
			tocsin_header_scan(&header, text + cut, strlen(text) - cut);
			g_assert_cmpint(header.has_8bit, ==, cases[i].has_8bit);
		}
	}
}

static void
makes_of_nothing_an_empty_line(void)
{
	g_autoptr(GString) wire = encode(TOCSIN_CONTENT_DOTS, "", 0, 1);

	g_assert_cmpstr(wire->str, ==, "\r\n.\r\n");
}

static void
leaves_binary_alone(void)
{
	static const char bytes[] = "\r.\0\n.\r";
	g_autoptr(GString) wire = encode(TOCSIN_CONTENT_BINARY, bytes, 6, 2);

	g_assert_cmpmem(wire->str, wire->len, bytes, 6);
}

static void
needs_no_square_of_time_for_bare_cr(void)
{
	gsize length = (gsize)4 << 20;
	g_autofree char *bytes = g_strnfill(length, '\r');
	g_autoptr(GString) wire = encode(TOCSIN_CONTENT_LINES, bytes, length, length);

	g_assert_cmpuint(wire->len, ==, 2 * length);
}

static gint64
pull_thrice(gpointer user, guint64 offset, const void **out_bytes)
{
	*out_bytes = "ab\n";
	return offset >= 9 ? GPOINTER_TO_INT(user) : 3 - (gint64)(offset % 3);
}

static void
surveys_what_is_pulled(void)
{
	TocsinContent content = {.pull = pull_thrice};
	TocsinContentScan scan;
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_content_survey(&content, &scan, &error));
	g_assert_cmpuint(tocsin_content_scan_size(&scan), ==, 12);
	content.user = GINT_TO_POINTER(-1);
	g_assert_false(tocsin_content_survey(&content, &scan, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smtp/content/lets_no_smuggling_out", lets_no_smuggling_out);
	g_test_add_func("/smtp/content/agrees_with_the_model_on_random_messages",
	                agrees_with_the_model_on_random_messages);
	g_test_add_func("/smtp/content/agrees_with_the_model_on_long_lines",
	                agrees_with_the_model_on_long_lines);
	g_test_add_func("/smtp/content/sees_what_is_in_a_message", sees_what_is_in_a_message);
	g_test_add_func("/smtp/content/tells_a_header_that_is_not_ascii",
	                tells_a_header_that_is_not_ascii);
	g_test_add_func("/smtp/content/makes_of_nothing_an_empty_line",
	                makes_of_nothing_an_empty_line);
	g_test_add_func("/smtp/content/leaves_binary_alone", leaves_binary_alone);
	g_test_add_func("/smtp/content/needs_no_square_of_time_for_bare_cr",
	                needs_no_square_of_time_for_bare_cr);
	g_test_add_func("/smtp/content/surveys_what_is_pulled", surveys_what_is_pulled);
	return g_test_run();
}
