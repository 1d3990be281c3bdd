/* SPDX-License-Identifier: MIT */
/* A daemon of libmicrohttpd on a listening socket. */
#include "control/http.h"

#include <microhttpd.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "control/connection.h"
#include "control/exchange.h"
#include "control/http-source.h"

/* Of a connection for its header, and what the library makes of it: a mail may have 10000
 * recipients in its URI. Pages that are not touched cost nothing. */
#define HEADER_BYTES (4u << 20)
#define LAST_RUNS 16

struct _TocsinHttp {
	TocsinHttpShared *shared;
	gboolean is_unix;
	struct MHD_Daemon *daemon;
	GSource *source;
	GPtrArray *connections; /* of TocsinConnection, which they own */
	GPtrArray *exchanges;   /* of TocsinExchange, those that go on */
};

static TocsinConnection *
get_link(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	        ->socket_context;
}

static void *
on_uri(void *user, const char *uri, struct MHD_Connection *connection)
{
	TocsinHttp *self = user;
	TocsinExchange *exchange = tocsin_exchange_new(self->shared, self->source,
	                                               get_link(connection), connection, uri);

	g_ptr_array_add(self->exchanges, exchange);
	return exchange;
}

static enum MHD_Result
on_access(void *user, struct MHD_Connection *connection, const char *url, const char *method,
          const char *version, const char *data, size_t *length, void **exchange)
{
	return tocsin_exchange_run(*exchange, method, data, length);
}

static void
on_completed(void *user, struct MHD_Connection *connection, void **exchange,
             enum MHD_RequestTerminationCode code)
{
	TocsinHttp *self = user;

	if (*exchange != NULL) {
		g_ptr_array_remove_fast(self->exchanges, *exchange);
		tocsin_exchange_free(*exchange);
		*exchange = NULL;
	}
}

/* Nobody but root and ourselves may take all connections. */
static gboolean
has_too_many(const TocsinHttp *self, const TocsinConnection *link)
{
	const TocsinPeer *peer = tocsin_connection_peer(link);
	guint count = 0;

	if (!peer->is_local || peer->uid == 0 || peer->uid == (guint)geteuid()) {
		return FALSE;
	}
	for (guint i = 0; i < self->connections->len; i++) {
		const TocsinPeer *other =
		        tocsin_connection_peer(g_ptr_array_index(self->connections, i));

		count += other->is_local && other->uid == peer->uid ? 1 : 0;
	}
	return count > MAX(self->shared->limits.connections / 2, 1);
}

static void
on_connection(void *user, struct MHD_Connection *connection, void **link,
              enum MHD_ConnectionNotificationCode code)
{
	TocsinHttp *self = user;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		(void)g_ptr_array_remove_fast(self->connections, *link);
		*link = NULL;
		/* At its limit the library listens again only in the run after this one. */
		tocsin_http_source_wake(self->source);
		return;
	}
	int descriptor =
	        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	TocsinConnection *made =
	        tocsin_connection_new(descriptor, self->is_unix, self->shared->context);

	g_ptr_array_add(self->connections, made);
	tocsin_connection_set_deadline(made, self->shared->limits.request_ms, NULL, NULL);
	if (has_too_many(self, made)) {
		tocsin_connection_end(made);
	}
	*link = made;
}

static void
free_connection(gpointer link)
{
	tocsin_connection_free(link);
}

/* Percent-encoding is ours: see control/query.h. */
static size_t
on_unescape(void *user, struct MHD_Connection *connection, char *text)
{
	return strlen(text);
}

static struct MHD_Daemon *
start(TocsinHttp *self, int descriptor)
{
	const TocsinServerLimits *limits = &self->shared->limits;

	return MHD_start_daemon(
	        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, self,
	        MHD_OPTION_LISTEN_SOCKET, descriptor, MHD_OPTION_URI_LOG_CALLBACK, on_uri, self,
	        MHD_OPTION_NOTIFY_COMPLETED, on_completed, self, MHD_OPTION_NOTIFY_CONNECTION,
	        on_connection, self, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, self,
	        MHD_OPTION_CONNECTION_LIMIT, limits->connections, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
	        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

TocsinHttp *
tocsin_http_new(TocsinListener *listener, TocsinHttpShared *shared, GError **error)
{
	g_autoptr(TocsinHttp) self = g_new0(TocsinHttp, 1);

	self->shared = shared;
	self->is_unix = tocsin_listener_is_unix(listener);
	self->connections = g_ptr_array_new_with_free_func(free_connection);
	self->exchanges = g_ptr_array_new();
	int descriptor = tocsin_listener_steal(listener);

	self->daemon = start(self, descriptor);
	if (self->daemon == NULL) {
		(void)close(descriptor);
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot start the control server: libmicrohttpd refuses");
		return NULL;
	}
	self->source = tocsin_http_source_new(self->daemon);
	(void)g_source_attach(self->source, shared->context);
	return g_steal_pointer(&self);
}

/* Has those that wait answered, and their answers sent as far as the sockets take them. */
static void
finish(TocsinHttp *self)
{
	for (guint i = 0; i < self->exchanges->len; i++) {
		tocsin_exchange_stop(g_ptr_array_index(self->exchanges, i));
	}
	for (int i = 0; i < LAST_RUNS && self->exchanges->len > 0; i++) {
		(void)MHD_run(self->daemon);
	}
}

void
tocsin_http_free(TocsinHttp *self)
{
	if (self == NULL) {
		return;
	}
	if (self->daemon != NULL) {
		int descriptor = MHD_quiesce_daemon(self->daemon);

		g_source_destroy(self->source);
		finish(self);
		MHD_stop_daemon(self->daemon);
		if (descriptor != MHD_INVALID_SOCKET) {
			(void)close(descriptor);
		}
	}
	g_clear_pointer(&self->source, g_source_unref);
	g_ptr_array_unref(self->exchanges);
	g_ptr_array_unref(self->connections);
	g_free(self);
}
