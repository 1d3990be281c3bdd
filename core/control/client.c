/* SPDX-License-Identifier: MIT */
/* A request to the control socket. */
#include "control/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/json-check.h"
#include "base/text.h"
#include "http/ask.h"

#define ANSWER_MAX (600u << 20) /* a message of the largest size, and some */
#define TIMEOUT_US ((gint64)120 * G_USEC_PER_SEC)
#define SHOWN_MAX ((gsize)300)

void
tocsin_client_answer_clear(TocsinClientAnswer *self)
{
	g_clear_pointer(&self->type, g_free);
	g_clear_pointer(&self->body, g_bytes_unref);
}

void
tocsin_client_add_part(GString *target, const char *text)
{
	g_string_append_c(target, '/');
	g_string_append_uri_escaped(target, text, NULL, FALSE);
}

void
tocsin_client_add_parameter(GString *target, const char *name, const char *value)
{
	g_string_append_printf(target, "%c%s=", strchr(target->str, '?') == NULL ? '?' : '&', name);
	g_string_append_uri_escaped(target, value, "@:,/", FALSE);
}

static gboolean
take(gpointer user, const void *bytes, gsize length)
{
	GByteArray *received = user;

	if (length > ANSWER_MAX - received->len) {
		return FALSE;
	}
	g_byte_array_append(received, bytes, (guint)length);
	return TRUE;
}

/* What becomes of another try to connect: an errno, 0 if it works now. */
static int
knock(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int cause = 0;

	(void)g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	if (descriptor < 0 ||
	    connect(descriptor, (const struct sockaddr *)&address, sizeof address) != 0) {
		cause = errno;
	}
	if (descriptor >= 0) {
		(void)close(descriptor);
	}
	return cause;
}

/* The library does not tell why it could not connect to a Unix socket. */
static void
set_connect_error(const char *path, GError **error)
{
	int cause = knock(path);

	switch (cause) {
	case 0:
	case EAGAIN:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT,
		            "too many ask the daemon at %s at once; try again", path);
		return;
	case EACCES:
	case EPERM: {
		g_autofree char *folder = g_path_get_dirname(path);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST,
		            "the control socket '%s' may not be opened by this user; be root, or "
		            "a member of its group (see ls -l %s)",
		            path, folder);
		return;
	}
	default:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONNECT,
		            "nobody answers on the control socket (%s); is tocsind running? "
		            "looked at %s",
		            g_strerror(cause), path);
	}
}

/* Says in the daemon's terms what @reason says in HTTP's; what it cannot, it passes on. */
static void
set_call_error(const GError *reason, const TocsinClientCall *call, GError **error)
{
	switch (reason->code) {
	case TOCSIN_ERROR_CONNECT:
		set_connect_error(call->socket, error);
		break;
	case TOCSIN_ERROR_LIMIT:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the daemon's answer has more than %u bytes", ANSWER_MAX);
		break;
	case TOCSIN_ERROR_TIMEOUT:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT,
		            "the daemon at %s did not answer in time; what was asked for may still "
		            "happen",
		            call->socket);
		break;
	case TOCSIN_ERROR_DISCONNECTED:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "the daemon at %s went away before it had answered; nobody can tell "
		            "whether it did what was asked for",
		            call->socket);
		break;
	case TOCSIN_ERROR_PROTOCOL:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		            "what answers at %s is no tocsind: %s", call->socket, reason->message);
		break;
	default:
		g_propagate_error(error, g_error_copy(reason));
	}
}

static gboolean
perform(const TocsinClientCall *call, const char *url, TocsinClientAnswer *out_answer,
        GError **error)
{
	gsize length = 0;
	const void *bytes = call->body == NULL ? NULL : g_bytes_get_data(call->body, &length);
	g_autoptr(GByteArray) received = g_byte_array_new();
	const TocsinHttpRequest request = {
	        .url = url,
	        .socket = call->socket,
	        .method = call->method,
	        .type = call->type,
	        .body = bytes,
	        .length = length,
	        .timeout_us = call->timeout_us > 0 ? call->timeout_us : TIMEOUT_US,
	        .take = take,
	        .user = received,
	};
	g_auto(TocsinHttpAnswer) head = {0};
	g_autoptr(GError) reason = NULL;

	if (!tocsin_http_ask(&request, &head, &reason)) {
		set_call_error(reason, call, error);
		return FALSE;
	}
	out_answer->status = head.status;
	out_answer->type = g_steal_pointer(&head.type);
	out_answer->body = g_byte_array_free_to_bytes(g_steal_pointer(&received));
	return TRUE;
}

static gboolean
is_path_usable(const char *path, GError **error)
{
	struct sockaddr_un address;

	if (strlen(path) >= sizeof address.sun_path) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the control socket's path '%s' is longer than %u bytes", path,
		            (guint)sizeof address.sun_path - 1);
		return FALSE;
	}
	return TRUE;
}

/* The daemon's own words, if it has found any. */
static void
set_refusal(const TocsinClientAnswer *answer, GError **error)
{
	g_autoptr(JsonNode) root = tocsin_client_answer_json(answer, NULL);
	JsonObject *object =
	        root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
	const char *text =
	        object == NULL ? NULL
	                       : json_object_get_string_member_with_default(object, "error", NULL);
	int code = answer->status / 100 == 4 ? TOCSIN_ERROR_INVALID : TOCSIN_ERROR_STORE;

	if (text == NULL) {
		g_set_error(error, TOCSIN_ERROR, code, "the daemon refuses with HTTP status %u",
		            answer->status);
		return;
	}
	g_autofree char *shown = tocsin_text_for_display(text, strlen(text), SHOWN_MAX * 4);

	g_set_error(error, TOCSIN_ERROR, code, "%s", shown);
}

gboolean
tocsin_client_call(const TocsinClientCall *call, TocsinClientAnswer *out_answer, GError **error)
{
	g_autofree char *url = g_strconcat("http://tocsind", call->target, NULL);

	*out_answer = (TocsinClientAnswer){0};
	if (!is_path_usable(call->socket, error) || !perform(call, url, out_answer, error)) {
		return FALSE;
	}
	if (out_answer->status / 100 != 2) {
		set_refusal(out_answer, error);
		return FALSE;
	}
	return TRUE;
}

JsonNode *
tocsin_client_answer_json(const TocsinClientAnswer *self, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	gsize length;
	const char *text = g_bytes_get_data(self->body, &length);

	if (length == 0 || !tocsin_json_check(text, length, TOCSIN_JSON_DEPTH_MAX * 2, NULL) ||
	    !json_parser_load_from_data(parser, text, (gssize)length, NULL) ||
	    json_parser_get_root(parser) == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		            "the daemon's answer is no JSON");
		return NULL;
	}
	return json_parser_steal_root(parser);
}
