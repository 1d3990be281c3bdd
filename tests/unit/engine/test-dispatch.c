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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);

	g_autofree char *folder = g_path_get_dirname(argv[1]);

#define ADD(name) g_test_add("/dispatch/" #name, Post, folder, set_up, name, tear_down)
	ADD(delivers_and_logs);
	ADD(each_recipient_has_its_own_fate);
	return g_test_run();
}
