/* SPDX-License-Identifier: MIT */
/* One request to a token endpoint, over HTTP. */
#include "secret/grant.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <tocsin/error.h>

#include "abi/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/ask.h"

#define ANSWER_MAX 65536u
#define SHOWN_MAX 300u
#define LIFETIME_DEFAULT_S 300 /* where the server does not say: short, so that it is asked again */
#define LIFETIME_MAX_S (400 * G_GINT64_CONSTANT(86400))

void
tocsin_grant_clear(TocsinGrant *self)
{
	g_clear_pointer(&self->access_token, tocsin_secret_unref);
	g_clear_pointer(&self->refresh_token, tocsin_secret_unref);
}

/* (nullable) The member @name if it is a text. */
static const char *
get_text(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
	               ? json_node_get_string(node)
	               : NULL;
}

/* The server understood and said no, which no second attempt changes (RFC 6749 section 5.2). */
static gboolean
is_verdict(guint status)
{
	return status / 100 == 4 && status != 408 && status != 429;
}

/* expires_in is a number, but some servers quote it. */
static gint64
get_lifetime_us(JsonObject *object)
{
	JsonNode *node = json_object_get_member(object, "expires_in");
	const char *text = get_text(object, "expires_in");
	gint64 seconds = LIFETIME_DEFAULT_S;

	if (text != NULL) {
		(void)g_ascii_string_to_signed(text, 10, 1, LIFETIME_MAX_S, &seconds, NULL);
	} else if (node != NULL && json_node_get_value_type(node) == G_TYPE_INT64) {
		seconds = CLAMP(json_node_get_int(node), 1, LIFETIME_MAX_S);
	}
	return seconds * G_USEC_PER_SEC;
}

static void
set_refusal(guint status, const char *code, const char *description, GError **error)
{
	g_autofree char *shown_code = tocsin_text_for_display(code, strlen(code), SHOWN_MAX);
	g_autofree char *shown_text =
	        description == NULL
	                ? g_strdup("no description")
	                : tocsin_text_for_display(description, strlen(description), SHOWN_MAX);

	g_set_error(error, TOCSIN_ERROR,
	            is_verdict(status) ? TOCSIN_ERROR_AUTHENTICATION : TOCSIN_ERROR_SECRET,
	            "the token server refused: %s (%s; HTTP %u)%s", shown_code, shown_text, status,
	            strcmp(code, "invalid_grant") == 0
	                    ? "; the refresh token is no longer valid, get a new one"
	                    : "");
}

static gboolean
read_object(JsonObject *object, guint status, TocsinGrant *out_grant, GError **error)
{
	const char *token = get_text(object, "access_token");
	const char *refresh = get_text(object, "refresh_token");

	if (status / 100 != 2 || token == NULL || token[0] == '\0') {
		const char *code = get_text(object, "error");

		set_refusal(status, code == NULL ? "no access token" : code,
		            get_text(object, "error_description"), error);
		return FALSE;
	}
	*out_grant = (TocsinGrant){
	        .access_token = tocsin_secret_new(token, strlen(token)),
	        .refresh_token =
	                refresh == NULL ? NULL : tocsin_secret_new(refresh, strlen(refresh)),
	        .lifetime_us = get_lifetime_us(object),
	};
	return TRUE;
}

gboolean
tocsin_grant_parse(const char *json, gsize length, guint status, TocsinGrant *out_grant,
                   GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();

	if (!json_parser_load_from_data(parser, json, (gssize)length, NULL) ||
	    json_parser_get_root(parser) == NULL ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "the token server's answer is no JSON object (HTTP %u)", status);
		return FALSE;
	}
	return read_object(json_node_get_object(json_parser_get_root(parser)), status, out_grant,
	                   error);
}

static gboolean
take(gpointer user, const void *bytes, gsize length)
{
	return tocsin_buf_append(user, bytes, length);
}

/* Appends name=value with the value percent-encoded, as application/x-www-form-urlencoded. */
static void
add_field(tocsin_buf *form, const char *name, const char *value)
{
	gsize length;
	char *escaped = g_uri_escape_string(value, NULL, FALSE);

	(void)tocsin_buf_peek(form, &length);
	(void)(tocsin_buf_append(form, "&", length > 0 ? 1 : 0) &&
	       tocsin_buf_append(form, name, strlen(name)) && tocsin_buf_append(form, "=", 1) &&
	       tocsin_buf_append(form, escaped, strlen(escaped)));
	tocsin_wipe_free(escaped);
}

static tocsin_buf *
make_form(const TocsinGrantRequest *request)
{
	tocsin_buf *form = tocsin_buf_new(G_MAXINT);

	add_field(form, "grant_type", "refresh_token");
	add_field(form, "client_id", request->client_id);
	if (request->client_secret != NULL) {
		add_field(form, "client_secret", tocsin_secret_peek(request->client_secret, NULL));
	}
	add_field(form, "refresh_token", tocsin_secret_peek(request->refresh_token, NULL));
	if (request->scope != NULL) {
		add_field(form, "scope", request->scope);
	}
	return form;
}

/* One attempt. */
static gboolean
post(const char *url, const tocsin_buf *form, gint64 timeout_us, tocsin_buf *answer,
     guint *out_status, GError **error)
{
	gsize length;
	const char *bytes = tocsin_buf_peek(form, &length);
	const TocsinHttpRequest request = {
	        .url = url,
	        .method = "POST",
	        .type = "application/x-www-form-urlencoded",
	        .body = bytes,
	        .length = length,
	        .timeout_us = timeout_us,
	        .take = take,
	        .user = answer,
	};
	g_auto(TocsinHttpAnswer) head = {0};
	g_autoptr(GError) reason = NULL;

	if (!tocsin_http_ask(&request, &head, &reason)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "cannot ask the token server %s: %s", url, reason->message);
		return FALSE;
	}
	*out_status = head.status;
	return TRUE;
}

static gboolean
attempt(const char *url, const tocsin_buf *form, gint64 timeout_us, TocsinGrant *out_grant,
        gboolean *out_may_retry, GError **error)
{
	g_autoptr(tocsin_buf) answer = tocsin_buf_new(ANSWER_MAX);
	guint status;
	gsize length;

	if (!post(url, form, timeout_us, answer, &status, error)) {
		*out_may_retry = TRUE;
		return FALSE;
	}
	*out_may_retry = status >= 500 || status == 429;
	const char *json = tocsin_buf_peek(answer, &length);

	return tocsin_grant_parse(json, length, status, out_grant, error);
}

gboolean
tocsin_grant_request(const TocsinGrantRequest *request, TocsinGrant *out_grant, GError **error)
{
	g_autoptr(tocsin_buf) form = make_form(request);
	gint64 deadline_us = tocsin_clock_monotonic_us(tocsin_clock_system()) + request->timeout_us;
	gboolean may_retry = FALSE;
	gint64 left_us;

	g_autoptr(GError) first = NULL;

	if (attempt(request->token_url, form, request->timeout_us, out_grant, &may_retry, &first)) {
		return TRUE;
	}
	left_us = deadline_us - tocsin_clock_monotonic_us(tocsin_clock_system());
	if (!may_retry || left_us <= 0) {
		g_propagate_error(error, g_steal_pointer(&first));
		return FALSE;
	}
	return attempt(request->token_url, form, left_us, out_grant, &may_retry, error);
}
