/* SPDX-License-Identifier: MIT */
/* Servers that fall silent, or say a byte now and then, at each step of a mail: every call of the
 * library is over in its time. All of them at once, since they only wait. */
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

/* What the server says, the greeting first, and after which of the client's words. */
typedef struct {
	const char *name;
	const char *heard; /* the line that is answered; NULL: none */
	const char *reply;
} Step;

static const Step steps[] = {
        {"greeting", NULL, "220 hi\r\n"},
        {"ehlo", "EHLO me\r\n", "250-hi\r\n250 AUTH PLAIN\r\n"},
        {"auth", "AUTH PLAIN AHUAcA==\r\n", "235 ok\r\n"},
        {"mail", "MAIL FROM:<a@x>\r\n", "250 ok\r\n"},
        {"rcpt", "RCPT TO:<b@y>\r\n", "250 ok\r\n"},
        {"data", "DATA\r\n", "354 go\r\n"},
        {"dot", "x\r\n.\r\n", "250 ok\r\n"},
        {"quit", "QUIT\r\n", "221 bye\r\n"},
};

#define STEPS G_N_ELEMENTS(steps)
#define DOT (STEPS - 2)
#define QUIT (STEPS - 1)

/* A server that goes wrong at one step, and its client. */
typedef struct {
	guint step;
	gboolean drips;
	int listener;
	guint16 port;
} Talk;

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
	const Talk *talk = data;
	int fd = accept(talk->listener, NULL, NULL);

	for (guint i = 0; i <= talk->step; i++) {
		if (steps[i].heard != NULL) {
			hear(fd, steps[i].heard);
		}
		if (i < talk->step) {
			send(fd, steps[i].reply, strlen(steps[i].reply), MSG_NOSIGNAL);
		}
	}
	while (!is_left(fd, talk->drips ? DRIP_MS : -1)) {
		if (talk->drips) {
			send(fd, "2", 1, MSG_NOSIGNAL);
		}
	}
	close(fd);
	return NULL;
}

static gboolean
use(TocsinSmtp *smtp, const Talk *talk, GError **error)
{
	static const char *const to[] = {"b@y", NULL};
	g_autofree char *address = g_strdup_printf("127.0.0.1:%u", talk->port);
	g_autoptr(TocsinSmtpReply) login = NULL;

	if (!tocsin_smtp_open(smtp, address, 0, error)) {
		return FALSE;
	}
	login = tocsin_smtp_login(smtp, "u", "p", TOCSIN_SMTP_LOGIN_DEFAULT, error);
	return login != NULL &&
	       tocsin_smtp_sendmail(smtp, "a@x", to, "x\n", 2, NULL, NULL, NULL, error) &&
	       tocsin_smtp_quit(smtp, NULL, error);
}

static gpointer
talk_once(gpointer data)
{
	const Talk *talk = data;
	g_autoptr(TocsinSmtp) smtp = tocsin_smtp_new(TOCSIN_SMTP_CLEAR);
	g_autoptr(GError) error = NULL;
	GThread *server = g_thread_new("server", serve, data);
	gint64 wanted_us = talk->step == DOT ? FINAL_US : TIMEOUT_US;
	gint64 took_us = -g_get_monotonic_time();

	tocsin_smtp_set_local_hostname(smtp, "me");
	tocsin_smtp_set_clear_auth(smtp, TRUE);
	g_assert_true(tocsin_smtp_set_timeout(smtp, TIMEOUT_US, NULL));
	g_assert_true(tocsin_smtp_set_final_timeout(smtp, FINAL_US, NULL));
	/* What is delivered stays delivered without a goodbye. */
	g_assert_cmpint(use(smtp, talk, &error), ==, talk->step == QUIT);
	took_us += g_get_monotonic_time();
	if (talk->step != QUIT) {
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	}
	g_assert_cmpint(took_us, >=, wanted_us * 9 / 10);
	g_assert_cmpint(took_us, <, wanted_us + SLACK_US);
	g_assert_false(tocsin_smtp_is_connected(smtp));
	g_thread_join(server);
	return NULL;
}

static void
listen_for(Talk *talk)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;

	talk->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(talk->listener, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(talk->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(talk->listener, (struct sockaddr *)&address, &length), ==, 0);
	talk->port = ntohs(address.sin_port);
}

static void
talk_at_each_step(gboolean drips)
{
	Talk talks[STEPS];
	GThread *threads[STEPS];

	for (guint i = 0; i < STEPS; i++) {
		talks[i] = (Talk){.step = i, .drips = drips};
		listen_for(&talks[i]);
		threads[i] = g_thread_new(steps[i].name, talk_once, &talks[i]);
	}
	for (guint i = 0; i < STEPS; i++) {
		g_thread_join(threads[i]);
		close(talks[i].listener);
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
