/* SPDX-License-Identifier: MIT */
#include "sasl/wire.h"

#include <string.h>
#include <tocsin/error.h>

#include "sasl/exchange.h"

static void
encodes_answers(void)
{
	g_autoptr(tocsin_buf) out = tocsin_buf_new(100);

	g_assert_true(tocsin_sasl_wire_encode("\0u\0p", 4, TRUE, out));
	g_assert_cmpstr(tocsin_buf_peek(out, NULL), ==, "AHUAcA==");
	tocsin_buf_clear(out);
	g_assert_true(tocsin_sasl_wire_encode(NULL, 0, FALSE, out));
	g_assert_cmpstr(tocsin_buf_peek(out, NULL), ==, "");
	g_assert_true(tocsin_sasl_wire_encode(NULL, 0, TRUE, out));
	g_assert_cmpstr(tocsin_buf_peek(out, NULL), ==, "=");
}

static void
appends_answers_up_to_the_limit(void)
{
	g_autofree char *bytes = g_strnfill(TOCSIN_EXCHANGE_MAX_BYTES + 1, 'x');
	g_autoptr(GString) line = g_string_new("AUTH X ");
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_sasl_wire_append("<1>", 3, FALSE, line, NULL));
	g_assert_cmpstr(line->str, ==, "AUTH X PDE+");
	g_assert_true(tocsin_sasl_wire_append("", 0, FALSE, line, NULL));
	g_assert_true(tocsin_sasl_wire_append(NULL, 0, TRUE, line, NULL));
	g_assert_cmpstr(line->str, ==, "AUTH X PDE+=");
	g_string_truncate(line, 0);
	g_assert_true(tocsin_sasl_wire_append(bytes, TOCSIN_EXCHANGE_MAX_BYTES, FALSE, line, NULL));
	g_assert_cmpuint(line->len, ==, 12288); /* RFC 4954 section 4 */
	g_assert_false(
	        tocsin_sasl_wire_append(bytes, TOCSIN_EXCHANGE_MAX_BYTES + 1, FALSE, line, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_assert_cmpuint(line->len, ==, 12288);
}

static void
decodes_challenges(void)
{
	g_autoptr(tocsin_buf) out = tocsin_buf_new(100);

	g_assert_true(tocsin_sasl_wire_decode(" PDE+ \r\n", 8, out, NULL));
	g_assert_cmpstr(tocsin_buf_peek(out, NULL), ==, "<1>");
	tocsin_buf_clear(out);
	g_assert_true(tocsin_sasl_wire_decode("", 0, out, NULL));
	g_assert_cmpstr(tocsin_buf_peek(out, NULL), ==, "");
}

static void
refuses_what_is_no_base64(void)
{
	const char *const bad[] = {"PDE",        "PD+=x", "====", "P===", "PD E",
	                           "PDE+\nPDE+", "Pä==",  "=",    NULL};

	for (const char *const *text = bad; *text != NULL; text++) {
		g_autoptr(tocsin_buf) out = tocsin_buf_new(100);
		g_autoptr(GError) error = NULL;

		g_assert_false(tocsin_sasl_wire_decode(*text, strlen(*text), out, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
		g_assert_cmpstr(tocsin_buf_peek(out, NULL), ==, "");
	}
}

static void
refuses_more_than_the_buffer_takes(void)
{
	g_autoptr(tocsin_buf) out = tocsin_buf_new(2);
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_sasl_wire_decode("PDE+", 4, out, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_assert_false(tocsin_sasl_wire_encode("abc", 3, FALSE, out));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/encodes_answers", encodes_answers);
	g_test_add_func("/wire/appends_answers_up_to_the_limit", appends_answers_up_to_the_limit);
	g_test_add_func("/wire/decodes_challenges", decodes_challenges);
	g_test_add_func("/wire/refuses_what_is_no_base64", refuses_what_is_no_base64);
	g_test_add_func("/wire/refuses_more_than_the_buffer_takes",
	                refuses_more_than_the_buffer_takes);
	return g_test_run();
}
