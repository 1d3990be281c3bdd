/* SPDX-License-Identifier: MIT */
/* Mails on their way from the store through accounts whose servers are the test's. */
#include "post.h"

#define MINUTE (60 * POST_SECOND)
#define HOUR (60 * MINUTE)

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

static gboolean
has_taken(Post *self, guint number)
{
	return desk_taken(&self->desks[0]) >= number;
}

static gboolean
has_done(Post *self, guint number)
{
	return post_count(self, TOCSIN_MAIL_DONE) >= number;
}

static gboolean
has_open(Post *self, guint number)
{
	g_autoptr(GPtrArray) all = tocsin_dispatch_status(self->dispatch);

	return post_status(all, "a")->connections == number;
}

static void
delivers_and_logs(Post *self, gconstpointer data)
{
	g_autoptr(GPtrArray) all = NULL;

	post_use(self, "a", "");
	post_send(self, "ann@example.org ben@example.org", "a", 3, 0);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 3);
	g_assert_cmpuint(post_log(self, "delivered", "<ben@example.org> through 'a'"), ==, 3);
	all = tocsin_dispatch_status(self->dispatch);
	g_assert_cmpuint(post_status(all, "a")->delivered, ==, 6);
	g_assert_cmpuint(post_status(all, "a")->busy, ==, 0);
	g_assert_cmpstr(self->news->str, ==, "");
}

static void
each_recipient_has_its_own_fate(Post *self, gconstpointer data)
{
	post_use(self, "a", "");
	post_send(self, "ann@example.org bad@example.org later@example.org", "a", 1, 2 * HOUR);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_WAITING), ==, 1);
	g_assert_cmpuint(post_log(self, "refused", "<bad@example.org>"), ==, 1);
	post_advance_to(self, FIXTURE_NOW + 3 * HOUR);
	g_assert_cmpuint(desk_count(&self->desks[0], "ann@example.org"), ==, 1);
	g_assert_cmpuint(desk_count(&self->desks[0], "bad@example.org"), ==, 1);
	/* After 1, 2, 4, 8, 16, 32 minutes, and at the end of its time. */
	g_assert_cmpuint(desk_count(&self->desks[0], "later@example.org"), >=, 7);
	g_assert_cmpuint(desk_count(&self->desks[0], "later@example.org"), <=, 9);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DEAD), ==, 1);
	g_assert_cmpuint(post_log(self, "deferred", "given up"), ==, 1);
	post_hear(self, "dead <later@example.org> through 'a'", 1);
}

/* Nobody knows yet whether the server works. */
static void
one_connection_goes_first(Post *self, gconstpointer data)
{
	Desk *desk = &self->desks[0];

	desk->is_held = TRUE;
	post_use(self, "a", "connections = 3;");
	post_send(self, "ann@example.org", "a", 100, 0);
	post_wait(self, has_taken, 1);
	g_assert_true(has_open(self, 1));
	g_assert_cmpuint(desk->open_max, ==, 1);
	desk_let_go(desk);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 100);
	g_assert_cmpuint(desk->open_max, <=, 3);
}

static gboolean
has_answered(Post *self, guint number)
{
	Desk *desk = &self->desks[0];

	g_mutex_lock(&desk->mutex);
	gboolean has = desk->answered >= number;

	g_mutex_unlock(&desk->mutex);
	return has;
}

/* So many connections were open at once. */
static gboolean
has_opened(Post *self, guint number)
{
	Desk *desk = &self->desks[0];

	g_mutex_lock(&desk->mutex);
	gboolean has = desk->open_max >= number;

	g_mutex_unlock(&desk->mutex);
	return has;
}

static void
a_proven_account_gets_more_connections(Post *self, gconstpointer data)
{
	Desk *desk = &self->desks[0];

	desk->hold_after = 1;
	post_use(self, "a", "connections = 3;");
	post_send(self, "ann@example.org", "a", 100, 0);
	/* One was answered, and each of three connections holds another. */
	post_wait(self, has_opened, 3);
	g_assert_true(has_open(self, 3));
	desk_let_go(desk);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 100);
	g_assert_cmpuint(desk->open_max, ==, 3);
}

static void
a_server_that_wants_fewer_connections_gets_fewer(Post *self, gconstpointer data)
{
	Desk *desk = &self->desks[0];

	desk->hold_after = 1;
	desk->limit = 2;
	post_use(self, "ab", "connections = 8;");
	post_send(self, "ann@example.org", "a b", 100, 0);
	/* Two are held, one is turned away. */
	post_wait(self, has_opened, 3);
	desk_let_go(desk);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 100);
	g_assert_cmpuint(desk->answered, ==, 100);
	g_assert_cmpuint(desk->open_max, ==, 3);
	g_assert_cmpstr(self->news->str, ==, "");
}

/* Ten mails at three a minute: as many at each moment as the rate allows, no more. */
static void
keeps_to_the_rate(Post *self, gconstpointer data)
{
	post_use(self, "a", "rate = \"3/min\"; connections = 4;");
	post_send(self, "ann@example.org", "a", 10, 0);
	for (guint second = 0; second < 190; second++) {
		post_wait(self, has_answered, MIN(10, 3 * (1 + second / 61)));
		post_wait(self, has_open, 0);
		g_assert_cmpuint(desk_taken(&self->desks[0]), <=, 3 * (1 + second / 60));
		post_advance(self, POST_SECOND);
	}
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 10);
}

static void
urgent_mails_overtake(Post *self, gconstpointer data)
{
	post_use(self, "a", "rate = \"1/min\"; connections = 1;");
	post_send(self, "ann@example.org", "a", 5, 0);
	post_wait(self, has_answered, 1);
	self->priority = 5;
	post_send(self, "fire@example.org", "a", 1, 0);
	post_advance(self, 2 * MINUTE);
	post_wait(self, has_answered, 2);
	g_assert_cmpuint(desk_count(&self->desks[0], "fire@example.org"), ==, 1);
}

/* Held mails are finished through the old accounts, the rest goes through the new ones. */
static void
goes_over_to_other_accounts(Post *self, gconstpointer data)
{
	Desk *desk = &self->desks[0];

	desk->hold_after = 1;
	desk->idle_us = 30 * POST_SECOND;
	post_use(self, "ab", "connections = 2;");
	post_send(self, "ann@example.org", "a", 50, 0);
	post_wait(self, has_taken, 3);
	post_use(self, "ab", "connections = 2;");
	desk_let_go(desk);
	post_wait(self, has_done, 50);
	g_assert_cmpuint(desk->answered, ==, 50);
	g_assert_cmpuint(desk_runs(desk), >=, 3);
	g_assert_cmpuint(desk->open_max, <=, 2);
	/* Ends the connection that waits for a further mail: otherwise the test would. */
	post_use(self, "b", "");
	post_settle(self);
}

static void
mails_of_unknown_accounts_find_a_way(Post *self, gconstpointer data)
{
	post_send(self, "ann@example.org", "gone b", 3, 0);
	post_send(self, "ben@example.org", "gone", 3, 0);
	post_send(self, "cid@example.org", NULL, 3, 0);
	post_use(self, "ab", "");
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 9);
	g_assert_cmpuint(desk_count(&self->desks[1], "ann@example.org"), ==, 3);
	g_assert_cmpuint(desk_count(&self->desks[0], "ben@example.org"), ==, 3);
	g_assert_cmpuint(desk_count(&self->desks[0], "cid@example.org"), ==, 3);
	g_assert_cmpuint(post_log(self, "moved", "no configuration knows it"), ==, 9);
}

static void
an_account_that_goes_leaves_its_mails_to_others(Post *self, gconstpointer data)
{
	desk_set_mood(&self->desks[0], DESK_DOWN);
	post_use(self, "a", "");
	post_send(self, "ann@example.org", "a b", 5, 0);
	post_settle(self);
	post_use(self, "b", "");
	post_advance(self, MINUTE);
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 5);
	g_assert_cmpuint(self->desks[1].answered, ==, 5);
}

static void
sends_nothing_without_accounts(Post *self, gconstpointer data)
{
	post_send(self, "ann@example.org", "a", 5, 0);
	post_use(self, "", "");
	tocsin_dispatch_wake(self->dispatch);
	post_use(self, "a", "");
	post_settle(self);
	g_assert_cmpuint(post_count(self, TOCSIN_MAIL_DONE), ==, 5);
}

/* A connection that is kept gets what comes later, at once. */
static void
an_open_connection_gets_what_comes(Post *self, gconstpointer data)
{
	self->desks[0].idle_us = 30 * POST_SECOND;
	post_use(self, "a", "");
	for (guint i = 1; i <= 20; i++) {
		post_send(self, "ann@example.org", "a", 1, 0);
		post_wait(self, has_done, i);
	}
	g_assert_cmpuint(desk_runs(&self->desks[0]), ==, 1);
}

/* Nobody has to tell it that time passes. */
static void
looks_when_mails_are_due(Post *self, gconstpointer data)
{
	post_use_real_time(self);
	post_use(self, "a", "");
	self->delay_us = POST_SECOND / 10;
	gint64 sent_us = tocsin_clock_wall_us(tocsin_clock_system());

	post_send(self, "ann@example.org", "a", 3, 0);
	post_wait(self, has_done, 3);
	g_assert_cmpint(tocsin_clock_wall_us(tocsin_clock_system()), >=,
	                sent_us + POST_SECOND / 10);
	g_assert_cmpuint(desk_runs(&self->desks[0]), <=, 3);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);

	g_autofree char *path = g_canonicalize_filename(argv[1], NULL);
	g_autofree char *folder = g_path_get_dirname(path);

#define ADD(name) g_test_add("/dispatch/" #name, Post, folder, set_up, name, tear_down)
	ADD(delivers_and_logs);
	ADD(each_recipient_has_its_own_fate);
	ADD(one_connection_goes_first);
	ADD(a_proven_account_gets_more_connections);
	ADD(a_server_that_wants_fewer_connections_gets_fewer);
	ADD(keeps_to_the_rate);
	ADD(urgent_mails_overtake);
	ADD(goes_over_to_other_accounts);
	ADD(mails_of_unknown_accounts_find_a_way);
	ADD(an_account_that_goes_leaves_its_mails_to_others);
	ADD(sends_nothing_without_accounts);
	ADD(an_open_connection_gets_what_comes);
	ADD(looks_when_mails_are_due);
	return g_test_run();
}
