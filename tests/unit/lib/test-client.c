/* SPDX-License-Identifier: MIT */
/* What the library does beyond smtplib, or not as a compatible client: watching, settings, a
 * mechanism of the caller's, strict addresses, many mails. */
#include <string.h>

#include "peer.h"

#include <tocsin/smtp-stream.h>

#define GREETED "S: 220 hi\nC: EHLO me\n"
#define AUTH GREETED "S: 250-hi\nS: 250 AUTH PLAIN LOGIN X-TEST\n"

static TocsinSmtp *
strict(Peer **out_peer, const char *script)
{
	return peer_connect(out_peer, peer_client(TOCSIN_SMTP_CLEAR, FALSE), script);
}

static void
on_line(gpointer user, const char *line)
{
	g_string_append_printf(user, "%s\n", line);
}

static void
on_send(gpointer user, const void *bytes, gsize length)
{
	g_string_append_len(user, bytes, (gssize)length);
}

static void
dialogue_is_shown_in_smtplibs_words(void)
{
	static const char *const to[] = {"b@y", NULL};
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	TocsinSmtp *made = peer_client(TOCSIN_SMTP_CLEAR, FALSE);

	tocsin_smtp_set_debug(made, 1, on_line, seen);
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, made,
	        "S: 220 it's \\t up\nC: EHLO me\nS: 250-h\nS: 250 AUTH PLAIN\nC: MAIL FROM:<a@x>\n"
	        "S: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: .\n"
	        "S: 250 ok");

	g_assert_true(tocsin_smtp_sendmail(client, "a@x", to, "hi\r\n", 4, NULL, NULL, NULL, NULL));
	g_assert_cmpstr(seen->str, ==,
	                "connect: to ('mx', 0) None\n"
	                "reply: b\"220 it's \\t up\\r\\n\"\n"
	                "reply: retcode (220); Msg: b\"it's \\t up\"\n"
	                "connect: b\"it's \\t up\"\n"
	                "send: 'EHLO me\\r\\n'\n"
	                "reply: b'250-h\\r\\n'\n"
	                "reply: b'250 AUTH PLAIN\\r\\n'\n"
	                "reply: retcode (250); Msg: b'h\\nAUTH PLAIN'\n"
	                "send: 'MAIL FROM:<a@x>\\r\\n'\n"
	                "reply: b'250 ok\\r\\n'\n"
	                "reply: retcode (250); Msg: b'ok'\n"
	                "send: 'RCPT TO:<b@y>\\r\\n'\n"
	                "reply: b'250 ok\\r\\n'\n"
	                "reply: retcode (250); Msg: b'ok'\n"
	                "send: 'DATA\\r\\n'\n"
	                "reply: b'354 go\\r\\n'\n"
	                "reply: retcode (354); Msg: b'go'\n"
	                "send: b'hi\\r\\n'\n"
	                "send: b'.\\r\\n'\n"
	                "reply: b'250 ok\\r\\n'\n"
	                "reply: retcode (250); Msg: b'ok'\n"
	                "data: (250, b'ok')\n");
	peer_finish(peer);
}

static void
second_level_shows_the_time(void)
{
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(TocsinSmtp) client = strict(&peer, "S: 220 hi\nC: NOOP\nS: 250 ok");

	tocsin_smtp_set_debug(client, 2, on_line, seen);
	tocsin_smtp_reply_free(tocsin_smtp_noop(client, NULL));
	g_assert_true(g_regex_match_simple(
	        "^\\d\\d:\\d\\d:\\d\\d\\.\\d{6} send: 'NOOP\\\\r\\\\n'\n", seen->str, 0, 0));
	peer_finish(peer);
}

/* Logs in, and returns what was shown and audited of it. */
static char *
watch_login(const char *script, gboolean shows_secrets)
{
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(TocsinSmtp) client = strict(&peer, script);

	tocsin_smtp_set_debug(client, 1, on_line, seen);
	tocsin_smtp_set_audit(client, NULL, on_send, seen);
	tocsin_smtp_set_shows_secrets(client, shows_secrets);
	peer_assert_reply(tocsin_smtp_login(client, "u", "secret", 0, NULL), 235, "ok");
	peer_finish(peer);
	return g_string_free(g_steal_pointer(&seen), FALSE);
}

static void
secrets_are_shown_only_on_request(void)
{
	const char *script = AUTH "C: AUTH PLAIN AHUAc2VjcmV0\nS: 235 ok";
	g_autofree char *hidden = watch_login(script, FALSE);
	g_autofree char *shown = watch_login(script, TRUE);

	g_assert_nonnull(strstr(hidden, "AUTH PLAIN ***\r\nsend: 'AUTH PLAIN ***\\r\\n'\n"));
	g_assert_null(strstr(hidden, "AHUAc2VjcmV0"));
	g_assert_nonnull(strstr(shown, "AUTH PLAIN AHUAc2VjcmV0\r\n"));
	g_assert_nonnull(strstr(shown, "send: 'AUTH PLAIN AHUAc2VjcmV0\\r\\n'\n"));
}

/* Some servers quote what they refuse. */
static void
echoed_secrets_are_not_shown(void)
{
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        strict(&peer, AUTH "C: AUTH PLAIN AHUAc2VjcmV0\nS: 535 AHUAc2VjcmV0: not secret");

	tocsin_smtp_set_debug(client, 1, on_line, seen);
	g_assert_null(tocsin_smtp_login(client, "u", "secret", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION);
	g_assert_nonnull(strstr(error->message, "535 AHUA********: not ******"));
	g_assert_nonnull(strstr(seen->str, "reply: b'535 AHUA********: not ******\\r\\n'\n"));
	g_assert_nonnull(strstr(seen->str, "Msg: b'AHUA********: not ******'\n"));
	g_assert_null(strstr(seen->str, "c2VjcmV0"));
	peer_finish(peer);
}

/* Of SCRAM the server's words are enough to try passwords against. */
static void
challenges_are_shown_only_on_request(void)
{
	const char *script =
	        GREETED "S: 250-hi\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VQ==\nC: dQ==\n"
	                "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok";
	g_autofree char *hidden = watch_login(script, FALSE);
	g_autofree char *shown = watch_login(script, TRUE);

	g_assert_nonnull(strstr(hidden, "reply: b'334 ***\\r\\n'\n"));
	g_assert_null(strstr(hidden, "UGFzc3dvcmQ6"));
	g_assert_nonnull(strstr(shown, "reply: b'334 UGFzc3dvcmQ6\\r\\n'\n"));
}

static gboolean
on_connect(gpointer user, const char *host, guint16 port, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST, "not to %s:%u", host, (guint)port);
	return FALSE;
}

static void
audit_may_forbid_a_connection(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = tocsin_smtp_new(TOCSIN_SMTP_TLS);

	tocsin_smtp_set_audit(client, on_connect, NULL, NULL);
	g_assert_false(tocsin_smtp_open(client, "192.0.2.1", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST);
	g_assert_cmpstr(error->message, ==, "not to 192.0.2.1:465");
}

static void
settings_are_kept(void)
{
	g_autoptr(TocsinSmtp) client = tocsin_smtp_new(TOCSIN_SMTP_LMTP);
	guint16 port = 0;

	g_assert_cmpint(tocsin_smtp_get_kind(client), ==, TOCSIN_SMTP_LMTP);
	g_assert_cmpuint(tocsin_smtp_get_default_port(client), ==, 2003);
	g_assert_cmpint(tocsin_smtp_get_timeout(client), ==, 300 * G_USEC_PER_SEC);
	g_assert_true(tocsin_smtp_set_timeout(client, -1, NULL));
	g_assert_cmpint(tocsin_smtp_get_timeout(client), ==, -1);
	g_assert_null(tocsin_smtp_get_local_hostname(client));
	tocsin_smtp_set_local_hostname(client, "me");
	g_assert_cmpstr(tocsin_smtp_get_local_hostname(client), ==, "me");
	tocsin_smtp_set_source_address(client, "127.0.0.2", 7);
	g_assert_cmpstr(tocsin_smtp_get_source_address(client, &port), ==, "127.0.0.2");
	g_assert_cmpuint(port, ==, 7);
	tocsin_smtp_set_debug(client, 9, NULL, NULL);
	g_assert_cmpint(tocsin_smtp_get_debug_level(client), ==, 2);
}

static void
extensions_are_listed(void)
{
	Peer *peer;
	g_autoptr(TocsinSmtp) client = strict(
	        &peer, GREETED "S: 250-hi\nS: 250-AUTH=LOGIN\nS: 250-size 5\nS: 250 X foo  Bar \n"
	                       "C: QUIT\nS: 221 bye");
	g_auto(GStrv) before = tocsin_smtp_list_extns(client);

	g_assert_cmpstr(before[0], ==, NULL);
	peer_assert_reply(tocsin_smtp_ehlo(client, NULL, NULL), 250,
	                  "hi\nAUTH=LOGIN\nsize 5\nX foo  Bar");
	g_auto(GStrv) names = tocsin_smtp_list_extns(client);
	g_autofree char *joined = g_strjoinv(" ", names);

	g_assert_cmpstr(joined, ==, "auth size x");
	g_assert_true(tocsin_smtp_does_esmtp(client));
	g_assert_true(tocsin_smtp_has_extn(client, "SIZE"));
	g_assert_cmpstr(tocsin_smtp_get_extn(client, "x"), ==, "foo  Bar");
	g_assert_cmpint(tocsin_smtp_reply_get_code(tocsin_smtp_get_ehlo_reply(client)), ==, 250);
	g_assert_null(tocsin_smtp_get_helo_reply(client));
	g_assert_true(tocsin_smtp_quit(client, NULL, NULL));
	g_assert_false(tocsin_smtp_has_extn(client, "SIZE"));
	g_assert_false(tocsin_smtp_does_esmtp(client));
	g_assert_null(tocsin_smtp_get_ehlo_reply(client));
	peer_finish(peer);
}

static void
strict_addresses_are_one_each(void)
{
	static const char *const pair[] = {"b@y, c@y", NULL};
	static const char *const named[] = {"Bob <b@y>", NULL};
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        strict(&peer, GREETED
	               "S: 250 hi\nC: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\n"
	               "C: DATA\nS: 354 go\nC: hi\nC: .\nS: 250 ok");

	g_assert_false(
	        tocsin_smtp_sendmail(client, "a@x", pair, "hi", 2, NULL, NULL, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_true(tocsin_smtp_sendmail(client, "", named, "hi", 2, NULL, NULL, NULL, NULL));
	peer_finish(peer);
}

static void
helpers_are_smtplibs(void)
{
	g_autofree char *quoted = tocsin_smtp_quoteaddr("A <a@b>");
	g_autoptr(GBytes) data = tocsin_smtp_quotedata("a\n.b\r.c\r\n.d\r", 12);
	g_autoptr(GBytes) nothing = tocsin_smtp_quotedata("", 0);
	gsize length;
	const char *text = g_bytes_get_data(data, &length);

	g_assert_cmpstr(quoted, ==, "<a@b>");
	g_assert_cmpmem(text, length, "a\r\n..b\r\n..c\r\n..d\r\n", 18);
	g_assert_cmpuint(g_bytes_get_size(nothing), ==, 0);
}

/* Counts what it was asked, and answers so. */
static TocsinSmtpStep
on_step(gpointer user, const void *challenge, gsize length, GString *answer, GError **error)
{
	guint *asked = user;

	if (challenge == NULL) {
		return TOCSIN_SMTP_STEP_NONE;
	}
	if (length == 4 && memcmp(challenge, "stop", 4) == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET, "no more");
		return TOCSIN_SMTP_STEP_FAILED;
	}
	g_string_append_printf(answer, "%u:%.*s", ++*asked, (int)length, (const char *)challenge);
	return TOCSIN_SMTP_STEP_ANSWER;
}

static void
callers_mechanism_answers_challenges(void)
{
	Peer *peer;
	guint asked = 0;
	g_autoptr(TocsinSmtp) client = strict(
	        &peer,
	        "S: 220 hi\nC: AUTH X-TEST\nS: 334 YQ==\nC: MTph\nS: 334 \nC: Mjo=\nS: 235 ok");

	peer_assert_reply(tocsin_smtp_auth(client, "x-test", on_step, &asked, 0, NULL), 235, "ok");
	g_assert_cmpuint(asked, ==, 2);
	peer_finish(peer);
}

static void
failing_mechanism_cancels(const char *challenge, TocsinError code)
{
	g_autofree char *script = g_strdup_printf("S: 220 hi\nC: AUTH X-TEST\nS: 334 %s\nC: *\n"
	                                          "S: 501 ok\nC: NOOP\nS: 250 on",
	                                          challenge);
	Peer *peer;
	guint asked = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = strict(&peer, script);

	g_assert_null(tocsin_smtp_auth(client, "X-TEST", on_step, &asked, 0, &error));
	g_assert_error(error, TOCSIN_ERROR, (gint)code);
	peer_assert_reply(tocsin_smtp_noop(client, NULL), 250, "on");
	peer_finish(peer);
}

static void
exchange_that_cannot_go_on_is_cancelled(void)
{
	failing_mechanism_cancels("c3RvcA==", TOCSIN_ERROR_SECRET);
	failing_mechanism_cancels("?!", TOCSIN_ERROR_PROTOCOL);
}

static void
refused_exchange_is_an_authentication_error(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = strict(&peer, "S: 220 hi\nC: AUTH X-TEST\nS: 535 5.7.8 no");

	g_assert_null(tocsin_smtp_auth(client, "X-TEST", on_step, NULL, 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION);
	g_assert_cmpstr(tocsin_smtp_reply_get_enhanced(tocsin_smtp_get_failed_reply(client)), ==,
	                "5.7.8");
	g_clear_error(&error);
	g_assert_null(tocsin_smtp_auth(client, "X TEST", on_step, NULL, 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	peer_finish(peer);
}

static void
initial_response_may_be_left_out(void)
{
	Peer *peer;
	g_autoptr(TocsinSmtp) client =
	        strict(&peer, AUTH "C: AUTH PLAIN\nS: 334 \nC: AHUAcA==\nS: 235 ok");

	peer_assert_reply(
	        tocsin_smtp_login(client, "u", "p", TOCSIN_SMTP_LOGIN_NO_INITIAL_RESPONSE, NULL),
	        235, "ok");
	peer_finish(peer);
}

static void
named_mechanisms_are_tried_in_order(void)
{
	static const char *const names[] = {"LOGIN", "PLAIN", NULL};
	Peer *peer;
	g_autoptr(TocsinSmtp) client =
	        strict(&peer, AUTH "C: AUTH LOGIN\nS: 504 no\nC: AUTH PLAIN AHUAcA==\nS: 235 ok");

	tocsin_smtp_set_auth_mechanisms(client, names);
	peer_assert_reply(tocsin_smtp_login(client, "u", "p", 0, NULL), 235, "ok");
	peer_finish(peer);
}

static void
calls_without_a_connection_say_so(void)
{
	g_autoptr(TocsinSmtp) client = tocsin_smtp_new(TOCSIN_SMTP_CLEAR);
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_smtp_login(client, "u", "p", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_clear_error(&error);
	g_assert_false(tocsin_smtp_quit(client, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	tocsin_smtp_close(client);
}

static void
closed_connection_keeps_its_reason(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = strict(&peer, GREETED "S: 250 hi\nC: NOOP\nS: 421 go away");

	peer_assert_reply(tocsin_smtp_ehlo(client, NULL, NULL), 250, "hi");
	peer_assert_reply(tocsin_smtp_noop(client, NULL), 421, "go away");
	g_assert_null(tocsin_smtp_login(client, "u", "p", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_nonnull(strstr(error->message, "go away"));
	peer_finish(peer);
}

#define EIGHT_BIT                                                                                  \
	"From: a@x\r\nTo: b@y\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: 8bit\r\n\r\nh\xc3\xac\r\n"

static TocsinMessage *
eight_bit_message(void)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(EIGHT_BIT, strlen(EIGHT_BIT));

	return tocsin_message_new(octets, NULL);
}

static void
eight_bit_message_says_so(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = eight_bit_message();
	g_autoptr(TocsinSmtp) client = strict(
	        &peer, GREETED "S: 250-hi\nS: 250 8BITMIME\nC: MAIL FROM:<a@x> BODY=8BITMIME\n"
	                       "S: 550 enough\nC: RSET\nS: 250 ok");

	g_assert_false(
	        tocsin_smtp_send_message(client, message, NULL, NULL, NULL, NULL, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SENDER_REFUSED);
	tocsin_smtp_close(client);
	peer_finish(peer);
}

static void
eight_bit_message_is_encoded_for_old_servers(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = eight_bit_message();
	g_autoptr(TocsinSmtp) client = strict(
	        &peer, GREETED "S: 250 hi\nC: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\n"
	                       "S: 250 ok\nC: DATA\nS: 354 go\nC: From: a@x\nC: To: b@y\n"
	                       "C: MIME-Version: 1.0\nC: Content-Type: text/plain; charset=utf-8\n"
	                       "C: Content-Transfer-Encoding: base64\nC: \n"
	                       "C: aMOsDQo=\nC: .\nS: 250 ok");
	gboolean is_sent =
	        tocsin_smtp_send_message(client, message, NULL, NULL, NULL, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(is_sent);
	peer_finish(peer);
}

#define UTF8_HEADER "From: a@x\r\nTo: b@y\r\nSubject: \xc3\xbc\r\n\r\nx\r\n"

static void
header_in_utf8_is_encoded_or_goes_by_smtputf8(void)
{
	static const char *const dialogues[] = {
	        GREETED "S: 250-hi\nS: 250 8BITMIME\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	                "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: From: a@x\n"
	                "C: To: b@y\nC: Subject: =?UTF-8?B?w7w=?=\nC: \nC: x\nC: .\nS: 250 ok",
	        GREETED "S: 250 SMTPUTF8\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	                "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: From: a@x\n"
	                "C: To: b@y\nC: Subject: =?UTF-8?B?w7w=?=\nC: \nC: x\nC: .\nS: 250 ok",
	        GREETED "S: 250-hi\nS: 250-SMTPUTF8\nS: 250 8BITMIME\n"
	                "C: MAIL FROM:<a@x> SMTPUTF8 BODY=8BITMIME\nS: 250 ok\n"
	                "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: From: a@x\n"
	                "C: To: b@y\nC: Subject: \xc3\xbc\nC: \nC: x\nC: .\nS: 250 ok",
	};
	g_autoptr(GBytes) octets = g_bytes_new_static(UTF8_HEADER, strlen(UTF8_HEADER));
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(dialogues); i++) {
		Peer *peer;
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinSmtp) client = strict(&peer, dialogues[i]);

		(void)tocsin_smtp_send_message(client, message, NULL, NULL, NULL, NULL, NULL,
		                               &error);
		g_assert_no_error(error);
		peer_finish(peer);
	}
}

static void
header_in_latin_1_is_no_case_for_smtputf8(void)
{
	static const char *const to[] = {"b@y", NULL};
	static const char text[] = "From: a@x\r\nTo: b@y\r\nSubject: \xfc\r\n\r\nx\r\n";
	Peer *peer;
	g_autoptr(GError) refused = NULL;
	g_autoptr(GError) sent = NULL;
	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);
	g_autoptr(TocsinSmtp) client =
	        strict(&peer, GREETED "S: 250-hi\nS: 250-SMTPUTF8\nS: 250 8BITMIME\n"
	                              "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\n"
	                              "C: DATA\nS: 354 go\nC: From: a@x\nC: To: b@y\n"
	                              "C: Subject: =?UTF-8?B?w7w=?=\nC: \nC: x\nC: .\nS: 250 ok");

	g_assert_false(tocsin_smtp_sendmail(client, "a@x", to, text, strlen(text), NULL, NULL, NULL,
	                                    &refused));
	g_assert_error(refused, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	(void)tocsin_smtp_send_message(client, message, NULL, NULL, NULL, NULL, NULL, &sent);
	g_assert_no_error(sent);
	peer_finish(peer);
}

/* Octets are sent as they are, or not at all. */
static void
octets_with_a_header_in_utf8_need_smtputf8(void)
{
	static const char *const to[] = {"b@gr\xc3\xbcn.example", NULL};
	Peer *peer;
	g_autoptr(GError) refused = NULL;
	g_autoptr(GError) sent = NULL;
	g_autoptr(TocsinSmtp) client = strict(&peer, GREETED "S: 250-hi\nS: 250 8BITMIME");

	g_assert_false(tocsin_smtp_sendmail(client, "a@x", to, UTF8_HEADER, strlen(UTF8_HEADER),
	                                    NULL, NULL, NULL, &refused));
	g_assert_error(refused, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	peer_finish(peer);
	g_clear_pointer(&client, tocsin_smtp_free);
	client = strict(&peer, GREETED "S: 250-hi\nS: 250 SMTPUTF8\n"
	                               "C: MAIL FROM:<a@x> SMTPUTF8\nS: 250 ok\n"
	                               "C: RCPT TO:<b@xn--grn-ioa.example>\nS: 250 ok\nC: DATA\n"
	                               "S: 354 go\nC: From: a@x\nC: To: b@y\n"
	                               "C: Subject: \xc3\xbc\nC: \nC: x\nC: .\nS: 250 ok");
	(void)tocsin_smtp_sendmail(client, "a@x", to, UTF8_HEADER, strlen(UTF8_HEADER), NULL, NULL,
	                           NULL, &sent);
	g_assert_no_error(sent);
	peer_finish(peer);
}

static void
utf8_address_asks_for_smtputf8(void)
{
	static const char *const to[] = {"j\xc3\xb6@y", NULL};
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = eight_bit_message();
	g_autoptr(TocsinSmtp) client =
	        strict(&peer, GREETED "S: 250-hi\nS: 250-8BITMIME\nS: 250 SMTPUTF8\n"
	                              "C: MAIL FROM:<a@x> SMTPUTF8 BODY=8BITMIME\nS: 250 ok\n"
	                              "C: RCPT TO:<j\xc3\xb6@y>\nS: 550 no\nC: RSET\nS: 250 ok");

	g_assert_false(
	        tocsin_smtp_send_message(client, message, NULL, to, NULL, NULL, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_RECIPIENTS_REFUSED);
	peer_finish(peer);
}

static void
nul_is_not_sent(void)
{
	static const char *const to[] = {"b@y", NULL};
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = strict(&peer, GREETED "S: 250 hi");

	g_assert_false(
	        tocsin_smtp_sendmail(client, "a@x", to, "a\0b", 3, NULL, NULL, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	peer_finish(peer);
}

#define TEST(name) g_test_add_func("/lib/client/" #name, name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(dialogue_is_shown_in_smtplibs_words);
	TEST(second_level_shows_the_time);
	TEST(secrets_are_shown_only_on_request);
	TEST(echoed_secrets_are_not_shown);
	TEST(challenges_are_shown_only_on_request);
	TEST(audit_may_forbid_a_connection);
	TEST(settings_are_kept);
	TEST(extensions_are_listed);
	TEST(strict_addresses_are_one_each);
	TEST(helpers_are_smtplibs);
	TEST(callers_mechanism_answers_challenges);
	TEST(exchange_that_cannot_go_on_is_cancelled);
	TEST(refused_exchange_is_an_authentication_error);
	TEST(initial_response_may_be_left_out);
	TEST(named_mechanisms_are_tried_in_order);
	TEST(calls_without_a_connection_say_so);
	TEST(closed_connection_keeps_its_reason);
	TEST(eight_bit_message_says_so);
	TEST(eight_bit_message_is_encoded_for_old_servers);
	TEST(header_in_utf8_is_encoded_or_goes_by_smtputf8);
	TEST(header_in_latin_1_is_no_case_for_smtputf8);
	TEST(octets_with_a_header_in_utf8_need_smtputf8);
	TEST(utf8_address_asks_for_smtputf8);
	TEST(nul_is_not_sent);
	return g_test_run();
}
