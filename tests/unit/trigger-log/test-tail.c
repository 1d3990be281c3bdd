/* SPDX-License-Identifier: MIT */
/* Following files through all that happens to logs. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "tailing.h"

#define SECOND G_USEC_PER_SEC

static void
reads_what_is_appended(void)
{
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log", "one\n", -1);
	tailing_start(&t);
	tailing_append(&t, "app.log", "two\nthr", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two");
	tailing_append(&t, "app.log", "ee\n", -1);
	tailing_append(&t, "new.log", "four\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|three|four");
	g_assert_cmpuint(t.catch_up, ==, 1);
	tailing_tear_down(&t);
}

static void
begins_where_it_is_told_to(void)
{
	static const struct {
		TocsinLogFrom from;
		const char *lines;
	} cases[] = {
	        {TOCSIN_LOG_FROM_START, "old|new"},
	        {TOCSIN_LOG_FROM_END, "new"},
	        {TOCSIN_LOG_FROM_CHECKPOINT, "new"},
	        {TOCSIN_LOG_FROM_SINCE, "old|new"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Tailing t;

		tailing_set_up(&t, "*.log", cases[i].from);
		t.options.since_us = 0;
		tailing_append(&t, "app.log", "old\n", -1);
		tailing_start(&t);
		tailing_append(&t, "app.log", "new\n", -1);
		tailing_settle(&t);
		tailing_assert_lines(&t, cases[i].lines);
		tailing_tear_down(&t);
	}
}

static void
goes_on_where_it_was_killed(void)
{
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_CHECKPOINT);
	tailing_start(&t);
	tailing_append(&t, "app.log", "one\ntwo\n", -1);
	tailing_settle(&t);
	tailing_kill(&t);
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_append(&t, "born.log", "four\n", -1);
	tailing_start(&t);
	tailing_assert_lines(&t, "one|two|three|four");
	tailing_tear_down(&t);
}

static void
follows_rotation_by_rename(void)
{
	static const char *const patterns[] = {"app.log", "app.log*"};

	for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
		Tailing t;

		tailing_set_up(&t, patterns[i], TOCSIN_LOG_FROM_START);
		tailing_append(&t, "app.log", "one\n", -1);
		tailing_start(&t);
		tailing_append(&t, "app.log", "two\n", -1);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_append(&t, "app.log", "three\n", -1);
		/* The writer has not noticed yet. */
		tailing_append(&t, "app.log.1", "late\n", -1);
		tailing_settle(&t);
		tailing_assert_lines(&t, "one|two|late|three");
		tailing_append(&t, "app.log.1", "later\n", -1);
		tailing_wait(&t, 10 * SECOND);
		tailing_assert_lines(&t, "one|two|late|three|later");
		tailing_wait(&t, 30 * SECOND);
		tailing_wait(&t, 30 * SECOND);
		g_assert_cmpuint(tocsin_log_follower_count(t.follower), ==, i + 1);
		tailing_tear_down(&t);
	}
}

static void
finishes_what_was_rotated_while_stopped(void)
{
	static const char *const names[] = {"app.log.1", "app.log-20261123", "app-2026-11-23.log",
	                                    "app.log.old"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		Tailing t;

		tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
		tailing_append(&t, "app.log", "one\n", -1);
		tailing_start(&t);
		tailing_kill(&t);
		tailing_append(&t, "app.log", "two\n", -1);
		tailing_rename(&t, "app.log", names[i]);
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_start(&t);
		tailing_assert_lines(&t, "one|two|three");
		tailing_tear_down(&t);
	}
}

/* Written to last so many seconds ago. */
static void
set_age(const Tailing *t, const char *name, gint64 seconds)
{
	g_autofree char *path = tailing_path(t, name);
	struct utimbuf times;

	times.modtime =
	        (time_t)(tocsin_clock_wall_us(tocsin_clock_system()) / G_USEC_PER_SEC - seconds);
	times.actime = times.modtime;
	g_assert_cmpint(g_utime(path, &times), ==, 0);
}

/* Files that came and went while nobody watched are read too, in their order; older ones are
 * not. */
static void
finds_what_was_rotated_twice_while_stopped(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log.1", "long ago\n", -1);
	tailing_append(&t, "app.log", "one\n", -1);
	tailing_start(&t);
	tailing_kill(&t);
	tailing_append(&t, "app.log", "two\n", -1);
	tailing_rename(&t, "app.log.1", "app.log.4");
	set_age(&t, "app.log.4", 400);
	tailing_rename(&t, "app.log", "app.log.3");
	set_age(&t, "app.log.3", 300);
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_rename(&t, "app.log", "app.log.2");
	set_age(&t, "app.log.2", 200);
	tailing_append(&t, "app.log", "four\n", -1);
	tailing_rename(&t, "app.log", "app.log.1");
	set_age(&t, "app.log.1", 100);
	tailing_append(&t, "app.log", "five\n", -1);
	tailing_start(&t);
	tailing_assert_lines(&t, "one|two|three|four|five");
	tailing_kill(&t);
	tailing_append(&t, "app.log", "six\n", -1);
	tailing_start(&t);
	tailing_assert_lines(&t, "one|two|three|four|five|six");
	tailing_tear_down(&t);
}

static void
finishes_what_was_compressed_while_stopped(void)
{
	for (guint in_pattern = 0; in_pattern < 2; in_pattern++) {
		Tailing t;

		tailing_set_up(&t, in_pattern ? "app.log*" : "app.log", TOCSIN_LOG_FROM_START);
		tailing_append(&t, "app.log", "one\n", -1);
		tailing_start(&t);
		tailing_kill(&t);
		tailing_append(&t, "app.log", "two\n", -1);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_compress(&t, "app.log.1");
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_start(&t);
		tailing_assert_lines(&t, "one|two|three");
		tailing_kill(&t);
		tailing_start(&t);
		tailing_wait(&t, 60 * SECOND);
		tailing_assert_lines(&t, "one|two|three");
		tailing_tear_down(&t);
	}
}

static void
reads_compressed_files_once(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log*", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log.2", "old one\nold two", -1);
	tailing_compress(&t, "app.log.2");
	tailing_start(&t);
	tailing_assert_lines(&t, "old one");
	g_assert_cmpuint(t.partials->len, ==, 1);
	g_assert_cmpstr(t.partials->pdata[0], ==, "old two");
	tailing_append(&t, "app.log", "x\n", -1);
	tailing_settle(&t);
	tailing_rename(&t, "app.log", "app.log.1");
	tailing_compress(&t, "app.log.1");
	tailing_wait(&t, 60 * SECOND);
	tailing_assert_lines(&t, "old one|x");
	tailing_tear_down(&t);
}

static void
notices_copytruncate(void)
{
	for (guint in_pattern = 0; in_pattern < 2; in_pattern++) {
		for (guint is_stopped = 0; is_stopped < 2; is_stopped++) {
			Tailing t;

			tailing_set_up(&t, in_pattern ? "app.log*" : "app.log",
			               TOCSIN_LOG_FROM_START);
			tailing_append(&t, "app.log", "one\n", -1);
			tailing_start(&t);
			if (is_stopped) {
				tailing_kill(&t);
			}
			tailing_append(&t, "app.log", "two\n", -1);
			tailing_copy(&t, "app.log", "app.log.1");
			tailing_truncate(&t, "app.log", 0);
			tailing_append(&t, "app.log", "three is longer than before\n", -1);
			if (is_stopped) {
				tailing_start(&t);
			}
			tailing_wait(&t, 20 * SECOND);
			tailing_assert_lines(&t, "one|two|three is longer than before");
			tailing_tear_down(&t);
		}
	}
}

static void
does_not_read_a_copy_in_the_making(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log*", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log", "one\ntwo\n", -1);
	tailing_start(&t);
	tailing_append(&t, "app.log.1", "one\n", -1);
	tailing_settle(&t);
	tailing_append(&t, "app.log.1", "two\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two");
	tailing_truncate(&t, "app.log", 0);
	tailing_append(&t, "app.log", "three\n", -1);
	tailing_settle(&t);
	tailing_wait(&t, 20 * SECOND);
	tailing_assert_lines(&t, "one|two|three");
	tailing_tear_down(&t);
}

static void
notices_truncation_and_regrowth_past_the_offset(void)
{
	for (guint is_stopped = 0; is_stopped < 2; is_stopped++) {
		Tailing t;

		tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
		tailing_append(&t, "app.log", "one\n", -1);
		tailing_start(&t);
		if (is_stopped) {
			tailing_kill(&t);
		}
		tailing_truncate(&t, "app.log", 0);
		tailing_append(&t, "app.log", "two, and more of it\nthree\n", -1);
		if (is_stopped) {
			tailing_start(&t);
		}
		tailing_settle(&t);
		tailing_assert_lines(&t, "one|two, and more of it|three");
		tailing_truncate(&t, "app.log", 0);
		tailing_settle(&t);
		tailing_append(&t, "app.log", "4\n", -1);
		tailing_settle(&t);
		tailing_assert_lines(&t, "one|two, and more of it|three|4");
		tailing_tear_down(&t);
	}
}

static void
gives_equal_lines_of_a_new_file_new_ids(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log", "banner\none\n", -1);
	tailing_start(&t);
	tailing_truncate(&t, "app.log", 0);
	tailing_settle(&t);
	tailing_append(&t, "app.log", "banner\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "banner|one|banner");
	tailing_tear_down(&t);
}

static void
follows_a_symbolic_link_to_its_new_target(void)
{
	Tailing t;
	g_autofree char *link = NULL;

	tailing_set_up(&t, "current.log", TOCSIN_LOG_FROM_START);
	link = tailing_path(&t, "current.log");
	tailing_append(&t, "a.txt", "one\n", -1);
	g_assert_cmpint(symlink("a.txt", link), ==, 0);
	tailing_start(&t);
	tailing_append(&t, "a.txt", "two\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two");
	tailing_append(&t, "b.txt", "four\n", -1);
	tailing_append(&t, "a.txt", "three\n", -1);
	tailing_unlink(&t, "current.log");
	g_assert_cmpint(symlink("b.txt", link), ==, 0);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|three|four");
	tailing_tear_down(&t);
}

static void
finds_files_in_new_folders(void)
{
	Tailing t;
	g_autofree char *folder = NULL;

	tailing_set_up(&t, "*/logs/*.log", TOCSIN_LOG_FROM_START);
	tailing_start(&t);
	folder = tailing_path(&t, "service/logs");
	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	tailing_append(&t, "service/logs/x.log", "one\n", -1);
	tailing_settle(&t);
	tailing_append(&t, "service/logs/x.log", "two\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two");
	tailing_tear_down(&t);
}

static void
offers_an_unfinished_end_after_a_while(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log", "one\nhalf", -1);
	tailing_start(&t);
	tailing_wait(&t, 4 * SECOND);
	g_assert_cmpuint(t.partials->len, ==, 0);
	tailing_wait(&t, 2 * SECOND);
	tailing_wait(&t, 60 * SECOND);
	g_assert_cmpuint(t.partials->len, ==, 1);
	g_assert_cmpstr(t.partials->pdata[0], ==, "half");
	tailing_append(&t, "app.log", " and half\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|half and half");
	tailing_tear_down(&t);
}

static void
offers_again_what_was_not_taken(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	t.keep = 4;
	tailing_append(&t, "app.log", "one\ntwo\nsix\n", -1);
	tailing_start(&t);
	tailing_assert_lines(&t, "one|two");
	tailing_wait(&t, 6 * SECOND);
	g_assert_cmpstr(t.partials->pdata[0], ==, "six\n");
	tailing_append(&t, "app.log", "ten\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|six");
	tailing_tear_down(&t);
}

static void
waits_while_the_receiver_has_no_room(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	t.room = 1;
	tailing_append(&t, "app.log", "one\ntwo\nthree\n", -1);
	tailing_start(&t);
	tailing_assert_lines(&t, "one");
	t.room = 10;
	tailing_settle(&t);
	tailing_assert_lines(&t, "one");
	tocsin_log_follower_resume(t.follower);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|three");
	tailing_tear_down(&t);
}

static void
cuts_overlong_lines_the_same_however_they_come(void)
{
	for (guint pieces = 1; pieces <= 7; pieces += 2) {
		Tailing t;
		g_autoptr(GString) text = g_string_new("before\n");
		g_autofree char *expected = NULL;

		for (guint i = 0; i < 5000; i++) {
			g_string_append_c(text, (char)('a' + i % 26));
		}
		expected = g_strdup_printf("before|%.50s [... 4900 bytes cut ...] %s|after",
		                           text->str + 7, text->str + text->len - 50);
		g_string_append(text, "\nafter\n");
		tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
		t.options.line_limit = 100;
		t.options.slice_size = pieces == 1 ? 65536 : 400;
		tailing_start(&t);
		for (gsize at = 0; at < text->len;) {
			gsize part = MIN(text->len / pieces + 1, text->len - at);

			tailing_append(&t, "app.log", text->str + at, (gssize)part);
			tailing_settle(&t);
			at += part;
		}
		tailing_assert_lines(&t, expected);
		tailing_tear_down(&t);
	}
}

static void
passes_over_holes_of_nuls(void)
{
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "app.log", "one\n", -1);
	tailing_start(&t);
	/* A writer that keeps its own offset goes on behind a hole. */
	tailing_truncate(&t, "app.log", 0);
	tailing_truncate(&t, "app.log", 3 << 20);
	tailing_settle(&t);
	tailing_append(&t, "app.log", "two\nthree\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|three");
	tailing_append(&t, "app.log", "\0\0four\n", 7);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one|two|three|four");
	tailing_tear_down(&t);
}

static void
sees_growth_without_being_told(void)
{
	Tailing t;
	g_autofree char *outside = NULL;
	g_autofree char *inside = NULL;

	/* Growth through another name, in a folder that is not watched. */
	tailing_set_up(&t, "in/app.log", TOCSIN_LOG_FROM_START);
	outside = tailing_path(&t, "other.txt");
	inside = tailing_path(&t, "in");
	g_assert_cmpint(g_mkdir(inside, 0700), ==, 0);
	tailing_append(&t, "other.txt", "one\n", -1);
	g_free(inside);
	inside = tailing_path(&t, "in/app.log");
	g_assert_cmpint(link(outside, inside), ==, 0);
	tailing_start(&t);
	tailing_append(&t, "other.txt", "two\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one");
	tailing_wait(&t, 10 * SECOND);
	tailing_assert_lines(&t, "one|two");
	tailing_tear_down(&t);
}

static void
keeps_few_files_open(void)
{
	Tailing t;
	guint open_files = 0;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	t.options.open_max = 3;
	for (guint i = 0; i < 40; i++) {
		g_autofree char *name = g_strdup_printf("%u.log", i);

		tailing_append(&t, name, "x\n", -1);
	}
	tailing_start(&t);
	g_assert_cmpuint(t.lines->len, ==, 40);
	for (int fd = 0; fd < 1024; fd++) {
		struct stat status;

		open_files +=
		        fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 2;
	}
	g_assert_cmpuint(open_files, <=, 4);
	tailing_append(&t, "7.log", "y\n", -1);
	tailing_settle(&t);
	g_assert_cmpuint(t.lines->len, ==, 41);
	tailing_tear_down(&t);
}

static void
says_when_there_are_too_many_files(void)
{
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	t.options.files_max = 2;
	tailing_append(&t, "a.log", "x\n", -1);
	tailing_append(&t, "b.log", "x\n", -1);
	tailing_append(&t, "c.log", "x\n", -1);
	tailing_start(&t);
	g_assert_cmpuint(t.lines->len, ==, 2);
	g_assert_cmpuint(t.notes->len, ==, 1);
	tailing_tear_down(&t);
}

static void
notes_a_checkpoint_that_it_cannot_read(void)
{
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_CHECKPOINT);
	g_hash_table_insert(t.checkpoints, g_strdup("x"), g_bytes_new_static("\1rubbish", 8));
	tailing_append(&t, "a.log", "x\n", -1);
	tailing_start(&t);
	g_assert_cmpuint(t.notes->len, ==, 1);
	tailing_assert_lines(&t, "x");
	tailing_tear_down(&t);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/log/tail/" #name, name)
	ADD(reads_what_is_appended);
	ADD(begins_where_it_is_told_to);
	ADD(goes_on_where_it_was_killed);
	ADD(follows_rotation_by_rename);
	ADD(finishes_what_was_rotated_while_stopped);
	ADD(finds_what_was_rotated_twice_while_stopped);
	ADD(finishes_what_was_compressed_while_stopped);
	ADD(reads_compressed_files_once);
	ADD(notices_copytruncate);
	ADD(does_not_read_a_copy_in_the_making);
	ADD(notices_truncation_and_regrowth_past_the_offset);
	ADD(gives_equal_lines_of_a_new_file_new_ids);
	ADD(follows_a_symbolic_link_to_its_new_target);
	ADD(finds_files_in_new_folders);
	ADD(offers_an_unfinished_end_after_a_while);
	ADD(offers_again_what_was_not_taken);
	ADD(waits_while_the_receiver_has_no_room);
	ADD(cuts_overlong_lines_the_same_however_they_come);
	ADD(passes_over_holes_of_nuls);
	ADD(sees_growth_without_being_told);
	ADD(keeps_few_files_open);
	ADD(says_when_there_are_too_many_files);
	ADD(notes_a_checkpoint_that_it_cannot_read);
	return g_test_run();
}
