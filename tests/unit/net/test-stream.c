/* SPDX-License-Identifier: MIT */
#include "net/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/callbacks.h"
#include "net/socket.h"
#include "tocsin/error.h"

#define LONG ((gint64)20 * G_USEC_PER_SEC)
#define SHORT ((gint64)50000)

/* A stream whose peer, at *@out_peer, speaks for the test itself. */
static TocsinStream *
make_pair(int *out_peer)
{
	int fds[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
	*out_peer = fds[1];
	return tocsin_socket_stream_new(fds[0], NULL);
}

static void
put(int fd, const void *bytes, gsize length)
{
	g_assert_cmpint(send(fd, bytes, length, MSG_NOSIGNAL), ==, length);
}

static void
assert_buffered(TocsinStream *stream, const char *expected)
{
	gsize length;
	const char *bytes = tocsin_stream_peek(stream, &length);

	g_assert_cmpmem(bytes, length, expected, strlen(expected));
}

static void
fills_peeks_and_consumes(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	gsize count;

	g_assert_true(tocsin_stream_is_local(stream));
	g_assert_cmpstr(tocsin_stream_get_peer(stream), ==, "a local socket");
	assert_buffered(stream, "");
	put(peer, "250-a\r\n", 7);
	tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	tocsin_stream_consume(stream, 4);
	assert_buffered(stream, "a\r\n");
	put(peer, "250 b\r\n", 7);
	tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	assert_buffered(stream, "a\r\n250 b\r\n");
	tocsin_stream_fill_ready(stream, &count, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(count, ==, 0);
	close(peer);
	g_assert_false(tocsin_stream_fill_ready(stream, &count, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_cmpint(tocsin_stream_get_end(stream), ==, TOCSIN_STREAM_CLOSED);
	assert_buffered(stream, "a\r\n250 b\r\n");
}

static void
writes_all_pieces_in_order(void)
{
	enum { COUNT = 3000 };
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	g_autofree struct iovec *pieces = g_new0(struct iovec, COUNT);
	char bytes[COUNT];

	for (gsize i = 0; i < COUNT; i++) {
		pieces[i].iov_base = (void *)("abc" + i % 3);
		pieces[i].iov_len = i % 5 == 0 ? 0 : 1;
	}
	tocsin_stream_write(stream, pieces, COUNT, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	g_assert_cmpint(recv(peer, bytes, sizeof bytes, MSG_WAITALL | MSG_DONTWAIT), ==,
	                COUNT / 5 * 4);
	for (gsize i = 0, k = 0; i < COUNT; i++) {
		if (i % 5 != 0) {
			g_assert_cmpint(bytes[k++], ==, "abc"[i % 3]);
		}
	}
	close(peer);
}

static void
a_silent_peer_meets_the_deadline(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	gint64 deadline_us = tocsin_stream_deadline(SHORT);

	g_assert_false(tocsin_stream_fill(stream, deadline_us, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	g_assert_cmpint(g_get_monotonic_time(), >=, deadline_us);
	g_clear_error(&error);
	put(peer, "late", 4);
	tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	assert_buffered(stream, "late");
	close(peer);
}

static gpointer
drip(gpointer data)
{
	int peer = GPOINTER_TO_INT(data);

	while (send(peer, "x", 1, MSG_NOSIGNAL) == 1) {
		g_thread_yield();
	}
	return NULL;
}

static void
dripping_does_not_move_the_deadline(void)
{
	int peer;
	TocsinStream *stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	GThread *thread = g_thread_new("drip", drip, GINT_TO_POINTER(peer));
	gint64 deadline_us = tocsin_stream_deadline(SHORT);

	while (tocsin_stream_fill(stream, deadline_us, &error)) {
		tocsin_stream_consume(stream, tocsin_stream_buffered(stream));
	}
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	tocsin_stream_free(stream);
	g_thread_join(thread);
	close(peer);
}

static void
a_peer_that_takes_nothing_meets_the_deadline(void)
{
	enum { SIZE = 8 << 20 };
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = g_malloc0(SIZE);

	g_assert_false(tocsin_stream_write_bytes(stream, bytes, SIZE, tocsin_stream_deadline(SHORT),
	                                         &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	g_clear_error(&error);
	/* Half a message is out: what follows must not be taken for the rest of it. */
	g_assert_false(tocsin_stream_write_bytes(stream, "QUIT\r\n", 6,
	                                         tocsin_stream_deadline(LONG), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	close(peer);
}

static gpointer
cancel(gpointer cancellable)
{
	g_cancellable_cancel(cancellable);
	return NULL;
}

static void
another_thread_can_cancel(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	GThread *thread;

	tocsin_stream_set_cancellable(stream, cancellable);
	g_assert_false(tocsin_stream_fill(stream, tocsin_stream_deadline(SHORT), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	g_clear_error(&error);
	thread = g_thread_new("cancel", cancel, cancellable);
	g_assert_false(tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED);
	g_clear_error(&error);
	g_assert_false(
	        tocsin_stream_write_bytes(stream, "x", 1, tocsin_stream_deadline(LONG), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED);
	g_thread_join(thread);
	close(peer);
}

enum { FLOOD = 4 << 20 };

/* Writes all before it reads anything. */
static gpointer
write_then_read(gpointer data)
{
	int peer = GPOINTER_TO_INT(data);
	g_autofree char *bytes = g_malloc0(FLOOD);

	put(peer, bytes, FLOOD);
	g_assert_cmpint(recv(peer, bytes, FLOOD, MSG_WAITALL), ==, FLOOD);
	return NULL;
}

static void
both_sides_may_write_at_once(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = g_malloc0(FLOOD);
	GThread *thread = g_thread_new("peer", write_then_read, GINT_TO_POINTER(peer));

	tocsin_stream_set_input_limit(stream, FLOOD);
	tocsin_stream_write_bytes(stream, bytes, FLOOD, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	while (tocsin_stream_buffered(stream) < FLOOD) {
		tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
		g_assert_no_error(error);
	}
	g_thread_join(thread);
	close(peer);
}

static void
steps_let_the_caller_take_input_between(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = g_malloc0(FLOOD);
	GThread *thread = g_thread_new("peer", write_then_read, GINT_TO_POINTER(peer));
	struct iovec piece = {bytes, FLOOD};
	gsize taken = 0;

	tocsin_stream_set_input_limit(stream, 100000);
	while (piece.iov_len > 0) {
		gsize written;

		tocsin_stream_write_some(stream, &piece, 1, tocsin_stream_deadline(LONG), &written,
		                         &error);
		g_assert_no_error(error);
		piece.iov_base = (char *)piece.iov_base + written;
		piece.iov_len -= written;
		g_assert_cmpuint(tocsin_stream_buffered(stream), <=, 100000);
		taken += tocsin_stream_buffered(stream);
		tocsin_stream_consume(stream, tocsin_stream_buffered(stream));
	}
	/* The peer read nothing before it had written all; the kernel may hold the last of it. */
	while (taken < FLOOD) {
		tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
		g_assert_no_error(error);
		taken += tocsin_stream_buffered(stream);
		tocsin_stream_consume(stream, tocsin_stream_buffered(stream));
	}
	g_thread_join(thread);
	close(peer);
}

static void
input_has_a_limit(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = g_malloc0(FLOOD);

	tocsin_stream_set_input_limit(stream, 1000);
	put(peer, bytes, 1001);
	tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	g_assert_cmpuint(tocsin_stream_buffered(stream), ==, 1000);
	g_assert_false(tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_false(tocsin_stream_write_bytes(stream, bytes, FLOOD, tocsin_stream_deadline(LONG),
	                                         &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	close(peer);
}

static void
last_words_are_kept(void)
{
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);
	g_autoptr(GError) error = NULL;

	put(peer, "421 bye\r\n", 9);
	close(peer);
	g_assert_false(tocsin_stream_write_bytes(stream, "NOOP\r\n", 6,
	                                         tocsin_stream_deadline(LONG), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	assert_buffered(stream, "421 bye\r\n");
}

static void
tcp_never_waits_for_more(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_autoptr(TocsinStream) stream = NULL;
	g_autofree char *peer = NULL;
	int is_on = 0;

	g_assert_cmpint(bind(listener, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_assert_cmpint(getsockname(listener, (struct sockaddr *)&address, &length), ==, 0);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, length), ==, 0);
	stream = tocsin_socket_stream_new(fd, NULL);
	length = sizeof is_on;
	g_assert_cmpint(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &is_on, &length), ==, 0);
	g_assert_cmpint(is_on, !=, 0);
	peer = g_strdup_printf("127.0.0.1:%u", ntohs(address.sin_port));
	g_assert_cmpstr(tocsin_stream_get_peer(stream), ==, peer);
	g_assert_cmpstr(tocsin_stream_get_local_address(stream), ==, "127.0.0.1");
	g_assert_true(tocsin_stream_is_local(stream));
	close(listener);
}

/* A peer made of memory. */
typedef struct {
	const char *input;
	GString *output;
	int failure; /* errno of the next call, or 0 */
	guint closed;
} Memory;

static gssize
on_read(gpointer data, void *buffer, gsize length, gint64 deadline_us)
{
	Memory *self = data;
	gsize count = MIN(strlen(self->input), MIN(length, 3));

	if (self->failure != 0) {
		errno = self->failure;
		return -1;
	}
	memcpy(buffer, self->input, count);
	self->input += count;
	return (gssize)count;
}

static gssize
on_write(gpointer data, const void *bytes, gsize length, gint64 deadline_us)
{
	Memory *self = data;
	gsize count = MIN(length, 4);

	if (self->failure != 0) {
		errno = self->failure;
		return -1;
	}
	g_string_append_len(self->output, bytes, (gssize)count);
	return (gssize)count;
}

static void
on_close(gpointer data)
{
	((Memory *)data)->closed++;
}

static void
callers_functions_make_a_stream(void)
{
	static const TocsinStreamCallbacks callbacks = {
	        .read = on_read, .write = on_write, .close = on_close};
	g_autoptr(GString) output = g_string_new(NULL);
	Memory memory = {.input = "220 mx", .output = output};
	TocsinStream *stream = tocsin_callbacks_stream_new(&callbacks, &memory, "memory");
	const struct iovec pieces[] = {{(void *)"EHLO ", 5}, {(void *)"me\r\n", 4}};
	const gint64 deadline_us = tocsin_stream_deadline(LONG);
	g_autoptr(GError) error = NULL;
	gsize count;

	tocsin_stream_fill_ready(stream, &count, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(count, ==, 0);
	tocsin_stream_fill(stream, deadline_us, &error);
	tocsin_stream_fill(stream, deadline_us, &error);
	g_assert_no_error(error);
	assert_buffered(stream, "220 mx");
	tocsin_stream_write(stream, pieces, 2, deadline_us, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(output->str, ==, "EHLO me\r\n");
	memory.failure = ETIMEDOUT;
	g_assert_false(tocsin_stream_fill(stream, deadline_us, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	g_clear_error(&error);
	memory.failure = ECONNRESET;
	g_assert_false(tocsin_stream_write(stream, pieces, 2, deadline_us, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_clear_error(&error);
	memory.failure = 0;
	g_assert_false(tocsin_stream_fill(stream, deadline_us, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	tocsin_stream_free(stream);
	g_assert_cmpuint(memory.closed, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/net/stream/" #name, name)
	ADD(fills_peeks_and_consumes);
	ADD(writes_all_pieces_in_order);
	ADD(a_silent_peer_meets_the_deadline);
	ADD(dripping_does_not_move_the_deadline);
	ADD(a_peer_that_takes_nothing_meets_the_deadline);
	ADD(another_thread_can_cancel);
	ADD(both_sides_may_write_at_once);
	ADD(steps_let_the_caller_take_input_between);
	ADD(input_has_a_limit);
	ADD(last_words_are_kept);
	ADD(tcp_never_waits_for_more);
	ADD(callers_functions_make_a_stream);
	return g_test_run();
}
