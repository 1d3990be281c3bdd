/* SPDX-License-Identifier: MIT */
/* The control server: its sockets together. */
#include "control/server.h"

#include <tocsin/error.h>

#include "control/http.h"
#include "control/listen.h"

#define CONNECTIONS 64u
#define REQUEST_MS 30000u
#define ANSWER_MS 60000u
#define SEND_MS 30000u
#define BODIES_BYTES ((gsize)96 << 20)

struct _TocsinServer {
	TocsinHttpShared shared;
	TocsinListener *listeners[2]; /* kept, so that the socket's file goes with the server */
	TocsinHttp *https[2];         /* Unix, TCP; each (nullable) */
};

static TocsinServerLimits
fill_limits(const TocsinServerLimits *limits)
{
	return (TocsinServerLimits){
	        .connections = limits->connections > 0 ? limits->connections : CONNECTIONS,
	        .request_ms = limits->request_ms > 0 ? limits->request_ms : REQUEST_MS,
	        .answer_ms = limits->answer_ms > 0 ? limits->answer_ms : ANSWER_MS,
	        .send_ms = limits->send_ms > 0 ? limits->send_ms : SEND_MS,
	        .bodies_bytes = limits->bodies_bytes > 0 ? limits->bodies_bytes : BODIES_BYTES,
	};
}

static gboolean
check_token(const TocsinSecret *token, GError **error)
{
	gsize length = 0;

	if (token != NULL) {
		(void)tocsin_secret_peek(token, &length);
	}
	if (length < TOCSIN_SERVER_TOKEN_MIN) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            token == NULL ? "a control server that listens on TCP needs a token "
		                            "of at least %u bytes"
		                          : "the control server's token is shorter than %u bytes",
		            TOCSIN_SERVER_TOKEN_MIN);
		return FALSE;
	}
	return TRUE;
}

static gboolean
open_unix(TocsinServer *self, const TocsinServerOptions *options, GError **error)
{
	self->listeners[0] =
	        tocsin_listener_new_unix(options->socket, options->socket_group, error);
	if (self->listeners[0] == NULL) {
		return FALSE;
	}
	self->https[0] = tocsin_http_new(self->listeners[0], &self->shared, error);
	return self->https[0] != NULL;
}

static gboolean
open_tcp(TocsinServer *self, const TocsinServerOptions *options, GError **error)
{
	if (!check_token(options->token, error)) {
		return FALSE;
	}
	self->listeners[1] = tocsin_listener_new_tcp(options->listen, error);
	if (self->listeners[1] == NULL) {
		return FALSE;
	}
	self->https[1] = tocsin_http_new(self->listeners[1], &self->shared, error);
	return self->https[1] != NULL;
}

TocsinServer *
tocsin_server_new(const TocsinServerOptions *options, GError **error)
{
	g_autoptr(TocsinServer) self = g_new0(TocsinServer, 1);

	self->shared = (TocsinHttpShared){
	        .limits = fill_limits(&options->limits),
	        .routes = options->routes,
	        .user = options->user,
	        .token = options->token == NULL ? NULL : tocsin_secret_ref(options->token),
	        .context = options->context == NULL ? g_main_context_ref(g_main_context_default())
	                                            : g_main_context_ref(options->context),
	};
	if ((options->socket != NULL && !open_unix(self, options, error)) ||
	    (options->listen != NULL && !open_tcp(self, options, error))) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_server_free(TocsinServer *self)
{
	if (self == NULL) {
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(self->https); i++) {
		tocsin_http_free(self->https[i]);
		tocsin_listener_free(self->listeners[i]);
	}
	tocsin_secret_unref(self->shared.token);
	g_main_context_unref(self->shared.context);
	g_free(self);
}

guint16
tocsin_server_port(const TocsinServer *self)
{
	return self->listeners[1] == NULL ? 0 : tocsin_listener_port(self->listeners[1]);
}
