/* SPDX-License-Identifier: MIT */
/* What is not found again is told, with where reading stood; what went as it should is not. */
#include <glib/gstdio.h>
#include <string.h>

#include "tailing.h"

#define SECOND G_USEC_PER_SEC

static void
set_up(Tailing *t)
{
	tailing_set_up(t, "*.log", TOCSIN_LOG_FROM_START);
	t->options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	tailing_start(t);
	tailing_append(t, "app.log", "one\ntwo\n", -1);
	tailing_settle(t);
	tailing_assert_lines(t, "one|two");
	tocsin_log_follower_save_all(t->follower);
}

static void
assert_told(const Tailing *t, const char *name)
{
	g_autofree char *path = tailing_path(t, name);
	g_autofree char *begin = g_strdup_printf("'%s', read up to byte 8, is not there", path);

	g_assert_cmpuint(t->notes->len, ==, 1);
	g_assert_true(g_str_has_prefix(t->notes->pdata[0], begin));
}

static void
tells_what_was_compressed_so_that_it_cannot_be_read(void)
{
	Tailing t;

	set_up(&t);
	tailing_kill(&t);
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_rename(&t, "app.log", "app.log.1.xz");
	tailing_truncate(&t, "app.log.1.xz", 0);
	tailing_append(&t, "app.log.1.xz", "\3757zXZ", 5);
	tailing_append(&t, "app.log", "four\n", -1);
	tailing_start(&t);
	tailing_wait(&t, 20 * SECOND);
	tailing_assert_lines(&t, "one|two|four");
	assert_told(&t, "app.log");
	/* Once. */
	tailing_kill(&t);
	tailing_start(&t);
	g_assert_cmpuint(t.notes->len, ==, 1);
	tailing_tear_down(&t);
}

static void
tells_what_was_moved_away_while_it_was_closed(void)
{
	g_autofree char *folder = NULL;
	Tailing t;

	set_up(&t);
	folder = tailing_path(&t, "other");
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	t.options.open_max = 0;
	tailing_kill(&t);
	tailing_start(&t);
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_rename(&t, "app.log", "other/app.log");
	tailing_append(&t, "app.log", "four\n", -1);
	tailing_settle(&t);
	/* It may be on its way to another name. */
	g_assert_cmpuint(t.notes->len, ==, 0);
	tailing_wait(&t, 20 * SECOND);
	assert_told(&t, "app.log");
	tailing_tear_down(&t);
}

static void
says_nothing_of_what_is_found_or_was_finished(void)
{
	Tailing t;

	set_up(&t);
	/* Found, however it was rotated. */
	tailing_rename(&t, "app.log", "app.log.1");
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_settle(&t);
	tailing_kill(&t);
	tailing_rename(&t, "app.log.1", "app.log.2");
	tailing_rename(&t, "app.log", "app.log.1");
	tailing_compress(&t, "app.log.1");
	tailing_append(&t, "app.log", "four\n", -1);
	tailing_start(&t);
	tailing_assert_lines(&t, "one|two|three|four");
	/* A rotated log that is removed, while we look and while we do not. */
	tailing_unlink(&t, "app.log.2");
	tailing_settle(&t);
	tailing_kill(&t);
	tailing_unlink(&t, "app.log.1.gz");
	tailing_start(&t);
	/* A log that is removed, and that nothing was written to since. */
	tailing_unlink(&t, "app.log");
	tailing_wait(&t, 20 * SECOND);
	g_assert_cmpuint(t.notes->len, ==, 0);
	tailing_tear_down(&t);
}

static void
tells_of_many_in_few_words(void)
{
	Tailing t;

	set_up(&t);
	for (guint i = 0; i < 30; i++) {
		g_autofree char *name = g_strdup_printf("of-%c%u.log", 'a' + (int)(i % 26), i);

		tailing_append(&t, name, "x\n", -1);
	}
	tailing_settle(&t);
	tocsin_log_follower_save_all(t.follower);
	tailing_kill(&t);
	for (guint i = 0; i < 30; i++) {
		g_autofree char *name = g_strdup_printf("of-%c%u.log", 'a' + (int)(i % 26), i);

		tailing_unlink(&t, name);
	}
	tailing_start(&t);
	tailing_wait(&t, 20 * SECOND);
	g_assert_cmpuint(t.notes->len, ==, 11);
	g_assert_cmpstr(t.notes->pdata[10], ==, "20 more files are not there any more");
	tailing_tear_down(&t);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/log/tail/lost/" #name, name)
	ADD(tells_what_was_compressed_so_that_it_cannot_be_read);
	ADD(tells_what_was_moved_away_while_it_was_closed);
	ADD(says_nothing_of_what_is_found_or_was_finished);
	ADD(tells_of_many_in_few_words);
	return g_test_run();
}
