/* SPDX-License-Identifier: MIT */
/* Finding a filter or test by name, and giving it its arguments. */
#include "template/filter.h"

#include <string.h>

#include "base/text.h"
#include "template/access.h"

static const TocsinFilter *const families[] = {
        tocsin_filters_case,     tocsin_filters_encode, tocsin_filters_escape,
        tocsin_filters_link,     tocsin_filters_list,   tocsin_filters_number,
        tocsin_filters_regex,    tocsin_filters_select, tocsin_filters_sort,
        tocsin_filters_table,    tocsin_filters_text,   tocsin_filters_time,
        tocsin_filters_truncate, tocsin_filters_wrap,
};

static const TocsinFilter *
find_in(const TocsinFilter *family, const char *name)
{
	for (; family->name != NULL; family++) {
		if (strcmp(family->name, name) == 0) {
			return family;
		}
	}
	return NULL;
}

const TocsinFilter *
tocsin_filter_find(const char *name)
{
	const TocsinFilter *found = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(families) && found == NULL; i++) {
		found = find_in(families[i], name);
	}
	return found;
}

const TocsinFilter *
tocsin_test_find(const char *name)
{
	return find_in(tocsin_tests, name);
}

static void
add_names(const TocsinFilter *family, GPtrArray *names)
{
	for (; family->name != NULL; family++) {
		g_ptr_array_add(names, (gpointer)family->name);
	}
}

GPtrArray *
tocsin_filter_names(void)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(families); i++) {
		add_names(families[i], names);
	}
	g_ptr_array_add(names, NULL);
	return names;
}

GPtrArray *
tocsin_test_names(void)
{
	GPtrArray *names = g_ptr_array_new();

	add_names(tocsin_tests, names);
	g_ptr_array_add(names, NULL);
	return names;
}

const char *
tocsin_filter_nearest(const char *name)
{
	g_autoptr(GPtrArray) names = tocsin_filter_names();

	return tocsin_text_nearest(name, (const char *const *)names->pdata);
}

const char *
tocsin_test_nearest(const char *name)
{
	g_autoptr(GPtrArray) names = tocsin_test_names();

	return tocsin_text_nearest(name, (const char *const *)names->pdata);
}

static gboolean
bind_named(TocsinRun *run, const char *what, const char *name, char **parameters,
           const TocsinArguments *arguments, TocsinDatum **given)
{
	for (guint i = 0; arguments->named != NULL && i < tocsin_datum_count(arguments->named);
	     i++) {
		const char *key = tocsin_datum_text(tocsin_datum_nth_key(arguments->named, i));
		guint at = 0;

		while (parameters[at] != NULL && strcmp(parameters[at], key) != 0) {
			at++;
		}
		if (parameters[at] == NULL) {
			tocsin_run_fail(run, "%s '%s' has no argument '%s'", what, name, key);
			return FALSE;
		}
		if (given[at] != NULL) {
			tocsin_run_fail(run, "%s '%s' is given '%s' twice", what, name, key);
			return FALSE;
		}
		given[at] = tocsin_datum_nth(arguments->named, i);
	}
	return TRUE;
}

gboolean
tocsin_arguments_bind(TocsinRun *run, const char *what, const char *name, const char *parameters,
                      guint required, const TocsinArguments *arguments, TocsinDatum **out_given)
{
	const char *star = strchr(parameters, '*');
	g_autofree char *all = g_strdup(parameters);
	g_auto(GStrv) names = NULL;
	guint places = 0;

	if (star != NULL) {
		/* With the space behind it, lest there be a parameter without a name. */
		memmove(all + (star - parameters), star + 2, strlen(star + 1));
	}
	g_strstrip(all);
	names = *all != '\0' ? g_strsplit(all, " ", -1) : g_new0(char *, 1);
	for (const char *at = parameters; at != star && *at != '\0'; places++) {
		at = strchrnul(at, ' ');
		at += *at == ' ' ? 1 : 0;
	}
	if (tocsin_arguments_count(arguments) > places) {
		tocsin_run_fail(run, "%s '%s' takes %u arguments, found %u", what, name, places,
		                tocsin_arguments_count(arguments));
		return FALSE;
	}
	for (guint i = 0; i < tocsin_arguments_count(arguments); i++) {
		out_given[i] = tocsin_arguments_nth(arguments, i);
	}
	if (!bind_named(run, what, name, names, arguments, out_given)) {
		return FALSE;
	}
	for (guint i = 0; i < required; i++) {
		if (out_given[i] == NULL) {
			tocsin_run_fail(run, "%s '%s' needs '%s'", what, name, names[i]);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
check_defined(TocsinRun *run, const TocsinDatum *input, const TocsinArguments *arguments)
{
	if (!tocsin_datum_is_defined(input)) {
		tocsin_run_fail_undefined(run, input);
		return FALSE;
	}
	for (guint i = 0; i < tocsin_arguments_count(arguments); i++) {
		if (!tocsin_datum_is_defined(tocsin_arguments_nth(arguments, i))) {
			tocsin_run_fail_undefined(run, tocsin_arguments_nth(arguments, i));
			return FALSE;
		}
	}
	for (guint i = 0; arguments->named != NULL && i < tocsin_datum_count(arguments->named);
	     i++) {
		if (!tocsin_datum_is_defined(tocsin_datum_nth(arguments->named, i))) {
			tocsin_run_fail_undefined(run, tocsin_datum_nth(arguments->named, i));
			return FALSE;
		}
	}
	return TRUE;
}

TocsinDatum *
tocsin_filter_apply(const TocsinFilter *filter, const char *what, TocsinRun *run,
                    const TocsinDatum *input, const TocsinArguments *arguments)
{
	TocsinFilterCall call = {.run = run, .input = input, .arguments = arguments};

	if (!filter->takes_undefined && !check_defined(run, input, arguments)) {
		return NULL;
	}
	if (strcmp(filter->parameters, "...") != 0 &&
	    (*filter->parameters != '\0' || tocsin_arguments_count(arguments) > 0 ||
	     arguments->named != NULL) &&
	    !tocsin_arguments_bind(run, what, filter->name, filter->parameters, filter->required,
	                           arguments, call.given)) {
		return NULL;
	}
	return filter->apply(&call);
}

gboolean
tocsin_filter_next_line(const char **at, const char **out_line, gsize *out_length)
{
	if (**at == '\0') {
		return FALSE;
	}
	*out_line = *at;
	*out_length = strcspn(*at, "\n\r\v\f\x1c\x1d\x1e");
	*at += *out_length;
	if ((*at)[0] == '\r' && (*at)[1] == '\n') {
		(*at)++;
	}
	*at += **at != '\0' ? 1 : 0;
	return TRUE;
}

static gboolean
is_given(const TocsinFilterCall *call, guint index)
{
	return call->given[index] != NULL &&
	       tocsin_datum_kind(call->given[index]) != TOCSIN_DATUM_NONE;
}

gboolean
tocsin_filter_int(const TocsinFilterCall *call, guint index, gint64 fallback, gint64 *out_value)
{
	if (!is_given(call, index)) {
		*out_value = fallback;
		return TRUE;
	}
	if (!tocsin_datum_is_integral(call->given[index])) {
		tocsin_run_fail(call->run, "argument %u must be a whole number, found %s",
		                index + 1, tocsin_datum_kind_name(call->given[index]));
		return FALSE;
	}
	*out_value = tocsin_datum_int(call->given[index]);
	return TRUE;
}

gboolean
tocsin_filter_bool(const TocsinFilterCall *call, guint index, gboolean fallback)
{
	return is_given(call, index) ? tocsin_datum_truth(call->given[index]) : fallback;
}

const char *
tocsin_filter_string(const TocsinFilterCall *call, guint index, const char *fallback)
{
	if (!is_given(call, index)) {
		return fallback;
	}
	if (!tocsin_datum_is_string(call->given[index])) {
		return tocsin_run_fail(call->run, "argument %u must be a string, found %s",
		                       index + 1, tocsin_datum_kind_name(call->given[index]));
	}
	return tocsin_datum_text(call->given[index]);
}

static TocsinDatum *
reach_part(TocsinRun *run, const TocsinDatum *item, const char *part)
{
	gboolean is_number = *part != '\0' && part[strspn(part, "0123456789")] == '\0';
	g_autoptr(TocsinDatum) index = NULL;

	if (!tocsin_datum_is_defined(item)) {
		return tocsin_run_fail_undefined(run, item);
	}
	if (!is_number || strlen(part) > 9) {
		return tocsin_access_attribute(run, item, part);
	}
	index = tocsin_datum_new_int(g_ascii_strtoll(part, NULL, 10));
	return tocsin_access_index(run, item, index);
}

TocsinDatum *
tocsin_filter_reach(TocsinRun *run, const TocsinDatum *item, const TocsinDatum *path,
                    const TocsinDatum *fallback)
{
	g_auto(GStrv) parts = NULL;
	g_autoptr(TocsinDatum) at = tocsin_datum_ref(item);

	if (path == NULL || tocsin_datum_kind(path) == TOCSIN_DATUM_NONE) {
		return g_steal_pointer(&at);
	}
	if (!tocsin_datum_is_string(path)) {
		return tocsin_access_index(run, item, path);
	}
	parts = g_strsplit(tocsin_datum_text(path), ".", 64);
	for (guint i = 0; parts[i] != NULL && at != NULL; i++) {
		TocsinDatum *next = reach_part(run, at, parts[i]);

		if (next != NULL && !tocsin_datum_is_defined(next) && fallback != NULL) {
			tocsin_datum_unref(next);
			next = tocsin_datum_ref(fallback);
		}
		tocsin_datum_unref(at);
		at = next;
	}
	return g_steal_pointer(&at);
}
