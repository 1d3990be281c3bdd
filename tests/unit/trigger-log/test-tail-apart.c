/* SPDX-License-Identifier: MIT */
/* Where the kernel does not tell: a file system that others write to, and a limit on watches. Both
 * need namespaces of the test's own. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tailing.h"

#define SECOND G_USEC_PER_SEC

static gboolean
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	gboolean is_written = fd >= 0 && write(fd, text, strlen(text)) == (gssize)strlen(text);

	if (fd >= 0) {
		close(fd);
	}
	return is_written;
}

/* A user and a mount namespace, in which this user is root. FALSE: not here. */
static gboolean
go_apart(void)
{
	g_autofree char *users = g_strdup_printf("0 %u 1", getuid());
	g_autofree char *groups = g_strdup_printf("0 %u 1", getgid());

	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	       write_text("/proc/self/setgroups", "deny") &&
	       write_text("/proc/self/uid_map", users) && write_text("/proc/self/gid_map", groups);
}

/* What is written below the overlay comes into sight in it, but its kernel tells nobody: just as
 * when another machine writes to NFS. */
static void
looks_at_remote_file_systems_by_itself(void)
{
	g_autofree char *options = NULL;
	g_autofree char *merged = NULL;
	g_autofree char *pattern = NULL;
	Tailing t;

	tailing_set_up(&t, "merged/*.log", TOCSIN_LOG_FROM_START);
	merged = tailing_path(&t, "merged");
	for (const char *const *name =
	             (const char *const[]){"lower", "upper", "work", "merged", NULL};
	     *name != NULL; name++) {
		g_autofree char *path = tailing_path(&t, *name);

		g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	}
	tailing_append(&t, "upper/a.log", "one\n", -1);
	options = g_strdup_printf("lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work,userxattr",
	                          t.folder, t.folder, t.folder);
	if (mount("overlay", merged, "overlay", 0, options) != 0) {
		g_test_skip("no overlay can be mounted here");
		tailing_tear_down(&t);
		return;
	}
	tailing_start(&t);
	tailing_assert_lines(&t, "one");
	tailing_append(&t, "upper/a.log", "two\n", -1);
	tailing_settle(&t);
	tailing_assert_lines(&t, "one");
	/* The sweep is ten seconds away. */
	tailing_wait(&t, SECOND);
	tailing_assert_lines(&t, "one|two");
	tailing_kill(&t);
	g_assert_cmpint(umount(merged), ==, 0);
	tailing_tear_down(&t);
}

static void
looks_by_itself_when_watches_run_out(void)
{
	Tailing t;

	tailing_set_up(&t, "*/a.log", TOCSIN_LOG_FROM_START);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf("%u", i);
		g_autofree char *path = tailing_path(&t, name);

		g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	}
	if (!write_text("/proc/sys/user/max_inotify_watches", "2")) {
		g_test_skip("the number of watches cannot be limited here");
		tailing_tear_down(&t);
		return;
	}
	tailing_start(&t);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf("%u/a.log", i);

		tailing_append(&t, name, "x\n", -1);
	}
	tailing_wait(&t, SECOND);
	tailing_assert_lines(&t, "x|x|x");
	g_assert_cmpuint(t.notes->len, ==, 1);
	g_assert_nonnull(strstr(t.notes->pdata[0], "fs.inotify.max_user_watches"));
	tailing_tear_down(&t);
}

static void
cannot_be_tested(void)
{
	g_test_skip("no namespaces can be made here");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!go_apart()) {
		g_test_add_func("/log/tail/apart", cannot_be_tested);
		return g_test_run();
	}
	g_test_add_func("/log/tail/looks_at_remote_file_systems_by_itself",
	                looks_at_remote_file_systems_by_itself);
	g_test_add_func("/log/tail/looks_by_itself_when_watches_run_out",
	                looks_by_itself_when_watches_run_out);
	return g_test_run();
}
