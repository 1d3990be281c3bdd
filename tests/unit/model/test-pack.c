/* SPDX-License-Identifier: MIT */
#include "model/pack.h"

static void
numbers_read_back(void)
{
	const gint64 numbers[] = {0, 1, -1, 63, 64, -65, 1 << 20, G_MAXINT64, G_MININT64};
	g_autoptr(GByteArray) out = g_byte_array_new();
	TocsinUnpack from;

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		tocsin_pack_int(out, numbers[i]);
		tocsin_pack_uint(out, (guint64)numbers[i]);
	}
	tocsin_unpack_init(&from, out->data, out->len);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_assert_cmpint(tocsin_unpack_int(&from), ==, numbers[i]);
		g_assert_cmpuint(tocsin_unpack_uint(&from), ==, (guint64)numbers[i]);
	}
	g_assert_false(from.is_bad);
	g_assert_true(from.at == from.end);
}

static void
overlong_numbers_are_faults(void)
{
	TocsinUnpack from;

	tocsin_unpack_init(&from, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
	g_assert_cmpuint(tocsin_unpack_uint(&from), ==, 0);
	g_assert_true(from.is_bad);
}

static void
faults_stick(void)
{
	TocsinUnpack from;
	gsize length = 77;

	tocsin_unpack_init(&from,
	                   "\x05"
	                   "ab\x01",
	                   4);
	g_assert_null(tocsin_unpack_bytes(&from, &length));
	g_assert_cmpuint(length, ==, 77);
	g_assert_cmpuint(tocsin_unpack_uint(&from), ==, 0);
	g_assert_null(tocsin_unpack_string(&from));
	g_assert_true(from.is_bad);
}

static void
null_is_not_empty(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	TocsinUnpack from;

	tocsin_pack_string(out, NULL);
	tocsin_pack_string(out, "");
	tocsin_unpack_init(&from, out->data, out->len);
	g_assert_null(tocsin_unpack_string(&from));
	g_autofree char *empty = tocsin_unpack_required_string(&from);

	g_assert_cmpstr(empty, ==, "");
	g_assert_false(from.is_bad);
}

static void
strings_must_be_text(void)
{
	TocsinUnpack from;

	tocsin_unpack_init(&from, "\x02\xff", 2);
	g_assert_null(tocsin_unpack_string(&from));
	g_assert_true(from.is_bad);
	tocsin_unpack_init(&from,
	                   "\x03"
	                   "a\0",
	                   3);
	g_assert_null(tocsin_unpack_string(&from));
	g_assert_true(from.is_bad);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pack/numbers_read_back", numbers_read_back);
	g_test_add_func("/pack/overlong_numbers_are_faults", overlong_numbers_are_faults);
	g_test_add_func("/pack/faults_stick", faults_stick);
	g_test_add_func("/pack/null_is_not_empty", null_is_not_empty);
	g_test_add_func("/pack/strings_must_be_text", strings_must_be_text);
	return g_test_run();
}
