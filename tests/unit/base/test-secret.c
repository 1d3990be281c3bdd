/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <string.h>

static void
keeps_bytes_with_nul(void)
{
	g_autoptr(TocsinSecret) secret = tocsin_secret_new("a\0b", 3);
	gsize length;
	const char *bytes = tocsin_secret_peek(secret, &length);

	g_assert_cmpmem(bytes, length, "a\0b", 3);
	g_assert_cmpint(bytes[3], ==, '\0');
}

static void
compares_content_and_length(void)
{
	g_autoptr(TocsinSecret) secret = tocsin_secret_new("hunter2", 7);

	g_assert_true(tocsin_secret_equal(secret, "hunter2", 7));
	g_assert_false(tocsin_secret_equal(secret, "hunter3", 7));
	g_assert_false(tocsin_secret_equal(secret, "hunter", 6));
	g_assert_false(tocsin_secret_equal(secret, "", 0));
}

static void
larger_than_a_page(void)
{
	g_autofree char *bytes = g_malloc(10000);
	gsize length;

	memset(bytes, 'x', 10000);
	g_autoptr(TocsinSecret) secret = tocsin_secret_new(bytes, 10000);
	g_autoptr(TocsinSecret) again = tocsin_secret_ref(secret);

	g_assert_cmpmem(tocsin_secret_peek(again, &length), 10000, bytes, 10000);
	g_assert_cmpuint(length, ==, 10000);
}

static void
wipes_every_byte(void)
{
	char bytes[] = "token";

	tocsin_wipe(bytes, sizeof(bytes));
	g_assert_cmpmem(bytes, sizeof(bytes), "\0\0\0\0\0\0", 6);
	tocsin_wipe(NULL, 0);
	tocsin_wipe_free(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret/keeps_bytes_with_nul", keeps_bytes_with_nul);
	g_test_add_func("/secret/compares_content_and_length", compares_content_and_length);
	g_test_add_func("/secret/larger_than_a_page", larger_than_a_page);
	g_test_add_func("/secret/wipes_every_byte", wipes_every_byte);
	return g_test_run();
}
