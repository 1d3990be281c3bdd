/* SPDX-License-Identifier: MIT */
#include "base/trust.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#define OTHER_USER 65533

/* A folder with a file "f" (0644) in it, below one that may be given other rights. */
typedef struct {
	char *top;
	char *folder;
	char *file;
} Place;

static void
place_set_up(Place *place, gconstpointer data)
{
	umask(022);
	place->top = g_dir_make_tmp("tocsin-trust-XXXXXX", NULL);
	g_assert_nonnull(place->top);
	place->folder = g_build_filename(place->top, "folder", NULL);
	place->file = g_build_filename(place->folder, "f", NULL);
	g_assert_cmpint(g_mkdir(place->folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(place->file, "x", 1, NULL));
	g_assert_cmpint(chmod(place->file, 0644), ==, 0);
}

static void
place_tear_down(Place *place, gconstpointer data)
{
	g_autofree char *link = g_build_filename(place->top, "link", NULL);
	g_autofree char *inner = g_build_filename(place->folder, "link", NULL);

	g_unlink(link);
	g_unlink(inner);
	if (g_unlink(place->file) != 0) {
		g_rmdir(place->file);
	}
	g_assert_cmpint(g_rmdir(place->folder), ==, 0);
	g_assert_cmpint(g_rmdir(place->top), ==, 0);
	g_free(place->top);
	g_free(place->folder);
	g_free(place->file);
}

static void
assert_trusted(const char *path, TocsinTrust trust)
{
	g_autoptr(GError) error = NULL;
	int fd = tocsin_trust_open_file(path, trust, &error);

	g_assert_no_error(error);
	g_assert_cmpint(fd, >=, 0);
	close(fd);
}

static void
assert_refused(const char *path, TocsinTrust trust, const char *message)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(tocsin_trust_open_file(path, trust, &error), ==, -1);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST);
	g_assert_cmpstr(error->message, ==, message);
}

static void
opens_a_file_that_only_we_can_change(Place *place, gconstpointer data)
{
	assert_trusted(place->file, TOCSIN_TRUST_UNCHANGED);
}

static void
refuses_a_file_that_others_can_write(Place *place, gconstpointer data)
{
	const guint modes[] = {0664, 0646};

	for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_autofree char *message =
		        g_strdup_printf("%s can be written by others (mode %04o); chmod go-w %s",
		                        place->file, modes[i], place->file);

		g_assert_cmpint(chmod(place->file, modes[i]), ==, 0);
		assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
	}
}

static void
refuses_set_user_id(Place *place, gconstpointer data)
{
	g_autofree char *message = g_strdup_printf(
	        "%s is set-user-id or set-group-id; chmod ug-s %s", place->file, place->file);

	g_assert_cmpint(chmod(place->file, 04755), ==, 0);
	assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
}

static void
refuses_a_symbolic_link(Place *place, gconstpointer data)
{
	g_autofree char *link = g_build_filename(place->folder, "link", NULL);
	g_autofree char *message =
	        g_strdup_printf("%s is a symbolic link; put the file itself there", link);

	g_assert_cmpint(symlink("f", link), ==, 0);
	assert_refused(link, TOCSIN_TRUST_UNCHANGED, message);
}

static void
refuses_what_is_no_regular_file_without_waiting(Place *place, gconstpointer data)
{
	g_autofree char *message =
	        g_strdup_printf("%s is no regular file; put a file there", place->file);

	g_assert_cmpint(g_unlink(place->file), ==, 0);
	g_assert_cmpint(mkfifo(place->file, 0644), ==, 0);
	assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
}

static void
refuses_a_folder_that_others_can_write(Place *place, gconstpointer data)
{
	g_autofree char *message =
	        g_strdup_printf("%s can be written by others (mode 0775); chmod go-w %s",
	                        place->folder, place->folder);

	g_assert_cmpint(chmod(place->folder, 0775), ==, 0);
	assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
}

static void
sticky_excuses_ancestors_only(Place *place, gconstpointer data)
{
	g_autofree char *message = g_strdup_printf(
	        "%s can be written by others; chmod go-w it, or use another directory",
	        place->folder);

	g_assert_cmpint(chmod(place->top, 01777), ==, 0);
	assert_trusted(place->file, TOCSIN_TRUST_UNCHANGED);
	g_assert_cmpint(chmod(place->folder, 01777), ==, 0);
	assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
}

static void
refuses_an_ancestor_that_others_can_write(Place *place, gconstpointer data)
{
	g_autofree char *message = g_strdup_printf(
	        "%s can be written by others (mode 0777); chmod go-w %s", place->top, place->top);

	g_assert_cmpint(chmod(place->top, 0777), ==, 0);
	assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
}

static void
follows_links_to_folders_and_says_where_they_lead(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *link = g_build_filename(place->top, "link", NULL);
	g_autofree char *path = NULL;

	g_assert_cmpint(symlink("../../../../..//tmp/./../tmp/nowhere", link), ==, 0);
	g_assert_cmpint(tocsin_trust_open_directory(link, NULL, &error), ==, -1);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO);
	g_assert_cmpint(g_unlink(link), ==, 0);

	g_assert_cmpint(symlink("folder/../folder", link), ==, 0);
	int fd = tocsin_trust_open_directory(link, &path, NULL);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_cmpstr(path, ==, place->folder);
}

static void
refuses_links_in_a_circle(Place *place, gconstpointer data)
{
	g_autofree char *link = g_build_filename(place->top, "link", NULL);
	g_autofree char *file = g_build_filename(link, "f", NULL);
	g_autofree char *message = g_strdup_printf("%s is a symbolic link too many", link);

	g_assert_cmpint(symlink("link", link), ==, 0);
	assert_refused(file, TOCSIN_TRUST_UNCHANGED, message);
}

static void
refuses_other_owners(Place *place, gconstpointer data)
{
	const char *paths[] = {place->file, place->folder, place->top};

	if (geteuid() != 0) {
		g_test_skip("only root can give files away");
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *message =
		        g_strdup_printf("%s belongs to user 65533, not to root; if you trust it: "
		                        "chown root %s",
		                        paths[i], paths[i]);

		g_assert_cmpint(chown(paths[i], OTHER_USER, OTHER_USER), ==, 0);
		assert_refused(place->file, TOCSIN_TRUST_UNCHANGED, message);
		g_assert_cmpint(chown(paths[i], 0, 0), ==, 0);
	}
	assert_trusted(place->file, TOCSIN_TRUST_UNCHANGED);
}

static void
secrets_are_for_their_reader_only(Place *place, gconstpointer data)
{
	g_autofree char *message = g_strdup_printf(
	        "%s can be read by others (mode 0644); chmod go-r %s", place->file, place->file);

	assert_refused(place->file, TOCSIN_TRUST_PRIVATE, message);
	g_assert_cmpint(chmod(place->file, 0600), ==, 0);
	assert_trusted(place->file, TOCSIN_TRUST_PRIVATE);
	if (geteuid() == 0) {
		g_assert_cmpint(chmod(place->file, 0640), ==, 0);
		assert_trusted(place->file, TOCSIN_TRUST_PRIVATE);
	}
}

static void
refuses_relative_paths(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(tocsin_trust_open_directory("lib", NULL, &error), ==, -1);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
}

#define ADD(name) g_test_add("/trust/" #name, Place, NULL, place_set_up, name, place_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(opens_a_file_that_only_we_can_change);
	ADD(refuses_a_file_that_others_can_write);
	ADD(refuses_set_user_id);
	ADD(refuses_a_symbolic_link);
	ADD(refuses_what_is_no_regular_file_without_waiting);
	ADD(refuses_a_folder_that_others_can_write);
	ADD(sticky_excuses_ancestors_only);
	ADD(refuses_an_ancestor_that_others_can_write);
	ADD(follows_links_to_folders_and_says_where_they_lead);
	ADD(refuses_links_in_a_circle);
	ADD(refuses_other_owners);
	ADD(secrets_are_for_their_reader_only);
	ADD(refuses_relative_paths);
	return g_test_run();
}
