/* SPDX-License-Identifier: MIT */
/* The folder of parts is this test's: it is compiled with base/part.c. */
#include "base/part.h"

#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

#define SIZE (2 * sizeof(int))

static void
test_loads(void)
{
	g_autoptr(GError) error = NULL;
	const int *table = tocsin_part_load("good", SIZE, &error);

	g_assert_no_error(error);
	g_assert_cmpint(table[0], ==, 7);
	g_assert_cmpint(table[1], ==, 11);
	g_assert_true(tocsin_part_load("good", SIZE, NULL) == table);
}

static void
assert_refused(const char *name, TocsinError code, const char *what)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *file = g_strdup_printf(TOCSIN_PART_DIRECTORY "/%s.so", name);

	g_assert_null(tocsin_part_load(name, SIZE, &error));
	g_assert_error(error, TOCSIN_ERROR, (int)code);
	g_assert_nonnull(strstr(error->message, file));
	g_assert_nonnull(strstr(error->message, "is it installed whole?"));
	g_assert_nonnull(strstr(error->message, what));
}

static void
test_missing(void)
{
	assert_refused("absent", TOCSIN_ERROR_IO, "No such file");
}

/* What an upgrade leaves to a program that runs on. */
static void
test_other_version(void)
{
	assert_refused("older", TOCSIN_ERROR_IO, "it is of version 0.0.1");
	assert_refused("wider", TOCSIN_ERROR_IO, "start the program again");
}

static void
test_no_part(void)
{
	assert_refused("plain", TOCSIN_ERROR_IO, "it is no part of Tocsin");
}

static void
write_part(const char *name, int mode, const char *content)
{
	g_autofree char *file = g_strdup_printf(TOCSIN_PART_DIRECTORY "/%s.so", name);

	g_assert_true(g_file_set_contents(file, content, -1, NULL));
	g_assert_cmpint(g_chmod(file, mode), ==, 0);
}

static void
test_garbage(void)
{
	write_part(
	        "garbage", 0644,
	        "no ELF at all, and longer than the head of one, which has 64 bytes on a machine "
	        "with 64 bits\n");
	assert_refused("garbage", TOCSIN_ERROR_IO, "invalid ELF header");
}

static void
test_open_to_others(void)
{
	write_part("open", 0666, "whatever\n");
	assert_refused("open", TOCSIN_ERROR_TRUST, "written");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/part/loads", test_loads);
	g_test_add_func("/part/missing", test_missing);
	g_test_add_func("/part/other-version", test_other_version);
	g_test_add_func("/part/no-part", test_no_part);
	g_test_add_func("/part/garbage", test_garbage);
	g_test_add_func("/part/open-to-others", test_open_to_others);
	return g_test_run();
}
