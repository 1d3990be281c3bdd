/* SPDX-License-Identifier: MIT */
/* From the header of a request to its answer. libmicrohttpd calls with the header, with each part
 * of the body, and at the end; a connection that waits for a handler is suspended. */
#include "control/exchange.h"

#include <string.h>

#include "control/guard.h"
#include "control/http-source.h"
#include "control/request-private.h"

struct _TocsinExchange {
	TocsinHttpShared *shared;
	GSource *source;
	TocsinConnection *link;
	struct MHD_Connection *http;
	TocsinRequest *request;
	const TocsinRoute *route; /* (nullable) until it is found */
	gsize counted;            /* bytes of the body that are counted in shared */
	gboolean is_suspended;
};

TocsinExchange *
tocsin_exchange_new(TocsinHttpShared *shared, GSource *source, TocsinConnection *link,
                    struct MHD_Connection *http, const char *uri)
{
	TocsinExchange *self = g_new0(TocsinExchange, 1);

	self->shared = shared;
	self->source = source;
	self->link = link;
	self->http = http;
	self->request = tocsin_request_new(uri);
	self->request->peer = *tocsin_connection_peer(link);
	return self;
}

void
tocsin_exchange_free(TocsinExchange *self)
{
	if (self == NULL) {
		return;
	}
	self->shared->bodies_bytes -= self->counted;
	self->request->on_answered = NULL;
	tocsin_request_unref(self->request);
	g_free(self);
}

static const char *
get_field(const TocsinExchange *self, const char *name)
{
	return MHD_lookup_connection_value(self->http, MHD_HEADER_KIND, name);
}

/* The fields that say who may do what. */
static void
judge_sender(const TocsinExchange *self)
{
	TocsinRequest *request = self->request;
	const char *host = get_field(self, "Host");

	if (!request->peer.is_local && !tocsin_guard_is_loopback_host(host)) {
		tocsin_request_refuse(request, MHD_HTTP_FORBIDDEN,
		                      "the field Host does not name this machine");
	} else if (tocsin_guard_is_foreign(get_field(self, "Origin"),
	                                   get_field(self, "Sec-Fetch-Site"), host)) {
		tocsin_request_refuse(request, MHD_HTTP_FORBIDDEN,
		                      "a web page of another site may not ask this");
	} else if (!request->peer.is_local &&
	           (self->shared->token == NULL ||
	            !tocsin_guard_has_token(get_field(self, "Authorization"),
	                                    self->shared->token))) {
		tocsin_request_refuse(request, MHD_HTTP_UNAUTHORIZED,
		                      "this needs the token of the configuration: "
		                      "Authorization: Bearer TOKEN");
	}
}

/* What is asked for, and whether it is there. */
static void
judge_target(TocsinExchange *self, const char *method)
{
	TocsinRequest *request = self->request;
	g_autoptr(GError) error = NULL;

	if (request->query == NULL) {
		tocsin_request_refuse(request, MHD_HTTP_BAD_REQUEST, "%s", request->fault->message);
		return;
	}
	self->route = tocsin_route_find(self->shared->routes, method, request->query,
	                                &request->variable, &request->allowed);
	if (self->route == NULL && request->allowed[0] == '\0') {
		g_clear_pointer(&request->allowed, g_free);
		tocsin_request_refuse(request, MHD_HTTP_NOT_FOUND, "there is nothing at this path");
	} else if (self->route == NULL) {
		tocsin_request_refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED,
		                      "this path can be asked with %s only", request->allowed);
	} else if (!tocsin_query_check(request->query, self->route->parameters, &error)) {
		tocsin_request_refuse(request, MHD_HTTP_BAD_REQUEST, "%s", error->message);
	}
}

static gsize
get_body_max(const TocsinExchange *self)
{
	return self->route->body_type == NULL ? 0 : self->route->body_max;
}

/* The body that is announced. */
static void
judge_body(const TocsinExchange *self)
{
	TocsinRequest *request = self->request;
	const char *announced = get_field(self, "Content-Length");
	gsize most = get_body_max(self);
	guint64 length = 0;

	if (announced != NULL &&
	    !g_ascii_string_to_unsigned(announced, 10, 0, most, &length, NULL)) {
		tocsin_request_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE,
		                      "the body has %s bytes; at most %" G_GSIZE_FORMAT
		                      " are taken",
		                      announced, most);
	} else if (self->route->body_type != NULL &&
	           !tocsin_guard_is_type(get_field(self, "Content-Type"), self->route->body_type)) {
		tocsin_request_refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
		                      "the body must be of Content-Type %s",
		                      self->route->body_type);
	}
}

static void
judge(TocsinExchange *self, const char *method)
{
	judge_sender(self);
	if (!tocsin_request_is_answered(self->request)) {
		judge_target(self, method);
	}
	if (!tocsin_request_is_answered(self->request)) {
		judge_body(self);
	}
}

/* Gathers a part of the body. What is too much is let go; who sends without end is cut off by the
 * deadline. */
static void
gather(TocsinExchange *self, const char *data, gsize length)
{
	TocsinRequest *request = self->request;

	if (length > get_body_max(self) - request->received->len) {
		request->overflow = MHD_HTTP_CONTENT_TOO_LARGE;
	} else if (length > self->shared->limits.bodies_bytes - self->shared->bodies_bytes) {
		request->overflow = MHD_HTTP_SERVICE_UNAVAILABLE;
	}
	if (request->overflow == 0) {
		g_byte_array_append(request->received, (const guint8 *)data, (guint)length);
		self->counted += length;
		self->shared->bodies_bytes += length;
	}
}

static void
on_handler_late(gpointer user)
{
	TocsinExchange *self = user;

	tocsin_request_refuse(self->request, MHD_HTTP_GATEWAY_TIMEOUT,
	                      "no answer within %u s; what was asked for may still happen",
	                      self->shared->limits.answer_ms / 1000);
}

static void
on_answered(TocsinRequest *request)
{
	TocsinExchange *self = request->user;

	if (self->is_suspended) {
		self->is_suspended = FALSE;
		MHD_resume_connection(self->http);
		tocsin_http_source_wake(self->source);
	}
}

static void
call_handler(TocsinExchange *self)
{
	TocsinRequest *request = self->request;

	request->body = g_byte_array_free_to_bytes(g_steal_pointer(&request->received));
	request->on_answered = on_answered;
	request->user = self;
	request->references++;
	self->route->handler(request, self->shared->user);
	if (!tocsin_request_is_answered(request)) {
		self->is_suspended = TRUE;
		tocsin_connection_set_deadline(self->link, self->shared->limits.answer_ms,
		                               on_handler_late, self);
		MHD_suspend_connection(self->http);
	}
}

static void
unref_bytes(void *bytes)
{
	g_bytes_unref(bytes);
}

static enum MHD_Result
send_answer(const TocsinExchange *self)
{
	const TocsinRequest *request = self->request;
	gsize length;
	const void *bytes = g_bytes_get_data(request->answer, &length);
	/* The library takes the bytes without const, and does not write to them. */
	struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
	        length, bytes == NULL ? (void *)"" : (void *)bytes, unref_bytes,
	        g_bytes_ref(request->answer));

	(void)MHD_add_response_header(response, "Content-Type", request->type);
	(void)MHD_add_response_header(response, "Cache-Control", "no-store");
	/* For another request the library would clear, and keep, all the memory of this one. */
	(void)MHD_add_response_header(response, "Connection", "close");
	(void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (request->allowed != NULL) {
		(void)MHD_add_response_header(response, "Allow", request->allowed);
	}
	if (request->status == MHD_HTTP_UNAUTHORIZED) {
		(void)MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
	}
	tocsin_connection_set_deadline(self->link, self->shared->limits.send_ms, NULL, NULL);
	enum MHD_Result result = MHD_queue_response(self->http, request->status, response);

	MHD_destroy_response(response);
	return result;
}

enum MHD_Result
tocsin_exchange_run(TocsinExchange *self, const char *method, const char *data, size_t *length)
{
	TocsinRequest *request = self->request;

	if (!request->is_begun) {
		request->is_begun = TRUE;
		judge(self, method);
		return tocsin_request_is_answered(request) ? send_answer(self) : MHD_YES;
	}
	if (*length > 0) {
		gather(self, data, *length);
		*length = 0;
		return MHD_YES;
	}
	if (request->overflow == MHD_HTTP_CONTENT_TOO_LARGE) {
		tocsin_request_refuse(request, request->overflow,
		                      "the body is too large; at most %" G_GSIZE_FORMAT
		                      " bytes are taken",
		                      get_body_max(self));
	} else if (request->overflow != 0) {
		tocsin_request_refuse(request, request->overflow,
		                      "too many large requests at once; try again");
	} else if (!tocsin_request_is_answered(request)) {
		call_handler(self);
	}
	return tocsin_request_is_answered(request) ? send_answer(self) : MHD_YES;
}

void
tocsin_exchange_stop(TocsinExchange *self)
{
	if (self->is_suspended) {
		tocsin_request_refuse(self->request, MHD_HTTP_SERVICE_UNAVAILABLE,
		                      "tocsind is stopping; what was asked for may not have "
		                      "happened");
	}
}
