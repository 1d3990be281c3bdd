/* SPDX-License-Identifier: MIT */
/* Following files where it is hardest: inodes that come again, a kernel whose queue overflows,
 * storms of rotation, files that begin alike or hold next to nothing. */
#include <linux/magic.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "tailing.h"

#define SECOND G_USEC_PER_SEC
/* On ext4 an inode that was set free is given away next, perhaps to another process; other file
 * systems take longer, or never do. */
#define TRIES 50u
#define ROUNDS 40u

/* Unlinks the log and makes it anew until it has the inode that it had. */
static gboolean
reuse_inode(const Tailing *t, const char *text)
{
	g_autofree char *path = tailing_path(t, "app.log");
	struct stat before, after;

	g_assert_cmpint(stat(path, &before), ==, 0);
	for (guint i = 0; i < TRIES; i++) {
		tailing_unlink(t, "app.log");
		tailing_append(t, "app.log", text, -1);
		g_assert_cmpint(stat(path, &after), ==, 0);
		if (after.st_ino == before.st_ino) {
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
is_on_ext4(void)
{
	struct statfs system;

	g_assert_cmpint(statfs(".", &system), ==, 0);
	return system.f_type == EXT4_SUPER_MAGIC;
}

/* FALSE: the inode did not come again. */
static gboolean
try_reused_inode(const char *text, gboolean is_stopped, const char *lines)
{
	gboolean is_reused;
	Tailing t;

	tailing_set_up(&t, "app.log", TOCSIN_LOG_FROM_START);
	t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	/* With no file kept open the inode is free at once. */
	t.options.open_max = 0;
	tailing_start(&t);
	tailing_append(&t, "app.log", "same\nsame\n", -1);
	tailing_settle(&t);
	if (is_stopped) {
		tailing_kill(&t);
	}
	is_reused = reuse_inode(&t, text);
	if (is_stopped) {
		tailing_start(&t);
	}
	tailing_settle(&t);
	tailing_assert_lines(&t, lines);
	tailing_tear_down(&t);
	return is_reused;
}

static void
does_not_mistake_a_reused_inode(void)
{
	/* Longer and shorter than before, and beginning alike. */
	static const char *const texts[] = {"same\nsame\nnew\n", "same\n", "other\n"};
	static const char *const lines[] = {"same|same|same|same|new", "same|same|same",
	                                    "same|same|other"};

	for (guint i = 0; i < 2 * G_N_ELEMENTS(texts); i++) {
		gboolean is_reused = FALSE;

		for (guint round = 0; !is_reused && round < ROUNDS; round++) {
			is_reused = try_reused_inode(texts[i / 2], i % 2 == 0, lines[i / 2]);
		}
		if (!is_reused && is_on_ext4()) {
			g_error("in %u rounds no inode came again", ROUNDS);
		}
		if (!is_reused) {
			g_test_incomplete("this file system does not reuse inodes");
			return;
		}
	}
}

static guint
read_queue_length(void)
{
	g_autofree char *text = NULL;

	return g_file_get_contents("/proc/sys/fs/inotify/max_queued_events", &text, NULL, NULL)
	               ? (guint)g_ascii_strtoull(text, NULL, 10)
	               : 0;
}

static gboolean
has_overflown(int fd)
{
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[65536];
	} buffer;
	gboolean is_found = FALSE;
	gssize length;

	while ((length = read(fd, buffer.bytes, sizeof buffer.bytes)) > 0) {
		for (const char *at = buffer.bytes; at < buffer.bytes + length;) {
			const struct inotify_event *event = (const void *)at;

			is_found |= (event->mask & IN_Q_OVERFLOW) != 0;
			at += sizeof *event + event->len;
		}
	}
	return is_found;
}

static void
loses_nothing_when_the_queue_overflows(void)
{
	guint length = read_queue_length();
	int witness = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	Tailing t;

	if (length == 0 || length > 100000) {
		g_test_skip("the kernel's queue is not there, or too long to be filled");
		close(witness);
		return;
	}
	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	tailing_append(&t, "a.log", "first\n", -1);
	tailing_append(&t, "b.log", "first\n", -1);
	tailing_start(&t);
	g_assert_cmpint(inotify_add_watch(witness, t.folder, IN_MODIFY | IN_CREATE | IN_MOVE), >=,
	                0);
	/* By turns, for the kernel makes one of equal events that follow each other. */
	for (guint i = 0; i < length / 2 + 1; i++) {
		tailing_append(&t, "a.log", "a\n", -1);
		tailing_append(&t, "b.log", "b\n", -1);
	}
	/* Of all this nobody is told any more. */
	tailing_append(&t, "late.log", "late\n", -1);
	tailing_rename(&t, "a.log", "a.log.1");
	tailing_append(&t, "a.log", "after\n", -1);
	tailing_append(&t, "a.log.1", "before\n", -1);
	g_assert_true(has_overflown(witness));
	close(witness);
	tailing_settle(&t);
	g_assert_cmpuint(t.lines->len, ==, 2 + 2 * (length / 2 + 1) + 3);
	for (const char *const *line = (const char *const[]){"late", "before", "after", NULL};
	     *line != NULL; line++) {
		g_assert_true(g_ptr_array_find_with_equal_func(t.lines, *line, g_str_equal, NULL));
	}
	/* It goes on as before. */
	tailing_append(&t, "late.log", "later\n", -1);
	tailing_settle(&t);
	g_assert_cmpstr(t.lines->pdata[t.lines->len - 1], ==, "later");
	tailing_tear_down(&t);
}

/* Each file's lines "FILE N" are all there, once and in order. */
static void
assert_all_in_order(const Tailing *t, guint files, guint count)
{
	g_autofree guint *next = g_new0(guint, files);

	for (guint i = 0; i < t->lines->len; i++) {
		g_auto(GStrv) parts = g_strsplit(t->lines->pdata[i], " ", 2);
		guint file = (guint)g_ascii_strtoull(parts[0], NULL, 10);

		g_assert_cmpuint(file, <, files);
		g_assert_cmpuint(g_ascii_strtoull(parts[1], NULL, 10), ==, next[file]);
		next[file]++;
	}
	for (guint i = 0; i < files; i++) {
		g_assert_cmpuint(next[i], ==, count);
	}
}

enum { STORM_FILES = 200, STORM_ROUNDS = 4, STORM_ROTATIONS = 3 };

/* Each file is rotated, and gets a line. */
static void
rotate_all(const Tailing *t, guint number)
{
	for (guint i = 0; i < STORM_FILES; i++) {
		g_autofree char *name = g_strdup_printf("%u.log", i);
		g_autofree char *line = g_strdup_printf("%u %u\n", i, number);
		g_autofree char *first = g_strdup_printf("%s.1", name);
		g_autofree char *second = g_strdup_printf("%s.2", name);

		if (number > 1) {
			tailing_rename(t, first, second);
		}
		if (number > 0) {
			tailing_rename(t, name, first);
		}
		tailing_append(t, name, line, -1);
	}
}

/* Hundreds of files are rotated again and again, now with and now without us; of three rotations at
 * once none may be missed. */
static void
survives_storms_of_rotation(void)
{
	guint number = 0;
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	t.options.open_max = 64;
	tailing_start(&t);
	for (guint round = 0; round < STORM_ROUNDS; round++) {
		for (guint rotation = 0; rotation < STORM_ROTATIONS; rotation++) {
			rotate_all(&t, number++);
			if (rotation == 0 && round % 2 == 0) {
				tailing_settle(&t);
			}
		}
		if (round % 2 == 1) {
			tailing_kill(&t);
			tailing_start(&t);
		}
		tailing_wait(&t, 11 * SECOND);
	}
	assert_all_in_order(&t, STORM_FILES, number);
	tailing_tear_down(&t);
}

/* Tables and banners: only what follows tells the files apart. */
static void
keeps_files_apart_that_begin_alike(void)
{
	g_autofree char *banner = g_strnfill(3000, '#');
	g_autofree char *head = g_strconcat(banner, "\n", NULL);
	guint banners = 0;
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	tailing_start(&t);
	for (guint i = 0; i < 4; i++) {
		g_autofree char *name = g_strdup_printf("%u.log", i);
		g_autofree char *line = g_strdup_printf("%u a\n", i);

		tailing_append(&t, name, head, -1);
		tailing_settle(&t);
		tailing_append(&t, name, line, -1);
	}
	tailing_settle(&t);
	tailing_kill(&t);
	for (guint i = 0; i < 4; i++) {
		g_autofree char *name = g_strdup_printf("%u.log", i);
		g_autofree char *line = g_strdup_printf("%u b\n", i);

		tailing_append(&t, name, line, -1);
	}
	/* One is rotated, and its successor begins as all do. */
	tailing_rename(&t, "3.log", "3.log.1");
	tailing_append(&t, "3.log", head, -1);
	tailing_start(&t);
	for (guint i = t.lines->len; i-- > 0;) {
		if (strcmp(t.lines->pdata[i], banner) == 0) {
			banners++;
			g_ptr_array_remove_index(t.lines, i);
		}
	}
	g_assert_cmpuint(banners, ==, 5);
	g_assert_cmpuint(t.lines->len, ==, 8);
	for (guint i = 0; i < 4; i++) {
		g_autofree char *a = g_strdup_printf("%u a", i);
		g_autofree char *b = g_strdup_printf("%u b", i);

		g_assert_true(g_ptr_array_find_with_equal_func(t.lines, a, g_str_equal, NULL));
		g_assert_true(g_ptr_array_find_with_equal_func(t.lines, b, g_str_equal, NULL));
	}
	tailing_tear_down(&t);
}

static void
reads_files_of_a_few_bytes(void)
{
	Tailing t;

	tailing_set_up(&t, "*.log", TOCSIN_LOG_FROM_START);
	t.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	tailing_append(&t, "empty.log", "", -1);
	tailing_start(&t);
	tailing_append(&t, "a.log", "\n", -1);
	tailing_append(&t, "b.log", "x", -1);
	tailing_settle(&t);
	tailing_kill(&t);
	tailing_append(&t, "a.log", "y\n", -1);
	tailing_append(&t, "b.log", "\n", -1);
	tailing_append(&t, "empty.log", "z\n", -1);
	tailing_start(&t);
	g_assert_cmpuint(t.lines->len, ==, 4);
	for (const char *const *line = (const char *const[]){"", "x", "y", "z", NULL};
	     *line != NULL; line++) {
		g_assert_true(g_ptr_array_find_with_equal_func(t.lines, *line, g_str_equal, NULL));
	}
	tailing_tear_down(&t);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/log/tail/" #name, name)
	ADD(does_not_mistake_a_reused_inode);
	ADD(loses_nothing_when_the_queue_overflows);
	ADD(survives_storms_of_rotation);
	ADD(keeps_files_apart_that_begin_alike);
	ADD(reads_files_of_a_few_bytes);
	return g_test_run();
}
