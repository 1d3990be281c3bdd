/* SPDX-License-Identifier: MIT */
/* Copies and compressed files while they are made: nothing of them is read twice, and what is no
 * copy after all is read. */
#include <string.h>

#include "tailing.h"

#define SECOND G_USEC_PER_SEC

/* Whatever happens later, also after a restart, nothing else comes. */
static void
tear_down(Tailing *t, const char *lines)
{
	tailing_wait(t, 20 * SECOND);
	tailing_assert_lines(t, lines);
	tailing_kill(t);
	tailing_start(t);
	tailing_wait(t, 20 * SECOND);
	tailing_assert_lines(t, lines);
	tailing_tear_down(t);
}

static void
reads_no_copy_that_was_seen_empty(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		for (guint is_new = 0; is_new < 2; is_new++) {
			Tailing t;

			tailing_set_up_read(&t, is_wide);
			tailing_copy_slowly(&t, "app.log", "app.log.1", is_new);
			tailing_truncate(&t, "app.log", 0);
			tailing_settle(&t);
			tailing_append(&t, "app.log", "three\n", -1);
			tailing_settle(&t);
			tailing_assert_lines(&t, "one|two|three");
			tear_down(&t, "one|two|three");
		}
	}
}

static void
copy_and_truncate(const Tailing *t, gboolean is_slow, const char *next)
{
	if (is_slow) {
		tailing_copy_slowly(t, "app.log", "app.log.1", FALSE);
	} else {
		tailing_copy_over(t, "app.log", "app.log.1");
	}
	tailing_truncate(t, "app.log", 0);
	tailing_append(t, "app.log", next, -1);
	tailing_settle(t);
}

/* The same file takes one copy after the other. */
static void
reads_no_copy_that_overwrites_the_one_before(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		for (guint is_slow = 0; is_slow < 2; is_slow++) {
			Tailing t;

			tailing_set_up_read(&t, is_wide);
			copy_and_truncate(&t, is_slow, "three\n");
			copy_and_truncate(&t, is_slow, "four\n");
			tear_down(&t, "one|two|three|four");
		}
	}
}

/* What was not read before the copy was made is read from it. */
static void
reads_the_rest_from_the_copy(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		Tailing t;

		tailing_set_up_read(&t, is_wide);
		tailing_copy_over(&t, "app.log", "app.log.1");
		tailing_truncate(&t, "app.log", 0);
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_settle(&t);
		tailing_append(&t, "app.log", "four\n", -1);
		tailing_copy_over(&t, "app.log", "app.log.1");
		tailing_truncate(&t, "app.log", 0);
		tailing_append(&t, "app.log", "five\n", -1);
		tear_down(&t, "one|two|three|four|five");
	}
}

static void
reads_no_compressed_file_that_was_seen_without_content(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		Tailing t;

		tailing_set_up_read(&t, is_wide);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_settle(&t);
		tailing_compress_slowly(&t, "app.log.1");
		tear_down(&t, "one|two|three");
	}
}

/* What was finished and forgotten is not what came after the one that is gone. */
static void
reads_nothing_again_when_the_oldest_is_removed(void)
{
	Tailing t;

	tailing_set_up_read(&t, FALSE);
	tailing_rename(&t, "app.log", "app.log.3");
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_settle(&t);
	tailing_rename(&t, "app.log", "app.log.2");
	tailing_append(&t, "app.log", "four\n", -1);
	tailing_settle(&t);
	tocsin_log_follower_save_all(t.follower);
	tailing_kill(&t);
	tailing_compress(&t, "app.log.2");
	tailing_start(&t);
	tocsin_log_follower_save_all(t.follower);
	tailing_kill(&t);
	tailing_unlink(&t, "app.log.3");
	tailing_rename(&t, "app.log.2.gz", "app.log.3.gz");
	tailing_start(&t);
	tear_down(&t, "one|two|three|four");
}

static void
reads_what_is_no_copy(void)
{
	Tailing t;

	tailing_set_up_read(&t, TRUE);
	tailing_append(&t, "app.log.1", "", 0);
	tailing_settle(&t);
	/* Found when the kernel tells, not at the next sweep. */
	tailing_append(&t, "app.log.1", "of its own\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|of its own");
	/* It begins like the log, and then differs. */
	tailing_append(&t, "app.log.2", "", 0);
	tailing_settle(&t);
	tailing_append(&t, "app.log.2", "one\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|of its own");
	tailing_append(&t, "app.log.2", "and only\n", -1);
	tailing_wait(&t, SECOND);
	tear_down(&t, "one|two|of its own|one|and only");
}

/* It was there, empty, before the log that is copied to it. */
static void
compares_before_the_first_line(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log*", TOCSIN_LOG_FROM_START);
	t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	t.stamps_files = TRUE;
	tailing_append(&t, "app.log.1", "", 0);
	tailing_start(&t);
	tailing_append(&t, "app.log", "one\n", -1);
	tailing_settle(&t);
	tailing_copy_over(&t, "app.log", "app.log.1");
	tailing_settle(&t);
	tailing_truncate(&t, "app.log", 0);
	tailing_append(&t, "app.log", "two\n", -1);
	tear_down(&t, "one|two");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/log/tail/copies/" #name, name)
	ADD(reads_no_copy_that_was_seen_empty);
	ADD(reads_no_copy_that_overwrites_the_one_before);
	ADD(reads_the_rest_from_the_copy);
	ADD(reads_no_compressed_file_that_was_seen_without_content);
	ADD(reads_nothing_again_when_the_oldest_is_removed);
	ADD(reads_what_is_no_copy);
	ADD(compares_before_the_first_line);
	return g_test_run();
}
