/* SPDX-License-Identifier: MIT */
/* Path and query of a URI. */
#include "control/query.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"

#define SHOWN_MAX 60u

typedef struct {
	char *name;
	char *value;
} Parameter;

struct _TocsinQuery {
	GPtrArray *segments;   /* of char * */
	GPtrArray *parameters; /* of Parameter */
};

static void
free_parameter(gpointer data)
{
	Parameter *parameter = data;

	g_free(parameter->name);
	g_free(parameter->value);
	g_free(parameter);
}

void
tocsin_query_free(TocsinQuery *self)
{
	if (self != NULL) {
		g_ptr_array_unref(self->segments);
		g_ptr_array_unref(self->parameters);
		g_free(self);
	}
}

/* The @length bytes without their percent-encoding. */
static char *
decode(const char *text, gsize length, GError **error)
{
	/* Not g_uri_unescape_segment(): it takes "%00" for an error of no name. */
	g_autoptr(GBytes) bytes = g_uri_unescape_bytes(text, (gssize)length, NULL, NULL);
	gsize size = 0;
	const char *plain = bytes == NULL ? NULL : g_bytes_get_data(bytes, &size);

	if (bytes == NULL || !g_utf8_validate_len(plain == NULL ? "" : plain, (gsize)size, NULL) ||
	    tocsin_text_find_control(plain, size) >= 0) {
		g_autofree char *shown = tocsin_text_for_display(text, length, SHOWN_MAX);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' in the URI is no percent-encoded UTF-8 text on one line", shown);
		return NULL;
	}
	return g_strndup(plain, size);
}

static gboolean
add_segment(TocsinQuery *self, const char *text, gsize length, GError **error)
{
	char *segment = decode(text, length, error);

	if (segment == NULL) {
		return FALSE;
	}
	g_ptr_array_add(self->segments, segment);
	if (segment[0] == '\0' || strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the path in the URI has an empty or relative part");
		return FALSE;
	}
	return TRUE;
}

static gboolean
parse_path(TocsinQuery *self, const char *path, gsize length, GError **error)
{
	const char *end = path + length;

	if (length == 0 || path[0] != '/') {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the URI does not begin with '/'");
		return FALSE;
	}
	for (const char *p = path + 1; p <= end && length > 1;) {
		const char *slash = memchr(p, '/', (gsize)(end - p));
		const char *stop = slash == NULL ? end : slash;

		if (!add_segment(self, p, (gsize)(stop - p), error)) {
			return FALSE;
		}
		p = stop + 1;
	}
	return TRUE;
}

static gboolean
add_parameter(TocsinQuery *self, const char *text, gsize length, GError **error)
{
	const char *equals = memchr(text, '=', length);
	gsize name_length = equals == NULL ? length : (gsize)(equals - text);
	const char *value = equals == NULL ? "" : equals + 1;
	Parameter *parameter = g_new0(Parameter, 1);

	g_ptr_array_add(self->parameters, parameter);
	if (self->parameters->len > TOCSIN_QUERY_PARAMETERS_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "more than %u parameters in the URI", TOCSIN_QUERY_PARAMETERS_MAX);
		return FALSE;
	}
	parameter->name = decode(text, name_length, error);
	if (parameter->name == NULL) {
		return FALSE;
	}
	parameter->value = decode(value, equals == NULL ? 0 : length - name_length - 1, error);
	return parameter->value != NULL;
}

static gboolean
parse_parameters(TocsinQuery *self, const char *query, GError **error)
{
	while (*query != '\0') {
		gsize length = strcspn(query, "&");

		if (length > 0 && !add_parameter(self, query, length, error)) {
			return FALSE;
		}
		query += length + (query[length] == '&' ? 1 : 0);
	}
	return TRUE;
}

TocsinQuery *
tocsin_query_parse(const char *uri, GError **error)
{
	g_autoptr(TocsinQuery) self = g_new0(TocsinQuery, 1);
	gsize path_length = strcspn(uri, "?");

	self->segments = g_ptr_array_new_with_free_func(g_free);
	self->parameters = g_ptr_array_new_with_free_func(free_parameter);
	if (strlen(uri) > TOCSIN_QUERY_URI_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT, "a URI of more than %u bytes",
		            TOCSIN_QUERY_URI_MAX);
		return NULL;
	}
	if (strchr(uri, '#') != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "the URI has a fragment");
		return NULL;
	}
	if (!parse_path(self, uri, path_length, error) ||
	    (uri[path_length] == '?' && !parse_parameters(self, uri + path_length + 1, error))) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

gboolean
tocsin_query_matches(const TocsinQuery *self, const char *pattern, const char **out_variable)
{
	const char *variable = NULL;
	const char *p = pattern;

	for (guint i = 0; i < self->segments->len; i++) {
		const char *segment = g_ptr_array_index(self->segments, i);

		if (*p != '/') {
			return FALSE;
		}
		gsize length = strcspn(++p, "/");

		if (length == 2 && strncmp(p, "{}", 2) == 0) {
			variable = segment;
		} else if (strlen(segment) != length || strncmp(p, segment, length) != 0) {
			return FALSE;
		}
		p += length;
	}
	if (*p != '\0' && (self->segments->len > 0 || strcmp(p, "/") != 0)) {
		return FALSE;
	}
	if (out_variable != NULL) {
		*out_variable = variable;
	}
	return TRUE;
}

const char *
tocsin_query_get(const TocsinQuery *self, const char *name)
{
	for (guint i = 0; i < self->parameters->len; i++) {
		const Parameter *parameter = g_ptr_array_index(self->parameters, i);

		if (strcmp(parameter->name, name) == 0) {
			return parameter->value;
		}
	}
	return NULL;
}

GPtrArray *
tocsin_query_list(const TocsinQuery *self, const char *name)
{
	GPtrArray *values = g_ptr_array_new();

	for (guint i = 0; i < self->parameters->len; i++) {
		const Parameter *parameter = g_ptr_array_index(self->parameters, i);

		if (strcmp(parameter->name, name) == 0) {
			g_ptr_array_add(values, parameter->value);
		}
	}
	return values;
}

gboolean
tocsin_query_get_int(const TocsinQuery *self, const char *name, gint64 minimum, gint64 maximum,
                     gint64 *out_value, GError **error)
{
	const char *text = tocsin_query_get(self, name);

	if (text == NULL) {
		return TRUE;
	}
	if (!g_ascii_string_to_signed(text, 10, minimum, maximum, out_value, NULL)) {
		g_autofree char *shown = tocsin_text_for_display(text, strlen(text), SHOWN_MAX);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the parameter '%s' is '%s', which is no number from %" G_GINT64_FORMAT
		            " to %" G_GINT64_FORMAT,
		            name, shown, minimum, maximum);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_query_check(const TocsinQuery *self, const char *const *known, GError **error)
{
	for (guint i = 0; i < self->parameters->len; i++) {
		const Parameter *parameter = g_ptr_array_index(self->parameters, i);

		if (known != NULL && g_strv_contains(known, parameter->name)) {
			continue;
		}
		const char *nearest =
		        known == NULL ? NULL : tocsin_text_nearest(parameter->name, known);
		g_autofree char *shown = tocsin_text_for_display(
		        parameter->name, strlen(parameter->name), SHOWN_MAX);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there is no parameter '%s' here%s%s%s", shown,
		            nearest == NULL ? "" : "; did you mean '",
		            nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
		return FALSE;
	}
	return TRUE;
}
