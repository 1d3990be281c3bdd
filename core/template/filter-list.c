/* SPDX-License-Identifier: MIT */
/* Filters that take members from lists and put them together. */
#include "template/access.h"
#include "template/functions.h"
#include "template/filter.h"

static TocsinDatum *
use_default(const TocsinFilterCall *call)
{
	gboolean is_kept = tocsin_datum_is_defined(call->input) &&
	                   (!tocsin_filter_bool(call, 1, FALSE) || tocsin_datum_truth(call->input));

	if (is_kept) {
		return tocsin_datum_ref(call->input);
	}
	return call->given[0] != NULL ? tocsin_datum_ref(call->given[0])
	                              : tocsin_datum_new_string("", 0);
}

static TocsinDatum *
length(const TocsinFilterCall *call)
{
	TocsinDatumKind kind = tocsin_datum_kind(call->input);

	if (kind != TOCSIN_DATUM_STRING && kind != TOCSIN_DATUM_LIST && kind != TOCSIN_DATUM_MAP) {
		return tocsin_run_fail(call->run, "%s has no length",
		                       tocsin_datum_kind_name(call->input));
	}
	return tocsin_datum_new_int(tocsin_datum_count(call->input));
}

static TocsinDatum *
end_of(const TocsinFilterCall *call, gboolean is_last)
{
	g_autoptr(TocsinDatum) list = tocsin_run_to_list(call->run, call->input);
	guint count = list != NULL ? tocsin_datum_count(list) : 0;

	if (list == NULL) {
		return NULL;
	}
	return count == 0 ? tocsin_datum_new_undefined("the list is empty")
	                  : tocsin_datum_ref(tocsin_datum_nth(list, is_last ? count - 1 : 0));
}

static TocsinDatum *
first(const TocsinFilterCall *call)
{
	return end_of(call, FALSE);
}

static TocsinDatum *
last(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) index = tocsin_datum_new_int(-1);

	return tocsin_datum_is_string(call->input)
	               ? tocsin_access_index(call->run, call->input, index)
	               : end_of(call, TRUE);
}

static TocsinDatum *
list(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) members = tocsin_run_to_list(call->run, call->input);
	TocsinDatum *copy;

	if (members == NULL || !tocsin_datum_is_tuple(members)) {
		return g_steal_pointer(&members);
	}
	copy = tocsin_datum_new_list();
	for (guint i = 0; i < tocsin_datum_count(members); i++) {
		tocsin_datum_append(copy, tocsin_datum_ref(tocsin_datum_nth(members, i)));
	}
	return copy;
}

static TocsinDatum *
reverse(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) step = tocsin_datum_new_int(-1);
	g_autoptr(TocsinDatum) members = NULL;

	if (tocsin_datum_is_string(call->input)) {
		return tocsin_access_slice(call->run, call->input, NULL, NULL, step);
	}
	members = tocsin_run_to_list(call->run, call->input);
	return members != NULL ? tocsin_access_slice(call->run, members, NULL, NULL, step) : NULL;
}

static TocsinDatum *
join(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) members = tocsin_run_to_list(call->run, call->input);
	g_autoptr(TocsinDatum) separator = NULL;
	gboolean is_safe = call->given[0] != NULL && tocsin_datum_is_safe(call->given[0]);
	GString *out;

	if (members == NULL) {
		return NULL;
	}
	for (guint i = 0; i < tocsin_datum_count(members) && call->given[1] == NULL; i++) {
		is_safe = is_safe || tocsin_datum_is_safe(tocsin_datum_nth(members, i));
	}
	is_safe = is_safe && call->run->escape == TOCSIN_ESCAPE_HTML;
	separator = call->given[0] == NULL ? tocsin_datum_new_string("", 0)
	            : is_safe              ? tocsin_run_to_markup(call->run, call->given[0])
	                                   : tocsin_run_to_string(call->run, call->given[0]);
	out = g_string_new(NULL);
	for (guint i = 0; separator != NULL && i < tocsin_datum_count(members); i++) {
		g_autoptr(TocsinDatum) item = tocsin_filter_reach(
		        call->run, tocsin_datum_nth(members, i), call->given[1], NULL);
		g_autoptr(TocsinDatum) text = item == NULL ? NULL
		                              : is_safe    ? tocsin_run_to_markup(call->run, item)
		                                           : tocsin_run_to_string(call->run, item);

		if (text == NULL || out->len > call->run->limits->string_bytes) {
			break;
		}
		g_string_append(out, i > 0 ? tocsin_datum_text(separator) : "");
		g_string_append(out, tocsin_datum_text(text));
	}
	if (call->run->error != NULL) {
		g_string_free(out, TRUE);
		return NULL;
	}
	return tocsin_run_gstring_take(call->run, out, is_safe);
}

/* Members @from to @to, and @fill behind them until there are @wanted. */
static TocsinDatum *
take(const TocsinDatum *members, gint64 from, gint64 to, TocsinDatum *fill, gint64 wanted)
{
	TocsinDatum *part = tocsin_datum_new_list();

	for (gint64 i = from; i < to; i++) {
		tocsin_datum_append(part, tocsin_datum_ref(tocsin_datum_nth(members, (guint)i)));
	}
	for (gint64 i = to - from; fill != NULL && i < wanted; i++) {
		tocsin_datum_append(part, tocsin_datum_ref(fill));
	}
	return part;
}

static TocsinDatum *
batch(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) members = tocsin_run_to_list(call->run, call->input);
	gint64 size = 0;
	TocsinDatum *result;

	if (members == NULL || !tocsin_filter_int(call, 0, 0, &size)) {
		return NULL;
	}
	if (size < 1) {
		return tocsin_run_fail(call->run, "batch needs a number above 0");
	}
	if (!tocsin_run_allow_members(call->run, size)) {
		return NULL;
	}
	result = tocsin_datum_new_list();
	for (gint64 i = 0; i < tocsin_datum_count(members); i += size) {
		tocsin_datum_append(result,
		                    take(members, i, MIN(i + size, tocsin_datum_count(members)),
		                         call->given[1], size));
	}
	return result;
}

static TocsinDatum *
slice(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) members = tocsin_run_to_list(call->run, call->input);
	gint64 slices = 0;
	gint64 count;
	gint64 at = 0;
	TocsinDatum *result;

	if (members == NULL || !tocsin_filter_int(call, 0, 0, &slices)) {
		return NULL;
	}
	if (slices < 1) {
		return tocsin_run_fail(call->run, "slice needs a number above 0");
	}
	if (!tocsin_run_allow_members(call->run, slices)) {
		return NULL;
	}
	count = tocsin_datum_count(members);
	result = tocsin_datum_new_list();
	for (gint64 i = 0; i < slices; i++) {
		gint64 size = count / slices + (i < count % slices ? 1 : 0);

		tocsin_datum_append(result, take(members, at, at + size, call->given[1],
		                                 i < count % slices ? 0 : size + 1));
		at += size;
	}
	return result;
}

static TocsinDatum *
items(const TocsinFilterCall *call)
{
	gboolean is_known = FALSE;

	return tocsin_datum_kind(call->input) == TOCSIN_DATUM_MAP
	               ? tocsin_functions_call_method(call->run, call->input, "items",
	                                              call->arguments, &is_known)
	               : tocsin_run_fail(call->run, "items needs a map, found %s",
	                                 tocsin_datum_kind_name(call->input));
}

static TocsinDatum *
attribute(const TocsinFilterCall *call)
{
	const char *name = tocsin_filter_string(call, 0, NULL);

	return name != NULL ? tocsin_access_attribute(call->run, call->input, name) : NULL;
}

const TocsinFilter tocsin_filters_list[] = {
        {"attr", "name", attribute, 1, FALSE},
        {"batch", "linecount fill_with", batch, 1, FALSE},
        {"count", "", length, 0, FALSE},
        {"d", "default_value boolean", use_default, 0, TRUE},
        {"default", "default_value boolean", use_default, 0, TRUE},
        {"first", "", first, 0, FALSE},
        {"items", "", items, 0, FALSE},
        {"join", "d attribute", join, 0, FALSE},
        {"last", "", last, 0, FALSE},
        {"length", "", length, 0, FALSE},
        {"list", "", list, 0, FALSE},
        {"reverse", "", reverse, 0, FALSE},
        {"slice", "slices fill_with", slice, 1, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
