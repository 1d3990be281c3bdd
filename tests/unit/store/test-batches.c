/* SPDX-License-Identifier: MIT */
/* What goes in: all or nothing, once, and still there after reopening. */
#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

static void
mails_are_there_after_reopening(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(GError) error = NULL;
	TocsinRecipient *second = tocsin_mail_add_recipient(mail, "jörg@example.org");

	second->orcpt = g_strdup("rfc822;x@y");
	second->notify = TOCSIN_NOTIFY_FAILURE | TOCSIN_NOTIFY_DELAY;
	mail->group_key = g_strdup("key");
	mail->message_id = g_strdup("m1@example.org");
	mail->expire_us = FIXTURE_NOW + 5;
	mail->priority = -3;
	mail->is_tls_required = TRUE;
	g_assert_true(fixture_enqueue(fixture, mail));
	fixture_close(fixture);
	fixture_open(fixture);
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, mail->id, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(info->mail->rule, ==, "rule");
	g_assert_cmpstr(info->mail->cause, ==, "e1");
	g_assert_cmpstr(info->mail->group_key, ==, "key");
	g_assert_cmpstr(info->mail->message_id, ==, "m1@example.org");
	g_assert_cmpstr(info->mail->sender, ==, "alerts@example.org");
	g_assert_cmpstr(info->mail->via[1], ==, "local");
	g_assert_cmpstr(info->account, ==, "relay");
	g_assert_cmpint(info->mail->created_us, ==, FIXTURE_NOW);
	g_assert_cmpint(info->mail->expire_us, ==, FIXTURE_NOW + 5);
	g_assert_cmpint(info->mail->priority, ==, -3);
	g_assert_true(info->mail->is_tls_required);
	g_assert_true(g_bytes_equal(info->mail->content, mail->content));
	g_assert_cmpuint(info->size, ==, 17);
	g_assert_cmpuint(info->mail->recipients->len, ==, 2);
	g_assert_cmpstr(tocsin_mail_recipient(info->mail, 1)->address, ==, "jörg@example.org");
	g_assert_cmpstr(tocsin_mail_recipient(info->mail, 1)->orcpt, ==, "rfc822;x@y");
	g_assert_cmpuint(tocsin_mail_recipient(info->mail, 1)->notify, ==,
	                 TOCSIN_NOTIFY_FAILURE | TOCSIN_NOTIFY_DELAY);
}

static void
the_second_mail_of_a_cause_is_a_duplicate(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) first = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) second = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) other_rule = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) no_rule = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) no_rule_again = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) no_cause = fixture_mail(fixture, NULL);
	g_autoptr(TocsinMail) no_cause_again = fixture_mail(fixture, NULL);

	g_free(other_rule->rule);
	other_rule->rule = g_strdup("other");
	g_clear_pointer(&no_rule->rule, g_free);
	g_clear_pointer(&no_rule_again->rule, g_free);
	g_assert_true(fixture_enqueue(fixture, first));
	g_assert_false(fixture_enqueue(fixture, second));
	g_assert_true(fixture_enqueue(fixture, other_rule));
	g_assert_true(fixture_enqueue(fixture, no_rule));
	g_assert_false(fixture_enqueue(fixture, no_rule_again));
	g_assert_true(fixture_enqueue(fixture, no_cause));
	g_assert_true(fixture_enqueue(fixture, no_cause_again));
	fixture_close(fixture);
	fixture_open(fixture);
	g_assert_false(fixture_enqueue(fixture, second));
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, 5);
}

static void
a_delivered_mail_is_a_duplicate_still(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) again = fixture_mail(fixture, "e1");

	fixture_enqueue(fixture, mail);
	g_assert_cmpint(fixture_settle(fixture, fixture_claim(fixture), TOCSIN_FATE_DELIVERED, 0),
	                ==, TOCSIN_MAIL_DONE);
	g_assert_false(fixture_enqueue(fixture, again));
}

static void
a_duplicate_leaves_the_rest_of_its_batch(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinMail) first = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) second = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) third = fixture_mail(fixture, "e2");
	g_autoptr(GBytes) cursor = g_bytes_new_static("at 5", 4);
	g_autoptr(GBytes) kept = NULL;
	g_autoptr(GError) error = NULL;

	tocsin_batch_add_mail(batch, first);
	tocsin_batch_add_mail(batch, second);
	tocsin_batch_add_mail(batch, third);
	tocsin_batch_put_cursor(batch, "log", "/x", cursor);
	tocsin_store_commit(fixture->store, batch, &error);
	g_assert_no_error(error);
	g_assert_false(tocsin_batch_is_duplicate(batch, 0));
	g_assert_true(tocsin_batch_is_duplicate(batch, 1));
	g_assert_false(tocsin_batch_is_duplicate(batch, 2));
	g_assert_true(tocsin_store_get_cursor(fixture->store, "log", "/x", &kept, NULL));
	g_assert_true(g_bytes_equal(kept, cursor));
}

/* Two mails with one id are a fault of the caller: nothing of such a batch may stay. */
static void
a_failed_batch_leaves_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinMail) first = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) second = fixture_mail(fixture, "e2");
	g_autoptr(GBytes) state = g_bytes_new_static("s", 1);
	g_autoptr(GBytes) kept = NULL;
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(GError) error = NULL;

	g_free(second->id);
	second->id = g_strdup(first->id);
	tocsin_batch_add_mail(batch, first);
	tocsin_batch_add_mail(batch, second);
	tocsin_batch_put_cursor(batch, "log", "/x", state);
	tocsin_batch_put_group(batch, "rule", "key", 0, state);
	tocsin_batch_add_log(batch, 1, "e1", NULL, "rule", "sent", "text");
	g_assert_false(tocsin_store_commit(fixture->store, batch, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, 0);
	g_assert_true(tocsin_store_get_cursor(fixture->store, "log", "/x", &kept, NULL));
	g_assert_null(kept);
	g_assert_true(tocsin_store_get_group(fixture->store, "rule", "key", &kept, NULL));
	g_assert_null(kept);
	g_assert_true(tocsin_store_query_log(fixture->store, NULL, NULL, 0, 10, &lines, NULL));
	g_assert_cmpuint(lines->len, ==, 0);
	g_assert_true(fixture_enqueue(fixture, first));
}

static void
mails_that_may_not_be_sent_are_refused(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinMail) good = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) bad = fixture_mail(fixture, "e2");
	g_autoptr(GError) error = NULL;

	tocsin_mail_add_recipient(bad, "a@b\r\nDATA");
	tocsin_batch_add_mail(batch, good);
	tocsin_batch_add_mail(batch, bad);
	g_assert_false(tocsin_store_commit(fixture->store, batch, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, 0);
}

static void
states_are_put_replaced_and_deleted(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GBytes) first = g_bytes_new_static("1\0", 2);
	g_autoptr(GBytes) second = g_bytes_new_static("", 0);
	g_autoptr(GBytes) kept = NULL;
	g_autoptr(GPtrArray) groups = NULL;
	g_autoptr(GPtrArray) cursors = NULL;
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();

	tocsin_batch_put_group(batch, "r", "b", 7, first);
	tocsin_batch_put_group(batch, "r", "a", 8, first);
	tocsin_batch_put_group(batch, "r", "a", 9, second);
	tocsin_batch_put_group(batch, "s", "", 1, first);
	tocsin_batch_put_group(batch, "r", "c", 1, first);
	tocsin_batch_put_group(batch, "r", "c", 1, NULL);
	tocsin_batch_put_cursor(batch, "t", "n", first);
	tocsin_batch_put_cursor(batch, "t", "n", second);
	tocsin_batch_put_cursor(batch, "u", "n", first);
	tocsin_batch_put_cursor(batch, "u", "n", NULL);
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_true(tocsin_store_list_groups(fixture->store, "r", &groups, NULL));
	g_assert_cmpuint(groups->len, ==, 2);
	const TocsinStateRecord *record = groups->pdata[0];

	g_assert_cmpstr(record->name, ==, "a");
	g_assert_cmpint(record->due_us, ==, 9);
	g_assert_true(g_bytes_equal(record->state, second));
	g_assert_true(tocsin_store_get_group(fixture->store, "s", "", &kept, NULL));
	g_assert_true(g_bytes_equal(kept, first));
	g_assert_true(tocsin_store_list_cursors(fixture->store, NULL, &cursors, NULL));
	g_assert_cmpuint(cursors->len, ==, 1);
	record = cursors->pdata[0];
	g_assert_true(g_bytes_equal(record->state, second));
}

static void
the_decision_log_tells_the_chain(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GPtrArray) of_event = NULL;
	g_autoptr(GPtrArray) of_mail = NULL;
	g_autoptr(GPtrArray) rest = NULL;
	g_autofree char *id = tocsin_mail_make_id(FIXTURE_NOW);

	tocsin_batch_add_log(batch, 1, "e1", NULL, "rule", "matched", "one");
	tocsin_batch_add_log(batch, 2, "e1", id, "rule", "sent", "two");
	tocsin_batch_add_log(batch, 3, NULL, id, NULL, "delivered", "three");
	tocsin_batch_add_log(batch, 4, "e2", NULL, "rule", "held", "four");
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_true(tocsin_store_query_log(fixture->store, "e1", NULL, 0, 10, &of_event, NULL));
	g_assert_cmpuint(of_event->len, ==, 2);
	const TocsinLogLine *line = of_event->pdata[1];

	g_assert_cmpstr(line->mail, ==, id);
	g_assert_cmpstr(line->action, ==, "sent");
	g_assert_cmpint(line->time_us, ==, 2);
	g_assert_true(tocsin_store_query_log(fixture->store, NULL, id, 0, 10, &of_mail, NULL));
	g_assert_cmpuint(of_mail->len, ==, 2);
	g_assert_true(
	        tocsin_store_query_log(fixture->store, NULL, NULL, line->seq, 1, &rest, NULL));
	g_assert_cmpuint(rest->len, ==, 1);
	line = rest->pdata[0];
	g_assert_cmpstr(line->text, ==, "three");
	g_assert_null(line->event);
}

static guint
count_files(const Fixture *fixture)
{
	g_autofree char *path = g_strconcat(fixture->path, ".d", NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (g_dir_read_name(folder) != NULL) {
		count++;
	}
	return count;
}

static void
large_messages_are_files_until_they_are_delivered(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) again = fixture_mail(fixture, "e1");
	g_autofree char *bytes = g_strnfill(300000, 'x');
	g_autofree char *read = NULL;
	gsize length;

	g_bytes_unref(mail->content);
	mail->content = g_bytes_new(bytes, 300000);
	g_bytes_unref(again->content);
	again->content = g_bytes_ref(mail->content);
	g_assert_true(fixture_enqueue(fixture, mail));
	g_assert_false(fixture_enqueue(fixture, again));
	g_assert_cmpuint(count_files(fixture), ==, 1);
	TocsinClaim *claim = fixture_claim(fixture);

	g_assert_null(claim->mail->content);
	g_assert_true(g_file_get_contents(claim->mail->path, &read, &length, NULL));
	g_assert_cmpmem(read, length, bytes, 300000);
	fixture_settle(fixture, claim, TOCSIN_FATE_DELIVERED, 0);
	g_assert_cmpuint(count_files(fixture), ==, 0);
}

static void
messages_in_files_are_copied(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autofree char *read = NULL;

	g_clear_pointer(&mail->content, g_bytes_unref);
	mail->path = g_build_filename(fixture->folder, "message", NULL);
	g_assert_true(g_file_set_contents(mail->path, "hello", 5, NULL));
	g_assert_true(fixture_enqueue(fixture, mail));
	g_unlink(mail->path);
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, mail->id, NULL);

	g_assert_cmpuint(info->size, ==, 5);
	g_assert_true(g_file_get_contents(info->mail->path, &read, NULL, NULL));
	g_assert_cmpstr(read, ==, "hello");
}

static void
files_that_nobody_names_are_swept(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autofree char *bytes = g_strnfill(300000, 'x');
	g_autofree char *id = tocsin_mail_make_id(1);
	g_autofree char *orphan = g_strdup_printf("%s.d/%s", fixture->path, id);
	g_autofree char *stranger = g_strdup_printf("%s.d/half", fixture->path);

	g_bytes_unref(mail->content);
	mail->content = g_bytes_new(bytes, 300000);
	fixture_enqueue(fixture, mail);
	g_assert_true(g_file_set_contents(orphan, "x", 1, NULL));
	g_assert_true(g_file_set_contents(stranger, "x", 1, NULL));
	fixture_close(fixture);
	fixture_open(fixture);
	g_assert_cmpuint(count_files(fixture), ==, 1);
}

static void
a_failed_batch_leaves_no_file(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) clash = fixture_mail(fixture, "e2");
	g_autofree char *bytes = g_strnfill(300000, 'x');

	g_bytes_unref(mail->content);
	mail->content = g_bytes_new(bytes, 300000);
	g_free(clash->id);
	clash->id = g_strdup(mail->id);
	tocsin_batch_add_mail(batch, mail);
	tocsin_batch_add_mail(batch, clash);
	g_assert_false(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_cmpuint(count_files(fixture), ==, 0);
	g_assert_true(fixture_enqueue(fixture, mail));
}

typedef struct {
	GMainLoop *loop;
	GString *order;
	guint left;
	GThread *thread;
} Told;

static void
on_done(TocsinBatch *batch, const GError *error, gpointer user_data)
{
	Told *told = user_data;

	g_assert_true(g_thread_self() == told->thread);
	g_string_append_c(told->order, error == NULL ? '+' : '-');
	if (--told->left == 0) {
		g_main_loop_quit(told->loop);
	}
}

static void
answers_come_in_order_on_the_given_context(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(context, FALSE);
	g_autoptr(GString) order = g_string_new(NULL);
	Told told = {.loop = loop, .order = order, .left = 50, .thread = g_thread_self()};

	for (guint i = 0; i < 50; i++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(TocsinMail) mail = fixture_mail(fixture, NULL);

		tocsin_batch_add_mail(batch, mail);
		tocsin_store_commit_async(fixture->store, batch, context, on_done, &told);
	}
	g_main_loop_run(loop);
	g_assert_cmpuint(order->len, ==, 50);
	g_assert_null(strchr(order->str, '-'));
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, 50);
}

static void
a_bad_batch_is_answered_too(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GString) order = g_string_new(NULL);
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, NULL);
	Told told = {.loop = loop, .order = order, .left = 1, .thread = g_thread_self()};

	g_ptr_array_set_size(mail->recipients, 0);
	tocsin_batch_add_mail(batch, mail);
	tocsin_store_commit_async(fixture->store, batch, NULL, on_done, &told);
	g_main_loop_run(loop);
	g_assert_cmpstr(order->str, ==, "-");
}

/* The first batch is always let in, the one that would be too much is not. */
static void
what_waits_has_a_limit(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GString) order = g_string_new(NULL);
	g_autofree char *bytes = g_malloc0(TOCSIN_STORE_WAITING_MAX);
	g_autoptr(GBytes) state = g_bytes_new_static(bytes, TOCSIN_STORE_WAITING_MAX);
	Told told = {.loop = loop, .order = order, .left = 2, .thread = g_thread_self()};

	for (guint i = 0; i < 2; i++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();

		tocsin_batch_put_cursor(batch, "t", i == 0 ? "a" : "b", state);
		tocsin_store_commit_async(fixture->store, batch, NULL, on_done, &told);
	}
	g_main_loop_run(loop);
	g_assert_cmpstr(order->str, ==, "-+");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/batches/mails_are_there_after_reopening",
	                mails_are_there_after_reopening);
	g_test_add_func("/batches/the_second_mail_of_a_cause_is_a_duplicate",
	                the_second_mail_of_a_cause_is_a_duplicate);
	g_test_add_func("/batches/a_delivered_mail_is_a_duplicate_still",
	                a_delivered_mail_is_a_duplicate_still);
	g_test_add_func("/batches/a_duplicate_leaves_the_rest_of_its_batch",
	                a_duplicate_leaves_the_rest_of_its_batch);
	g_test_add_func("/batches/a_failed_batch_leaves_nothing", a_failed_batch_leaves_nothing);
	g_test_add_func("/batches/mails_that_may_not_be_sent_are_refused",
	                mails_that_may_not_be_sent_are_refused);
	g_test_add_func("/batches/states_are_put_replaced_and_deleted",
	                states_are_put_replaced_and_deleted);
	g_test_add_func("/batches/the_decision_log_tells_the_chain",
	                the_decision_log_tells_the_chain);
	g_test_add_func("/batches/large_messages_are_files_until_they_are_delivered",
	                large_messages_are_files_until_they_are_delivered);
	g_test_add_func("/batches/messages_in_files_are_copied", messages_in_files_are_copied);
	g_test_add_func("/batches/files_that_nobody_names_are_swept",
	                files_that_nobody_names_are_swept);
	g_test_add_func("/batches/a_failed_batch_leaves_no_file", a_failed_batch_leaves_no_file);
	g_test_add_func("/batches/answers_come_in_order_on_the_given_context",
	                answers_come_in_order_on_the_given_context);
	g_test_add_func("/batches/a_bad_batch_is_answered_too", a_bad_batch_is_answered_too);
	g_test_add_func("/batches/what_waits_has_a_limit", what_waits_has_a_limit);
	return g_test_run();
}
