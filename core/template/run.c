/* SPDX-License-Identifier: MIT */
/* The run's budget and errors, and the conversions that everything in the room shares. */
#include "template/run.h"

#include <string.h>
#include <tocsin/error.h>

#include "template/escape.h"

#define REGEXES_MAX 64u

static void
unref_frame(gpointer frame)
{
	tocsin_frame_unref(frame);
}

static void
unref_datum(gpointer datum)
{
	tocsin_datum_unref(datum);
}

void
tocsin_run_init(TocsinRun *self, const TocsinTemplateLimits *limits, const TocsinClock *clock)
{
	*self = (TocsinRun){
	        .limits = limits != NULL ? limits : &tocsin_template_default_limits,
	        .clock = clock != NULL ? clock : tocsin_clock_system(),
	        .captured = g_ptr_array_new_with_free_func(unref_frame),
	        .namespaces = g_ptr_array_new_with_free_func(unref_datum),
	};
}

void
tocsin_arguments_clear(TocsinArguments *self)
{
	g_clear_pointer(&self->positional, g_ptr_array_unref);
	g_clear_pointer(&self->named, tocsin_datum_unref);
}

guint
tocsin_arguments_count(const TocsinArguments *self)
{
	return self->positional != NULL ? self->positional->len : 0;
}

TocsinDatum *
tocsin_arguments_nth(const TocsinArguments *self, guint index)
{
	return self->positional->pdata[index];
}

static gpointer
fail(TocsinRun *self, TocsinError code, const char *format, va_list arguments)
{
	g_autofree char *message = NULL;

	if (self->error != NULL) {
		return NULL;
	}
	message = g_strdup_vprintf(format, arguments);
	if (self->node == NULL) {
		self->error = g_error_new_literal(TOCSIN_ERROR, code, message);
		return NULL;
	}
	self->error = g_error_new(TOCSIN_ERROR, code, "%s:%u:%u: %s", self->node->file,
	                          self->node->line, self->node->column, message);
	return NULL;
}

gpointer
tocsin_run_fail(TocsinRun *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail(self, TOCSIN_ERROR_TEMPLATE, format, arguments);
	va_end(arguments);
	return NULL;
}

gpointer
tocsin_run_fail_limit(TocsinRun *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail(self, TOCSIN_ERROR_LIMIT, format, arguments);
	va_end(arguments);
	return NULL;
}

gpointer
tocsin_run_fail_undefined(TocsinRun *self, const TocsinDatum *undefined)
{
	return tocsin_run_fail(self, "%s", tocsin_datum_text(undefined));
}

gboolean
tocsin_run_step(TocsinRun *self, guint steps)
{
	if (steps > self->limits->steps - self->steps) {
		tocsin_run_fail_limit(self, "more than %u steps", self->limits->steps);
		return FALSE;
	}
	self->steps += steps;
	return TRUE;
}

gboolean
tocsin_run_allow_string(TocsinRun *self, gsize length)
{
	if (length > self->limits->string_bytes) {
		tocsin_run_fail_limit(self,
		                      "a string of %" G_GSIZE_FORMAT " bytes: the limit is %u",
		                      length, self->limits->string_bytes);
		return FALSE;
	}
	if (length > self->limits->memory_bytes - self->memory) {
		tocsin_run_fail_limit(self, "more than %u bytes in all strings",
		                      self->limits->memory_bytes);
		return FALSE;
	}
	self->memory += length;
	return TRUE;
}

gboolean
tocsin_run_allow_members(TocsinRun *self, gint64 count)
{
	if (count > self->limits->members) {
		tocsin_run_fail_limit(self,
		                      "a list of %" G_GINT64_FORMAT " members: the limit is %u",
		                      count, self->limits->members);
		return FALSE;
	}
	return tocsin_run_step(self, (guint)MAX(count, 0));
}

gboolean
tocsin_run_enter(TocsinRun *self)
{
	if (self->depth >= self->limits->depth) {
		tocsin_run_fail_limit(self, "nested more than %u deep", self->limits->depth);
		return FALSE;
	}
	self->depth++;
	return TRUE;
}

void
tocsin_run_leave(TocsinRun *self)
{
	self->depth--;
}

TocsinDatum *
tocsin_run_string_take(TocsinRun *self, char *text, gsize length, gboolean is_safe)
{
	if (!tocsin_run_allow_string(self, length)) {
		g_free(text);
		return NULL;
	}
	return tocsin_datum_new_text_take(text, length, is_safe);
}

TocsinDatum *
tocsin_run_gstring_take(TocsinRun *self, GString *text, gboolean is_safe)
{
	gsize length = text->len;

	return tocsin_run_string_take(self, g_string_free(text, FALSE), length, is_safe);
}

/* GLib's message without the pattern, which the limits stand before. */
static const char *
describe_regex_error(const GError *error)
{
	const char *colon = strrchr(error->message, ':');

	return colon != NULL ? colon + 2 : error->message;
}

GRegex *
tocsin_run_compile_regex(const char *pattern, const TocsinTemplateLimits *limits, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *limited = NULL;
	GRegex *regex = NULL;

	if (strlen(pattern) > limits->regex_bytes) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "a pattern of %" G_GSIZE_FORMAT " bytes: the limit is %u",
		            strlen(pattern), limits->regex_bytes);
		return NULL;
	}
	/* A pattern may lower these of its own, but not raise them: PCRE2 takes the lowest. */
	limited = g_strdup_printf("(*LIMIT_MATCH=%u)(*LIMIT_DEPTH=%u)(*LIMIT_HEAP=20000)%s",
	                          limits->regex_matches, limits->regex_matches, pattern);
	regex = g_regex_new(limited, G_REGEX_OPTIMIZE, 0, &local);
	if (regex == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE,
		            "the pattern '%s' is not a regular expression: %s", pattern,
		            describe_regex_error(local));
	}
	return regex;
}

GRegex *
tocsin_run_regex(TocsinRun *self, const char *pattern)
{
	g_autoptr(GError) error = NULL;
	GRegex *regex;

	if (self->regexes == NULL) {
		self->regexes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
		                                      (GDestroyNotify)g_regex_unref);
	}
	regex = g_hash_table_lookup(self->regexes, pattern);
	if (regex != NULL) {
		return regex;
	}
	if (g_hash_table_size(self->regexes) >= REGEXES_MAX) {
		return tocsin_run_fail_limit(self, "more than %u different patterns", REGEXES_MAX);
	}
	regex = tocsin_run_compile_regex(pattern, self->limits, &error);
	if (regex == NULL) {
		return error->code == TOCSIN_ERROR_LIMIT
		               ? tocsin_run_fail_limit(self, "%s", error->message)
		               : tocsin_run_fail(self, "%s", error->message);
	}
	g_hash_table_insert(self->regexes, g_strdup(pattern), regex);
	return regex;
}

gboolean
tocsin_run_search(TocsinRun *self, GRegex *regex, const char *text, gboolean is_anchored)
{
	g_autoptr(GError) error = NULL;
	gboolean is_found = g_regex_match_full(
	        regex, text, -1, 0, is_anchored ? G_REGEX_MATCH_ANCHORED : 0, NULL, &error);

	if (error != NULL) {
		tocsin_run_fail_limit(self, "the pattern took too long: %s",
		                      describe_regex_error(error));
		return FALSE;
	}
	return is_found;
}

TocsinDatum *
tocsin_run_to_string(TocsinRun *self, const TocsinDatum *datum)
{
	if (!tocsin_datum_is_defined(datum)) {
		return tocsin_run_fail_undefined(self, datum);
	}
	if (tocsin_datum_is_string(datum)) {
		return tocsin_datum_ref(datum);
	}
	GString *text = g_string_new(NULL);

	tocsin_datum_print(datum, text, self->limits->string_bytes);
	return tocsin_run_gstring_take(self, text, FALSE);
}

TocsinDatum *
tocsin_run_to_markup(TocsinRun *self, const TocsinDatum *datum)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(self, datum);

	if (text == NULL || tocsin_datum_is_safe(text)) {
		return g_steal_pointer(&text);
	}
	GString *escaped = g_string_sized_new(tocsin_datum_size(text));

	tocsin_escape_html(tocsin_datum_text(text), escaped);
	return tocsin_run_gstring_take(self, escaped, TRUE);
}

static TocsinDatum *
list_characters(TocsinRun *self, const TocsinDatum *string)
{
	TocsinDatum *list;

	if (!tocsin_run_allow_members(self, tocsin_datum_count(string))) {
		return NULL;
	}
	list = tocsin_datum_new_list();
	for (const char *at = tocsin_datum_text(string); *at != '\0'; at = g_utf8_next_char(at)) {
		gsize size = (gsize)(g_utf8_next_char(at) - at);

		tocsin_datum_append(list, tocsin_datum_new_string_take(g_strndup(at, size), size));
	}
	return list;
}

TocsinDatum *
tocsin_run_to_list(TocsinRun *self, const TocsinDatum *datum)
{
	TocsinDatum *list;

	switch (tocsin_datum_kind(datum)) {
	case TOCSIN_DATUM_UNDEFINED:
		return tocsin_run_fail_undefined(self, datum);
	case TOCSIN_DATUM_LIST:
		return tocsin_run_step(self, tocsin_datum_count(datum)) ? tocsin_datum_ref(datum)
		                                                        : NULL;
	case TOCSIN_DATUM_STRING:
		return list_characters(self, datum);
	case TOCSIN_DATUM_MAP:
		break;
	default:
		return tocsin_run_fail(self, "expected a list, found %s",
		                       tocsin_datum_kind_name(datum));
	}
	if (!tocsin_run_step(self, tocsin_datum_count(datum))) {
		return NULL;
	}
	list = tocsin_datum_new_list();
	for (guint i = 0; i < tocsin_datum_count(datum); i++) {
		tocsin_datum_append(list, tocsin_datum_ref(tocsin_datum_nth_key(datum, i)));
	}
	return list;
}
