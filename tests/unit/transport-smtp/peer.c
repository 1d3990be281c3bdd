/* SPDX-License-Identifier: MIT */
/* The scripted server. */
#include "peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* No step waits longer: a test that hangs says nothing. */
#define PATIENCE_MS 20000

typedef struct {
	Peer *peer;
	int fd;
	SSL *ssl;
} Link;

void
peer_listen(Peer *self, const char *path)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	socklen_t length = sizeof address;

	self->path = g_strdup(path);
	self->content = g_string_new(NULL);
	self->signals = g_async_queue_new();
	self->listener = socket(path == NULL ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(self->listener, >=, 0);
	if (path != NULL) {
		g_strlcpy(local.sun_path, path, sizeof local.sun_path);
		g_assert_cmpint(bind(self->listener, (struct sockaddr *)&local, sizeof local), ==,
		                0);
	} else {
		address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		g_assert_cmpint(bind(self->listener, (struct sockaddr *)&address, length), ==, 0);
		getsockname(self->listener, (struct sockaddr *)&address, &length);
		self->port = ntohs(address.sin_port);
	}
	g_assert_cmpint(listen(self->listener, 8), ==, 0);
}

static gboolean
complain(Link *link, const char *what, const char *text)
{
	if (link->peer->complaint == NULL) {
		link->peer->complaint = g_strdup_printf("%s \"%s\"", what, text);
	}
	return FALSE;
}

static gboolean
wait_for(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};

	return poll(&poller, 1, PATIENCE_MS) == 1;
}

/* One byte; FALSE at the end. */
static gboolean
read_byte(Link *link, char *byte)
{
	if (link->ssl != NULL) {
		return (SSL_pending(link->ssl) > 0 || wait_for(link->fd)) &&
		       SSL_read(link->ssl, byte, 1) == 1;
	}
	return wait_for(link->fd) && read(link->fd, byte, 1) == 1;
}

static gboolean
read_line(Link *link, GString *line)
{
	char byte;

	g_string_truncate(line, 0);
	while (read_byte(link, &byte)) {
		if (byte == '\n') {
			if (line->len > 0 && line->str[line->len - 1] == '\r') {
				g_string_truncate(line, line->len - 1);
			}
			return TRUE;
		}
		g_string_append_c(line, byte);
	}
	return FALSE;
}

static gboolean
send_line(Link *link, const char *text)
{
	g_autofree char *line = g_strconcat(text, "\r\n", NULL);
	gsize length = strlen(line);

	if (link->ssl != NULL) {
		return SSL_write(link->ssl, line, (int)length) == (int)length;
	}
	return send(link->fd, line, length, MSG_NOSIGNAL) == (gssize)length;
}

static gboolean
expect_line(Link *link, const char *wanted)
{
	g_autoptr(GString) line = g_string_new(NULL);
	gboolean is_prefix = g_str_has_suffix(wanted, "*");

	if (!read_line(link, line)) {
		return complain(link, "the client left before", wanted);
	}
	if (is_prefix ? strncmp(line->str, wanted, strlen(wanted) - 1) == 0
	              : strcmp(line->str, wanted) == 0) {
		return TRUE;
	}
	g_autofree char *what = g_strdup_printf("\"%s\" came in the place of", line->str);

	return complain(link, what, wanted);
}

static gboolean
read_content(Link *link)
{
	g_autoptr(GString) line = g_string_new(NULL);

	while (read_line(link, line)) {
		if (strcmp(line->str, ".") == 0) {
			return TRUE;
		}
		g_string_append_printf(link->peer->content, "%s\n", line->str);
	}
	return complain(link, "the client left in its", "content");
}

static gboolean
read_bytes(Link *link, guint64 count)
{
	char byte;

	for (guint64 i = 0; i < count; i++) {
		if (!read_byte(link, &byte)) {
			return complain(link, "the client left in its", "chunk");
		}
		g_string_append_c(link->peer->content, byte);
	}
	return TRUE;
}

static void
hang_up(Link *link)
{
	if (link->ssl != NULL) {
		SSL_shutdown(link->ssl);
		g_clear_pointer(&link->ssl, SSL_free);
	}
	if (link->fd >= 0) {
		close(link->fd);
		link->fd = -1;
	}
}

static gboolean
answer(Link *link)
{
	hang_up(link);
	if (!wait_for(link->peer->listener)) {
		return complain(link, "no client came to", "connect");
	}
	link->fd = accept(link->peer->listener, NULL, NULL);
	return link->fd >= 0;
}

static gboolean
shake_hands(Link *link)
{
	link->ssl = SSL_new(link->peer->context);
	SSL_set_fd(link->ssl, link->fd);
	if (SSL_accept(link->ssl) != 1) {
		return FALSE; /* the client refuses us: what it says of that is the test */
	}
	link->peer->was_resumed = SSL_session_reused(link->ssl);
	return TRUE;
}

static gboolean
do_step(Link *link, const char *step)
{
	char byte;

	if (g_str_has_prefix(step, "> ")) {
		return send_line(link, step + 2);
	}
	if (g_str_has_prefix(step, "< ")) {
		return expect_line(link, step + 2);
	}
	if (strcmp(step, "content") == 0) {
		return read_content(link);
	}
	if (g_str_has_prefix(step, "bytes ")) {
		return read_bytes(link, g_ascii_strtoull(step + 6, NULL, 10));
	}
	if (strcmp(step, "tls") == 0) {
		return shake_hands(link);
	}
	if (strcmp(step, "next") == 0) {
		return answer(link);
	}
	if (strcmp(step, "pause") == 0) {
		g_atomic_int_set(&link->peer->has_paused, TRUE);
		return g_async_queue_timeout_pop(link->peer->signals, PATIENCE_MS * 1000) != NULL ||
		       complain(link, "nobody ended the", "pause");
	}
	if (strcmp(step, "cancel") == 0) {
		g_cancellable_cancel(link->peer->cancellable);
		return TRUE;
	}
	if (strcmp(step, "wait") == 0) {
		while (read_byte(link, &byte)) {
		}
		return TRUE;
	}
	return strcmp(step, "close") != 0;
}

static gpointer
serve(gpointer data)
{
	Link link = {.peer = data, .fd = -1};
	g_auto(GStrv) steps = g_strsplit(link.peer->script, "\n", 0);

	if (answer(&link)) {
		for (guint i = 0; steps[i] != NULL && steps[i][0] != '\0'; i++) {
			if (!do_step(&link, steps[i])) {
				break;
			}
		}
	}
	hang_up(&link);
	return NULL;
}

void
peer_start(Peer *self, const char *script)
{
	self->script = script;
	self->thread = g_thread_new("peer", serve, self);
}

void
peer_go(Peer *self)
{
	g_async_queue_push(self->signals, self);
}

void
peer_join(Peer *self)
{
	g_thread_join(g_steal_pointer(&self->thread));
	g_assert_cmpstr(self->complaint, ==, NULL);
}

void
peer_clear(Peer *self)
{
	close(self->listener);
	if (self->path != NULL) {
		unlink(self->path);
	}
	g_free(self->path);
	g_free(self->complaint);
	g_string_free(self->content, TRUE);
	g_async_queue_unref(self->signals);
	SSL_CTX_free(self->context);
}
