/* SPDX-License-Identifier: MIT */
/* Requests and their answers. */
#include "control/request-private.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/json-check.h"

TocsinRequest *
tocsin_request_new(const char *uri)
{
	TocsinRequest *self = g_new0(TocsinRequest, 1);

	self->references = 1;
	self->query = tocsin_query_parse(uri, &self->fault);
	self->received = g_byte_array_new();
	return self;
}

void
tocsin_request_unref(TocsinRequest *self)
{
	if (--self->references > 0) {
		return;
	}
	tocsin_query_free(self->query);
	g_clear_error(&self->fault);
	g_clear_pointer(&self->received, g_byte_array_unref);
	g_clear_pointer(&self->body, g_bytes_unref);
	g_free(self->type);
	g_clear_pointer(&self->answer, g_bytes_unref);
	g_free(self->allowed);
	g_free(self);
}

const TocsinQuery *
tocsin_request_query(const TocsinRequest *self)
{
	return self->query;
}

const char *
tocsin_request_variable(const TocsinRequest *self)
{
	return self->variable;
}

GBytes *
tocsin_request_body(const TocsinRequest *self)
{
	return self->body;
}

const TocsinPeer *
tocsin_request_peer(const TocsinRequest *self)
{
	return &self->peer;
}

JsonNode *
tocsin_request_parse_json(const TocsinRequest *self, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) cause = NULL;
	gsize length;
	const char *text = g_bytes_get_data(self->body, &length);

	if (length == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there is no JSON: the body is empty");
		return NULL;
	}
	if (!tocsin_json_check(text, length, TOCSIN_JSON_DEPTH_MAX, error)) {
		return NULL;
	}
	if (!json_parser_load_from_data(parser, text, (gssize)length, &cause) ||
	    json_parser_get_root(parser) == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "this is no JSON: %s",
		            cause == NULL ? "it is empty" : cause->message);
		return NULL;
	}
	return json_parser_steal_root(parser);
}

gboolean
tocsin_request_is_answered(const TocsinRequest *self)
{
	return self->answer != NULL;
}

/* Keeps the first answer only. */
static void
set_answer(TocsinRequest *self, guint status, const char *type, GBytes *body)
{
	if (self->answer != NULL) {
		return;
	}
	self->status = status;
	self->type = g_strdup(type);
	self->answer = g_bytes_ref(body);
	if (self->on_answered != NULL) {
		self->on_answered(self);
	}
}

static GBytes *
json_to_bytes(JsonNode *root)
{
	g_autoptr(JsonGenerator) generator = json_generator_new();
	gsize length;

	json_generator_set_root(generator, root);
	char *text = json_generator_to_data(generator, &length);

	return g_bytes_new_take(text, length);
}

static void
set_error(TocsinRequest *self, guint status, const char *text)
{
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_builder_begin_object(json);
	json_builder_set_member_name(json, "error");
	json_builder_add_string_value(json, valid);
	json_builder_end_object(json);
	g_autoptr(JsonNode) root = json_builder_get_root(json);
	g_autoptr(GBytes) body = json_to_bytes(root);

	set_answer(self, status, "application/json", body);
}

void
tocsin_request_refuse(TocsinRequest *self, guint status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	set_error(self, status, text);
}

void
tocsin_request_answer(TocsinRequest *self, guint status, const char *type, GBytes *body)
{
	set_answer(self, status, type, body);
	tocsin_request_unref(self);
}

void
tocsin_request_answer_json(TocsinRequest *self, guint status, JsonNode *root)
{
	g_autoptr(JsonNode) owned = root;
	g_autoptr(GBytes) body = json_to_bytes(owned);

	tocsin_request_answer(self, status, "application/json", body);
}

void
tocsin_request_fail(TocsinRequest *self, guint status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	set_error(self, status, text);
	tocsin_request_unref(self);
}

void
tocsin_request_fail_error(TocsinRequest *self, const GError *error)
{
	guint status = 500;

	if (error->domain == TOCSIN_ERROR) {
		switch ((TocsinError)error->code) {
		case TOCSIN_ERROR_INVALID:
		case TOCSIN_ERROR_TEMPLATE:
		case TOCSIN_ERROR_CONFIG:
			status = 400;
			break;
		case TOCSIN_ERROR_LIMIT:
			status = 413;
			break;
		case TOCSIN_ERROR_STORE:
		case TOCSIN_ERROR_TIMEOUT:
		case TOCSIN_ERROR_CANCELLED:
			status = 503;
			break;
		default:
			break;
		}
	}
	tocsin_request_fail(self, status, "%s", error->message);
}
