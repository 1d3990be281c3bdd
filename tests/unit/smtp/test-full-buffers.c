/* SPDX-License-Identifier: MIT */
/* More is written than buffers hold: nobody may wait for the other for ever, and nobody may wait
 * for one who takes nothing. */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "net/socket.h"
#include "smtp/hello.h"
#include "smtp/pipeline.h"

#define RECIPIENTS 1000u
#define BUFFER 4096

/* A server that answers each line at once, at length, and reads no further before it could. */
static gpointer
serve(gpointer data)
{
	int fd = GPOINTER_TO_INT(data);
	g_autofree char *words = g_strnfill(4000, 'x');
	g_autofree char *reply = g_strdup_printf("250 %s\r\n", words);
	char line[512];
	gsize length = 0;

	g_assert_cmpint(write(fd, "220 x\r\n", 7), ==, 7);
	while (read(fd, line + length, 1) == 1) {
		const char *answer = reply;

		if (line[length] != '\n') {
			length = MIN(length + 1, sizeof line - 1);
			continue;
		}
		if (line[0] == 'E') {
			answer = "250-x\r\n250 PIPELINING\r\n";
		} else if (line[0] == 'D') {
			answer = "354 go\r\n";
		} else if (line[0] == 'x') {
			answer = "";
		}
		length = 0;
		for (gsize at = 0; at < strlen(answer);) {
			gssize count = send(fd, answer + at, strlen(answer + at), MSG_NOSIGNAL);

			g_assert_cmpint(count, >, 0);
			at += (gsize)count;
		}
	}
	close(fd);
	return NULL;
}

typedef struct {
	TocsinOutgoing mail;
	gboolean is_taken;
	guint delivered;
	guint deferred;
} Run;

/* A server that wants a message, and how it takes that: @portion bytes each @pause_ms, and none any
 * more once it has @most. */
typedef struct {
	int fd;
	int pause_ms;
	gsize portion;
	gsize most;
} Eater;

static TocsinNext
next_mail(gpointer user, gboolean may_wait, const TocsinOutgoing **out_mail)
{
	Run *run = user;

	if (run->is_taken) {
		return TOCSIN_NEXT_NONE;
	}
	run->is_taken = TRUE;
	*out_mail = &run->mail;
	return TOCSIN_NEXT_MAIL;
}

static void
note_fate(gpointer user, const TocsinOutgoing *mail, guint index, const TocsinOutcome *outcome)
{
	Run *run = user;

	run->delivered += outcome->status == TOCSIN_FATE_DELIVERED;
	run->deferred += outcome->status == TOCSIN_FATE_DEFERRED &&
	                 outcome->stage == TOCSIN_STAGE_LOST && outcome->reply == NULL;
}

static void
talks_and_listens_at_once(void)
{
	const TocsinPipelineCalls calls = {.next = next_mail, .result = note_fate};
	g_autofree TocsinEnvelopeRecipient *recipients =
	        g_new0(TocsinEnvelopeRecipient, RECIPIENTS);
	g_autofree char *address = g_strdup_printf("%0200d@y", 0);
	Run run = {.mail.envelope = {.sender = "a@x", .recipients = recipients}};
	TocsinSessionSettings settings;
	TocsinSession *session;
	g_autoptr(GError) error = NULL;
	const int size = BUFFER;
	int fds[2];
	GThread *server;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
	for (guint i = 0; i < 2; i++) {
		g_assert_cmpint(setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size), ==,
		                0);
	}
	for (guint i = 0; i < RECIPIENTS; i++) {
		recipients[i].address = address;
	}
	run.mail.envelope.n_recipients = RECIPIENTS;
	run.mail.content = (TocsinContent){.bytes = "x\r\n", .length = 3};
	server = g_thread_new("server", serve, GINT_TO_POINTER(fds[1]));
	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	session = tocsin_session_new(tocsin_socket_stream_new(fds[0], "server"), &settings);
	g_assert_true(tocsin_session_read_greeting(session, &error));
	g_assert_true(tocsin_session_hello(session, &error));
	g_assert_cmpint(tocsin_pipeline_run(session, &calls, &run, &error), ==, TOCSIN_RUN_DONE);
	g_assert_no_error(error);
	g_assert_cmpuint(run.delivered, ==, RECIPIENTS);
	tocsin_session_free(session);
	g_thread_join(server);
}

static void
say(int fd, const char *line)
{
	gssize length = (gssize)strlen(line);

	g_assert_cmpint(send(fd, line, (gsize)length, MSG_NOSIGNAL), ==, length);
}

static void
hear_line(int fd)
{
	char c = 0;

	while (c != '\n') {
		g_assert_cmpint(read(fd, &c, 1), ==, 1);
	}
}

static gpointer
eat(gpointer data)
{
	const Eater *self = data;
	g_autofree char *buffer = g_malloc(self->portion);
	char last[5] = "";
	struct pollfd gone = {.fd = self->fd};
	gsize eaten = 0;
	gssize count = 1;

	say(self->fd, "220 x\r\n");
	for (const char *const *reply = (const char *const[]){"250 x\r\n", "250 x\r\n", "250 x\r\n",
	                                                      "354 go\r\n", NULL};
	     *reply != NULL; reply++) {
		hear_line(self->fd);
		say(self->fd, *reply);
	}
	while (count > 0 && eaten < self->most && memcmp(last, "\r\n.\r\n", 5) != 0) {
		count = read(self->fd, buffer, self->portion);
		for (gssize i = 0; i < count; i++) {
			memmove(last, last + 1, 4);
			last[4] = buffer[i];
		}
		eaten += (gsize)MAX(count, 0);
		if (poll(&gone, 1, self->pause_ms) > 0) {
			break;
		}
	}
	if (memcmp(last, "\r\n.\r\n", 5) == 0) {
		say(self->fd, "250 x\r\n");
	}
	poll(&gone, 1, -1);
	close(self->fd);
	return NULL;
}

/* Sends @length bytes of content to @eater, with @data_timeout_us, and says how that ended. */
static TocsinRun
feed(Eater *eater, gsize length, gint64 data_timeout_us, Run *run, GError **error)
{
	const TocsinPipelineCalls calls = {.next = next_mail, .result = note_fate};
	const TocsinEnvelopeRecipient recipient = {.address = "b@y"};
	g_autofree char *content = g_strnfill(length, 'x');
	TocsinSessionSettings settings;
	TocsinSession *session;
	const int size = BUFFER;
	int fds[2];
	GThread *server;
	TocsinRun result;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
	g_assert_cmpint(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size), ==, 0);
	for (gsize i = 78; i < length; i += 80) {
		memcpy(content + i, "\r\n", MIN(2, length - i));
	}
	run->mail.envelope =
	        (TocsinEnvelope){.sender = "a@x", .recipients = &recipient, .n_recipients = 1};
	run->mail.content = (TocsinContent){.bytes = content, .length = length};
	eater->fd = fds[1];
	server = g_thread_new("server", eat, eater);
	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	settings.data_timeout_us = data_timeout_us;
	session = tocsin_session_new(tocsin_socket_stream_new(fds[0], "server"), &settings);
	g_assert_true(tocsin_session_read_greeting(session, NULL));
	g_assert_true(tocsin_session_hello(session, NULL));
	result = tocsin_pipeline_run(session, &calls, run, error);
	tocsin_session_free(session);
	g_thread_join(server);
	return result;
}

static void
gives_up(Eater eater)
{
	Run run = {0};
	g_autoptr(GError) error = NULL;
	gint64 began_us = g_get_monotonic_time();

	g_assert_cmpint(feed(&eater, 4 << 20, G_USEC_PER_SEC, &run, &error), ==, TOCSIN_RUN_FAILED);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	g_assert_cmpuint(run.deferred, ==, 1);
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, G_USEC_PER_SEC * 9 / 10);
	g_assert_cmpint(g_get_monotonic_time() - began_us, <, 20 * G_USEC_PER_SEC);
}

static void
gives_up_a_server_that_takes_nothing(void)
{
	gives_up((Eater){.portion = 1, .most = 1});
}

static void
gives_up_a_server_that_takes_next_to_nothing(void)
{
	gives_up((Eater){.portion = 1, .most = G_MAXSIZE, .pause_ms = 20});
}

/* It takes longer than the timeout, but goes on all the time. */
static void
bears_with_a_slow_server(void)
{
	Eater eater = {.portion = 4096, .most = G_MAXSIZE, .pause_ms = 50};
	Run run = {0};
	g_autoptr(GError) error = NULL;
	gint64 began_us = g_get_monotonic_time();

	g_assert_cmpint(feed(&eater, 128 << 10, G_USEC_PER_SEC, &run, &error), ==, TOCSIN_RUN_DONE);
	g_assert_no_error(error);
	g_assert_cmpuint(run.delivered, ==, 1);
	g_assert_cmpint(g_get_monotonic_time() - began_us, >, G_USEC_PER_SEC);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/smtp/full-buffers/" #name, name)
	ADD(talks_and_listens_at_once);
	ADD(gives_up_a_server_that_takes_nothing);
	ADD(gives_up_a_server_that_takes_next_to_nothing);
	ADD(bears_with_a_slow_server);
	return g_test_run();
}
