/* SPDX-License-Identifier: MIT */
/* Accounts that cannot be reached: they rest, their mails go on to the next one, nobody hammers. */
#include "post.h"

#define MINUTE (60 * POST_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static void
set_up(Post *self, gconstpointer folder)
{
	post_init(self, folder);
}

static void
tear_down(Post *self, gconstpointer folder)
{
	post_clear(self);
}

/* Each mail reached the server that often and no more. */
static void
assert_each_taken(Desk *desk, guint mails, guint times)
{
	GHashTableIter iter;
	gpointer count;

	g_assert_cmpuint(g_hash_table_size(desk->ids), ==, mails);
	g_hash_table_iter_init(&iter, desk->ids);
	while (g_hash_table_iter_next(&iter, NULL, &count)) {
		g_assert_cmpuint(GPOINTER_TO_UINT(count), ==, times);
	}
}

static void
a_server_is_down_for_a_day(Post *self, gconstpointer data)
{
	guint tries;

	desk_set_mood(&self->desks[0], DESK_DOWN);
	post_use(self, "a", "connections = 4;");
	post_send(self, "ann@example.org", "a", 50, 5 * DAY);
	post_advance_to(self, FIXTURE_NOW + DAY);
	/* Rests of 15 s, 30 s, … up to an hour, each by a fifth more or less: 8 and then 23, not
	 * 50 mails times that. */
	tries = desk_runs(&self->desks[0]);
	g_assert_cmpuint(tries, >=, 24);
	g_assert_cmpuint(tries, <=, 40);
	g_assert_cmpuint(desk_taken(&self->desks[0]), ==, tries);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_WAITING), ==, 50);
	post_hear(self, "a fails: connect: connection refused\n", 1);

	desk_set_mood(&self->desks[0], DESK_WORKS);
	g_hash_table_remove_all(self->desks[0].ids);
	post_advance_to(self, FIXTURE_NOW + DAY + 2 * HOUR);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 50);
	assert_each_taken(&self->desks[0], 50, 1);
	post_hear(self, "a works", 1);
	post_hear(self, "fails", 1);
}

static void
a_mail_is_given_up_after_its_time(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_DOWN);
	post_use(self, "a", "");
	post_send(self, "ann@example.org", "a", 3, HOUR);
	post_advance_to(self, FIXTURE_NOW + 59 * MINUTE);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_WAITING), ==, 3);
	post_advance_to(self, FIXTURE_NOW + 2 * HOUR);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DEAD), ==, 3);
	post_hear(self, "dead <ann@example.org>", 3);
}

static void
mails_go_on_in_the_order_of_via(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_DOWN);
	desk_set_mood(&self->desks[1], DESK_DOWN);
	post_use(self, "abc", "");
	post_send(self, "ann@example.org", "b a c", 20, 0);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 20);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
	g_assert_cmpuint(desk_runs(&self->desks[1]), ==, 1);
	assert_each_taken(&self->desks[2], 20, 1);
	g_assert_cmpuint(post_log(self, "moved", "to 'a', since 'b' cannot be reached"), ==, 20);
	g_assert_cmpuint(post_log(self, "moved", "to 'c', since 'a' cannot be reached"), ==, 20);
	g_assert_cmpuint(post_log(self, "deferred", "connection refused"), ==, 2);
}

static void
later_mails_do_not_wait_for_a_resting_account(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_DOWN);
	post_use(self, "ab", "");
	post_send(self, "ann@example.org", "a b", 1, 0);
	post_settle(self);
	for (guint i = 0; i < 10; i++) {
		post_send(self, "ann@example.org", "a b", 1, 0);
		post_settle(self);
	}
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 11);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
	/* Once the rest is over, one of them tries again. */
	post_advance(self, MINUTE);
	post_send(self, "ann@example.org", "a b", 10, 0);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 21);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 2);
	desk_set_mood(&self->desks[0], DESK_WORKS);
	post_advance(self, 2 * MINUTE);
	post_send(self, "ann@example.org", "a b", 10, 0);
	post_settle(self);
	post_send(self, "ann@example.org", "a b", 10, 0);
	post_settle(self);
	g_assert_cmpuint(self->desks[0].answered, >=, 11);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 41);
}

static void
when_all_fail_they_are_tried_again(Post *self, gconstpointer data)
{
	for (guint i = 0; i < 2; i++) {
		desk_set_mood(&self->desks[i], DESK_DOWN);
	}
	post_use(self, "ab", "");
	post_send(self, "ann@example.org", "a b", 10, 0);
	post_settle(self);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
	g_assert_cmpuint(desk_runs(&self->desks[1]), ==, 1);
	desk_set_mood(&self->desks[0], DESK_WORKS);
	post_advance_to(self, FIXTURE_NOW + MINUTE);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 10);
	g_assert_cmpuint(desk_runs(&self->desks[1]), <=, 3);
}

static void
the_second_recovers_before_the_first(Post *self, gconstpointer data)
{
	for (guint i = 0; i < 2; i++) {
		desk_set_mood(&self->desks[i], DESK_DOWN);
	}
	post_use(self, "ab", "");
	post_send(self, "ann@example.org", "a b", 10, 0);
	post_advance_to(self, FIXTURE_NOW + 10 * MINUTE);
	desk_set_mood(&self->desks[1], DESK_WORKS);
	g_hash_table_remove_all(self->desks[1].ids);
	post_advance_to(self, FIXTURE_NOW + 30 * MINUTE);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 10);
	assert_each_taken(&self->desks[1], 10, 1);
}

static void
a_refusal_does_not_go_on(Post *self, gconstpointer data)
{
	post_use(self, "ab", "");
	post_send(self, "bad@example.org", "a b", 2, 0);
	post_send(self, "later@example.org", "a b", 2, 5 * MINUTE);
	post_advance_to(self, FIXTURE_NOW + HOUR);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DEAD), ==, 4);
	g_assert_cmpuint(desk_runs(&self->desks[1]), ==, 0);
}

static void
a_refused_login_keeps_the_mails(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_LOCKED_OUT);
	post_use(self, "ab", "");
	post_send(self, "ann@example.org", "a", 5, 0);
	post_send(self, "ben@example.org", "a b", 5, 0);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_WAITING), ==, 5);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 5);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
	post_hear(self, "a fails: auth: 535 wrong password\n", 1);
	desk_set_mood(&self->desks[0], DESK_WORKS);
	post_advance_to(self, FIXTURE_NOW + MINUTE);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 10);
}

static void
a_link_lost_at_the_dot_is_doubt(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_DROPS);
	post_use(self, "ab", "connections = 4;");
	post_send(self, "ann@example.org", "a b", 1, 0);
	post_settle(self);
	g_assert_cmpuint(post_log(self, "unknown", "<ann@example.org>"), ==, 1);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_WAITING), ==, 1);
	g_assert_cmpuint(desk_runs(&self->desks[1]), ==, 0);
	/* A second one makes the account rest, and those behind it never meet that server. */
	post_send(self, "ben@example.org", "a b", 20, 0);
	post_settle(self);
	g_assert_cmpuint(desk_taken(&self->desks[0]), ==, 2);
	g_assert_cmpuint(self->desks[1].answered, ==, 19);
	desk_set_mood(&self->desks[0], DESK_WORKS);
	post_advance_to(self, FIXTURE_NOW + 10 * MINUTE);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 21);
	g_assert_cmpuint(desk_taken(&self->desks[0]) + self->desks[1].answered, >=, 23);
}

/* A server that stumbles over one mail is not down for the others. */
static void
one_bad_mail_does_not_stop_the_others(Post *self, gconstpointer data)
{
	post_use(self, "ab", "connections = 2;");
	post_send(self, "poison@example.org", "a b", 1, HOUR);
	for (guint i = 0; i < 60; i++) {
		post_send(self, "ann@example.org", "a b", 1, 0);
		post_advance_to(self, FIXTURE_NOW + (i + 1) * 2 * MINUTE);
		g_assert_cmpuint(self->desks[0].answered, ==, i + 1);
	}
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DEAD), ==, 1);
	post_hear(self, "fails", 0);
	post_hear(self, "dead <poison@example.org>", 1);
	g_assert_cmpuint(desk_runs(&self->desks[1]), ==, 0);
}

static void
what_fails_here_is_tried_elsewhere(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_FULL);
	post_use(self, "ab", "");
	post_send(self, "ann@example.org", "a b", 5, 0);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 5);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
}

static void
a_disabled_transport_rests(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_BREAKS);
	post_use(self, "ab", "");
	post_send(self, "ann@example.org", "a b", 5, 0);
	post_settle(self);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
	/* Nobody knows what became of the one that it had. */
	g_assert_cmpuint(post_log(self, "unknown", "broke the contract"), ==, 1);
	post_hear(self, "a fails: ", 1);
	post_advance_to(self, FIXTURE_NOW + HOUR);
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 5);
}

static gboolean
was_quiesced(Post *self, guint number)
{
	return desk_quiesced(&self->desks[0]) >= number;
}

static void
an_idle_account_is_told_so(Post *self, gconstpointer data)
{
	post_use(self, "ab", "");
	g_assert_cmpuint(desk_quiesced(&self->desks[0]), ==, 0);
	post_send(self, "ann@example.org", "a", 3, 0);
	post_settle(self);
	post_wait(self, was_quiesced, 1);
	g_assert_true(self->desks[0].teller == g_thread_self());
	guint before = desk_quiesced(&self->desks[0]);

	post_send(self, "ann@example.org", "a", 1, 0);
	post_wait(self, was_quiesced, before + 1);
	g_assert_cmpuint(desk_quiesced(&self->desks[1]), ==, 0);
}

static void
a_rest_can_be_ended(Post *self, gconstpointer data)
{
	g_autoptr(GPtrArray) all = NULL;

	desk_set_mood(&self->desks[0], DESK_DOWN);
	post_use(self, "a", "");
	post_send(self, "ann@example.org", "a", 1, 0);
	post_settle(self);
	all = tocsin_dispatch_status(self->dispatch);
	g_assert_true(post_status(all, "a")->is_resting);
	g_assert_cmpint(post_status(all, "a")->rest_until_us, >, FIXTURE_NOW);
	g_assert_cmpstr(post_status(all, "a")->failure, ==, "connect: connection refused");
	desk_set_mood(&self->desks[0], DESK_WORKS);
	tocsin_dispatch_end_rests(self->dispatch);
	post_send(self, "ben@example.org", "a", 1, 0);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);

	g_autofree char *path = g_canonicalize_filename(argv[1], NULL);
	g_autofree char *folder = g_path_get_dirname(path);

#define ADD(name) g_test_add("/dispatch-reach/" #name, Post, folder, set_up, name, tear_down)
	ADD(a_server_is_down_for_a_day);
	ADD(a_mail_is_given_up_after_its_time);
	ADD(mails_go_on_in_the_order_of_via);
	ADD(later_mails_do_not_wait_for_a_resting_account);
	ADD(when_all_fail_they_are_tried_again);
	ADD(the_second_recovers_before_the_first);
	ADD(a_refusal_does_not_go_on);
	ADD(a_refused_login_keeps_the_mails);
	ADD(a_link_lost_at_the_dot_is_doubt);
	ADD(one_bad_mail_does_not_stop_the_others);
	ADD(what_fails_here_is_tried_elsewhere);
	ADD(a_disabled_transport_rests);
	ADD(an_idle_account_is_told_so);
	ADD(a_rest_can_be_ended);
	return g_test_run();
}
