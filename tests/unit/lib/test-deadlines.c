/* SPDX-License-Identifier: MIT */
/* Servers that fall silent, or say a byte now and then, at each step of a mail, a login and other
 * commands: every call of the library is over in its time. All of them at once, since they only
 * wait. */
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <tocsin/error.h>
#include <tocsin/smtp.h>
#include <unistd.h>

#define TIMEOUT_US G_USEC_PER_SEC
#define FINAL_US (2 * G_USEC_PER_SEC)
#define SLACK_US (10 * G_USEC_PER_SEC)
#define DRIP_MS 100

/* What is said until the server goes wrong, "S: " by it and "C: " by the client; and what the
 * client does. */
typedef struct {
	const char *name;
	const char *dialogue;
	gboolean (*use)(TocsinSmtp *smtp, GError **error);
	int error; /* TocsinError; -1: what is delivered stays delivered */
	gint64 wanted_us;
	TocsinSmtpKind kind;
} Talk;

/* A talk with a server that is silent from there on, or drips. */
typedef struct {
	const Talk *talk;
	gboolean drips;
	int listener;
	guint16 port;
} Run;

static const char *const to[] = {"b@y", "c@y", NULL};

static gboolean
say_nothing(TocsinSmtp *smtp, GError **error)
{
	g_assert_not_reached();
}

static gboolean
say_noop(TocsinSmtp *smtp, GError **error)
{
	g_autoptr(TocsinSmtpReply) reply = tocsin_smtp_noop(smtp, error);

	return reply != NULL;
}

static gboolean
say_vrfy(TocsinSmtp *smtp, GError **error)
{
	g_autoptr(TocsinSmtpReply) reply = tocsin_smtp_vrfy(smtp, "b@y", error);

	return reply != NULL;
}

static gboolean
say_starttls(TocsinSmtp *smtp, GError **error)
{
	g_autoptr(TocsinSmtpReply) reply = tocsin_smtp_starttls(smtp, error);

	return reply != NULL;
}

static gboolean
log_in(TocsinSmtp *smtp, GError **error)
{
	g_autoptr(TocsinSmtpReply) reply =
	        tocsin_smtp_login(smtp, "u", "p", TOCSIN_SMTP_LOGIN_DEFAULT, error);

	return reply != NULL;
}

static gboolean
send_mail(TocsinSmtp *smtp, GError **error)
{
	return tocsin_smtp_sendmail(smtp, "a@x", to, "x\n", 2, NULL, NULL, NULL, error) &&
	       tocsin_smtp_quit(smtp, NULL, error);
}

#define CONNECT "S: 220 hi\n"
#define EHLO CONNECT "C: EHLO me\n"
#define LOGIN EHLO "S: 250-hi\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\n"
#define MAIL EHLO "S: 250 hi\nC: MAIL FROM:<a@x>\n"
#define RCPT MAIL "S: 250 ok\nC: RCPT TO:<b@y>\n"
#define RCPT_2 RCPT "S: 250 ok\nC: RCPT TO:<c@y>\n"
#define DATA RCPT_2 "S: 250 ok\nC: DATA\n"
#define DOT DATA "S: 354 go\nC: x\nC: .\n"
#define LMTP_DOT                                                                           \
	CONNECT "C: LHLO me\nS: 250 hi\nC: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\n" \
	        "S: 250 ok\nC: RCPT TO:<c@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: x\nC: .\n"

static const Talk talks[] = {
        {"greeting", "", say_nothing, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"noop", CONNECT "C: NOOP\n", say_noop, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"vrfy", CONNECT "C: VRFY b@y\n", say_vrfy, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"ehlo", EHLO, send_mail, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"helo", EHLO "S: 500 what\nC: HELO me\n", send_mail, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"starttls", EHLO "S: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\n", say_starttls,
         TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"auth", EHLO "S: 250-hi\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAcA==\n", log_in,
         TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"first challenge", LOGIN, log_in, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"second challenge", LOGIN "S: 334 VXNlcg==\nC: dQ==\n", log_in, TOCSIN_ERROR_TIMEOUT,
         TIMEOUT_US},
        {"last answer", LOGIN "S: 334 VXNlcg==\nC: dQ==\nS: 334 UGFzcw==\nC: cA==\n", log_in,
         TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        /* What went wrong first is told; the wait behind it is over in time as well. */
        {"cancel", LOGIN "S: 334 !!\nC: *\n", log_in, TOCSIN_ERROR_PROTOCOL, TIMEOUT_US},
        {"mail", MAIL, send_mail, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"rset after mail", MAIL "S: 550 no\nC: RSET\n", send_mail, TOCSIN_ERROR_SENDER_REFUSED,
         TIMEOUT_US},
        {"rcpt", RCPT, send_mail, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"second rcpt", RCPT_2, send_mail, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"rset after rcpt", RCPT "S: 550 no\nC: RCPT TO:<c@y>\nS: 550 no\nC: RSET\n", send_mail,
         TOCSIN_ERROR_RECIPIENTS_REFUSED, TIMEOUT_US},
        {"data", DATA, send_mail, TOCSIN_ERROR_TIMEOUT, TIMEOUT_US},
        {"rset after data", DATA "S: 554 no\nC: RSET\n", send_mail, TOCSIN_ERROR_DATA, TIMEOUT_US},
        {"dot", DOT, send_mail, TOCSIN_ERROR_TIMEOUT, FINAL_US},
        {"quit", DOT "S: 250 ok\nC: QUIT\n", send_mail, -1, TIMEOUT_US},
        {"lmtp dot", LMTP_DOT, send_mail, TOCSIN_ERROR_TIMEOUT, FINAL_US, TOCSIN_SMTP_LMTP},
        {"second lmtp reply", LMTP_DOT "S: 250 one\n", send_mail, TOCSIN_ERROR_TIMEOUT, FINAL_US,
         TOCSIN_SMTP_LMTP},
};

static void
hear(int fd, const char *line)
{
	for (const char *at = line; *at != '\0'; at++) {
		char byte = 0;

		g_assert_cmpint(recv(fd, &byte, 1, 0), ==, 1);
		g_assert_cmpint(byte, ==, *at);
	}
}

/* Whether the client has left, after a wait for it. */
static gboolean
is_left(int fd, int timeout_ms)
{
	struct pollfd link = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&link, 1, timeout_ms) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

static gpointer
serve(gpointer data)
{
	const Run *run = data;
	g_auto(GStrv) steps = g_strsplit(run->talk->dialogue, "\n", -1);
	int fd = accept(run->listener, NULL, NULL);

	for (char **step = steps; *step != NULL && **step != '\0'; step++) {
		g_autofree char *line = g_strconcat(*step + strlen("S: "), "\r\n", NULL);

		if (**step == 'C') {
			hear(fd, line);
		} else {
			send(fd, line, strlen(line), MSG_NOSIGNAL);
		}
	}
	while (!is_left(fd, run->drips ? DRIP_MS : -1)) {
		if (run->drips) {
			send(fd, "2", 1, MSG_NOSIGNAL);
		}
	}
	close(fd);
	return NULL;
}

static gpointer
talk_once(gpointer data)
{
	const Run *run = data;
	const Talk *talk = run->talk;
	g_autofree char *address = g_strdup_printf("127.0.0.1:%u", run->port);
	g_autoptr(TocsinSmtp) smtp = tocsin_smtp_new(talk->kind);
	g_autoptr(GError) error = NULL;
	GThread *server = g_thread_new("server", serve, data);
	gint64 took_us = -g_get_monotonic_time();
	gboolean is_ok;

	tocsin_smtp_set_local_hostname(smtp, "me");
	tocsin_smtp_set_clear_auth(smtp, TRUE);
	g_assert_true(tocsin_smtp_set_timeout(smtp, TIMEOUT_US, NULL));
	g_assert_true(tocsin_smtp_set_final_timeout(smtp, FINAL_US, NULL));
	is_ok = tocsin_smtp_open(smtp, address, 0, &error) && talk->use(smtp, &error);
	took_us += g_get_monotonic_time();
	if (is_ok != (talk->error < 0) || (error != NULL && error->code != talk->error)) {
		g_error("%s: %s", talk->name, error != NULL ? error->message : "no error");
	}
	g_assert_cmpint(took_us, >=, talk->wanted_us * 9 / 10);
	g_assert_cmpint(took_us, <, talk->wanted_us + SLACK_US);
	g_assert_false(tocsin_smtp_is_connected(smtp));
	g_thread_join(server);
	return NULL;
}

static void
listen_for(Run *run)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;

	run->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(run->listener, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(run->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(run->listener, (struct sockaddr *)&address, &length), ==, 0);
	run->port = ntohs(address.sin_port);
}

static void
talk_at_each_step(gboolean drips)
{
	Run runs[G_N_ELEMENTS(talks)];
	GThread *threads[G_N_ELEMENTS(talks)];

	for (guint i = 0; i < G_N_ELEMENTS(talks); i++) {
		runs[i] = (Run){.talk = &talks[i], .drips = drips};
		listen_for(&runs[i]);
		threads[i] = g_thread_new(talks[i].name, talk_once, &runs[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(talks); i++) {
		g_thread_join(threads[i]);
		close(runs[i].listener);
	}
}

static void
silence_ends_in_time(void)
{
	talk_at_each_step(FALSE);
}

static void
dripping_gains_no_time(void)
{
	talk_at_each_step(TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lib/deadlines/silence_ends_in_time", silence_ends_in_time);
	g_test_add_func("/lib/deadlines/dripping_gains_no_time", dripping_gains_no_time);
	return g_test_run();
}
