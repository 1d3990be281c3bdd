/* SPDX-License-Identifier: MIT */
/* The transport smtp, called as the program calls it, against servers that follow a script. */
#include <string.h>
#include <tocsin/error.h>

#include "tls-fixture.h"
#include "order.h"
#include "peer.h"

#define CONTENT "Subject: x\r\n\r\n.one\r\n"

/* What most servers begin with. */
#define HELLO                                           \
	"> 220 peer ESMTP\n< EHLO client.example.org\n" \
	"> 250-peer\n> 250-8BITMIME\n> 250 PIPELINING\n"
#define ENVELOPE "< MAIL FROM:<me@example.org>\n< RCPT TO:<r0@example.org>\n< DATA\n"
#define ACCEPTED "> 250 2.1.0 ok\n> 250 2.1.5 ok\n> 354 go\ncontent\n"

typedef struct {
	Order order;
	Peer peer;
} Test;

static void
set_up(Test *test, gconstpointer data)
{
	order_init(&test->order, &tocsin_plugin_v1);
	peer_listen(&test->peer, NULL);
	order_set(&test->order, "host", "127.0.0.1");
	order_set_number(&test->order, "port", test->peer.port);
	order_set(&test->order, "local_name", "client.example.org");
}

static void
tear_down(Test *test, gconstpointer data)
{
	order_clear(&test->order);
	peer_clear(&test->peer);
}

/* Opens with @tls and an idle time of @idle, and lets the server begin. */
static void
begin(Test *test, const char *tls, const char *idle, const char *script)
{
	order_set(&test->order, "tls", tls);
	order_set(&test->order, "idle", idle);
	g_assert_true(order_open(&test->order, NULL));
	peer_start(&test->peer, script);
}

static void
a_mail_is_delivered(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	order_add(&test->order, CONTENT, 1);
	begin(test, "none", "0s",
	      HELLO ENVELOPE ACCEPTED "> 250 2.0.0 queued as 1\n< QUIT\n> 221 bye\nwait\n");
	g_assert_cmpint(order_run(&test->order, &error), ==, TOCSIN_OK);
	g_assert_no_error(error);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 delivered data 250 2.0.0: 2.0.0 queued as 1\n");
	g_assert_cmpstr(test->peer.content->str, ==, "Subject: x\n\n..one\n");
}

static void
nothing_to_do_makes_no_connection(Test *test, gconstpointer data)
{
	order_set(&test->order, "tls", "none");
	g_assert_true(order_open(&test->order, NULL));
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	g_assert_cmpstr(test->order.failure->str, ==, "");
}

static void
each_recipient_has_its_own_fate(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 3);
	begin(test, "none", "0s",
	      HELLO "< MAIL FROM:<me@example.org>\n< RCPT TO:<r0@example.org>\n"
	            "< RCPT TO:<r1@example.org>\n< RCPT TO:<r2@example.org>\n< DATA\n"
	            "> 250 ok\n> 550 5.1.1 no such user\n> 250 ok\n> 450 4.2.0 later\n> 354 go\n"
	            "content\n> 250 ok\n< QUIT\n> 221 bye\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_nonnull(strstr(test->order.fates->str,
	                        "m0 0 refused recipient 550 5.1.1: 5.1.1 no such user\n"));
	g_assert_nonnull(strstr(test->order.fates->str, "m0 1 delivered data 250 -: ok\n"));
	g_assert_nonnull(
	        strstr(test->order.fates->str, "m0 2 deferred recipient 450 4.2.0: 4.2.0 later\n"));
}

static void
a_second_mail_shares_the_connection_and_the_group(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	order_add(&test->order, CONTENT, 1);
	/* The second envelope comes before the first mail is answered. */
	begin(test, "none", "0s",
	      HELLO ENVELOPE ACCEPTED ENVELOPE "> 250 one\n" ACCEPTED
	                                       "> 250 two\n< QUIT\n> 221 bye\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 delivered data 250 -: one\nm1 0 delivered data 250 -: two\n");
}

static void
nobody_there_is_told(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	Peer silent = {0};

	peer_listen(&silent, NULL);
	guint16 port = silent.port;

	peer_clear(&silent);
	order_add(&test->order, CONTENT, 1);
	order_clear(&test->order);
	order_init(&test->order, &tocsin_plugin_v1);
	order_set(&test->order, "host", "127.0.0.1");
	order_set_number(&test->order, "port", port);
	g_assert_true(order_open(&test->order, NULL));
	order_add(&test->order, CONTENT, 1);
	g_assert_cmpint(order_run(&test->order, &error), ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(error->message, "Connection refused"));
	g_assert_true(g_str_has_prefix(test->order.failure->str, "deferred connect 0 -: "));
	g_assert_true(g_str_has_prefix(test->order.fates->str, "m0 0 deferred connect 0 -: "));
}

static void
a_server_that_does_not_serve_defers(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	begin(test, "none", "0s", "> 554 5.3.2 not today\nwait\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_E_TEMP);
	peer_join(&test->peer);
	g_assert_true(g_str_has_prefix(test->order.failure->str,
	                               "refused greeting 554 5.3.2: the server"));
	g_assert_true(g_str_has_prefix(test->order.fates->str, "m0 0 deferred greeting 554 5.3.2"));
}

static void
missing_starttls_is_an_error(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	begin(test, "required", "0s", HELLO "< QUIT\n> 221 bye\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_E_TEMP);
	peer_join(&test->peer);
	g_assert_true(g_str_has_prefix(test->order.failure->str, "deferred tls 0 -: "));
	g_assert_nonnull(strstr(test->order.failure->str, "does not offer STARTTLS"));
}

static void
a_link_lost_after_the_dot_leaves_doubt(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	begin(test, "none", "0s", HELLO ENVELOPE ACCEPTED "< QUIT\nclose\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_E_TEMP);
	peer_join(&test->peer);
	g_assert_true(g_str_has_prefix(test->order.fates->str, "m0 0 unknown lost 0 -: "));
	g_assert_true(g_str_has_prefix(test->order.failure->str, "deferred lost 0 -: "));
}

static void
wait_adds_a_mail(gpointer data)
{
	Order *order = data;

	order->on_wait = NULL;
	order_add(order, CONTENT, 1);
	g_free(((TocsinMail *)g_queue_peek_head(&order->waiting))->message_id);
	((TocsinMail *)g_queue_peek_head(&order->waiting))->message_id = g_strdup("late");
}

static void
a_kept_connection_takes_what_comes_later(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	test->order.on_wait = wait_adds_a_mail;
	begin(test, "none", "1s",
	      HELLO ENVELOPE ACCEPTED "> 250 one\n" ENVELOPE ACCEPTED "> 250 two\n< QUIT\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 delivered data 250 -: one\nlate 0 delivered data 250 -: two\n");
}

static Peer *leaving;

static void
wait_until_the_peer_left(gpointer data)
{
	GThread *thread = g_steal_pointer(&leaving->thread);

	peer_go(leaving);
	g_thread_join(thread);
	wait_adds_a_mail(data);
	peer_start(leaving, HELLO ENVELOPE ACCEPTED "> 250 two\n< QUIT\n");
}

static void
a_stale_connection_is_replaced(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	leaving = &test->peer;
	test->order.on_wait = wait_until_the_peer_left;
	begin(test, "none", "1s",
	      HELLO ENVELOPE ACCEPTED "> 250 one\npause\n> 421 4.4.2 idle too long\nclose\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 delivered data 250 -: one\nlate 0 delivered data 250 -: two\n");
	g_assert_cmpstr(test->order.failure->str, ==, "");
}

static void
improper_pipelining_is_remembered(Test *test, gconstpointer data)
{
	static const char script[] = HELLO ENVELOPE
	        "> 250 ok\n> 503 improper command pipelining\n> 503 improper command pipelining\n"
	        "< RSET\n> 250 ok\n< MAIL FROM:<me@example.org>\n> 250 ok\n"
	        "< RCPT TO:<r0@example.org>\n> 250 ok\n< DATA\n> 354 go\ncontent\n> 250 one\n"
	        "< QUIT\n> 221 bye\nnext\n" HELLO
	        "< MAIL FROM:<me@example.org>\n> 250 ok\n< RCPT TO:<r0@example.org>\n> 250 ok\n"
	        "< DATA\n> 354 go\ncontent\n> 250 two\n< QUIT\n> 221 bye\n";

	order_add(&test->order, CONTENT, 1);
	begin(test, "none", "0s", script);
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	order_add(&test->order, CONTENT, 1);
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 delivered data 250 -: one\nm0 0 delivered data 250 -: two\n");
}

/* MAIL with these recipients, all of them accepted, and the content. */
#define ONE_BY_ONE(recipients)                                \
	"< MAIL FROM:<me@example.org>\n> 250 ok\n" recipients \
	"< DATA\n> 354 go\ncontent\n> 250 ok\n< QUIT\n> 221 bye\n"
#define LIMITED                                               \
	"> 220 peer\n< EHLO client.example.org\n> 250-peer\n" \
	"> 250 LIMITS MAILMAX=1 RCPTMAX=2\n"

static void
recipients_beyond_the_limits_get_another_connection(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 5);
	begin(test, "none", "0s",
	      LIMITED ONE_BY_ONE("< RCPT TO:<r0@example.org>\n> 250 ok\n"
	                         "< RCPT TO:<r1@example.org>\n> 250 ok\n") "next\n" //
	      LIMITED ONE_BY_ONE("< RCPT TO:<r2@example.org>\n> 550 no\n"
	                         "< RCPT TO:<r3@example.org>\n> 250 ok\n") "next\n" //
	      LIMITED ONE_BY_ONE("< RCPT TO:<r4@example.org>\n> 250 ok\n"));
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 delivered data 250 -: ok\nm0 1 delivered data 250 -: ok\n"
	                "m0 2 refused recipient 550 -: no\nm0 3 delivered data 250 -: ok\n"
	                "m0 4 delivered data 250 -: ok\n");
	g_assert_cmpstr(test->order.failure->str, ==, "");
}

static void
a_mail_that_bdat_broke_goes_by_data(Test *test, gconstpointer data)
{
	static const char hello[] = "> 220 peer\n< EHLO client.example.org\n> 250-peer\n"
	                            "> 250-PIPELINING\n> 250 CHUNKING\n";
	g_autofree char *script = g_strconcat(
	        hello,
	        "< MAIL FROM:<me@example.org>\n< RCPT TO:<r0@example.org>\n"
	        "< RCPT TO:<r1@example.org>\n< BDAT 20 LAST\nbytes 20\n"
	        "> 250 ok\n> 550 no\n> 250 ok\n> 502 what\nnext\n",
	        hello,
	        "< MAIL FROM:<me@example.org>\n< RCPT TO:<r1@example.org>\n< DATA\n" ACCEPTED
	        "> 250 ok\n< QUIT\n> 221 bye\n",
	        NULL);

	order_add(&test->order, CONTENT, 2);
	begin(test, "none", "0s", script);
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==,
	                "m0 0 refused recipient 550 -: no\nm0 1 delivered data 250 -: ok\n");
}

static void
opportunistic_tls_that_is_refused_goes_on_in_clear(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	begin(test, "opportunistic", "0s",
	      "> 220 peer\n< EHLO client.example.org\n> 250-peer\n> 250-STARTTLS\n"
	      "> 250 PIPELINING\n< STARTTLS\n> 454 4.7.0 not now\n" ENVELOPE ACCEPTED
	      "> 250 ok\n< QUIT\n> 221 bye\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==, "m0 0 delivered data 250 -: ok\n");
}

static void
mail_of_8_bits_is_encoded_for_an_old_server(Test *test, gconstpointer data)
{
	order_add(&test->order,
	          "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	          "Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9f dich, said "
	          "the line that is ASCII for the most part\r\n",
	          1);
	begin(test, "none", "0s",
	      "> 220 peer\n< EHLO client.example.org\n> 250-peer\n> 250 PIPELINING\n" ENVELOPE
	              ACCEPTED "> 250 ok\n< QUIT\n> 221 bye\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_cmpstr(test->order.fates->str, ==, "m0 0 delivered data 250 -: ok\n");
	g_assert_nonnull(strstr(test->peer.content->str, "quoted-printable"));
	g_assert_nonnull(strstr(test->peer.content->str, "Gr=C3=BC=C3=9F dich"));
}

static void
the_dialogue_can_be_watched(Test *test, gconstpointer data)
{
	order_add(&test->order, CONTENT, 1);
	test->order.is_watched = TRUE;
	begin(test, "none", "0s", HELLO ENVELOPE ACCEPTED "> 250 ok\n< QUIT\n> 221 bye\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_true(g_str_has_prefix(test->order.trace->str,
	                               "S: 220 peer ESMTP\r\nC: EHLO client.example.org\r\n"));
	g_assert_nonnull(strstr(test->order.trace->str, "C: ...\n"));
	g_assert_null(strstr(test->order.trace->str, "Subject"));
}

/* A server that says nothing; the job is given up while the transport waits for it. */
static void
a_cancelled_job_ends_at_once(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	order_add(&test->order, CONTENT, 1);
	test->order.cancellable = g_cancellable_new();
	test->peer.cancellable = test->order.cancellable;
	begin(test, "none", "0s", "> 220 peer\n< EHLO client.example.org\ncancel\nwait\n");
	g_assert_cmpint(order_run(&test->order, &error), ==, TOCSIN_E_CANCELLED);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED);
	peer_join(&test->peer);
}

static void
a_job_ends_when_its_time_is_over(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	order_add(&test->order, CONTENT, 1);
	test->order.deadline_us = g_get_monotonic_time() + G_USEC_PER_SEC;
	begin(test, "none", "0s", "> 220 peer\n< EHLO client.example.org\nwait\n");
	g_assert_cmpint(order_run(&test->order, &error), ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(error->message, "the time for this run is over"));
	peer_join(&test->peer);
}

static void
settings_that_make_no_sense_are_refused(void)
{
	static const char *const cases[][3] = {
	        {NULL, NULL, "'host' or 'socket'"},
	        {"source_address", "here", "no IP address"},
	        {"local_name", "a b", "'local_name'"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		Order order;

		order_init(&order, &tocsin_plugin_v1);
		if (cases[i][0] != NULL) {
			order_set(&order, "host", "mx.example.org");
			order_set(&order, cases[i][0], cases[i][1]);
		}
		g_assert_false(order_open(&order, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, cases[i][2]));
		order_clear(&order);
	}
}

static const CertificateSpec good = {"peer", "IP:127.0.0.1", 3600, FALSE};

#define STARTTLS                                                              \
	"> 220 peer\n< EHLO client.example.org\n> 250-peer\n> 250 STARTTLS\n" \
	"< STARTTLS\n> 220 go\ntls\n"
#define SECURE                                                                                 \
	STARTTLS "< EHLO client.example.org\n> 250-peer\n> 250 PIPELINING\n" ENVELOPE ACCEPTED \
	         "> 250 ok\n< QUIT\n> 221 bye\n"

static void
starttls_is_verified_and_resumed(Test *test, gconstpointer data)
{
	Fixture *fixture = fixture_new();
	g_autoptr(GError) error = NULL;

	test->peer.context = fixture_make_context(fixture, &good);
	order_set(&test->order, "ca_file", fixture->authority_file);
	order_add(&test->order, CONTENT, 1);
	begin(test, "required", "0s", SECURE "next\n" SECURE);
	g_assert_cmpint(order_run(&test->order, &error), ==, TOCSIN_OK);
	g_assert_no_error(error);
	order_add(&test->order, CONTENT, 1);
	g_assert_cmpint(order_run(&test->order, &error), ==, TOCSIN_OK);
	peer_join(&test->peer);
	g_assert_true(test->peer.was_resumed);
	fixture_free(fixture);
}

static void
a_strangers_certificate_is_refused(Test *test, gconstpointer data)
{
	Fixture *fixture = fixture_new();

	test->peer.context = fixture_make_context(fixture, &good);
	order_add(&test->order, CONTENT, 1);
	begin(test, "required", "0s",
	      "> 220 peer\n< EHLO client.example.org\n> 250-peer\n> 250 STARTTLS\n< STARTTLS\n"
	      "> 220 go\ntls\n");
	g_assert_cmpint(order_run(&test->order, NULL), ==, TOCSIN_E_TEMP);
	peer_join(&test->peer);
	g_assert_true(g_str_has_prefix(test->order.failure->str, "deferred tls 0 -: "));
	g_assert_nonnull(strstr(test->order.failure->str, "certificate"));
	fixture_free(fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-smtp/settings_that_make_no_sense_are_refused",
	                settings_that_make_no_sense_are_refused);
#define ADD(name) g_test_add("/transport-smtp/" #name, Test, NULL, set_up, name, tear_down)
	ADD(a_mail_is_delivered);
	ADD(nothing_to_do_makes_no_connection);
	ADD(each_recipient_has_its_own_fate);
	ADD(a_second_mail_shares_the_connection_and_the_group);
	ADD(nobody_there_is_told);
	ADD(a_server_that_does_not_serve_defers);
	ADD(missing_starttls_is_an_error);
	ADD(a_link_lost_after_the_dot_leaves_doubt);
	ADD(a_kept_connection_takes_what_comes_later);
	ADD(a_stale_connection_is_replaced);
	ADD(improper_pipelining_is_remembered);
	ADD(recipients_beyond_the_limits_get_another_connection);
	ADD(a_mail_that_bdat_broke_goes_by_data);
	ADD(opportunistic_tls_that_is_refused_goes_on_in_clear);
	ADD(mail_of_8_bits_is_encoded_for_an_old_server);
	ADD(the_dialogue_can_be_watched);
	ADD(a_cancelled_job_ends_at_once);
	ADD(a_job_ends_when_its_time_is_over);
	ADD(starttls_is_verified_and_resumed);
	ADD(a_strangers_certificate_is_refused);
	return g_test_run();
}
