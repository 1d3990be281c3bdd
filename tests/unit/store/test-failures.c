/* SPDX-License-Identifier: MIT */
/* A store that cannot be opened, and one that cannot be written: a clear error, nothing accepted
 * that cannot be kept, and all well again when the cause is gone. */
#include "fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

static void
execute(const Fixture *fixture, const char *sql)
{
	sqlite3 *handle = NULL;

	g_assert_cmpint(sqlite3_open(fixture->path, &handle), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(handle);
}

static void
two_programs_do_not_share_a_store(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *pid = g_strdup_printf("process %d", (int)getpid());

	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, pid);
	fixture_close(fixture);
	fixture_open(fixture);
}

/* Some other tool that has the database open, a backup say. */
static void
a_locked_database_is_said_to_be_so(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	sqlite3 *handle = NULL;

	fixture_close(fixture);
	g_assert_cmpint(sqlite3_open(fixture->path, &handle), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(handle,
	                             "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
	                             "PRAGMA user_version = 1",
	                             NULL, NULL, NULL),
	                ==, SQLITE_OK);
	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, "another program");
	sqlite3_close(handle);
	fixture_open(fixture);
}

static void
newer_versions_and_strangers_are_left_alone(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture_close(fixture);
	execute(fixture, "PRAGMA user_version = 99");
	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, "version 99");
	execute(fixture, "PRAGMA user_version = 1; PRAGMA application_id = 5");
	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, "another program");
}

static void
what_is_no_database_is_left_alone(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *text = g_strnfill(5000, 'x');
	g_autofree char *after = NULL;

	fixture_close(fixture);
	g_assert_true(g_file_set_contents_full(fixture->path, text, -1, G_FILE_SET_CONTENTS_NONE,
	                                       0600, NULL));
	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, "not a database");
	g_assert_true(g_file_get_contents(fixture->path, &after, NULL, NULL));
	g_assert_cmpstr(text, ==, after);
}

static void
files_that_others_may_use_are_refused(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *elsewhere = g_strconcat(fixture->path, ".real", NULL);

	fixture_close(fixture);
	g_assert_cmpint(g_chmod(fixture->path, 0644), ==, 0);
	fixture_fail_to_open(fixture, TOCSIN_ERROR_TRUST, "chmod 0600");
	g_assert_cmpint(g_chmod(fixture->path, 0660), ==, 0);
	fixture_fail_to_open(fixture, TOCSIN_ERROR_TRUST, "chmod 0600");
	g_assert_cmpint(g_chmod(fixture->path, 0640), ==, 0);
	fixture_open(fixture);
	fixture_close(fixture);
	g_assert_cmpint(g_chmod(fixture->folder, 0777), ==, 0);
	fixture_fail_to_open(fixture, TOCSIN_ERROR_TRUST, fixture->folder);
	g_assert_cmpint(g_chmod(fixture->folder, 0700), ==, 0);
	g_assert_cmpint(g_rename(fixture->path, elsewhere), ==, 0);
	g_assert_cmpint(symlink(elsewhere, fixture->path), ==, 0);
	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, "cannot open it");
}

static void
a_folder_that_cannot_be_written_is_said_to_be_so(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *path = g_steal_pointer(&fixture->path);

	fixture_close(fixture);
	/* Not even root may make a file in /proc. */
	fixture->path = g_strdup("/proc/tocsin.db");
	fixture_fail_to_open(fixture, TOCSIN_ERROR_STORE, "writable");
	g_free(fixture->path);
	fixture->path = g_build_filename(fixture->folder, "none", "tocsin.db", NULL);
	g_autoptr(GError) error = NULL;
	TocsinStoreOptions options = {.path = fixture->path};

	g_assert_null(tocsin_store_open(&options, &error));
	g_assert_nonnull(strstr(error->message, "none"));
}

static gboolean
enqueue_state(const Fixture *fixture, const char *name, gsize size, GError **error)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, name);
	g_autofree char *bytes = g_malloc0(size);
	g_autoptr(GBytes) state = g_bytes_new(bytes, size);

	tocsin_batch_add_mail(batch, mail);
	tocsin_batch_put_cursor(batch, "t", name, state);
	return tocsin_store_commit(fixture->store, batch, error);
}

static guint
fill(const Fixture *fixture, GError **error)
{
	for (guint count = 0; count < 10000; count++) {
		g_autofree char *name = g_strdup_printf("%u", count);

		if (!enqueue_state(fixture, name, 100000, error)) {
			return count;
		}
	}
	g_assert_not_reached();
}

static void
a_full_store_refuses_and_recovers(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GError) error = NULL;

	fixture_close(fixture);
	fixture->max_bytes = 2 << 20;
	fixture_open(fixture);
	guint kept = fill(fixture, &error);

	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE);
	g_assert_nonnull(strstr(error->message, "free space"));
	g_assert_cmpuint(kept, >, 5);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, kept);
	tocsin_batch_put_cursor(batch, "t", "0", NULL);
	tocsin_batch_put_cursor(batch, "t", "1", NULL);
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_clear_error(&error);
	g_assert_true(enqueue_state(fixture, "again", 100000, &error));
	g_assert_no_error(error);
	fixture_close(fixture);
	fixture_open(fixture);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, kept + 1);
}

/* The write then fails with EFBIG instead. */
static void
ignore_file_size_signal(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	g_assert_cmpint(sigaction(SIGXFSZ, &ignore, NULL), ==, 0);
}

/* The system refuses to make files longer, as it does when its disk is full. */
static void
a_full_disk_refuses_and_recovers(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GError) error = NULL;
	struct rlimit before;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	struct rlimit small = {.rlim_cur = 1 << 20, .rlim_max = before.rlim_max};

	ignore_file_size_signal();
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	guint kept = fill(fixture, &error);
	guint64 count = fixture_count(fixture, TOCSIN_MAIL_WAITING);

	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE);
	g_assert_nonnull(strstr(error->message, "nothing was accepted"));
	g_assert_cmpuint(count, ==, kept);
	g_clear_error(&error);
	g_assert_true(enqueue_state(fixture, "again", 100000, &error));
	g_assert_no_error(error);
	fixture_close(fixture);
	fixture_open(fixture);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, kept + 1);
}

static void
a_large_message_on_a_full_disk_leaves_no_file(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autofree char *bytes = g_malloc0(3 << 20);
	g_autofree char *file = NULL;
	g_autoptr(GError) error = NULL;
	struct rlimit before;

	g_bytes_unref(mail->content);
	mail->content = g_bytes_new(bytes, 3 << 20);
	tocsin_batch_add_mail(batch, mail);
	file = g_strdup_printf("%s.d/%s", fixture->path, mail->id);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	struct rlimit small = {.rlim_cur = 1 << 20, .rlim_max = before.rlim_max};

	ignore_file_size_signal();
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	gboolean is_kept = tocsin_store_commit(fixture->store, batch, &error);

	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_assert_false(is_kept);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE);
	g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

/* Fates that cannot be written keep their claim, or the delivered mail would go out again. */
static void
a_claim_survives_a_failed_settle(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinBatch) clash = tocsin_batch_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) same_id = fixture_mail(fixture, "e2");
	g_autoptr(TocsinFate) fate = tocsin_fate_new(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250,
	                                             NULL, NULL, "relay", 1);

	fixture_enqueue(fixture, mail);
	g_free(same_id->id);
	same_id->id = g_strdup(mail->id);
	tocsin_batch_settle(clash, fixture_claim(fixture), &fate, 0, NULL);
	tocsin_batch_add_mail(clash, same_id);
	g_assert_false(tocsin_store_commit(fixture->store, clash, NULL));
	g_assert_null(fixture_claim(fixture));
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, 1);
}

/* Overwrites all of the database but its first page. */
static void
damage(const Fixture *fixture)
{
	g_autofree char *noise = g_strnfill(4096, '\xa5');
	int fd = g_open(fixture->path, O_RDWR | O_CLOEXEC, 0);
	struct stat info;

	g_assert_cmpint(fstat(fd, &info), ==, 0);
	for (off_t at = 4096; at < info.st_size; at += 4096) {
		g_assert_cmpint(pwrite(fd, noise, 4096, at), ==, 4096);
	}
	close(fd);
}

static void
a_corrupt_database_accepts_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(enqueue_state(fixture, "1", 10, NULL));
	fixture_close(fixture);
	damage(fixture);
	TocsinStoreOptions options = {.path = fixture->path, .clock = fixture->clock};

	fixture->store = tocsin_store_open(&options, &error);
	if (fixture->store != NULL) {
		g_assert_false(enqueue_state(fixture, "2", 10, &error));
	}
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE);
	g_assert_nonnull(strstr(error->message, "backup"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/failures/two_programs_do_not_share_a_store",
	                two_programs_do_not_share_a_store);
	g_test_add_func("/failures/a_locked_database_is_said_to_be_so",
	                a_locked_database_is_said_to_be_so);
	g_test_add_func("/failures/newer_versions_and_strangers_are_left_alone",
	                newer_versions_and_strangers_are_left_alone);
	g_test_add_func("/failures/what_is_no_database_is_left_alone",
	                what_is_no_database_is_left_alone);
	g_test_add_func("/failures/files_that_others_may_use_are_refused",
	                files_that_others_may_use_are_refused);
	g_test_add_func("/failures/a_folder_that_cannot_be_written_is_said_to_be_so",
	                a_folder_that_cannot_be_written_is_said_to_be_so);
	g_test_add_func("/failures/a_full_store_refuses_and_recovers",
	                a_full_store_refuses_and_recovers);
	g_test_add_func("/failures/a_full_disk_refuses_and_recovers",
	                a_full_disk_refuses_and_recovers);
	g_test_add_func("/failures/a_large_message_on_a_full_disk_leaves_no_file",
	                a_large_message_on_a_full_disk_leaves_no_file);
	g_test_add_func("/failures/a_claim_survives_a_failed_settle",
	                a_claim_survives_a_failed_settle);
	g_test_add_func("/failures/a_corrupt_database_accepts_nothing",
	                a_corrupt_database_accepts_nothing);
	return g_test_run();
}
