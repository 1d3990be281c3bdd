/* SPDX-License-Identifier: MIT */
/* What was measured with CPython 3.11's smtplib against scripted servers, and what the library
 * makes of it: the same wire and outcome, or the difference that docs/from-smtplib.md explains. */
#include <string.h>
#include <unistd.h>

#include "peer.h"

#define GREETED "S: 220 hi\nC: EHLO me\n"
#define PLAIN GREETED "S: 250 hi\n"

typedef TocsinSmtp Client;

static gboolean
send_to(Client *client, const char *const *recipients, const char *text,
        TocsinSmtpRefused **out_refused, GError **error)
{
	return tocsin_smtp_sendmail(client, "a@x", recipients, text, strlen(text), NULL, NULL,
	                            out_refused, error);
}

static const char *const one[] = {"b@y", NULL};
static const char *const two[] = {"b@y", "c@y", NULL};

/* Greeting "554 no": the constructor closes and raises, connect() returns it. */
static void
refused_greeting_is_returned_by_connect(void)
{
	Peer *peer;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, "S: 554 no");

	g_assert_true(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

static void
greeting_may_have_lines(void)
{
	Peer *peer;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL, "S: 220-a\nS: 220 b\nC: NOOP\nS: 250 ok");

	peer_assert_reply(tocsin_smtp_noop(client, NULL), 250, "ok");
	peer_finish(peer);
}

static void
noop_with(const char *reply, int code, const char *text)
{
	g_autofree char *script = g_strdup_printf("S: 220 hi\nC: NOOP\n%s", reply);
	Peer *peer;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, script);

	peer_assert_reply(tocsin_smtp_noop(client, NULL), code, text);
	peer_finish(peer);
}

static void
odd_replies_are_read_as_smtplib_does(void)
{
	noop_with("S: 250", 250, "");
	noop_with("S: 250-a\nS: 550 b", 550, "a\nb");
	noop_with("S: hello", -1, "o");
	noop_with("s: 250-a\\n250 b\\n", 250, "a\nb");
}

/* smtplib leaves "250 c" for the next command; here there is no next command. */
static void
garbage_within_a_reply_ends_the_connection(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL, "S: 220 hi\nC: NOOP\nS: 250-a\nS: zzz\nS: 250 c");

	peer_assert_reply(tocsin_smtp_noop(client, NULL), -1, "a\n");
	g_assert_false(tocsin_smtp_is_connected(client));
	g_assert_null(tocsin_smtp_noop(client, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	peer_finish(peer);
}

static void
garbage_is_an_error_to_strict_clients(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, peer_client(TOCSIN_SMTP_CLEAR, FALSE),
	                                            "S: 220 hi\nC: NOOP\nS: 250-a\nS: 550 b");

	g_assert_null(tocsin_smtp_noop(client, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	peer_finish(peer);
}

static void
hanging_up_at_ehlo_disconnects(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, GREETED "close");

	g_assert_null(tocsin_smtp_ehlo(client, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_false(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

static void
helo_follows_an_unknown_ehlo(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL, GREETED "S: 500 x\nC: HELO me\nS: 501 y");

	g_assert_false(tocsin_smtp_ehlo_or_helo_if_needed(client, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_HELO);
	peer_assert_failed(client, 501, "y");
	g_assert_true(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

/* smtplib says HELO too, loses "421 x", and keeps the connection. */
static void
closing_at_ehlo_is_not_answered_with_helo(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, GREETED "S: 421 x");

	g_assert_false(tocsin_smtp_ehlo_or_helo_if_needed(client, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_HELO);
	peer_assert_failed(client, 421, "x");
	g_assert_false(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

static void
refused_recipient_stops_no_other(void)
{
	static const char *const three[] = {"b@y", "c@y", "b@y", NULL};
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtpRefused) refused = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        GREETED "S: 250-hi\nS: 250 SIZE\nC: MAIL FROM:<a@x> SIZE=15\nS: 250 ok\n"
	                "C: RCPT TO:<b@y>\nS: 250 ok\nC: RCPT TO:<c@y>\nS: 550 no\n"
	                "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: ..dot\n"
	                "C: ...x\nC: .\nS: 250 ok");

	g_assert_true(send_to(client, three, "hi\n.dot\r..x\r\n", &refused, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(tocsin_smtp_refused_count(refused), ==, 1);
	g_assert_cmpstr(tocsin_smtp_refused_get_address(refused, 0), ==, "c@y");
	g_assert_cmpint(tocsin_smtp_reply_get_code(tocsin_smtp_refused_find(refused, "c@y")), ==,
	                550);
	g_assert_null(tocsin_smtp_refused_find(refused, "b@y"));
	peer_finish(peer);
}

/* smtplib refuses a recipient for 252 and a message for 251, which the server took. */
static void
any_reply_with_a_two_is_success(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtpRefused) refused = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        PLAIN "C: MAIL FROM:<a@x>\nS: 251 ok\nC: RCPT TO:<b@y>\nS: 252 maybe\nC: DATA\n"
	              "S: 354 go\nC: hi\nC: .\nS: 251 taken");

	g_assert_true(send_to(client, one, "hi\n", &refused, &error));
	g_assert_no_error(error);
	g_assert_null(refused);
	peer_finish(peer);
}

/* smtplib says MAIL and RSET first. */
static void
nobody_to_send_to_is_an_error_at_once(void)
{
	static const char *const nobody[] = {NULL};
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, PLAIN);

	g_assert_false(send_to(client, nobody, "hi\n", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	peer_finish(peer);
}

/* smtplib sends the bare LF of bytes as they are. */
static void
lone_line_ends_become_crlf(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtpRefused) refused = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        PLAIN "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\n"
	              "S: 354 go\nC: hi\nC: ..dot\nC: ..\nC: bye\nC: .\nS: 250 ok");

	g_assert_true(send_to(client, one, "hi\n.dot\n.\nbye", &refused, &error));
	g_assert_null(refused);
	peer_finish(peer);
}

static void
closing_at_a_recipient_tells_who_was_refused(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL,
	                     PLAIN "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\n"
	                           "C: RCPT TO:<c@y>\nS: 421 bye");

	g_assert_false(send_to(client, two, "hi\n", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_RECIPIENTS_REFUSED);
	g_assert_cmpuint(tocsin_smtp_refused_count(tocsin_smtp_get_refused(client)), ==, 1);
	peer_assert_failed(client, 421, "bye");
	g_assert_false(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

static void
all_refused_gives_the_transaction_up(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL,
	                     PLAIN "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 550 no\n"
	                           "C: RCPT TO:<c@y>\nS: 550 nor\nC: RSET\nS: 250 ok");

	g_assert_false(send_to(client, two, "hi\n", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_RECIPIENTS_REFUSED);
	g_assert_cmpuint(tocsin_smtp_refused_count(tocsin_smtp_get_refused(client)), ==, 2);
	g_assert_true(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

/* smtplib says no RSET here, and the next MAIL meets "nested MAIL". */
static void
refused_data_gives_the_transaction_up(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL,
	                     PLAIN "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\n"
	                           "C: DATA\nS: 554 no\nC: RSET\nS: 250 ok");

	g_assert_false(send_to(client, one, "hi\n", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DATA);
	peer_assert_failed(client, 554, "no");
	g_assert_true(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

static void
refused_message_gives_the_transaction_up(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        PLAIN "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 550 who\n"
	              "C: RCPT TO:<c@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: .\nS: 554 no\n"
	              "C: RSET\nS: 250 ok");

	g_assert_false(send_to(client, two, "hi\n", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DATA);
	peer_assert_failed(client, 554, "no");
	/* Python's SMTPDataError has lost who was refused before. */
	g_assert_cmpuint(tocsin_smtp_refused_count(tocsin_smtp_get_refused(client)), ==, 1);
	peer_finish(peer);
}

static void
closing_at_the_sender_says_no_rset(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL, PLAIN "C: MAIL FROM:<a@x>\nS: 421 no");

	g_assert_false(send_to(client, one, "hi\n", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SENDER_REFUSED);
	g_assert_cmpstr(tocsin_smtp_get_failed_sender(client), ==, "a@x");
	peer_assert_failed(client, 421, "no");
	g_assert_false(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

/* smtplib says size=0, though the line end that it adds is two bytes. */
static void
empty_message_is_one_empty_line(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        PLAIN "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\n"
	              "S: 354 go\nC: \nC: .\nS: 250 ok");

	g_assert_true(send_to(client, one, "", NULL, &error));
	peer_finish(peer);
}

static void
small_commands_are_the_same(void)
{
	Peer *peer;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        "S: 220 hi\nC: VRFY b@y\nS: 252 maybe\nC: EXPN list\nS: 502 no\nC: HELP\n"
	        "S: 214 ask\nC: HELP DATA\nS: 214 data\nC: RSET\nS: 250 ok");

	peer_assert_reply(tocsin_smtp_vrfy(client, "Bob <b@y>", NULL), 252, "maybe");
	peer_assert_reply(tocsin_smtp_expn(client, "list", NULL), 502, "no");
	peer_assert_reply(tocsin_smtp_help(client, NULL, NULL), 214, "ask");
	peer_assert_reply(tocsin_smtp_help(client, "DATA", NULL), 214, "data");
	peer_assert_reply(tocsin_smtp_rset(client, NULL), 250, "ok");
	peer_finish(peer);
}

/* smtplib lets NUL pass; a NUL cannot stand in a C string, other controls can. */
static void
commands_cannot_be_injected(void)
{
	static const char *const bad[] = {"a\nb", "a\rb",
	                                  "a\x01"
	                                  "b",
	                                  "a\x7f"
	                                  "b"};
	Peer *peer;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, "S: 220 hi");

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_smtp_docmd(client, "NOOP", bad[i], &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
	peer_finish(peer);
}

/* What a login's debugging output was, and whether anything of the secret is in it. */
static void
on_debug_line(gpointer user, const char *line)
{
	g_string_append_printf(user, "%s\n", line);
}

static TocsinSmtp *
watched_connect(Peer **out_peer, GString *seen, const char *script)
{
	TocsinSmtp *client = peer_connect(out_peer, NULL, script);

	tocsin_smtp_set_debug(client, 2, on_debug_line, seen);
	return client;
}

static void
assert_hidden(const GString *seen, const char *const *secrets)
{
	g_assert_nonnull(strstr(seen->str, "send: 'AUTH "));
	for (; *secrets != NULL; secrets++) {
		if (strstr(seen->str, *secrets) != NULL) {
			g_error("\"%s\" was shown:\n%s", *secrets, seen->str);
		}
	}
}

static void
login_without_auth_is_not_supported(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, PLAIN);

	g_assert_null(tocsin_smtp_login(client, "u", "p", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	peer_finish(peer);
}

static void
login_without_a_mechanism_says_why(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL, GREETED "S: 250-hi\nS: 250 AUTH GSSAPI");

	g_assert_null(tocsin_smtp_login(client, "u", "p", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NO_MECHANISM);
	g_assert_nonnull(strstr(error->message, "GSSAPI"));
	peer_finish(peer);
}

/* smtplib goes on with PLAIN and LOGIN, and servers lock the account. */
static void
refused_password_is_tried_once(void)
{
	static const char *const secrets[] = {"s3cret-Tr4p", "czNjcmV0LVRyNH", NULL};
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = watched_connect(
	        &peer, seen,
	        GREETED "S: 250-hi\nS: 250 AUTH LOGIN PLAIN CRAM-MD5\nC: AUTH CRAM-MD5\n"
	                "S: 535 c");

	g_assert_null(tocsin_smtp_login(client, "u", "s3cret-Tr4p", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION);
	peer_assert_failed(client, 535, "c");
	peer_finish(peer);
	assert_hidden(seen, secrets);
}

static void
cram_md5_answers_the_challenge(void)
{
	static const char *const secrets[] = {"dSAyYjBhZ", "2b0ad3ef", "PDE+", NULL};
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(TocsinSmtp) client = watched_connect(
	        &peer, seen,
	        GREETED "S: 250-hi\nS: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 PDE+\n"
	                "C: dSAyYjBhZDNlZmRiZjkxNGI1NmVhY2UwNzFhOTcwNmEzZA==\nS: 235 ok");

	peer_assert_reply(tocsin_smtp_login(client, "u", "p", 0, NULL), 235, "ok");
	peer_finish(peer);
	assert_hidden(seen, secrets);
}

/* smtplib answers six times and leaves the session in the exchange. */
static void
endless_challenges_are_cancelled(void)
{
	static const char *const secrets[] = {"dSAyYjBhZ", "2b0ad3ef", NULL};
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) client = watched_connect(
	        &peer, seen,
	        GREETED "S: 250-hi\nS: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 PDE+\n"
	                "C: dSAyYjBhZDNlZmRiZjkxNGI1NmVhY2UwNzFhOTcwNmEzZA==\nS: 334 PDE+\nC: *\n"
	                "S: 501 cancelled\nC: NOOP\nS: 250 ok");

	g_assert_null(tocsin_smtp_login(client, "u", "p", 0, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION);
	g_assert_cmpstr(error->message, ==,
	                "mechanism 'cram-md5': the server's challenge is too long, or not the only "
	                "one");
	peer_assert_reply(tocsin_smtp_noop(client, NULL), 250, "ok");
	peer_finish(peer);
	assert_hidden(seen, secrets);
}

static void
already_logged_in_is_success(void)
{
	static const char *const secrets[] = {"AHUAcA", NULL};
	Peer *peer;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(TocsinSmtp) client = watched_connect(
	        &peer, seen,
	        GREETED "S: 250-hi\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAcA==\nS: 503 already");

	peer_assert_reply(tocsin_smtp_login(client, "u", "p", 0, NULL), 503, "already");
	peer_finish(peer);
	assert_hidden(seen, secrets);
}

static void
starttls_absent_or_refused(void)
{
	Peer *peer;
	g_autoptr(GError) absent = NULL;
	g_autoptr(GError) refused = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, PLAIN);

	g_assert_null(tocsin_smtp_starttls(client, &absent));
	g_assert_error(absent, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	peer_finish(peer);
	client = peer_connect(&peer, client,
	                      GREETED "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no");
	g_assert_null(tocsin_smtp_starttls(client, &refused));
	g_assert_error(refused, TOCSIN_ERROR, TOCSIN_ERROR_RESPONSE);
	peer_assert_failed(client, 454, "no");
	peer_finish(peer);
}

#define MESSAGE                                                                             \
	"From: f@x\r\nSender: s@x\r\nTo: b@y, c@y\r\nCc: d@y\r\nBcc: e@y\r\nSubject: s\r\n" \
	"\r\nbody\r\n"
#define MESSAGE_ON_WIRE                                                                            \
	"C: From: f@x\nC: Sender: s@x\nC: To: b@y, c@y\nC: Cc: d@y\nC: Subject: s\nC: \nC: body\n" \
	"C: .\nS: 250 ok"

static TocsinMessage *
example_message(void)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(MESSAGE, strlen(MESSAGE));

	return tocsin_message_new(octets, NULL);
}

static void
message_goes_to_its_header_without_bcc(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = example_message();
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, NULL,
	        GREETED "S: 250-hi\nS: 250 SIZE 1000\nC: MAIL FROM:<s@x> SIZE=67\nS: 250 ok\n"
	                "C: RCPT TO:<b@y>\nS: 250 ok\nC: RCPT TO:<c@y>\nS: 250 ok\n"
	                "C: RCPT TO:<e@y>\nS: 250 ok\nC: RCPT TO:<d@y>\nS: 250 ok\n"
	                "C: DATA\nS: 354 go\n" MESSAGE_ON_WIRE);

	gboolean is_sent =
	        tocsin_smtp_send_message(client, message, NULL, NULL, NULL, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(is_sent);
	g_assert_cmpuint(tocsin_message_count(message, "Bcc"), ==, 1);
	peer_finish(peer);
}

/* smtplib sends 184 bytes to a server that said SIZE 100. */
static void
server_size_is_compared(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = example_message();
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, NULL, GREETED "S: 250-hi\nS: 250 SIZE 50");

	g_assert_false(
	        tocsin_smtp_send_message(client, message, NULL, NULL, NULL, NULL, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	peer_finish(peer);
}

/* smtplib reads one reply, reports success, and is off by one from then on. */
static void
lmtp_has_a_reply_for_each_recipient(void)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtpRefused) refused = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(
	        &peer, peer_client(TOCSIN_SMTP_LMTP, TRUE),
	        "S: 220 hi\nC: LHLO me\nS: 250 hi\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	        "C: RCPT TO:<b@y>\nS: 250 ok\nC: RCPT TO:<c@y>\nS: 250 ok\nC: DATA\nS: 354 go\n"
	        "C: hi\nC: .\nS: 250 one\nS: 550 two\nC: NOOP\nS: 250 ok");

	g_assert_true(send_to(client, two, "hi\n", &refused, &error));
	g_assert_cmpuint(tocsin_smtp_refused_count(refused), ==, 1);
	g_assert_cmpstr(tocsin_smtp_refused_get_address(refused, 0), ==, "c@y");
	peer_assert_reply(tocsin_smtp_noop(client, NULL), 250, "ok");
	peer_finish(peer);
}

static void
quit_with(const char *script, int code)
{
	Peer *peer;
	g_autoptr(GError) error = NULL;
	TocsinSmtpReply *reply = NULL;
	g_autoptr(TocsinSmtp) client = peer_connect(&peer, NULL, script);

	g_assert_true(tocsin_smtp_quit(client, &reply, &error));
	g_assert_no_error(error);
	g_assert_cmpint(reply != NULL ? tocsin_smtp_reply_get_code(reply) : 0, ==, code);
	tocsin_smtp_reply_free(reply);
	g_assert_false(tocsin_smtp_is_connected(client));
	peer_finish(peer);
}

/* In smtplib the last two raise, from within a with block too, over the error that counts. */
static void
quit_hides_no_other_error(void)
{
	quit_with("S: 220 hi\nC: QUIT\nS: 221 bye", 221);
	quit_with("S: 220 hi\nC: QUIT\nclose", 0);
	quit_with("S: 220 hi\nC: QUIT\nS: 421 later", 421);
}

static void
utf8_without_smtputf8_is_not_sent(void)
{
	static const char *const utf8[] = {"j\xc3\xb6@y", NULL};
	Peer *peer;
	g_autoptr(GError) address = NULL;
	g_autoptr(GError) text = NULL;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, peer_client(TOCSIN_SMTP_CLEAR, FALSE), PLAIN);

	g_assert_false(send_to(client, utf8, "hi\n", NULL, &address));
	g_assert_error(address, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	g_assert_false(send_to(client, one, "h\xc3\xac\n", NULL, &text));
	g_assert_error(text, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	peer_finish(peer);
}

static void
wrong_port_and_no_time_are_refused(void)
{
	g_autoptr(TocsinSmtp) client = tocsin_smtp_new(TOCSIN_SMTP_CLEAR);
	g_autoptr(GError) port = NULL;
	g_autoptr(GError) timeout = NULL;

	g_assert_false(tocsin_smtp_open(client, "127.0.0.1:abc", 0, &port));
	g_assert_error(port, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_false(tocsin_smtp_set_timeout(client, 0, &timeout));
	g_assert_error(timeout, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

/* Ends the program, so that a vector that goes round in circles is told by name. */
#define VECTOR_SECONDS 60u

typedef struct {
	void (*run)(void);
} Vector;

static void
run_in_time(gconstpointer data)
{
	const Vector *vector = data;

	alarm(VECTOR_SECONDS);
	vector->run();
	alarm(0);
}

#define TEST(name)                                                                        \
	do {                                                                              \
		static const Vector name##_vector = {name};                               \
		g_test_add_data_func("/lib/vectors/" #name, &name##_vector, run_in_time); \
	} while (FALSE)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(refused_greeting_is_returned_by_connect);
	TEST(greeting_may_have_lines);
	TEST(odd_replies_are_read_as_smtplib_does);
	TEST(garbage_within_a_reply_ends_the_connection);
	TEST(garbage_is_an_error_to_strict_clients);
	TEST(hanging_up_at_ehlo_disconnects);
	TEST(helo_follows_an_unknown_ehlo);
	TEST(closing_at_ehlo_is_not_answered_with_helo);
	TEST(refused_recipient_stops_no_other);
	TEST(any_reply_with_a_two_is_success);
	TEST(nobody_to_send_to_is_an_error_at_once);
	TEST(lone_line_ends_become_crlf);
	TEST(closing_at_a_recipient_tells_who_was_refused);
	TEST(all_refused_gives_the_transaction_up);
	TEST(refused_data_gives_the_transaction_up);
	TEST(refused_message_gives_the_transaction_up);
	TEST(closing_at_the_sender_says_no_rset);
	TEST(empty_message_is_one_empty_line);
	TEST(small_commands_are_the_same);
	TEST(commands_cannot_be_injected);
	TEST(login_without_auth_is_not_supported);
	TEST(login_without_a_mechanism_says_why);
	TEST(refused_password_is_tried_once);
	TEST(cram_md5_answers_the_challenge);
	TEST(endless_challenges_are_cancelled);
	TEST(already_logged_in_is_success);
	TEST(starttls_absent_or_refused);
	TEST(message_goes_to_its_header_without_bcc);
	TEST(server_size_is_compared);
	TEST(lmtp_has_a_reply_for_each_recipient);
	TEST(quit_hides_no_other_error);
	TEST(utf8_without_smtputf8_is_not_sent);
	TEST(wrong_port_and_no_time_are_refused);
	return g_test_run();
}
