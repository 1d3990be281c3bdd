/* SPDX-License-Identifier: MIT */
/* The maildir transport, called as the program calls it: what it writes, where it stops, and that
 * every recipient hears of it. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "file.h"
#include "plugin/call-transport.h"

#define STRANGER 65533u

/* A folder of the test's own, and who orders the runs. */
typedef struct {
	char *folder;
	char *path; /* of the Maildir in it, which is not there yet */
	TocsinUnit *unit;
	guint waiting; /* mails left to give */
	guint given;
	GBytes *content; /* (nullable) of each of them; else "mail NUMBER" */
	gint32 last;     /* what next() says afterwards */
	const char *sender;
	GString *fates;
} Order;

static gint32
order_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *order = user;

	if (order->waiting == 0) {
		return order->last;
	}
	order->waiting--;
	*out_mail = tocsin_mail_new(NULL, order->sender, 1);
	tocsin_mail_add_recipient(*out_mail, "a@example.org");
	tocsin_mail_add_recipient(*out_mail, "b@example.org");
	if (order->content != NULL) {
		(*out_mail)->content = g_bytes_ref(order->content);
	} else {
		char *text = g_strdup_printf("mail %u", order->given);

		(*out_mail)->content = g_bytes_new_take(text, strlen(text));
	}
	order->given++;
	return TOCSIN_OK;
}

static void
order_on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	Order *order = user;

	g_string_append_printf(order->fates, "%u %s %s\n", index,
	                       tocsin_fate_status_name(fate->status),
	                       fate->status == TOCSIN_FATE_DELIVERED ? "" : fate->text);
}

static const TocsinJobOps job_ops = {.next = order_next, .on_fate = order_on_fate};

static void
order_set_up(Order *order, gconstpointer data)
{
	order->folder = g_dir_make_tmp("tocsin-maildir-XXXXXX", NULL);
	order->path = g_build_filename(order->folder, "box", NULL);
	order->unit = tocsin_unit_new(tocsin_plugin_v1.units[0], "transport-maildir",
	                              "/transport-maildir.so");
	order->waiting = 1;
	order->last = TOCSIN_END;
	order->sender = "me@example.org";
	order->fates = g_string_new(NULL);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir =
	        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);

		remove_tree(inner);
	}
	g_assert_cmpint(g_remove(path), ==, 0);
}

static void
order_tear_down(Order *order, gconstpointer data)
{
	remove_tree(order->folder);
	tocsin_unit_free(order->unit);
	g_clear_pointer(&order->content, g_bytes_unref);
	g_string_free(order->fates, TRUE);
	g_free(order->path);
	g_free(order->folder);
}

static TocsinTransport *
try_open(const Order *order, const char *path, const char *folder, const char *mode, GError **error)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, tocsin_unit_keys(order->unit), NULL));
	g_autoptr(TocsinSettings) settings = tocsin_settings_new(keys);

	g_assert_true(tocsin_settings_set_text(settings, "path", path, NULL));
	if (folder != NULL) {
		g_assert_true(tocsin_settings_set_text(settings, "folder", folder, NULL));
	}
	if (mode != NULL) {
		g_assert_true(tocsin_settings_set_text(settings, "mode", mode, NULL));
	}
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return tocsin_transport_open(order->unit, "local", settings, NULL, NULL, error);
}

static gint32
run(Order *order, TocsinTransport *transport, GError **error)
{
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(&job_ops, order, "local", TOCSIN_STREAM_FOREVER, NULL);

	return tocsin_transport_run(transport, job, error);
}

/* Opens with the usual settings, runs once, closes. */
static gint32
run_once(Order *order, GError **error)
{
	g_autoptr(TocsinTransport) transport = try_open(order, order->path, NULL, NULL, error);

	g_assert_nonnull(transport);
	return run(order, transport, error);
}

/* The paths of what is in a folder. */
static GPtrArray *
list(const char *path, const char *inner)
{
	g_autofree char *folder = g_build_filename(path, inner, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	}
	return names;
}

static void
assert_count(const char *path, const char *inner, guint count)
{
	g_autoptr(GPtrArray) names = list(path, inner);

	g_assert_cmpuint(names->len, ==, count);
}

static guint
mode_of(const char *path)
{
	struct stat status;

	g_assert_cmpint(lstat(path, &status), ==, 0);
	return status.st_mode & 07777;
}

/* Asserts that the only file in new has this text; returns its path. */
static char *
assert_only_file(const char *path, const char *text)
{
	g_autoptr(GPtrArray) names = list(path, "new");
	g_autofree char *found = NULL;

	g_assert_cmpuint(names->len, ==, 1);
	g_assert_true(g_file_get_contents(names->pdata[0], &found, NULL, NULL));
	g_assert_cmpstr(found, ==, text);
	return g_strdup(names->pdata[0]);
}

static void
a_mail_becomes_one_file(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	order->content = g_bytes_new_static("Subject: x\r\n\r\none\r\n.two\r\n", 25);
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_OK);
	g_assert_no_error(error);
	g_autofree char *file = assert_only_file(order->path, "Return-Path: <me@example.org>\n"
	                                                      "Delivered-To: a@example.org\n"
	                                                      "Delivered-To: b@example.org\n"
	                                                      "Subject: x\n\none\n.two\n");

	g_assert_cmpstr(order->fates->str, ==, "0 delivered \n1 delivered \n");
	g_assert_cmpuint(mode_of(file), ==, 0600);
	g_assert_cmpuint(mode_of(order->path), ==, 0700);
	assert_count(order->path, "tmp", 0);
	assert_count(order->path, "cur", 0);
	g_assert_true(
	        g_regex_match_simple("/[0-9]{10}\\.M[0-9]{6}P[0-9]+Q[0-9]+\\.[^/:]+$", file, 0, 0));
}

static void
the_null_reverse_path_is_kept(Order *order, gconstpointer data)
{
	order->sender = "";
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
	g_autofree char *file = assert_only_file(
	        order->path,
	        "Return-Path: <>\nDelivered-To: a@example.org\nDelivered-To: b@example.org\n"
	        "mail 0");
}

static void
many_mails_all_arrive(Order *order, gconstpointer data)
{
	order->waiting = 150; /* two full batches and a part */
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
	assert_count(order->path, "new", 150);
	assert_count(order->path, "tmp", 0);
	g_auto(GStrv) lines = g_strsplit(order->fates->str, "\n", 0);

	g_assert_cmpuint(g_strv_length(lines), ==, 301);
}

static void
a_cancelled_run_keeps_what_it_took(Order *order, gconstpointer data)
{
	order->waiting = 3;
	order->last = TOCSIN_E_CANCELLED;
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_E_CANCELLED);
	assert_count(order->path, "new", 3);
	g_assert_null(strstr(order->fates->str, "deferred"));
}

typedef struct {
	Order order;
	TocsinTransport *transport;
	GThread *thread;
} Worker;

static gpointer
work(gpointer data)
{
	Worker *worker = data;

	for (guint i = 0; i < 20; i++) {
		worker->order.waiting = 25;
		g_assert_cmpint(run(&worker->order, worker->transport, NULL), ==, TOCSIN_OK);
	}
	return NULL;
}

/* Two accounts deliver into one Maildir, one of them over two connections. */
static void
instances_do_not_get_in_each_others_way(Order *order, gconstpointer data)
{
	g_autoptr(TocsinTransport) first = try_open(order, order->path, NULL, NULL, NULL);
	g_autoptr(TocsinTransport) second = try_open(order, order->path, NULL, NULL, NULL);
	Worker workers[] = {{.transport = first}, {.transport = first}, {.transport = second}};

	for (gsize i = 0; i < G_N_ELEMENTS(workers); i++) {
		workers[i].order = (Order){.last = TOCSIN_END, .sender = "me@example.org"};
		workers[i].order.fates = g_string_new(NULL);
		workers[i].thread = g_thread_new("deliver", work, &workers[i]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(workers); i++) {
		g_thread_join(workers[i].thread);
		g_string_free(workers[i].order.fates, TRUE);
	}
	assert_count(order->path, "new", 3 * 20 * 25);
	assert_count(order->path, "tmp", 0);
}

static void
a_file_that_grows_too_large_is_deferred(Order *order, gconstpointer data)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	g_autoptr(GError) error = NULL;
	struct rlimit before;

	sigaction(SIGXFSZ, &ignore, NULL);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	struct rlimit tight = {.rlim_cur = 100000, .rlim_max = before.rlim_max};

	order->content = g_bytes_new_take(g_malloc0(200000), 200000);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &tight), ==, 0);
	gint32 status = run_once(order, &error);

	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_assert_cmpint(status, ==, TOCSIN_E_TEMP);
	g_autofree char *text =
	        g_strdup_printf("cannot write a file in %s/tmp: File too large", order->path);
	g_autofree char *fates = g_strdup_printf("0 deferred %s\n1 deferred %s\n", text, text);

	g_assert_cmpstr(order->fates->str, ==, fates);
	g_assert_nonnull(strstr(error->message, text));
	assert_count(order->path, "tmp", 0);
	assert_count(order->path, "new", 0);
}

/* A disk of 64 KiB of this process's own, which the kernel takes back with it. */
static gboolean
mount_small_disk(const char *path)
{
	return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", path, "tmpfs", MS_NOSUID, "size=64k") == 0;
}

static void
a_full_disk_defers_one_mail_and_not_the_next(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	if (!mount_small_disk(order->folder)) {
		g_test_skip("needs root to mount a small disk");
		return;
	}
	order->content = g_bytes_new_take(g_malloc0(100000), 100000);
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(error->message, "No space left on device; make room there"));
	g_assert_nonnull(strstr(order->fates->str, "1 deferred cannot write a file in"));
	assert_count(order->path, "tmp", 0);
	g_clear_pointer(&order->content, g_bytes_unref);
	order->waiting = 1;
	g_string_truncate(order->fates, 0);
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
	g_assert_cmpstr(order->fates->str, ==, "0 delivered \n1 delivered \n");
	remove_tree(order->path);
	g_assert_cmpint(umount2(order->folder, MNT_DETACH), ==, 0);
}

static void
missing_permission_is_told_and_tried_again(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	gboolean is_root = geteuid() == 0;

	g_assert_cmpint(g_mkdir(order->path, 0500), ==, 0);
	if (is_root) {
		g_assert_cmpint(chown(order->path, STRANGER, STRANGER), ==, 0);
		g_assert_cmpint(chmod(order->folder, 0755), ==, 0);
		g_assert_cmpint(seteuid(STRANGER), ==, 0);
	}
	g_autofree char *text =
	        g_strdup_printf("cannot make %s/tmp: Permission denied; let user %u write there",
	                        order->path, geteuid());
	gint32 status = run_once(order, &error);

	if (is_root) {
		g_assert_cmpint(seteuid(0), ==, 0);
	}
	g_assert_cmpint(status, ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(error->message, text));
	g_assert_cmpuint(order->waiting, ==, 1); /* it took no mail */
}

static void
assert_refused(Order *order, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf("account 'local': %s%s", order->path, expected);

	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_CONFIG);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_assert_cmpstr(error->message, ==, text);
	g_assert_cmpuint(order->waiting, ==, 1);
}

static void
a_symbolic_link_is_refused(Order *order, gconstpointer data)
{
	g_assert_cmpint(symlink("/tmp", order->path), ==, 0);
	assert_refused(order, " is a symbolic link; give the path that it stands for");
}

static void
a_symbolic_link_inside_is_refused(Order *order, gconstpointer data)
{
	g_autofree char *inner = g_build_filename(order->path, "new", NULL);

	g_assert_cmpint(g_mkdir(order->path, 0700), ==, 0);
	g_assert_cmpint(symlink("/tmp", inner), ==, 0);
	assert_refused(order, "/new is a symbolic link; give the path that it stands for");
}

static void
a_file_in_its_place_is_refused(Order *order, gconstpointer data)
{
	g_assert_true(g_file_set_contents(order->path, "mbox", -1, NULL));
	assert_refused(order, " is no folder; move it away");
}

static void
a_folder_of_somebody_else_is_refused(Order *order, gconstpointer data)
{
	if (geteuid() != 0) {
		g_test_skip("needs root to give a folder away");
		return;
	}
	g_assert_cmpint(g_mkdir(order->path, 0700), ==, 0);
	g_assert_cmpint(chown(order->path, STRANGER, STRANGER), ==, 0);
	assert_refused(order, " belongs to user 65533, not to user 0, who delivers there; chown "
	                      "it, or deliver as its owner");
}

static void
a_folder_that_everybody_may_write_is_refused(Order *order, gconstpointer data)
{
	g_assert_cmpint(g_mkdir(order->path, 0700), ==, 0);
	g_assert_cmpint(chmod(order->path, 0777), ==, 0);
	assert_refused(order, " can be written by everybody (mode 0777); chmod o-w it");
}

static void
a_missing_parent_is_deferred(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(order->folder, "none", "box", NULL);
	g_autoptr(TocsinTransport) transport = try_open(order, path, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(run(order, transport, &error), ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(error->message, "No such file or directory; make the folder"));
}

static void
delivers_into_a_folder_with_another_mode(Order *order, gconstpointer data)
{
	g_autoptr(TocsinTransport) transport =
	        try_open(order, order->path, "Alerts.Nightly", "0660", NULL);
	g_autofree char *inner = g_build_filename(order->path, ".Alerts.Nightly", NULL);
	g_autofree char *mark = g_build_filename(inner, "maildirfolder", NULL);

	for (guint i = 0; i < 2; i++) { /* in a new one, then in the same */
		order->waiting = 1;
		g_assert_cmpint(run(order, transport, NULL), ==, TOCSIN_OK);
	}
	assert_count(inner, "new", 2);
	g_autoptr(GPtrArray) names = list(inner, "new");

	g_assert_cmpuint(mode_of(names->pdata[0]), ==, 0660);
	g_assert_cmpuint(mode_of(inner), ==, 0770);
	g_assert_cmpuint(mode_of(order->path), ==, 0770);
	g_assert_true(g_file_test(mark, G_FILE_TEST_IS_REGULAR));
}

static void
make_old(const char *path, gint64 seconds)
{
	const struct timespec then = {.tv_sec = g_get_real_time() / G_USEC_PER_SEC - seconds};
	const struct timespec times[] = {then, then};

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), ==, 0);
}

static void
what_died_in_tmp_is_removed(Order *order, gconstpointer data)
{
	g_autofree char *stale = g_build_filename(order->path, "tmp", "1.old", NULL);
	g_autofree char *fresh = g_build_filename(order->path, "tmp", "2.fresh", NULL);
	g_autofree char *folder = g_build_filename(order->path, "tmp", "3.folder", NULL);

	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
	g_assert_true(g_file_set_contents(stale, "x", 1, NULL));
	g_assert_true(g_file_set_contents(fresh, "x", 1, NULL));
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	make_old(stale, MAILDIR_STALE_SECONDS + 60);
	make_old(fresh, MAILDIR_STALE_SECONDS - 60);
	make_old(folder, MAILDIR_STALE_SECONDS + 60);
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
	g_assert_false(g_file_test(stale, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(fresh, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void
assert_settings(const Order *order, const char *path, const char *folder, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTransport) transport = try_open(order, path, folder, NULL, &error);

	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, expected));
}

static void
settings_are_checked(Order *order, gconstpointer data)
{
	static const char *const folders[] = {"",    ".Alerts", "Alerts.", "a..b",
	                                      "a/b", "..",      "a\tb",    "../x"};

	assert_settings(order, "box", NULL, "path is not absolute; write it from / on");
	assert_settings(order, "/", NULL, "does not end in the name of a folder");
	assert_settings(order, "/tmp/..", NULL, "does not end in the name of a folder");
	assert_settings(order, "/tmp/./", NULL, "does not end in the name of a folder");
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		assert_settings(order, order->path, folders[i], "folder is no Maildir++ name");
	}
	g_autofree char *path = g_strconcat(order->path, "//", NULL);
	g_autoptr(TocsinTransport) transport = try_open(order, path, NULL, NULL, NULL);

	g_assert_cmpint(run(order, transport, NULL), ==, TOCSIN_OK);
	assert_count(order->path, "new", 1);
}

/* Writes @content in two pieces, cut at @cut; returns what is in the file. */
static char *
write_pieces(const char *path, const char *content, gsize length, gsize cut)
{
	g_autofree char *buffer = g_malloc(MAILDIR_BUFFER_SIZE);
	MaildirBox box = {.shown = (char *)path, .new_fd = -1, .mode = 0600};
	MaildirProblem problem = {0};
	MaildirFile file;
	char *text = NULL;

	box.tmp_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_assert_true(maildir_file_begin(&file, &box, "host", buffer, &problem));
	g_autofree char *name = g_build_filename(path, file.name, NULL);

	maildir_file_add_content(&file, content, cut);
	maildir_file_add_content(&file, content + cut, length - cut);
	g_assert_true(maildir_file_finish(&file, &problem));
	g_assert_true(g_file_get_contents(name, &text, NULL, NULL));
	maildir_file_give_up(&file);
	g_assert_false(g_file_test(name, G_FILE_TEST_EXISTS));
	close(box.tmp_fd);
	return text;
}

static void
line_ends_are_the_same_wherever_pieces_are_cut(Order *order, gconstpointer data)
{
	static const char content[] = "a\r\nb\nc\rd\r\r\n\r\n\re\r\n\r";

	for (gsize cut = 0; cut < sizeof(content); cut++) {
		g_autofree char *text =
		        write_pieces(order->folder, content, sizeof(content) - 1, cut);

		g_assert_cmpstr(text, ==, "a\nb\nc\rd\r\n\n\re\n\r");
	}
}

/* Longer than the buffer, with a CRLF across its end. */
static void
content_may_be_longer_than_the_buffer(Order *order, gconstpointer data)
{
	gsize length = 2 * MAILDIR_BUFFER_SIZE + 100;
	g_autofree char *content = g_malloc(length + 1);

	memset(content, 'x', length);
	content[length] = '\0';
	content[MAILDIR_BUFFER_SIZE - 1] = '\r';
	content[MAILDIR_BUFFER_SIZE] = '\n';
	g_autofree char *text = write_pieces(order->folder, content, length, 1);

	memmove(content + MAILDIR_BUFFER_SIZE - 1, content + MAILDIR_BUFFER_SIZE,
	        length - MAILDIR_BUFFER_SIZE + 1);
	g_assert_cmpstr(text, ==, content);
}

static void
fields_hold_no_line_of_their_own(Order *order, gconstpointer data)
{
	g_autofree char *buffer = g_malloc(MAILDIR_BUFFER_SIZE);
	MaildirFile file = {.fd = -1, .buffer = buffer};

	maildir_file_add_field(&file, "Delivered-To", "", "a@b\r\nBcc: c@d\x7f", "");
	g_assert_cmpmem(buffer, file.used, "Delivered-To: a@b??Bcc: c@d?\n", 29);
}

static void
host_names_are_escaped(Order *order, gconstpointer data)
{
	char escaped[16];

	maildir_file_escape_host("mx-1.example", escaped, sizeof(escaped));
	g_assert_cmpstr(escaped, ==, "mx-1.example");
	maildir_file_escape_host("a/b:c", escaped, sizeof(escaped));
	g_assert_cmpstr(escaped, ==, "a\\057b\\072c");
	maildir_file_escape_host("aaaaaaaaaaaaaaaaaaaaaa", escaped, sizeof(escaped));
	g_assert_cmpuint(strlen(escaped), <, sizeof(escaped));
}

#define ADD(name) g_test_add("/maildir/" #name, Order, NULL, order_set_up, name, order_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_mail_becomes_one_file);
	ADD(the_null_reverse_path_is_kept);
	ADD(many_mails_all_arrive);
	ADD(a_cancelled_run_keeps_what_it_took);
	ADD(instances_do_not_get_in_each_others_way);
	ADD(a_file_that_grows_too_large_is_deferred);
	ADD(a_full_disk_defers_one_mail_and_not_the_next);
	ADD(missing_permission_is_told_and_tried_again);
	ADD(a_symbolic_link_is_refused);
	ADD(a_symbolic_link_inside_is_refused);
	ADD(a_file_in_its_place_is_refused);
	ADD(a_folder_of_somebody_else_is_refused);
	ADD(a_folder_that_everybody_may_write_is_refused);
	ADD(a_missing_parent_is_deferred);
	ADD(delivers_into_a_folder_with_another_mode);
	ADD(what_died_in_tmp_is_removed);
	ADD(settings_are_checked);
	ADD(line_ends_are_the_same_wherever_pieces_are_cut);
	ADD(content_may_be_longer_than_the_buffer);
	ADD(fields_hold_no_line_of_their_own);
	ADD(host_names_are_escaped);
	return g_test_run();
}
