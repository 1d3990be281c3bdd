/* SPDX-License-Identifier: MIT */
/* The transport lmtp over a Unix socket: greeting, logins and a fate for each recipient. */
#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

#include "order.h"
#include "peer.h"

#define CONTENT "Subject: x\r\n\r\none\r\n"
#define HELLO "> 220 peer LMTP\n< LHLO client.example.org\n> 250-peer\n> 250 PIPELINING\n"
#define ENVELOPE                                                                                 \
	"< MAIL FROM:<me@example.org>\n< RCPT TO:<r0@example.org>\n< RCPT TO:<r1@example.org>\n" \
	"< RCPT TO:<r2@example.org>\n< DATA\n"

typedef struct {
	Order order;
	Peer peer;
	char *folder;
} Test;

static void
set_up(Test *test, gconstpointer data)
{
	test->folder = g_dir_make_tmp("tocsin-lmtp-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(test->folder, "socket", NULL);

	order_init(&test->order, &tocsin_plugin_v1);
	peer_listen(&test->peer, path);
	order_set(&test->order, "socket", path);
	order_set(&test->order, "local_name", "client.example.org");
	order_set(&test->order, "idle", "0s");
	order_add(&test->order, CONTENT, 3);
}

static void
tear_down(Test *test, gconstpointer data)
{
	order_clear(&test->order);
	peer_clear(&test->peer);
	g_assert_cmpint(g_rmdir(test->folder), ==, 0);
	g_free(test->folder);
}

static gint32
run(Test *test, const char *script, GError **error)
{
	g_assert_true(order_open(&test->order, NULL));
	peer_start(&test->peer, script);
	gint32 status = order_run(&test->order, error);

	peer_join(&test->peer);
	return status;
}

static void
each_accepted_recipient_is_answered_for(Test *test, gconstpointer data)
{
	g_assert_cmpint(run(test,
	                    HELLO ENVELOPE
	                    "> 250 ok\n> 250 ok\n> 550 5.1.1 unknown\n> 250 ok\n> 354 go\n"
	                    "content\n> 250 2.0.0 saved\n> 452 4.2.2 full\n< QUIT\n> 221 bye\n",
	                    NULL),
	                ==, TOCSIN_OK);
	g_assert_nonnull(strstr(test->order.fates->str, "m0 0 delivered data 250 2.0.0:"));
	g_assert_nonnull(strstr(test->order.fates->str, "m0 1 refused recipient 550 5.1.1:"));
	g_assert_nonnull(strstr(test->order.fates->str, "m0 2 deferred data 452 4.2.2:"));
}

static void
a_link_lost_between_replies_leaves_doubt_about_the_rest(Test *test, gconstpointer data)
{
	g_assert_cmpint(run(test,
	                    HELLO ENVELOPE "> 250 ok\n> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\n"
	                                   "content\n> 250 saved\n< QUIT\nclose\n",
	                    NULL),
	                ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(test->order.fates->str, "m0 0 delivered data 250"));
	g_assert_nonnull(strstr(test->order.fates->str, "m0 1 unknown lost 0"));
	g_assert_nonnull(strstr(test->order.fates->str, "m0 2 unknown lost 0"));
}

static void
helo_is_never_said(Test *test, gconstpointer data)
{
	g_assert_cmpint(
	        run(test, "> 220 peer\n< LHLO client.example.org\n> 500 what?\n< QUIT\n> 221 bye\n",
	            NULL),
	        ==, TOCSIN_E_TEMP);
	g_assert_true(g_str_has_prefix(test->order.failure->str, "refused greeting 500 -: "));
}

/* A mechanism that answers any challenge with what it is asked for last. */
static int32_t
token_begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
            void **out_state, tocsin_error *error)
{
	*out_state = (void *)host;
	return TOCSIN_OK;
}

static int32_t
token_step(void *state, const void *challenge, size_t length, tocsin_buf *answer,
           tocsin_error *error)
{
	const tocsin_host *host = state;

	if (challenge == NULL) {
		return host->put(host, answer, "me", 2) == TOCSIN_OK ? TOCSIN_MORE : TOCSIN_E_PERM;
	}
	if (length == 4 && memcmp(challenge, "stop", 4) == 0) {
		return host->fail(host, error, TOCSIN_E_PERM, "the server is not who it says");
	}
	return host->put(host, answer, challenge, length);
}

static void
token_end(void *state)
{
}

static const tocsin_auth_ops token_ops = {
        .size = sizeof(tocsin_auth_ops),
        .flags = TOCSIN_AUTH_CLIENT_FIRST | TOCSIN_AUTH_NO_SECRET,
        .strength = 50,
        .mechanism = "TOKEN",
        .begin = token_begin,
        .step = token_step,
        .end = token_end,
};

static const tocsin_unit token_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "token",
        .summary = "For tests",
        .auth = &token_ops,
};

#define LOGIN                                                                                     \
	"> 220 peer\n< LHLO client.example.org\n> 250-peer\n> 250-PIPELINING\n> 250 AUTH TOKEN\n" \
	"< AUTH TOKEN bWU=\n"

static TocsinSettings *
fetch(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	TocsinSettings *settings = tocsin_settings_new(keys);

	g_assert_true(tocsin_settings_finish(settings, NULL));
	return settings;
}

static gint32
run_login(Test *test, const char *script, GError **error)
{
	static const char *const wanted[] = {"TOKEN", NULL};
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	TocsinMechanism *mechanism = tocsin_mechanism_new(&token_unit);

	g_ptr_array_add(known, mechanism);
	test->order.account.known = known;
	test->order.account.wanted = wanted;
	test->order.account.fetch = fetch;
	gint32 status = run(test, script, error);

	test->order.account.known = NULL;
	tocsin_mechanism_free(mechanism);
	return status;
}

static void
a_login_carries_challenges_and_answers(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	test->order.is_watched = TRUE;
	g_assert_cmpint(
	        run_login(test,
	                  LOGIN "> 334 aGVsbG8=\n< aGVsbG8=\n> 334 \n< \n> 235 2.7.0 ok\n" ENVELOPE
	                        "> 250 ok\n> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\ncontent\n"
	                        "> 250 a\n> 250 b\n> 250 c\n< QUIT\n> 221 bye\n",
	                  &error),
	        ==, TOCSIN_OK);
	g_assert_no_error(error);
	g_assert_nonnull(strstr(test->order.trace->str, "***"));
	g_assert_null(strstr(test->order.trace->str, "C: aGVsbG8="));
	g_assert_null(strstr(test->order.trace->str, "bWU="));
	g_assert_null(strstr(test->order.trace->str, "334 aGVsbG8="));
}

static void
a_refused_login_leaves_the_mails_waiting(Test *test, gconstpointer data)
{
	g_assert_cmpint(run_login(test, LOGIN "> 535 5.7.8 no\n< QUIT\n> 221 bye\n", NULL), ==,
	                TOCSIN_E_CONFIG);
	g_assert_cmpstr(test->order.failure->str, ==,
	                "refused auth 535 5.7.8: login with TOKEN refused: 535 5.7.8 no\n");
	g_assert_true(g_str_has_prefix(test->order.fates->str, "m0 0 deferred auth 535 5.7.8: "));
}

static void
a_mechanism_that_gives_up_cancels(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(run_login(test,
	                          LOGIN
	                          "> 334 c3RvcA==\n< *\n> 501 5.7.0 cancelled\n< QUIT\n> 221 bye\n",
	                          &error),
	                ==, TOCSIN_E_CONFIG);
	g_assert_nonnull(strstr(error->message, "the server is not who it says"));
}

static void
no_common_mechanism_says_so(Test *test, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(run_login(test, HELLO "< QUIT\n> 221 bye\n", &error), ==, TOCSIN_E_CONFIG);
	g_assert_true(g_str_has_prefix(test->order.failure->str, "refused auth 0 -: "));
	g_assert_nonnull(strstr(test->order.fates->str, "deferred auth 0 -: "));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add("/transport-lmtp/" #name, Test, NULL, set_up, name, tear_down)
	ADD(each_accepted_recipient_is_answered_for);
	ADD(a_link_lost_between_replies_leaves_doubt_about_the_rest);
	ADD(helo_is_never_said);
	ADD(a_login_carries_challenges_and_answers);
	ADD(a_refused_login_leaves_the_mails_waiting);
	ADD(a_mechanism_that_gives_up_cancels);
	ADD(no_common_mechanism_says_so);
	return g_test_run();
}
