/* SPDX-License-Identifier: MIT */
/* From the store to a server that follows a script, through the transport smtp. */
#include <string.h>

#include "peer.h"
#include "post.h"

#define MINUTE (60 * POST_SECOND)

#define HELLO                                           \
	"> 220 peer ESMTP\n< EHLO client.example.org\n" \
	"> 250-peer\n> 250-8BITMIME\n> 250 PIPELINING\n"
#define ENVELOPE(n) "< MAIL FROM:<me@example.org>\n< RCPT TO:<r" n "@example.org>\n< DATA\n"
#define ACCEPTED "> 250 2.1.0 ok\n> 250 2.1.5 ok\n> 354 go\ncontent\n"

typedef struct {
	Post post;
	Peer peer;
} Test;

static void
set_up(Test *self, gconstpointer folder)
{
	post_init(&self->post, folder);
	peer_listen(&self->peer, NULL);
}

static void
tear_down(Test *self, gconstpointer folder)
{
	post_clear(&self->post);
	peer_clear(&self->peer);
}

/* The account "relay" leads to the peer, "down" to a port where nobody listens. */
static void
begin(Test *self, const char *settings, const char *script)
{
	static const char *const fixed = "transport = \"smtp\"; host = \"127.0.0.1\"; "
	                                 "tls = \"none\"; local_name = \"client.example.org\";";
	g_autofree char *text = g_strdup_printf(
	        "accounts = { relay = { %s port = %u; %s }; down = { %s port = 1; }; };", fixed,
	        self->peer.port, settings, fixed);

	peer_start(&self->peer, script);
	post_use_text(&self->post, text);
}

static gboolean
has_done(Post *post, guint number)
{
	return post_count(post, TOCSIN_MAIL_DONE) >= number;
}

static void
a_connection_is_kept_for_what_comes(Test *self, gconstpointer data)
{
	begin(self, "idle = \"1m\";",
	      HELLO ENVELOPE("0") ACCEPTED "> 250 one\n" ENVELOPE("1") ACCEPTED
	      "> 250 two\n< QUIT\n");
	post_send(&self->post, "r0@example.org", "relay", 1, 0);
	post_wait(&self->post, has_done, 1);
	post_send(&self->post, "r1@example.org", "relay", 1, 0);
	post_wait(&self->post, has_done, 2);
	tocsin_dispatch_stop(g_steal_pointer(&self->post.dispatch), 10 * POST_SECOND);
	peer_join(&self->peer);
}

/* The mail is the same when it is sent again, with its Message-ID. */
static void
a_mail_in_doubt_goes_again(Test *self, gconstpointer data)
{
	begin(self, "idle = \"0s\";",
	      HELLO ENVELOPE("0") ACCEPTED "next\n" HELLO ENVELOPE("0") ACCEPTED
	      "> 250 two\n< QUIT\n");
	post_send(&self->post, "r0@example.org", "relay", 1, 0);
	post_settle(&self->post);
	g_assert_cmpuint(post_log(&self->post, "unknown", "<r0@example.org>"), ==, 1);

	g_autofree char *first = g_strdup(self->peer.content->str);

	post_advance(&self->post, MINUTE);
	post_settle(&self->post);
	peer_join(&self->peer);
	g_assert_cmpuint(post_count(&self->post, TOCSIN_MAIL_DONE), ==, 1);
	g_assert_cmpuint(strlen(first), >, 0);
	g_assert_cmpuint(self->peer.content->len, ==, 2 * strlen(first));
	g_assert_true(g_str_has_suffix(self->peer.content->str, first));
}

static void
nobody_listens_and_another_takes_it(Test *self, gconstpointer data)
{
	begin(self, "idle = \"0s\";", HELLO ENVELOPE("0") ACCEPTED "> 250 one\n< QUIT\n");
	post_send(&self->post, "r0@example.org", "down relay", 1, 0);
	post_settle(&self->post);
	peer_join(&self->peer);
	g_assert_cmpuint(post_count(&self->post, TOCSIN_MAIL_DONE), ==, 1);
	post_hear(&self->post, "down fails: connect: ", 1);
}

/* The server says no to one recipient and takes the mail for the other. */
static void
one_is_refused_and_the_other_served(Test *self, gconstpointer data)
{
	begin(self, "idle = \"0s\";",
	      HELLO "< MAIL FROM:<me@example.org>\n< RCPT TO:<r0@example.org>\n"
	            "< RCPT TO:<no@example.org>\n< DATA\n"
	            "> 250 ok\n> 250 ok\n> 550 5.1.1 no such user\n> 354 go\ncontent\n"
	            "> 250 ok\n< QUIT\n");
	post_send(&self->post, "r0@example.org no@example.org", "relay down", 1, 0);
	post_settle(&self->post);
	peer_join(&self->peer);
	g_assert_cmpuint(post_count(&self->post, TOCSIN_MAIL_DEAD), ==, 1);
	g_assert_cmpuint(post_log(&self->post, "delivered", "<r0@example.org>"), ==, 1);
	post_hear(&self->post, "dead <no@example.org> through 'relay' (recipient): 550 5.1.1", 1);
}

static void
a_server_that_says_nothing_does_not_hold_up_the_end(Test *self, gconstpointer data)
{
	begin(self, "idle = \"0s\";", HELLO ENVELOPE("0") "pause\n");
	post_send(&self->post, "r0@example.org", "relay", 1, 0);
	while (g_atomic_int_get(&self->peer.has_paused) == 0) {
		g_main_context_iteration(NULL, FALSE);
	}
	tocsin_dispatch_stop(g_steal_pointer(&self->post.dispatch), POST_SECOND / 5);
	peer_go(&self->peer);
	peer_join(&self->peer);
	g_assert_cmpuint(post_count(&self->post, TOCSIN_MAIL_WAITING), ==, 1);
	g_assert_cmpuint(post_log(&self->post, "deferred", ""), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);

	g_autofree char *path = g_canonicalize_filename(argv[1], NULL);
	g_autofree char *folder = g_path_get_dirname(path);

#define ADD(name) g_test_add("/dispatch-smtp/" #name, Test, folder, set_up, name, tear_down)
	ADD(a_connection_is_kept_for_what_comes);
	ADD(a_mail_in_doubt_goes_again);
	ADD(nobody_listens_and_another_takes_it);
	ADD(one_is_refused_and_the_other_served);
	ADD(a_server_that_says_nothing_does_not_hold_up_the_end);
	return g_test_run();
}
