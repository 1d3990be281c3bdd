/* SPDX-License-Identifier: MIT */
/* Secrets that were read as root, and are wanted when this is root no more. */
#include "secret/keeper.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#define NOBODY 65534u

typedef struct {
	TocsinSecretKeeper *keeper;
	char *folder;
	char *file;
	char *other; /* never read before */
} Setup;

static void
write_secret(const char *path, const char *text)
{
	g_assert_true(
	        g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
}

static void
setup(Setup *self, gconstpointer data)
{
	self->keeper = tocsin_secret_keeper_new();
	self->folder = g_dir_make_tmp("tocsin-keeper-XXXXXX", NULL);
	g_assert_cmpint(g_chmod(self->folder, 0755), ==, 0);
	self->file = g_build_filename(self->folder, "secret", NULL);
	self->other = g_build_filename(self->folder, "other", NULL);
	write_secret(self->file, "first\n");
	write_secret(self->other, "other\n");
}

static void
teardown(Setup *self, gconstpointer data)
{
	(void)g_unlink(self->file);
	(void)g_unlink(self->other);
	g_assert_cmpint(g_rmdir(self->folder), ==, 0);
	tocsin_secret_keeper_free(self->keeper);
	g_free(self->folder);
	g_free(self->file);
	g_free(self->other);
}

static void
assert_reads(const Setup *self, const char *path, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSecret) secret = tocsin_secret_keeper_read(self->keeper, path, &error);

	g_assert_no_error(error);
	g_assert_true(tocsin_secret_equal(secret, expected, strlen(expected)));
}

static void
a_file_that_can_be_read_is_read_anew(Setup *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	assert_reads(self, self->file, "first");
	write_secret(self->file, "second\n");
	assert_reads(self, self->file, "second");
	/* One that is gone, or that others can read, is no secret any more. */
	g_assert_cmpint(g_chmod(self->file, 0644), ==, 0);
	g_assert_null(tocsin_secret_keeper_read(self->keeper, self->file, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST);
	g_clear_error(&error);
	g_assert_cmpint(g_unlink(self->file), ==, 0);
	g_assert_null(tocsin_secret_keeper_read(self->keeper, self->file, &error));
	g_assert_nonnull(error);
}

static void
what_was_read_as_root_is_remembered(Setup *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSecret) rotated = tocsin_secret_new("rotated", strlen("rotated"));

	if (geteuid() != 0) {
		g_test_skip("only root can become somebody else");
		return;
	}
	assert_reads(self, self->file, "first");
	g_assert_cmpint(seteuid(NOBODY), ==, 0);
	assert_reads(self, self->file, "first");
	g_assert_null(tocsin_secret_keeper_read(self->keeper, self->other, &error));
	tocsin_secret_keeper_put(self->keeper, self->file, rotated);
	assert_reads(self, self->file, "rotated");
	g_assert_cmpint(seteuid(0), ==, 0);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET);
	g_assert_nonnull(strstr(error->message, "chmod 0640"));
	g_assert_nonnull(strstr(error->message, self->other));
}

#define ADD(name) g_test_add("/keeper/" #name, Setup, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_file_that_can_be_read_is_read_anew);
	ADD(what_was_read_as_root_is_remembered);
	return g_test_run();
}
