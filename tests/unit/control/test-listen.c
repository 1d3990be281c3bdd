/* SPDX-License-Identifier: MIT */
/* Sockets that listen: rights, owners, what is there already. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "control/listen.h"

typedef struct {
	char *folder;
	char *path;
	char *lock;
} Ground;

static void
set_up(Ground *ground, gconstpointer unused)
{
	ground->folder = g_dir_make_tmp("tocsin-XXXXXX", NULL);
	g_assert_nonnull(ground->folder);
	ground->path = g_build_filename(ground->folder, "control.sock", NULL);
	ground->lock = g_strconcat(ground->path, ".lock", NULL);
}

static void
tear_down(Ground *ground, gconstpointer unused)
{
	(void)g_unlink(ground->path);
	(void)g_unlink(ground->lock);
	g_assert_cmpint(g_chmod(ground->folder, 0700), ==, 0);
	g_assert_cmpint(g_rmdir(ground->folder), ==, 0);
	g_free(ground->folder);
	g_free(ground->path);
	g_free(ground->lock);
}

static TocsinListener *
listen_at(const char *path, const char *group)
{
	g_autoptr(GError) error = NULL;
	TocsinListener *listener = tocsin_listener_new_unix(path, group, &error);

	g_assert_no_error(error);
	g_assert_nonnull(listener);
	return listener;
}

static void
refuse_at(const char *path, const char *group, int code, const char *word)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_listener_new_unix(path, group, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	g_assert_nonnull(strstr(error->message, word));
}

/* A socket file whose owner is gone. */
static void
leave_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	g_assert_cmpint(bind(descriptor, (const struct sockaddr *)&address, sizeof address), ==, 0);
	(void)close(descriptor);
}

static void
gives_the_group_the_rights(Ground *ground, gconstpointer unused)
{
	g_autofree char *group = g_strdup_printf("%u", (guint)getegid());
	g_autoptr(TocsinListener) listener = listen_at(ground->path, group);
	struct stat made;

	g_assert_cmpint(lstat(ground->path, &made), ==, 0);
	g_assert_true(S_ISSOCK(made.st_mode));
	g_assert_cmpuint(made.st_mode & 0777, ==, 0660);
	g_assert_cmpuint(made.st_gid, ==, getegid());
	g_assert_true(tocsin_listener_is_unix(listener));
	g_clear_pointer(&listener, tocsin_listener_free);
	g_assert_cmpint(lstat(ground->path, &made), !=, 0);
}

static void
gives_another_group_the_rights(Ground *ground, gconstpointer unused)
{
	const struct group *other = getgrnam("nogroup");
	struct stat made;

	if (geteuid() != 0 || other == NULL) {
		g_test_skip("needs root and the group nogroup");
		return;
	}
	g_autoptr(TocsinListener) listener = listen_at(ground->path, "nogroup");

	g_assert_cmpint(lstat(ground->path, &made), ==, 0);
	g_assert_cmpuint(made.st_gid, ==, other->gr_gid);
	g_assert_cmpuint(made.st_mode & 0777, ==, 0660);
}

static void
replaces_a_dead_socket(Ground *ground, gconstpointer unused)
{
	leave_socket(ground->path);
	tocsin_listener_free(listen_at(ground->path, NULL));
}

static void
refuses_a_live_one(Ground *ground, gconstpointer unused)
{
	g_autoptr(TocsinListener) first = listen_at(ground->path, NULL);

	g_autofree char *owner = g_strdup_printf("in use by process %d", (int)getpid());

	refuse_at(ground->path, NULL, TOCSIN_ERROR_CONNECT, owner);
	/* Also where its lock is not held, as by another program. */
	g_assert_cmpint(g_unlink(ground->lock), ==, 0);
	refuse_at(ground->path, NULL, TOCSIN_ERROR_CONNECT, "another tocsind");
	g_assert_true(g_file_test(ground->path, G_FILE_TEST_EXISTS));
}

static void
leaves_what_took_its_place(Ground *ground, gconstpointer unused)
{
	TocsinListener *listener = listen_at(ground->path, NULL);

	g_assert_cmpint(g_unlink(ground->path), ==, 0);
	leave_socket(ground->path);
	tocsin_listener_free(listener);
	g_assert_true(g_file_test(ground->path, G_FILE_TEST_EXISTS));
}

static void
refuses_what_is_no_socket(Ground *ground, gconstpointer unused)
{
	g_assert_true(g_file_set_contents(ground->path, "mine", -1, NULL));
	refuse_at(ground->path, NULL, TOCSIN_ERROR_INVALID, "no socket");
	g_assert_true(g_file_test(ground->path, G_FILE_TEST_IS_REGULAR));
}

static void
refuses_a_folder_of_others(Ground *ground, gconstpointer unused)
{
	g_assert_cmpint(g_chmod(ground->folder, 0777), ==, 0);
	refuse_at(ground->path, NULL, TOCSIN_ERROR_TRUST, ground->folder);
}

static void
refuses_bad_paths_and_groups(Ground *ground, gconstpointer unused)
{
	g_autofree char *filler = g_strnfill(108, 'x');
	g_autofree char *long_path = g_strconcat("/", filler, NULL);
	g_autofree char *missing = g_build_filename(ground->folder, "none", "control.sock", NULL);

	refuse_at("control.sock", NULL, TOCSIN_ERROR_INVALID, "not absolute");
	refuse_at(long_path, NULL, TOCSIN_ERROR_INVALID, "longer than 107");
	refuse_at(missing, NULL, TOCSIN_ERROR_IO, "none");
	refuse_at(ground->path, "no-such-group", TOCSIN_ERROR_INVALID, "groupadd no-such-group");
}

static void
listens_on_this_machine_only(void)
{
	static const char *const outside[] = {"0.0.0.0:8420", "192.0.2.1:1", "[::]:8420",
	                                      "[2001:db8::1]:80"};
	static const char *const wrong[] = {"",        "8420",        "localhost", "127.0.0.1",
	                                    "host:80", "127.0.0.1:x", "[::1]",     "/run/x"};
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinListener) listener = tocsin_listener_new_tcp("127.0.0.1:0", &error);

	g_assert_no_error(error);
	g_assert_false(tocsin_listener_is_unix(listener));
	g_assert_cmpuint(tocsin_listener_port(listener), >, 0);
	for (guint i = 0; i < G_N_ELEMENTS(outside); i++) {
		g_assert_null(tocsin_listener_new_tcp(outside[i], &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
		g_assert_nonnull(strstr(error->message, "reached by others"));
		g_clear_error(&error);
	}
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_assert_null(tocsin_listener_new_tcp(wrong[i], &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(Ground *ground, gconstpointer unused);
	} tests[] = {
	        {"/listen/gives-the-group-the-rights", gives_the_group_the_rights},
	        {"/listen/gives-another-group-the-rights", gives_another_group_the_rights},
	        {"/listen/replaces-a-dead-socket", replaces_a_dead_socket},
	        {"/listen/refuses-a-live-one", refuses_a_live_one},
	        {"/listen/leaves-what-took-its-place", leaves_what_took_its_place},
	        {"/listen/refuses-what-is-no-socket", refuses_what_is_no_socket},
	        {"/listen/refuses-a-folder-of-others", refuses_a_folder_of_others},
	        {"/listen/refuses-bad-paths-and-groups", refuses_bad_paths_and_groups},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_test_add(tests[i].name, Ground, NULL, set_up, tests[i].run, tear_down);
	}
	g_test_add_func("/listen/listens-on-this-machine-only", listens_on_this_machine_only);
	return g_test_run();
}
