/* SPDX-License-Identifier: MIT */
#include "abi/buf.h"

static void
collects_what_is_put(void)
{
	g_autoptr(tocsin_buf) buf = tocsin_buf_new(10);
	gsize length;

	g_assert_cmpstr(tocsin_buf_peek(buf, &length), ==, "");
	g_assert_cmpuint(length, ==, 0);
	g_assert_true(tocsin_buf_append(buf, "ab", 2));
	g_assert_true(tocsin_buf_append(buf, "c\0d", 3));
	const char *bytes = tocsin_buf_peek(buf, &length);

	g_assert_cmpmem(bytes, length, "abc\0d", 5);
	g_assert_cmpint(bytes[5], ==, '\0');
}

static void
refuses_to_pass_its_limit(void)
{
	g_autoptr(tocsin_buf) buf = tocsin_buf_new(4);
	gsize length;

	g_assert_true(tocsin_buf_append(buf, "abcd", 4));
	g_assert_false(tocsin_buf_append(buf, "e", 1));
	g_assert_cmpmem(tocsin_buf_peek(buf, &length), 4, "abcd", 4);
	g_assert_false(tocsin_buf_append(buf, "e", G_MAXSIZE));
}

static void
nothing_put_differs_from_put_nothing(void)
{
	g_autoptr(tocsin_buf) buf = tocsin_buf_new(4);

	g_assert_false(tocsin_buf_is_touched(buf));
	g_assert_true(tocsin_buf_append(buf, NULL, 0));
	g_assert_true(tocsin_buf_is_touched(buf));
	tocsin_buf_clear(buf);
	g_assert_false(tocsin_buf_is_touched(buf));
}

static void
clearing_wipes(void)
{
	g_autoptr(tocsin_buf) buf = tocsin_buf_new(100);

	g_assert_true(tocsin_buf_append(buf, "hunter2", 7));
	const char *bytes = tocsin_buf_peek(buf, NULL);

	tocsin_buf_clear(buf);
	for (guint i = 0; i < 8; i++) {
		g_assert_cmpint(bytes[i], ==, 0);
	}
	g_assert_true(tocsin_buf_append(buf, "x", 1));
	g_assert_cmpstr(tocsin_buf_peek(buf, NULL), ==, "x");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/buf/collects_what_is_put", collects_what_is_put);
	g_test_add_func("/buf/refuses_to_pass_its_limit", refuses_to_pass_its_limit);
	g_test_add_func("/buf/nothing_put_differs_from_put_nothing",
	                nothing_put_differs_from_put_nothing);
	g_test_add_func("/buf/clearing_wipes", clearing_wipes);
	return g_test_run();
}
