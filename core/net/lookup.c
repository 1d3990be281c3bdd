/* SPDX-License-Identifier: MIT */
/* Names to addresses and connections through proxies, by GIO. */
#include "net/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/stream.h"
#include "tocsin/error.h"

/* One asynchronous call and what can end it. */
typedef struct {
	GMainContext *context;
	GCancellable *cancellable; /* of the call alone: cancelled by the caller's and by time */
	GCancellable *outer;
	gulong handler;
	GAsyncResult *result;
	gboolean is_late;
} Call;

static void
on_outer_cancelled(GCancellable *outer, gpointer cancellable)
{
	g_cancellable_cancel(cancellable);
}

static gboolean
on_late(gpointer data)
{
	Call *self = data;

	self->is_late = TRUE;
	g_cancellable_cancel(self->cancellable);
	return G_SOURCE_REMOVE;
}

static void
on_result(GObject *source, GAsyncResult *result, gpointer data)
{
	((Call *)data)->result = g_object_ref(result);
}

static void
call_begin(Call *self, gint64 deadline_us, GCancellable *outer)
{
	memset(self, 0, sizeof *self);
	self->context = g_main_context_new();
	g_main_context_push_thread_default(self->context);
	self->cancellable = g_cancellable_new();
	if (outer != NULL) {
		self->outer = outer;
		self->handler = g_cancellable_connect(outer, G_CALLBACK(on_outer_cancelled),
		                                      self->cancellable, NULL);
	}
	if (deadline_us != TOCSIN_STREAM_FOREVER) {
		gint64 left_ms = MAX(deadline_us - tocsin_clock_monotonic_us(tocsin_clock_system()),
		                     0) / 1000 +
		                 1;
		GSource *timer = g_timeout_source_new((guint)MIN(left_ms, (gint64)G_MAXINT));

		g_source_set_callback(timer, on_late, self, NULL);
		g_source_attach(timer, self->context);
		g_source_unref(timer);
	}
}

/* Waits for the result, which on_result() notes. */
static void
call_wait(Call *self)
{
	while (self->result == NULL) {
		g_main_context_iteration(self->context, TRUE);
	}
}

static void
call_end(Call *self)
{
	if (self->outer != NULL) {
		g_cancellable_disconnect(self->outer, self->handler);
	}
	g_main_context_pop_thread_default(self->context);
	g_main_context_unref(self->context);
	g_clear_object(&self->cancellable);
	g_clear_object(&self->result);
}

/* Turns GIO's error into ours. */
static void
set_call_error(const Call *self, const GError *cause, GError **error)
{
	if (self->is_late) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT, "no answer in time");
	} else if (g_cancellable_is_cancelled(self->outer)) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED, "cancelled");
	} else {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONNECT, cause->message);
	}
}

/* Looks @name up; a list of GInetAddress. */
static GList *
look_up(const char *name, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
	g_autoptr(GResolver) resolver = g_resolver_get_default();
	g_autoptr(GError) cause = NULL;
	GList *list;
	Call call;

	call_begin(&call, deadline_us, cancellable);
	g_resolver_lookup_by_name_async(resolver, name, call.cancellable, on_result, &call);
	call_wait(&call);
	list = g_resolver_lookup_by_name_finish(resolver, call.result, &cause);
	if (list == NULL) {
		set_call_error(&call, cause, error);
		g_prefix_error(error, "cannot look up the address of '%s': ", name);
	}
	call_end(&call);
	return list;
}

static gboolean
is_localhost(const char *name)
{
	gsize length = strlen(name);

	return g_ascii_strcasecmp(name, "localhost") == 0 ||
	       (length > 10 && g_ascii_strcasecmp(name + length - 10, ".localhost") == 0);
}

/* The host without brackets and final dot, as A-labels; NULL with an error if it is none. */
static char *
normalize(const char *host, GError **error)
{
	gsize length = strlen(host);
	g_autofree char *plain = NULL;
	char *ascii = NULL;

	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		plain = g_strndup(host + 1, length - 2);
	} else {
		plain = g_strndup(host, length - (length > 1 && host[length - 1] == '.'));
	}
	if (plain[0] != '\0' && tocsin_text_find_control(plain, strlen(plain)) < 0 &&
	    strchr(plain, ' ') == NULL && g_utf8_validate(plain, -1, NULL)) {
		ascii = g_hostname_to_ascii(plain);
	}
	if (ascii == NULL) {
		g_autofree char *text = tocsin_text_for_display(host, length, 100);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is not a host name",
		            text);
	}
	return ascii;
}

/* Takes the next address of @family (INVALID for any) out of @list; NULL if there is none. */
static GInetAddress *
take_next(GList **list, GSocketFamily family)
{
	for (GList *link = *list; link != NULL; link = link->next) {
		GInetAddress *address = link->data;

		if (family == G_SOCKET_FAMILY_INVALID ||
		    g_inet_address_get_family(address) == family) {
			*list = g_list_delete_link(*list, link);
			return address;
		}
	}
	return NULL;
}

/* The families in turn, beginning with that of the first address: the system sorts by what it can
 * reach (RFC 6724). */
static GPtrArray *
interleave(GList *list, guint16 port, GSocketFamily only)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_object_unref);
	GSocketFamily family = only;

	while (list != NULL) {
		g_autoptr(GInetAddress) address = take_next(&list, family);

		if (address == NULL && only != G_SOCKET_FAMILY_INVALID) {
			break;
		}
		if (address == NULL) {
			address = take_next(&list, G_SOCKET_FAMILY_INVALID);
		}
		g_ptr_array_add(addresses, g_inet_socket_address_new(address, port));
		if (only == G_SOCKET_FAMILY_INVALID) {
			family = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6
			                 ? G_SOCKET_FAMILY_IPV4
			                 : G_SOCKET_FAMILY_IPV6;
		}
	}
	g_list_free_full(list, g_object_unref);
	return addresses;
}

GPtrArray *
tocsin_lookup_host(const char *host, guint16 port, GSocketFamily family, gint64 deadline_us,
                   GCancellable *cancellable, GError **error)
{
	g_autofree char *name = normalize(host, error);
	g_autoptr(GPtrArray) addresses = NULL;
	GSocketAddress *literal;
	GList *list = NULL;

	if (name == NULL) {
		return NULL;
	}
	/* This form knows the scope of "fe80::1%eth0" too. */
	literal = g_inet_socket_address_new_from_string(name, port);
	if (literal != NULL) {
		addresses = g_ptr_array_new_with_free_func(g_object_unref);
		g_ptr_array_add(addresses, literal);
		if (family != G_SOCKET_FAMILY_INVALID &&
		    g_socket_address_get_family(literal) != family) {
			g_ptr_array_set_size(addresses, 0);
		}
	} else {
		if (is_localhost(name)) {
			list = g_list_append(list,
			                     g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV6));
			list = g_list_append(list,
			                     g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4));
		} else {
			list = look_up(name, deadline_us, cancellable, error);
		}
		if (list == NULL) {
			return NULL;
		}
		addresses = interleave(list, port, family);
	}
	if (addresses->len == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONNECT,
		            "'%s' has no address of the source address's family", name);
		return NULL;
	}
	return g_steal_pointer(&addresses);
}

/* A client that goes through @proxy. */
static GSocketClient *
make_client(const char *proxy, GSocketAddress *source)
{
	GSocketClient *client = g_socket_client_new();

	g_socket_client_set_local_address(client, source);
	if (strcmp(proxy, "system") != 0) {
		GProxyResolver *resolver = g_simple_proxy_resolver_new(proxy, NULL);

		g_socket_client_set_proxy_resolver(client, resolver);
		g_object_unref(resolver);
	}
	return client;
}

/* A descriptor of our own for the connection's socket, or -1 if the bytes do not go straight
 * through it. */
static int
take_socket(GSocketConnection *connection, GError **error)
{
	int fd = -1;

	if (!G_IS_TCP_WRAPPER_CONNECTION(connection)) {
		GSocket *inner = g_socket_connection_get_socket(connection);

		fd = fcntl(g_socket_get_fd(inner), F_DUPFD_CLOEXEC, 3);
	}
	if (fd < 0) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONNECT,
		                    "the proxy wants TLS for itself, which is not supported: use "
		                    "a socks5:// or http:// proxy");
	}
	return fd;
}

int
tocsin_lookup_proxy(const char *host, guint16 port, const char *proxy, GSocketAddress *source,
                    gint64 deadline_us, GCancellable *cancellable, GError **error)
{
	g_autofree char *name = normalize(host, error);
	g_autoptr(GSocketConnectable) target = NULL;
	g_autoptr(GSocketClient) client = NULL;
	g_autoptr(GSocketConnection) connection = NULL;
	g_autoptr(GError) cause = NULL;
	Call call;

	if (name == NULL) {
		return -1;
	}
	target = g_network_address_new(name, port);
	client = make_client(proxy, source);
	call_begin(&call, deadline_us, cancellable);
	g_socket_client_connect_async(client, target, call.cancellable, on_result, &call);
	call_wait(&call);
	connection = g_socket_client_connect_finish(client, call.result, &cause);
	if (connection == NULL) {
		set_call_error(&call, cause, error);
	}
	call_end(&call);
	return connection == NULL ? -1 : take_socket(connection, error);
}
