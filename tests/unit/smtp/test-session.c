/* SPDX-License-Identifier: MIT */
/* A session's commands against scripted servers: what smtplib's users rely on, and what it gets
 * wrong. */
#include <string.h>

#include "net/scripted.h"
#include "smtp/auth.h"
#include "smtp/hello.h"
#include "smtp/verbs.h"
#include "tocsin/error.h"

#define GREETED "S: 220 mx\nC: EHLO me\nS: 250-mx\n"

static TocsinSession *
open_session(const char *script, void (*change)(TocsinSessionSettings *))
{
	TocsinSessionSettings settings;

	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	if (change != NULL) {
		change(&settings);
	}
	return tocsin_session_new(tocsin_scripted_stream_new(script), &settings);
}

static void
check_script(TocsinSession *session)
{
	g_autofree char *wrong = tocsin_scripted_check(tocsin_session_get_stream(session));

	g_assert_cmpstr(wrong, ==, NULL);
}

static void
be_lenient(TocsinSessionSettings *settings)
{
	settings->is_lenient = TRUE;
}

static void
be_lmtp(TocsinSessionSettings *settings)
{
	settings->is_lmtp = TRUE;
}

static void
takes_only_220_for_a_greeting(void)
{
	g_autoptr(TocsinSession) session = open_session("S: 554 no\n", NULL);
	g_autoptr(TocsinSession) other = open_session("S: 220-a\nS: 220 b\n", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_session_read_greeting(session, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONNECT);
	g_assert_cmpint(tocsin_session_get_last_reply(session)->code, ==, 554);
	g_assert_false(tocsin_session_is_open(session));
	g_assert_true(tocsin_session_read_greeting(other, NULL));
}

/* EHLO refused with each code: what is said next, and how it ends. */
static void
falls_back_to_helo_only_where_it_helps(void)
{
	static const struct {
		const char *script;
		gboolean is_ok;
		int code;
	} cases[] = {
	        {"C: EHLO me\nS: 500 x\nC: HELO me\nS: 250 y\n", TRUE, 250},
	        {"C: EHLO me\nS: 502 x\nC: HELO me\nS: 501 y\n", FALSE, 501},
	        {"C: EHLO me\nS: 554 x\n", FALSE, 554},
	        {"C: EHLO me\nS: 421 x\n", FALSE, 421},
	        {"C: EHLO me\nS: 451 x\n", FALSE, 451},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TocsinSession) session = open_session(cases[i].script, NULL);
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(tocsin_session_hello(session, &error), ==, cases[i].is_ok);
		g_assert_cmpint(tocsin_session_get_last_reply(session)->code, ==, cases[i].code);
		g_assert_false(tocsin_session_is_esmtp(session));
		if (!cases[i].is_ok) {
			g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_HELO);
		}
	}
}

static void
lmtp_knows_no_helo(void)
{
	g_autoptr(TocsinSession) session = open_session("C: LHLO me\nS: 500 x\n", be_lmtp);
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_session_hello(session, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_HELO);
	check_script(session);
}

static void
reads_what_the_server_offers(void)
{
	g_autoptr(TocsinSession) session = open_session(
	        "C: EHLO me\nS: 250-mx PIPELINING\nS: 250-AUTH=LOGIN PLAIN\n"
	        "S: 250-auth CRAM-MD5 PLAIN\n"
	        "S: 250-X-EXPS GSSAPI\nS: 250-SIZE\nS: 250-size 5\nS: 250-X foo  Bar \nS: 250--\n"
	        "S: 250 limits rcptmax=7 MAILMAX=x\n",
	        NULL);
	const TocsinFeatures *features;
	g_autofree char *mechanisms = NULL;

	g_assert_true(tocsin_session_hello(session, NULL));
	features = tocsin_session_get_features(session);
	mechanisms = g_strjoinv(" ", features->mechanisms);
	g_assert_cmpstr(mechanisms, ==, "LOGIN PLAIN CRAM-MD5 GSSAPI");
	g_assert_cmpstr(tocsin_features_get(features, "AUTH"), ==,
	                "LOGIN PLAIN CRAM-MD5 PLAIN GSSAPI");
	g_assert_cmpuint(features->size_max, ==, 5);
	g_assert_cmpstr(tocsin_features_get(features, "x"), ==, "foo  Bar");
	g_assert_cmpuint(features->recipient_max, ==, 7);
	g_assert_cmpuint(features->mail_max, ==, 0);
	/* The greeting's own words are no feature. */
	g_assert_false(tocsin_features_has(features, TOCSIN_FEATURE_PIPELINING));
}

static void
refuses_controls_in_commands(void)
{
	g_autoptr(TocsinSession) session = open_session("C: NOOP\nS: 250 ok\n", NULL);
	static const char *const bad[] = {"a\nb", "a\rb", "a\tb", "\x7f", "\x1b[31m", "\xc3\xbc"};
	g_autoptr(TocsinReply) reply = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_session_command(session, "NOOP", bad[i], &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
	reply = tocsin_session_noop(session, NULL);
	g_assert_cmpint(reply->code, ==, 250);
	check_script(session);
}

static void
ends_after_garbage_instead_of_shifting_replies(void)
{
	g_autoptr(TocsinSession) strict = open_session("C: NOOP\nS: hello\n", NULL);
	g_autoptr(TocsinSession) lenient =
	        open_session("C: NOOP\nS: 250-a\nS: zzz\nS: 250 c\n", be_lenient);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinReply) reply = NULL;
	g_autofree char *text = NULL;

	g_assert_null(tocsin_session_noop(strict, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	g_clear_error(&error);
	reply = tocsin_session_noop(lenient, &error);
	g_assert_no_error(error);
	text = tocsin_reply_dup_text(reply, NULL);
	g_assert_cmpint(reply->code, ==, -1);
	g_assert_cmpstr(text, ==, "a\n");
	g_assert_null(tocsin_session_noop(lenient, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
}

static void
judges_mixed_replies(void)
{
	const char *script = "C: NOOP\nS: 250-a\nS: 550 b\n";
	g_autoptr(TocsinSession) strict = open_session(script, NULL);
	g_autoptr(TocsinSession) lenient = open_session(script, be_lenient);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinReply) reply = tocsin_session_noop(lenient, NULL);

	g_assert_cmpint(reply->code, ==, 550);
	g_assert_null(tocsin_session_noop(strict, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
}

static gboolean
start_tls(TocsinStream *stream, gpointer user, GError **error)
{
	*(guint *)user += 1;
	return TRUE;
}

static void
an_injected_reply_behind_starttls_ends_the_session(void)
{
	TocsinSessionSettings settings;
	guint handshakes = 0;
	g_autoptr(TocsinSession) session = NULL;
	g_autoptr(GError) error = NULL;

	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	settings.start_tls = start_tls;
	settings.tls_user = &handshakes;
	session = tocsin_session_new(
	        tocsin_scripted_stream_new("C: EHLO me\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\n"
	                                   "S: 220 go\nS: 250-AUTH PLAIN\nS: 250 X\n"),
	        &settings);
	g_assert_true(tocsin_session_hello(session, NULL));
	g_assert_false(tocsin_session_start_tls(session, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	g_assert_cmpuint(handshakes, ==, 0);
	g_assert_false(tocsin_session_is_open(session));
}

static void
a_refused_starttls_is_told(void)
{
	g_autoptr(TocsinSession) session =
	        open_session("C: EHLO me\nS: 250-mx\nS: 250 HELP\n", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_session_hello(session, NULL));
	g_assert_false(tocsin_session_start_tls(session, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	g_assert_true(tocsin_session_is_open(session));
}

static void
note_trace(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length)
{
	if (kind == TOCSIN_TRACE_SENT_SECRET || kind == TOCSIN_TRACE_CHALLENGE) {
		g_string_append(user, kind == TOCSIN_TRACE_CHALLENGE ? "334 ***\r\n" : "***");
	} else {
		g_string_append_len(user, bytes, (gssize)length);
	}
}

static gboolean
answer(gpointer user, const char *challenge, GString *line, GError **error)
{
	if (challenge != NULL && strcmp(challenge, "!") == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL, "no base64");
		return FALSE;
	}
	g_string_append(line, user);
	return TRUE;
}

static void
shows_no_secret(void)
{
	TocsinSessionSettings settings;
	g_autoptr(GString) seen = g_string_new(NULL);
	const TocsinSessionExchange plain = {"PLAIN", TRUE, answer, (gpointer) "c2VjcmV0"};
	g_autoptr(TocsinSession) session = NULL;
	g_autoptr(TocsinReply) reply = NULL;

	tocsin_session_settings_init(&settings);
	settings.on_trace = note_trace;
	settings.trace_user = seen;
	session = tocsin_session_new(
	        tocsin_scripted_stream_new(
	                "C: AUTH PLAIN c2VjcmV0\nS: 334 \nC: c2VjcmV0\nS: 334 dj0x\n"
	                "C: c2VjcmV0\nS: 235 ok\n"),
	        &settings);
	reply = tocsin_session_auth(session, &plain, NULL);
	g_assert_cmpint(reply->code, ==, 235);
	g_assert_cmpstr(seen->str, ==,
	                "AUTH PLAIN ***\r\n334 \r\n***\r\n334 ***\r\n***\r\n235 ok\r\n");
}

static void
cancels_what_it_cannot_answer(void)
{
	const TocsinSessionExchange login = {"LOGIN", FALSE, answer, (gpointer) "dQ=="};
	g_autoptr(TocsinSession) session = open_session(
	        "C: AUTH LOGIN\nS: 334 !\nC: *\nS: 501 cancelled\nC: NOOP\nS: 250 ok\n", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinReply) reply = NULL;

	g_assert_null(tocsin_session_auth(session, &login, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	reply = tocsin_session_noop(session, NULL);
	g_assert_cmpint(reply->code, ==, 250);
	check_script(session);
}

static void
holds_a_long_initial_response_back(void)
{
	g_autofree char *token = g_strnfill(500, 'x');
	g_autofree char *script =
	        g_strdup_printf("C: AUTH XOAUTH2\nS: 334 \nC: %s\nS: 235 ok\n", token);
	const TocsinSessionExchange exchange = {"XOAUTH2", TRUE, answer, token};
	g_autoptr(TocsinSession) session = open_session(script, NULL);
	g_autoptr(TocsinReply) reply = tocsin_session_auth(session, &exchange, NULL);

	g_assert_cmpint(reply->code, ==, 235);
	check_script(session);
}

static void
sends_no_initial_response_to_who_knows_none(void)
{
	const TocsinSessionExchange plain = {"PLAIN", TRUE, answer, (gpointer) "c2VjcmV0"};
	g_autoptr(TocsinSession) session =
	        open_session("C: AUTH PLAIN c2VjcmV0\nS: 501 5.5.4 what\nC: AUTH PLAIN\nS: 334\n"
	                     "C: c2VjcmV0\nS: 235 ok\n",
	                     NULL);
	g_autoptr(TocsinReply) reply = tocsin_session_auth(session, &plain, NULL);

	g_assert_cmpint(reply->code, ==, 235);
	check_script(session);
}

static void
tries_again_without_an_initial_response_once(void)
{
	const TocsinSessionExchange plain = {"PLAIN", TRUE, answer, (gpointer) "c2VjcmV0"};
	g_autoptr(TocsinSession) session = open_session(
	        "C: AUTH PLAIN c2VjcmV0\nS: 501 what\nC: AUTH PLAIN\nS: 501 no\n", NULL);
	g_autoptr(TocsinReply) reply = tocsin_session_auth(session, &plain, NULL);

	g_assert_cmpint(reply->code, ==, 501);
	check_script(session);
}

static void
data_sends_safe_lines(void)
{
	g_autoptr(TocsinSession) session = open_session(
	        "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\n"
	        "C: hi\nC: ..dot\nC: ..\nC: bye\nC: .\nS: 250 ok\n",
	        NULL);
	const TocsinContent content = {.bytes = "hi\n.dot\n.\nbye", .length = 13};
	g_autoptr(TocsinReply) mail = tocsin_session_mail(session, "a@x", NULL, NULL);
	g_autoptr(TocsinReply) rcpt = tocsin_session_rcpt(session, "b@y", NULL, NULL);
	g_autoptr(GPtrArray) replies = tocsin_session_data(session, &content, NULL);

	g_assert_cmpuint(replies->len, ==, 1);
	check_script(session);
}

static void
lmtp_data_has_all_replies(void)
{
	g_autoptr(TocsinSession) session = open_session(
	        "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: RCPT TO:<c@y>\n"
	        "S: 250 ok\nC: DATA\nS: 354 go\nC: \nC: .\nS: 250 one\nS: 550 two\n",
	        be_lmtp);
	const TocsinContent content = {.bytes = "", .length = 0};
	g_autoptr(TocsinReply) mail = tocsin_session_mail(session, "a@x", NULL, NULL);
	g_autoptr(TocsinReply) first = tocsin_session_rcpt(session, "b@y", NULL, NULL);
	g_autoptr(TocsinReply) second = tocsin_session_rcpt(session, "c@y", NULL, NULL);
	g_autoptr(GPtrArray) replies = tocsin_session_data(session, &content, NULL);

	g_assert_cmpuint(replies->len, ==, 2);
	g_assert_cmpint(((TocsinReply *)replies->pdata[1])->code, ==, 550);
	check_script(session);
}

static void
quits_without_a_reply(void)
{
	g_autoptr(TocsinSession) session = open_session("C: QUIT\nclose\n", NULL);
	g_autoptr(TocsinReply) reply = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_session_quit(session, &reply, &error));
	g_assert_null(reply);
	g_assert_no_error(error);
	g_assert_false(tocsin_session_is_open(session));
}

static void
a_goodbye_is_repeated_to_later_calls(void)
{
	g_autoptr(TocsinSession) session = open_session("C: NOOP\nS: 421 4.3.2 bye\n", NULL);
	g_autoptr(TocsinReply) reply = tocsin_session_noop(session, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(reply->code, ==, 421);
	g_assert_null(tocsin_session_noop(session, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_nonnull(strstr(error->message, "421 4.3.2 bye"));
}

#define ADD(name) g_test_add_func("/smtp/session/" #name, name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(takes_only_220_for_a_greeting);
	ADD(falls_back_to_helo_only_where_it_helps);
	ADD(lmtp_knows_no_helo);
	ADD(reads_what_the_server_offers);
	ADD(refuses_controls_in_commands);
	ADD(ends_after_garbage_instead_of_shifting_replies);
	ADD(judges_mixed_replies);
	ADD(an_injected_reply_behind_starttls_ends_the_session);
	ADD(a_refused_starttls_is_told);
	ADD(shows_no_secret);
	ADD(cancels_what_it_cannot_answer);
	ADD(holds_a_long_initial_response_back);
	ADD(sends_no_initial_response_to_who_knows_none);
	ADD(tries_again_without_an_initial_response_once);
	ADD(data_sends_safe_lines);
	ADD(lmtp_data_has_all_replies);
	ADD(quits_without_a_reply);
	ADD(a_goodbye_is_repeated_to_later_calls);
	return g_test_run();
}
