/* SPDX-License-Identifier: MIT */
/* Columns, times and sizes for people. */
#include "cli/table.h"

#define NOW G_GINT64_CONSTANT(1700000000000000)
#define SECOND G_GINT64_CONSTANT(1000000)

static void
sets_columns_under_each_other(void)
{
	static const char *const headings[] = {"NAME", "EMPTY", ">COUNT", "LAST", NULL};
	g_autoptr(TocsinTable) table = tocsin_table_new(headings);
	g_autoptr(GString) out = g_string_new(NULL);

	tocsin_table_write(table, out);
	g_assert_cmpstr(out->str, ==, "");
	tocsin_table_take(table, g_strdup("a"));
	tocsin_table_take(table, g_strdup(""));
	tocsin_table_add_number(table, 7);
	tocsin_table_take(table, g_strdup(""));
	tocsin_table_take(table, g_strdup("\xe6\x97\xa5\xe6\x9c\xac b"));
	tocsin_table_take(table, g_strdup(""));
	tocsin_table_add_number(table, 1234567);
	tocsin_table_take(table, g_strdup("x"));
	tocsin_table_write(table, out);
	g_assert_cmpstr(out->str, ==,
	                "NAME      COUNT  LAST\n"
	                "a             7\n"
	                "\xe6\x97\xa5\xe6\x9c\xac b  1234567  x\n");
}

static void
expect_when(gint64 distance_us, const char *expected)
{
	g_autofree char *text = tocsin_table_format_when(NOW + distance_us, NOW);

	g_assert_cmpstr(text, ==, expected);
}

static void
tells_times_from_now(void)
{
	g_autofree char *never = tocsin_table_format_when(0, NOW);

	g_assert_cmpstr(never, ==, "");
	expect_when(0, "now");
	expect_when(-SECOND / 2, "now");
	expect_when(-3 * SECOND, "3s ago");
	expect_when(90 * SECOND, "in 1m30s");
	expect_when(3600 * SECOND - 1, "in 1h");
	expect_when(-5025 * SECOND, "1h24m ago");
	expect_when(-(2 * 86400 + 3700) * SECOND, "2d1h ago");
	expect_when(5 * 86400 * SECOND - 1, "in 5d");
	expect_when(40 * 86400 * SECOND + 7200 * SECOND, "in 40d");
}

static void
expect_size(gint64 bytes, const char *expected)
{
	g_autofree char *text = tocsin_table_format_size(bytes);

	g_assert_cmpstr(text, ==, expected);
}

static void
tells_sizes(void)
{
	expect_size(0, "0");
	expect_size(1023, "1023");
	expect_size(1024, "1.0K");
	expect_size(1536, "1.5K");
	expect_size(10 * 1024, "10K");
	expect_size(1023 * 1024, "1023K");
	expect_size(64 << 20, "64M");
	expect_size(G_GINT64_CONSTANT(5) << 40, "5.0T");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/sets-columns-under-each-other", sets_columns_under_each_other);
	g_test_add_func("/table/tells-times-from-now", tells_times_from_now);
	g_test_add_func("/table/tells-sizes", tells_sizes);
	return g_test_run();
}
