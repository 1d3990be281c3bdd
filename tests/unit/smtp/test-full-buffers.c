/* SPDX-License-Identifier: MIT */
/* Both sides write more than their buffers hold: nobody may wait for the other for ever. */
#include <string.h>
#include <sys/socket.h>
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
} Run;

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
	((Run *)user)->delivered += outcome->status == TOCSIN_FATE_DELIVERED;
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smtp/full-buffers/talks_and_listens_at_once", talks_and_listens_at_once);
	return g_test_run();
}
