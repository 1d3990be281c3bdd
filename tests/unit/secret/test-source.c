/* SPDX-License-Identifier: MIT */
#include "secret/source.h"

#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

typedef struct {
	char *folder;
	char *path;
} Setup;

static void
setup(Setup *self, gconstpointer data)
{
	self->folder = g_dir_make_tmp("tocsin-secret-XXXXXX", NULL);
	self->path = g_build_filename(self->folder, "secret", NULL);
}

static void
teardown(Setup *self, gconstpointer data)
{
	g_remove(self->path);
	g_rmdir(self->folder);
	g_free(self->path);
	g_free(self->folder);
}

static TocsinSettings *
empty_settings(void)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, tocsin_secret_source_keys, NULL));
	return tocsin_settings_new(keys);
}

static TocsinSecretSource *
make_with_timeout(const char *key, const char *const *values, gint64 timeout_us, GError **error)
{
	g_autoptr(TocsinSettings) settings = empty_settings();

	for (; values != NULL && *values != NULL; values++) {
		if (strcmp(key, "command") == 0) {
			g_assert_true(tocsin_settings_add_item(settings, key, *values, NULL));
		} else {
			g_assert_true(tocsin_settings_set_text(settings, key, *values, NULL));
		}
	}
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return tocsin_secret_source_new(settings, tocsin_clock_system(), NULL, timeout_us, error);
}

static TocsinSecretSource *
make(const char *key, const char *const *values, GError **error)
{
	return make_with_timeout(key, values, TOCSIN_SECRET_TIMEOUT_US, error);
}

static TocsinSecretSource *
make_one(const char *key, const char *value)
{
	const char *const values[] = {value, NULL};

	return make(key, values, NULL);
}

static void
put(const Setup *self, const char *text, gssize length, int mode)
{
	g_assert_true(g_file_set_contents_full(self->path, text, length,
	                                       G_FILE_SET_CONTENTS_CONSISTENT, mode, NULL));
	g_assert_cmpint(g_chmod(self->path, mode), ==, 0);
}

static void
assert_secret(TocsinSecretSource *source, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSecret) secret = tocsin_secret_source_fetch(source, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(tocsin_secret_peek(secret, NULL), ==, expected);
}

static void
assert_fails(TocsinSecretSource *source, int code, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_secret_source_fetch(source, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	if (strstr(error->message, part) == NULL) {
		g_error("'%s' does not hold '%s'", error->message, part);
	}
}

static void
file_gives_its_text_without_the_line_end(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSecretSource) source = make_one("file", self->path);

	put(self, "pass word\r\n", -1, 0600);
	assert_secret(source, "pass word");
	put(self, "p\n\n", -1, 0600);
	assert_secret(source, "p\n");
	put(self, "\n", -1, 0600);
	assert_fails(source, TOCSIN_ERROR_SECRET, "empty");
	put(self, "a\0b", 3, 0600);
	assert_fails(source, TOCSIN_ERROR_SECRET, "NUL");
}

static void
file_has_to_be_private(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSecretSource) source = make_one("file", self->path);

	assert_fails(source, TOCSIN_ERROR_IO, self->path);
	put(self, "p", -1, 0644);
	assert_fails(source, TOCSIN_ERROR_TRUST, self->path);
}

static void
file_has_a_limit(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSecretSource) source = make_one("file", self->path);
	g_autofree char *large = g_strnfill(65537, 'x');
	gsize length;

	put(self, large, 65536, 0600);
	g_autoptr(TocsinSecret) secret = tocsin_secret_source_fetch(source, NULL, NULL);

	(void)tocsin_secret_peek(secret, &length);
	g_assert_cmpuint(length, ==, 65536);
	put(self, large, 65537, 0600);
	assert_fails(source, TOCSIN_ERROR_SECRET, "64 KiB");
}

static void
refused_file_has_to_change(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSecretSource) source = make_one("file", self->path);
	g_autoptr(GError) error = NULL;

	put(self, "old", -1, 0600);
	g_autoptr(TocsinSecret) old = tocsin_secret_source_fetch(source, NULL, NULL);

	g_assert_null(tocsin_secret_source_fetch(source, old, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET);
	put(self, "new", -1, 0600);
	g_autoptr(TocsinSecret) fresh = tocsin_secret_source_fetch(source, old, NULL);

	g_assert_cmpstr(tocsin_secret_peek(fresh, NULL), ==, "new");
}

#define MANY 8u

/* What each of many threads that all begin a login at once needs. */
typedef struct {
	TocsinSecretSource *source;
	const TocsinSecret *refused;
} Login;

static gpointer
fetch_in_thread(gpointer data)
{
	const Login *login = data;

	return tocsin_secret_source_fetch(login->source, login->refused, NULL);
}

/* All get the same, after one asking for all of them. */
static void
assert_all_get(const Login *login, const char *expected)
{
	GThread *threads[MANY];

	for (guint i = 0; i < MANY; i++) {
		threads[i] = g_thread_new("login", fetch_in_thread, (gpointer)login);
	}
	for (guint i = 0; i < MANY; i++) {
		g_autoptr(TocsinSecret) secret = g_thread_join(threads[i]);

		g_assert_cmpstr(tocsin_secret_peek(secret, NULL), ==, expected);
	}
}

static void
logins_at_once_share_one_renewal(Setup *self, gconstpointer data)
{
	g_autofree char *script =
	        g_strdup_printf("echo x >> '%s'; wc -l < '%s'", self->path, self->path);
	const char *const argv[] = {"sh", "-c", script, NULL};
	g_autoptr(TocsinSecretSource) source = make("command", argv, NULL);
	g_autoptr(TocsinSecret) first = NULL;

	assert_all_get(&(Login){source, NULL}, "1");
	first = tocsin_secret_source_fetch(source, NULL, NULL);
	assert_all_get(&(Login){source, first}, "2");
}

static void
command_is_asked_once_until_refused(Setup *self, gconstpointer data)
{
	g_autofree char *script =
	        g_strdup_printf("echo x >> '%s'; wc -l < '%s'", self->path, self->path);
	const char *const argv[] = {"sh", "-c", script, NULL};
	g_autoptr(TocsinSecretSource) source = make("command", argv, NULL);
	g_autoptr(TocsinSecret) first = tocsin_secret_source_fetch(source, NULL, NULL);

	g_assert_cmpstr(tocsin_secret_peek(first, NULL), ==, "1");
	assert_secret(source, "1");
	g_autoptr(TocsinSecret) second = tocsin_secret_source_fetch(source, first, NULL);

	g_assert_cmpstr(tocsin_secret_peek(second, NULL), ==, "2");
}

static void
command_has_no_more_than_its_time(Setup *self, gconstpointer data)
{
	const char *const argv[] = {"sleep", "1000", NULL};
	g_autoptr(TocsinSecretSource) source =
	        make_with_timeout("command", argv, G_USEC_PER_SEC / 10, NULL);

	assert_fails(source, TOCSIN_ERROR_SECRET, "the command sleep did not end in time");
}

static void
failing_command_is_named_without_its_arguments(Setup *self, gconstpointer data)
{
	const char *const fails[] = {"sh", "-c", "echo leaked; exit 3 # hunter2", NULL};
	const char *const missing[] = {"/nonexistent/program", "hunter2", NULL};
	const char *const large[] = {"head", "-c", "70000", "/dev/zero", NULL};
	const char *const *const all[] = {fails, missing, large};

	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(TocsinSecretSource) source = make("command", all[i], NULL);
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_secret_source_fetch(source, NULL, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET);
		g_assert_nonnull(strstr(error->message, all[i][0]));
		g_assert_null(strstr(error->message, "hunter2"));
		g_assert_null(strstr(error->message, "leaked"));
	}
}

static void
environment_and_credentials(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSecretSource) environment = make_one("env", "TOCSIN_TEST_SECRET");
	g_autoptr(TocsinSecretSource) credential = make_one("credential", "secret");
	g_autoptr(TocsinSecretSource) outside = make_one("credential", "../secret");

	assert_fails(environment, TOCSIN_ERROR_SECRET, "TOCSIN_TEST_SECRET");
	g_setenv("TOCSIN_TEST_SECRET", "from env", TRUE);
	assert_secret(environment, "from env");
	g_unsetenv("CREDENTIALS_DIRECTORY");
	assert_fails(credential, TOCSIN_ERROR_SECRET, "LoadCredential");
	g_setenv("CREDENTIALS_DIRECTORY", self->folder, TRUE);
	put(self, "from systemd", -1, 0400);
	assert_secret(credential, "from systemd");
	assert_fails(outside, TOCSIN_ERROR_SECRET, "slash");
}

static void
just_one_source_may_be_set(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSettings) two = empty_settings();
	g_autoptr(GError) error = NULL;

	g_assert_null(make("file", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_true(tocsin_settings_set_text(two, "file", "/x", NULL));
	g_assert_true(tocsin_settings_set_text(two, "env", "X", NULL));
	g_assert_true(tocsin_settings_finish(two, NULL));
	g_assert_null(tocsin_secret_source_new(two, tocsin_clock_system(), NULL,
	                                       TOCSIN_SECRET_TIMEOUT_US, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
}

static void
oauth_needs_its_own_sources(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinSettings) settings = empty_settings();
	g_autoptr(GError) error = NULL;
	TocsinSettings *oauth = tocsin_settings_add_group(settings, "oauth2", NULL);
	TocsinSettings *refresh;

	g_assert_true(tocsin_settings_set_text(oauth, "token_url", "https://x.example/t", NULL));
	g_assert_true(tocsin_settings_set_text(oauth, "client_id", "me", NULL));
	refresh = tocsin_settings_add_group(oauth, "refresh_token", NULL);
	g_assert_true(tocsin_settings_finish(refresh, NULL));
	g_assert_true(tocsin_settings_finish(oauth, NULL));
	g_assert_true(tocsin_settings_finish(settings, NULL));
	g_assert_null(tocsin_secret_source_new(settings, tocsin_clock_system(), NULL,
	                                       TOCSIN_SECRET_TIMEOUT_US, &error));
	g_assert_true(g_str_has_prefix(error->message, "'oauth2': 'refresh_token': "));
}

#define ADD(name) g_test_add("/source/" #name, Setup, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(file_gives_its_text_without_the_line_end);
	ADD(file_has_to_be_private);
	ADD(file_has_a_limit);
	ADD(refused_file_has_to_change);
	ADD(command_is_asked_once_until_refused);
	ADD(logins_at_once_share_one_renewal);
	ADD(command_has_no_more_than_its_time);
	ADD(failing_command_is_named_without_its_arguments);
	ADD(environment_and_credentials);
	ADD(just_one_source_may_be_set);
	ADD(oauth_needs_its_own_sources);
	return g_test_run();
}
