/* SPDX-License-Identifier: MIT */
/* Files on their way from one name to another, as a look sees them that falls between: neither here
 * nor there. Nothing of them is read twice, and nothing is lost. */
#include <string.h>

#include "tailing.h"

#define SECOND G_USEC_PER_SEC

/* Whatever happens later, also after a restart, nothing else comes. */
static void
tear_down(Tailing *t, const char *lines)
{
	tailing_settle(t);
	tailing_assert_lines(t, lines);
	tailing_wait(t, 20 * SECOND);
	tailing_assert_lines(t, lines);
	tailing_kill(t);
	tailing_start(t);
	tailing_wait(t, 20 * SECOND);
	tailing_assert_lines(t, lines);
	for (guint i = 0; i < t->notes->len; i++) {
		g_test_message("%s", (const char *)t->notes->pdata[i]);
	}
	g_assert_cmpuint(t->notes->len, ==, 0);
	tailing_tear_down(t);
}

/* The log and a rotated one, which is compressed or not and stays open or not. */
static void
set_up_two(Tailing *t, gboolean is_compressed, gboolean is_open)
{
	tailing_set_up_read(t, TRUE);
	tailing_rename(t, "app.log", "app.log.1");
	tailing_append(t, "app.log", "three\n", -1);
	tailing_settle(t);
	if (is_compressed) {
		tailing_compress(t, "app.log.1");
		tailing_wait(t, 20 * SECOND);
	}
	tocsin_log_follower_save_all(t->follower);
	tailing_kill(t);
	t->options.open_max = is_open ? 256 : 0;
	tailing_start(t);
}

/* From a rotated name out of all names that are looked for. */
static void
take_away(const Tailing *t, gboolean is_compressed)
{
	tailing_rename(t, is_compressed ? "app.log.1.gz" : "app.log.1",
	               is_compressed ? "away.gz" : "away");
}

static void
bring_back(const Tailing *t, gboolean is_compressed)
{
	tailing_rename(t, is_compressed ? "away.gz" : "away",
	               is_compressed ? "app.log.2.gz" : "app.log.2");
}

static void
knows_what_a_look_missed(void)
{
	for (guint variant = 0; variant < 4; variant++) {
		gboolean is_compressed = (variant & 1) != 0;
		Tailing t;

		set_up_two(&t, is_compressed, (variant & 2) != 0);
		take_away(&t, is_compressed);
		tailing_settle(&t);
		bring_back(&t, is_compressed);
		tear_down(&t, "one|two|three");
	}
}

static void
knows_what_a_start_missed(void)
{
	for (guint variant = 0; variant < 4; variant++) {
		gboolean is_compressed = (variant & 1) != 0;
		Tailing t;

		set_up_two(&t, is_compressed, TRUE);
		tailing_kill(&t);
		take_away(&t, is_compressed);
		tailing_start(&t);
		if ((variant & 2) != 0) {
			tailing_kill(&t);
			tailing_start(&t);
		}
		bring_back(&t, is_compressed);
		tear_down(&t, "one|two|three");
	}
}

/* What was written to a file while it was away is read when it is back, outside of the patterns as
 * well. */
static void
goes_on_with_what_a_start_missed(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		for (guint is_compressed = 0; is_compressed < 2; is_compressed++) {
			Tailing t;

			tailing_set_up_read(&t, is_wide);
			tocsin_log_follower_save_all(t.follower);
			tailing_kill(&t);
			tailing_rename(&t, "app.log", "away");
			tailing_append(&t, "away", "three\n", -1);
			tailing_start(&t);
			tailing_rename(&t, "away", "app.log.1");
			tailing_settle(&t);
			if (is_compressed) {
				tailing_compress(&t, "app.log.1");
			}
			tear_down(&t, "one|two|three");
		}
	}
}

/* A file that was empty when it was seen last, then filled and rotated, has to be told from others
 * before its first line is raised. */
static void
knows_a_file_again_that_was_empty(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		Tailing t;

		tailing_set_up(&t, is_wide ? "app.log*" : "app.log", TOCSIN_LOG_FROM_START);
		t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
		t.stamps_files = TRUE;
		tailing_append(&t, "app.log", "", 0);
		tailing_start(&t);
		tailing_kill(&t);
		tailing_append(&t, "app.log", "one\n", -1);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_begin(&t);
		tailing_kill(&t);
		tailing_compress(&t, "app.log.1");
		tailing_append(&t, "app.log", "two\n", -1);
		tailing_start(&t);
		tear_down(&t, "one|two");
	}
}

/* The same at its rotated name. */
static void
knows_a_rotated_file_again_that_was_empty(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		Tailing t;

		tailing_set_up(&t, is_wide ? "app.log*" : "app.log", TOCSIN_LOG_FROM_START);
		t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
		t.stamps_files = TRUE;
		tailing_append(&t, "app.log", "", 0);
		tailing_start(&t);
		tailing_kill(&t);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_start(&t);
		tailing_kill(&t);
		tailing_append(&t, "app.log", "", 0);
		tailing_append(&t, "app.log.1", "one\n", -1);
		tailing_compress(&t, "app.log.1");
		tailing_start(&t);
		tailing_assert_lines(&t, "one");
		tear_down(&t, "one");
	}
}

/* A copy that is written over a rotated file, and renamed before anybody looks. */
static void
compares_an_overwritten_file_and_not_its_name(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		Tailing t;

		tailing_set_up_read(&t, is_wide);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_settle(&t);
		tailing_copy_over(&t, "app.log", "app.log.1");
		tailing_truncate(&t, "app.log", 0);
		tailing_rename(&t, "app.log.1", "app.log.2");
		tailing_append(&t, "app.log", "four\n", -1);
		tear_down(&t, "one|two|three|four");
	}
}

/* A copy of what was truncated, removed and begun again before anybody looked. */
static void
knows_a_copy_of_what_is_removed(void)
{
	for (guint is_wide = 0; is_wide < 2; is_wide++) {
		Tailing t;

		tailing_set_up_read(&t, is_wide);
		tailing_copy(&t, "app.log", "app.log.1");
		tailing_truncate(&t, "app.log", 0);
		tailing_unlink(&t, "app.log");
		tailing_append(&t, "app.log", "three\n", -1);
		tear_down(&t, "one|two|three");
	}
}

static gint
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Begun, copied and truncated between two looks, the copy perhaps compressed. */
static void
finds_a_copy_of_what_nobody_saw(void)
{
	for (guint variant = 0; variant < 4; variant++) {
		Tailing t;

		tailing_set_up_read(&t, (variant & 1) != 0);
		tailing_rename(&t, "app.log", "app.log.2");
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_copy(&t, "app.log", "app.log.1");
		tailing_truncate(&t, "app.log", 0);
		tailing_append(&t, "app.log", "four\n", -1);
		if ((variant & 2) != 0) {
			tailing_compress(&t, "app.log.1");
		}
		tailing_settle(&t);
		g_ptr_array_sort(t.lines, compare_lines);
		tear_down(&t, "four|one|three|two");
	}
}

/* The same, after a look that saw the name left, and before one that sees it taken again or not. */
static void
finds_what_nobody_saw_at_a_name_that_was_left(void)
{
	for (guint variant = 0; variant < 4; variant++) {
		Tailing t;

		tailing_set_up_read(&t, (variant & 1) != 0);
		tailing_rename(&t, "app.log", "app.log.2");
		tailing_settle(&t);
		tailing_append(&t, "app.log", "three\n", -1);
		tailing_rename(&t, "app.log", "app.log.1");
		tailing_compress(&t, "app.log.1");
		if ((variant & 2) != 0) {
			tailing_append(&t, "app.log", "", 0);
		}
		tear_down(&t, "one|two|three");
	}
}

/* Rotated, and written to a little longer, while nothing comes to the new file. */
static void
reads_nothing_again_that_was_written_late(void)
{
	Tailing t;

	tailing_set_up_read(&t, FALSE);
	tailing_rename(&t, "app.log", "app.log.1");
	tailing_append(&t, "app.log", "", 0);
	tailing_settle(&t);
	tailing_append(&t, "app.log.1", "three\n", -1);
	tailing_wait(&t, SECOND);
	tailing_wait(&t, 20 * SECOND);
	g_assert_cmpuint(tocsin_log_follower_count(t.follower), ==, 1);
	tailing_kill(&t);
	tailing_start(&t);
	tear_down(&t, "one|two|three");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/log/tail/moves/" #name, name)
	ADD(knows_what_a_look_missed);
	ADD(knows_what_a_start_missed);
	ADD(goes_on_with_what_a_start_missed);
	ADD(knows_a_file_again_that_was_empty);
	ADD(knows_a_rotated_file_again_that_was_empty);
	ADD(compares_an_overwritten_file_and_not_its_name);
	ADD(knows_a_copy_of_what_is_removed);
	ADD(finds_a_copy_of_what_nobody_saw);
	ADD(finds_what_nobody_saw_at_a_name_that_was_left);
	ADD(reads_nothing_again_that_was_written_late);
	return g_test_run();
}
