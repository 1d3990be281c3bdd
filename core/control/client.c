/* SPDX-License-Identifier: MIT */
/* A request to the control socket, over libcurl. */
#include "control/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/json-check.h"
#include "base/text.h"

#define ANSWER_MAX (600u << 20) /* a message of the largest size, and some */
#define TIMEOUT_US ((gint64)120 * G_USEC_PER_SEC)
#define SHOWN_MAX ((gsize)300)

typedef struct {
	GByteArray *bytes;
	gboolean is_too_large;
} Received;

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

static size_t
on_answer(char *data, size_t size, size_t count, void *user)
{
	Received *received = user;
	gsize length = size * count;

	if (length > ANSWER_MAX - received->bytes->len) {
		received->is_too_large = TRUE;
		return 0;
	}
	g_byte_array_append(received->bytes, (const guint8 *)data, (guint)length);
	return length;
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

static void
set_call_error(CURLcode code, const TocsinClientCall *call, const Received *received,
               GError **error)
{
	if (received->is_too_large) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the daemon's answer has more than %u bytes", ANSWER_MAX);
		return;
	}
	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		set_connect_error(call->socket, error);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT,
		            "the daemon at %s did not answer in time; what was asked for may still "
		            "happen",
		            call->socket);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "the daemon at %s went away before it had answered; nobody can tell "
		            "whether it did what was asked for",
		            call->socket);
		break;
	default:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		            "what answers at %s is no tocsind: %s", call->socket,
		            curl_easy_strerror(code));
	}
}

/* "type" of a handle that has an answer. */
static char *
dup_type(CURL *curl)
{
	char *type = NULL;

	(void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	return g_strdup(type);
}

static void
set_body(CURL *curl, const TocsinClientCall *call)
{
	gsize length = 0;
	const void *bytes = call->body == NULL ? NULL : g_bytes_get_data(call->body, &length);

	(void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
	if (strcmp(call->method, "POST") == 0) {
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes == NULL ? "" : bytes);
	}
}

static struct curl_slist *
make_fields(const TocsinClientCall *call)
{
	/* Without a body there is no type either, which curl would make up. */
	g_autofree char *type =
	        g_strconcat("Content-Type:", call->type == NULL ? "" : " ", call->type, NULL);
	struct curl_slist *fields = curl_slist_append(NULL, type);

	return curl_slist_append(fields, "Expect:");
}

static gboolean
perform(const TocsinClientCall *call, const char *url, TocsinClientAnswer *out_answer,
        GError **error)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *fields = make_fields(call);
	gint64 timeout_us = call->timeout_us > 0 ? call->timeout_us : TIMEOUT_US;
	Received received = {.bytes = g_byte_array_new()};
	long status = 0;

	set_body(curl, call);
	(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, call->socket);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(timeout_us / 1000));
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
	CURLcode code = curl_easy_perform(curl);

	if (code == CURLE_OK) {
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
		out_answer->type = dup_type(curl);
	} else {
		set_call_error(code, call, &received, error);
	}
	out_answer->status = (guint)status;
	out_answer->body = g_byte_array_free_to_bytes(received.bytes);
	curl_slist_free_all(fields);
	curl_easy_cleanup(curl);
	return code == CURLE_OK;
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
	static gsize is_ready;
	g_autofree char *url = g_strconcat("http://tocsind", call->target, NULL);

	*out_answer = (TocsinClientAnswer){0};
	if (g_once_init_enter(&is_ready)) {
		(void)curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&is_ready, 1);
	}
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
