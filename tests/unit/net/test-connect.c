/* SPDX-License-Identifier: MIT */
#include "net/connect.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "net/lookup.h"
#include "net/race.h"
#include "tocsin/error.h"

#define LONG ((gint64)20 * G_USEC_PER_SEC)
#define SHORT ((gint64)50000)

/* A listener on @ip and a free port, or on that of *@port if it is not 0. */
static int
make_listener(const char *ip, int backlog, guint16 *port)
{
	g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new_from_string(ip, *port);
	struct sockaddr_storage address;
	gssize size = g_socket_address_get_native_size(wanted);
	socklen_t length = sizeof address;
	int fd = socket(g_socket_address_get_family(wanted), SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_true(g_socket_address_to_native(wanted, &address, sizeof address, NULL));
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, (socklen_t)size), ==, 0);
	if (backlog >= 0) {
		g_assert_cmpint(listen(fd, backlog), ==, 0);
	}
	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
	*port = ntohs(((struct sockaddr_in *)&address)->sin_port);
	return fd;
}

static TocsinStream *
connect_to(TocsinConnectTarget target)
{
	g_autoptr(GError) error = NULL;
	TocsinStream *stream = tocsin_connect(&target, tocsin_stream_deadline(LONG), NULL, &error);

	g_assert_no_error(error);
	return stream;
}

static void
assert_fails(TocsinConnectTarget target, gint64 timeout_us, int code, const char *message)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_connect(&target, tocsin_stream_deadline(timeout_us), NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	if (strstr(error->message, message) == NULL) {
		g_error("\"%s\" is not in \"%s\"", message, error->message);
	}
}

static void
connects_to_an_address(void)
{
	guint16 port = 0;
	int listener = make_listener("127.0.0.1", 5, &port);
	g_autoptr(TocsinStream) stream = connect_to((TocsinConnectTarget){
	        .host = "127.0.0.1", .port = port, .source_address = "127.0.0.5"});
	g_autofree char *peer = g_strdup_printf("127.0.0.1:%u", port);

	g_assert_cmpstr(tocsin_stream_get_peer(stream), ==, peer);
	g_assert_cmpstr(tocsin_stream_get_local_address(stream), ==, "127.0.0.5");
	g_assert_true(tocsin_stream_is_local(stream));
	close(listener);
}

static void
connects_to_localhost_without_a_look_up(void)
{
	guint16 port = 0;
	int listener = make_listener("127.0.0.1", 5, &port);
	g_autoptr(TocsinStream) stream =
	        connect_to((TocsinConnectTarget){.host = "mail.LocalHost.", .port = port});
	g_autofree char *peer = g_strdup_printf("mail.LocalHost.:%u (127.0.0.1)", port);

	/* Only the system's resolver could know this name, and it is not asked. */
	g_assert_cmpstr(tocsin_stream_get_peer(stream), ==, peer);
	close(listener);
}

static void
names_every_address_that_failed(void)
{
	guint16 port = 0;
	int bound = make_listener("127.0.0.1", -1, &port); /* bound, so that nobody else listens */
	g_autofree char *message =
	        g_strdup_printf("cannot connect to localhost port %u: [::1]:%u: ", port, port);
	g_autofree char *second = g_strdup_printf("; 127.0.0.1:%u: Connection refused", port);

	assert_fails((TocsinConnectTarget){.host = "localhost", .port = port}, LONG,
	             TOCSIN_ERROR_CONNECT, message);
	assert_fails((TocsinConnectTarget){.host = "localhost", .port = port}, LONG,
	             TOCSIN_ERROR_CONNECT, second);
	close(bound);
}

static GPtrArray *
make_addresses(const char *const *ips, guint16 port)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_object_unref);

	for (; *ips != NULL; ips++) {
		g_ptr_array_add(addresses, g_inet_socket_address_new_from_string(*ips, port));
	}
	return addresses;
}

/* Fills a listener's queue, so that further connections get no answer: what a black hole does. */
static GArray *
fill_queue(const char *ip, guint16 port)
{
	g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(ip, port);
	GArray *fds = g_array_new(FALSE, FALSE, sizeof(int));
	struct sockaddr_in native;

	g_socket_address_to_native(address, &native, sizeof native, NULL);
	for (int i = 0; i < 4; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		g_assert_cmpint(connect(fd, (struct sockaddr *)&native, sizeof native), <=, 0);
		g_array_append_val(fds, fd);
	}
	return fds;
}

static void
empty_queue(GArray *fds)
{
	for (guint i = 0; i < fds->len; i++) {
		close(g_array_index(fds, int, i));
	}
	g_array_unref(fds);
}

static void
does_not_wait_for_a_black_hole(void)
{
	static const char *const ips[] = {"127.0.0.2", "127.0.0.3", NULL};
	guint16 port = 0;
	int hole = make_listener("127.0.0.2", 0, &port);
	int listener = make_listener("127.0.0.3", 5, &port);
	GArray *queue = fill_queue("127.0.0.2", port);
	g_autoptr(GPtrArray) addresses = make_addresses(ips, port);
	g_autoptr(GError) error = NULL;
	gint64 begin_us = g_get_monotonic_time();
	int fd = tocsin_race_connect(addresses, NULL, tocsin_stream_deadline(LONG), NULL, &error);
	struct sockaddr_in winner = {0};
	socklen_t length = sizeof winner;

	g_assert_no_error(error);
	g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, TOCSIN_RACE_DELAY_US);
	g_assert_cmpint(g_get_monotonic_time() - begin_us, <, LONG);
	g_assert_cmpint(getpeername(fd, (struct sockaddr *)&winner, &length), ==, 0);
	g_assert_cmphex(ntohl(winner.sin_addr.s_addr), ==, 0x7f000003);
	close(fd);
	empty_queue(queue);
	close(hole);
	close(listener);
}

static void
a_black_hole_meets_the_deadline(void)
{
	guint16 port = 0;
	int hole = make_listener("127.0.0.2", 0, &port);
	GArray *queue = fill_queue("127.0.0.2", port);

	assert_fails((TocsinConnectTarget){.host = "127.0.0.2", .port = port}, SHORT,
	             TOCSIN_ERROR_TIMEOUT, ": no answer in time");
	empty_queue(queue);
	close(hole);
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
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	guint16 port = 0;
	int hole = make_listener("127.0.0.2", 0, &port);
	GArray *queue = fill_queue("127.0.0.2", port);
	GThread *thread = g_thread_new("cancel", cancel, cancellable);
	TocsinConnectTarget target = {.host = "127.0.0.2", .port = port};

	g_assert_null(tocsin_connect(&target, tocsin_stream_deadline(LONG), cancellable, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED);
	g_thread_join(thread);
	empty_queue(queue);
	close(hole);
}

static void
connects_to_unix_sockets(void)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "lmtp", NULL);
	g_autofree char *abstract = g_strdup_printf("@%s", path);
	const char *const paths[] = {path, abstract};

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		gsize length = strlen(paths[i]);
		int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		TocsinStream *stream;

		memcpy(address.sun_path, paths[i], length);
		if (paths[i][0] == '@') {
			address.sun_path[0] = '\0';
		}
		length += offsetof(struct sockaddr_un, sun_path);
		g_assert_cmpint(bind(listener, (struct sockaddr *)&address, (socklen_t)length), ==,
		                0);
		g_assert_cmpint(listen(listener, 1), ==, 0);
		stream = connect_to((TocsinConnectTarget){.path = paths[i]});
		g_assert_cmpstr(tocsin_stream_get_peer(stream), ==, paths[i]);
		g_assert_true(tocsin_stream_is_local(stream));
		g_assert_null(tocsin_stream_get_local_address(stream));
		tocsin_stream_free(stream);
		close(listener);
	}
	g_unlink(path);
	assert_fails((TocsinConnectTarget){.path = path}, LONG, TOCSIN_ERROR_CONNECT,
	             "No such file");
	g_rmdir(folder);
}

static void
refuses_targets_without_sense(void)
{
	g_autofree char *longest = g_strnfill(108, 'x');

	assert_fails((TocsinConnectTarget){0}, LONG, TOCSIN_ERROR_INVALID, "host or the path");
	assert_fails((TocsinConnectTarget){.host = "a"}, LONG, TOCSIN_ERROR_INVALID, "port");
	assert_fails((TocsinConnectTarget){.host = "a b", .port = 25}, LONG, TOCSIN_ERROR_INVALID,
	             "'a b' is not a host name");
	assert_fails((TocsinConnectTarget){.host = "a\r\nb", .port = 25}, LONG,
	             TOCSIN_ERROR_INVALID, "is not a host name");
	assert_fails((TocsinConnectTarget){.host = "", .port = 25}, LONG, TOCSIN_ERROR_INVALID,
	             "is not a host name");
	assert_fails((TocsinConnectTarget){.host = "a", .port = 25, .source_address = "b"}, LONG,
	             TOCSIN_ERROR_INVALID, "source address 'b'");
	assert_fails((TocsinConnectTarget){.path = longest}, LONG, TOCSIN_ERROR_INVALID, "bytes");
	assert_fails(
	        (TocsinConnectTarget){.host = "127.0.0.1", .port = 25, .source_address = "::1"},
	        LONG, TOCSIN_ERROR_CONNECT, "no address of the source address's family");
}

/* A SOCKS5 proxy (RFC 1928) for one connection, which speaks for the target too. */
static gpointer
serve_socks(gpointer data)
{
	static const guint8 accepted[] = {5, 0, 0, 1, 127, 0, 0, 1, 0, 25};
	int fd = accept(GPOINTER_TO_INT(data), NULL, NULL);
	guint8 bytes[64];
	GString *request = g_string_new(NULL);
	gssize count = recv(fd, bytes, sizeof bytes, 0);

	g_assert_cmpint(count, >=, 3);
	g_assert_cmpint(send(fd, "\5\0", 2, 0), ==, 2);
	while (request->len < 7 + strlen("mx.example.org")) {
		count = recv(fd, bytes, sizeof bytes, 0);
		g_assert_cmpint(count, >, 0);
		g_string_append_len(request, (const char *)bytes, count);
	}
	/* The name goes to the proxy as it is: nothing was looked up here. */
	g_assert_cmpint(memcmp(request->str, "\5\1\0\3\16mx.example.org\0\31", 21), ==, 0);
	g_assert_cmpint(send(fd, accepted, sizeof accepted, 0), ==, sizeof accepted);
	g_assert_cmpint(send(fd, "220 mx\r\n", 8, 0), ==, 8);
	g_string_free(request, TRUE);
	close(fd);
	return NULL;
}

static void
connects_through_a_proxy(void)
{
	guint16 port = 0;
	int listener = make_listener("127.0.0.1", 5, &port);
	g_autofree char *proxy = g_strdup_printf("socks5://127.0.0.1:%u", port);
	GThread *thread = g_thread_new("proxy", serve_socks, GINT_TO_POINTER(listener));
	g_autoptr(TocsinStream) stream = connect_to(
	        (TocsinConnectTarget){.host = "mx.example.org", .port = 25, .proxy = proxy});
	g_autoptr(GError) error = NULL;
	gsize length;

	tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	g_assert_cmpmem(tocsin_stream_peek(stream, &length), 8, "220 mx\r\n", 8);
	g_assert_cmpuint(length, ==, 8);
	g_assert_false(tocsin_stream_is_local(stream));
	g_thread_join(thread);
	close(listener);
}

/* An HTTP proxy (RFC 9110 section 9.3.6) for one connection, which says @status and then speaks for
 * the target. */
typedef struct {
	int listener;
	const char *status;
	char *asked; /* the request, up to the empty line */
} HttpProxy;

static gpointer
serve_http(gpointer data)
{
	HttpProxy *self = data;
	int fd = accept(self->listener, NULL, NULL);
	GString *request = g_string_new(NULL);
	g_autofree char *answer = g_strdup_printf("HTTP/1.1 %s\r\n\r\n220 mx\r\n", self->status);
	char byte;

	while (strstr(request->str, "\r\n\r\n") == NULL) {
		g_assert_cmpint(recv(fd, &byte, 1, 0), ==, 1);
		g_string_append_c(request, byte);
	}
	g_assert_cmpint(send(fd, answer, strlen(answer), MSG_NOSIGNAL), ==, (gssize)strlen(answer));
	close(fd);
	self->asked = g_string_free(request, FALSE);
	return NULL;
}

static void
connects_through_an_http_proxy(void)
{
	guint16 port = 0;
	HttpProxy proxy = {.listener = make_listener("127.0.0.1", 5, &port), .status = "200 OK"};
	g_autofree char *url = g_strdup_printf("http://me:secret@127.0.0.1:%u", port);
	GThread *thread = g_thread_new("proxy", serve_http, &proxy);
	g_autoptr(TocsinStream) stream = connect_to(
	        (TocsinConnectTarget){.host = "mx.example.org", .port = 25, .proxy = url});
	g_autoptr(GError) error = NULL;
	gsize length;

	tocsin_stream_fill(stream, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	g_assert_cmpmem(tocsin_stream_peek(stream, &length), 8, "220 mx\r\n", 8);
	g_thread_join(thread);
	g_assert_true(g_str_has_prefix(proxy.asked, "CONNECT mx.example.org:25 HTTP/1."));
	/* base64 of me:secret */
	g_assert_nonnull(strstr(proxy.asked, "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"));
	g_assert_null(strstr(tocsin_stream_get_peer(stream), "secret"));
	g_free(proxy.asked);
	close(proxy.listener);
}

static void
a_proxy_that_refuses_is_named_without_its_password(void)
{
	guint16 port = 0;
	HttpProxy proxy = {.listener = make_listener("127.0.0.1", 5, &port),
	                   .status = "403 Forbidden"};
	g_autofree char *url = g_strdup_printf("http://me:secret@127.0.0.1:%u", port);
	g_autofree char *message = g_strdup_printf(
	        "cannot connect to mx port 25: through proxy 'http://127.0.0.1:%u': ", port);
	GThread *thread = g_thread_new("proxy", serve_http, &proxy);

	assert_fails((TocsinConnectTarget){.host = "mx", .port = 25, .proxy = url}, LONG,
	             TOCSIN_ERROR_CONNECT, message);
	g_thread_join(thread);
	g_free(proxy.asked);
	close(proxy.listener);
}

static void
a_silent_proxy_meets_the_deadline(void)
{
	guint16 port = 0;
	int listener = make_listener("127.0.0.1", 5, &port);
	g_autofree char *proxy = g_strdup_printf("http://me:secret@127.0.0.1:%u", port);
	g_autofree char *message = g_strdup_printf(
	        "cannot connect to mx port 25: through proxy 'http://127.0.0.1:%u': no answer",
	        port);

	assert_fails((TocsinConnectTarget){.host = "mx", .port = 25, .proxy = proxy}, SHORT,
	             TOCSIN_ERROR_TIMEOUT, message);
	close(listener);
}

/* A resolver that knows one name, and keeps silent about another until it is cancelled. */
typedef GResolver TestResolver;
typedef GResolverClass TestResolverClass;
GType test_resolver_get_type(void);
G_DEFINE_TYPE(TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
on_cancelled(GCancellable *cancellable, gpointer task)
{
	g_task_return_error_if_cancelled(task);
	g_object_unref(task);
}

static void
look_up(GResolver *resolver, const char *name, GCancellable *cancellable,
        GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = g_task_new(resolver, cancellable, callback, data);
	GList *list = NULL;

	if (strcmp(name, "silent.example.org") == 0) {
		g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), task, NULL);
		return;
	}
	if (strcmp(name, "xn--mnchen-3ya.example.org") == 0) {
		list = g_list_append(list, g_inet_address_new_from_string("127.0.0.2"));
		list = g_list_append(list, g_inet_address_new_from_string("127.0.0.3"));
		list = g_list_append(list, g_inet_address_new_from_string("::2"));
		g_task_return_pointer(task, list, NULL);
	} else {
		g_task_return_new_error(task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
		                        "no such name");
	}
	g_object_unref(task);
}

static GList *
look_up_finish(GResolver *resolver, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static void
test_resolver_class_init(TestResolverClass *class)
{
	class->lookup_by_name_async = look_up;
	class->lookup_by_name_finish = look_up_finish;
}

static void
test_resolver_init(TestResolver *self)
{
}

static void
looks_names_up_as_a_labels_and_takes_families_in_turn(void)
{
	static const char *const expected[] = {"127.0.0.2:25", "[::2]:25", "127.0.0.3:25"};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) addresses =
	        tocsin_lookup_host("M\303\274nchen.example.org", 25, G_SOCKET_FAMILY_INVALID,
	                           tocsin_stream_deadline(LONG), NULL, &error);
	g_autoptr(GPtrArray) only = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(addresses->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < addresses->len; i++) {
		g_autofree char *text = g_socket_connectable_to_string(addresses->pdata[i]);

		g_assert_cmpstr(text, ==, expected[i]);
	}
	only = tocsin_lookup_host("xn--mnchen-3ya.example.org", 25, G_SOCKET_FAMILY_IPV6,
	                          tocsin_stream_deadline(LONG), NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(only->len, ==, 1);
}

static void
looking_up_meets_the_deadline_too(void)
{
	assert_fails((TocsinConnectTarget){.host = "silent.example.org", .port = 25}, SHORT,
	             TOCSIN_ERROR_TIMEOUT, "address of 'silent.example.org': no answer in time");
}

static void
says_that_a_name_is_unknown(void)
{
	assert_fails((TocsinConnectTarget){.host = "nobody.example.org", .port = 25}, LONG,
	             TOCSIN_ERROR_CONNECT,
	             "cannot connect to nobody.example.org port 25: cannot look up the address of "
	             "'nobody.example.org': no such name");
}

int
main(int argc, char **argv)
{
	GResolver *resolver;

	g_test_init(&argc, &argv, NULL);
	resolver = g_object_new(test_resolver_get_type(), NULL);
	g_resolver_set_default(resolver);
	g_object_unref(resolver);
#define ADD(name) g_test_add_func("/net/connect/" #name, name)
	ADD(connects_to_an_address);
	ADD(connects_to_localhost_without_a_look_up);
	ADD(names_every_address_that_failed);
	ADD(does_not_wait_for_a_black_hole);
	ADD(a_black_hole_meets_the_deadline);
	ADD(another_thread_can_cancel);
	ADD(connects_to_unix_sockets);
	ADD(refuses_targets_without_sense);
	ADD(connects_through_a_proxy);
	ADD(connects_through_an_http_proxy);
	ADD(a_proxy_that_refuses_is_named_without_its_password);
	ADD(a_silent_proxy_meets_the_deadline);
	ADD(looks_names_up_as_a_labels_and_takes_families_in_turn);
	ADD(looking_up_meets_the_deadline_too);
	ADD(says_that_a_name_is_unknown);
	return g_test_run();
}
