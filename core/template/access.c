/* SPDX-License-Identifier: MIT */
/* Members: x.name, x["name"], x[0], x[1:2], "in". */
#include "template/access.h"

#include <string.h>

#include "base/text.h"

#define NAMES_SHOWN_MAX 200u

static const char *
nearest_key(const TocsinDatum *map, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < MIN(tocsin_datum_count(map), NAMES_SHOWN_MAX); i++) {
		const TocsinDatum *key = tocsin_datum_nth_key(map, i);

		if (tocsin_datum_is_string(key)) {
			g_ptr_array_add(names, (gpointer)tocsin_datum_text(key));
		}
	}
	g_ptr_array_add(names, NULL);
	return tocsin_text_nearest(name, (const char *const *)names->pdata);
}

static TocsinDatum *
undefined_member(const TocsinDatum *owner, const char *name)
{
	const char *nearest =
	        tocsin_datum_kind(owner) == TOCSIN_DATUM_MAP ? nearest_key(owner, name) : NULL;
	g_autofree char *shown = tocsin_text_for_display(name, strlen(name), 80);
	g_autofree char *message =
	        g_strdup_printf("the %s has no member '%s'%s%s%s", tocsin_datum_kind_name(owner),
	                        shown, nearest != NULL ? ": did you mean '" : "",
	                        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");

	return tocsin_datum_new_undefined(message);
}

TocsinDatum *
tocsin_access_attribute(TocsinRun *run, const TocsinDatum *owner, const char *name)
{
	const TocsinObjectClass *klass = tocsin_datum_object_class(owner);
	TocsinDatum *member = NULL;

	if (klass != NULL && klass->get != NULL) {
		member = klass->get(tocsin_datum_object(owner), name);
		if (member != NULL) {
			return member;
		}
	}
	if (tocsin_datum_kind(owner) == TOCSIN_DATUM_MAP) {
		member = tocsin_datum_lookup_named(owner, name);
	}
	/* What groupby makes. */
	if (tocsin_datum_is_tuple(owner) && tocsin_datum_count(owner) == 2) {
		if (strcmp(name, "grouper") == 0) {
			member = tocsin_datum_nth(owner, 0);
		} else if (strcmp(name, "list") == 0) {
			member = tocsin_datum_nth(owner, 1);
		}
	}
	return member != NULL ? tocsin_datum_ref(member) : undefined_member(owner, name);
}

static TocsinDatum *
index_string(const TocsinDatum *owner, gint64 at)
{
	const char *start = g_utf8_offset_to_pointer(tocsin_datum_text(owner), (glong)at);
	gsize size = (gsize)(g_utf8_next_char(start) - start);

	return tocsin_datum_new_text_take(g_strndup(start, size), size,
	                                  tocsin_datum_is_safe(owner));
}

TocsinDatum *
tocsin_access_index(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *index)
{
	TocsinDatumKind kind = tocsin_datum_kind(owner);
	g_autofree char *message = NULL;
	gint64 at = tocsin_datum_int(index);
	guint count;

	if (kind == TOCSIN_DATUM_MAP) {
		TocsinDatum *value = tocsin_datum_lookup(owner, index);
		g_autoptr(TocsinDatum) name = NULL;

		if (value != NULL) {
			return tocsin_datum_ref(value);
		}
		name = tocsin_run_to_string(run, index);
		return name != NULL ? undefined_member(owner, tocsin_datum_text(name)) : NULL;
	}
	if (tocsin_datum_is_string(index)) {
		return tocsin_access_attribute(run, owner, tocsin_datum_text(index));
	}
	if ((kind != TOCSIN_DATUM_LIST && kind != TOCSIN_DATUM_STRING) ||
	    !tocsin_datum_is_integral(index)) {
		message = g_strdup_printf("%s has no such member", tocsin_datum_kind_name(owner));
		return tocsin_datum_new_undefined(message);
	}
	count = tocsin_datum_count(owner);
	at = at < 0 ? at + count : at;
	if (at < 0 || at >= count) {
		message = g_strdup_printf("the %s has %u members, none at %" G_GINT64_FORMAT,
		                          tocsin_datum_kind_name(owner), count,
		                          tocsin_datum_int(index));
		return tocsin_datum_new_undefined(message);
	}
	return kind == TOCSIN_DATUM_STRING ? index_string(owner, at)
	                                   : tocsin_datum_ref(tocsin_datum_nth(owner, (guint)at));
}

/* A bound within 0 to @count, as Python has it; @fallback if it is left out. */
static gboolean
read_bound(TocsinRun *run, const TocsinDatum *bound, gint64 count, gint64 low, gint64 high,
           gint64 fallback, gint64 *out_value)
{
	gint64 value;

	if (bound == NULL || tocsin_datum_kind(bound) == TOCSIN_DATUM_NONE) {
		*out_value = fallback;
		return TRUE;
	}
	if (!tocsin_datum_is_integral(bound)) {
		tocsin_run_fail(run, "a slice needs whole numbers, found %s",
		                tocsin_datum_kind_name(bound));
		return FALSE;
	}
	value = tocsin_datum_int(bound);
	value = value < 0 ? value + count : value;
	*out_value = CLAMP(value, low, high);
	return TRUE;
}

static TocsinDatum *
slice_list(const TocsinDatum *list, gint64 from, gint64 to, gint64 step)
{
	TocsinDatum *result =
	        tocsin_datum_is_tuple(list) ? tocsin_datum_new_tuple() : tocsin_datum_new_list();

	for (gint64 i = from; step > 0 ? i < to : i > to; i += step) {
		tocsin_datum_append(result, tocsin_datum_ref(tocsin_datum_nth(list, (guint)i)));
	}
	return result;
}

static TocsinDatum *
join_characters(TocsinRun *run, const TocsinDatum *characters, gboolean is_safe)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < tocsin_datum_count(characters); i++) {
		g_string_append(text, tocsin_datum_text(tocsin_datum_nth(characters, i)));
	}
	return tocsin_run_gstring_take(run, text, is_safe);
}

static TocsinDatum *
slice_string(TocsinRun *run, const TocsinDatum *string, gint64 from, gint64 to, gint64 step)
{
	g_autoptr(TocsinDatum) characters = NULL;
	g_autoptr(TocsinDatum) chosen = NULL;

	if (step == 1) {
		char *text = g_utf8_substring(tocsin_datum_text(string), (glong)from,
		                              (glong)MAX(from, to));

		return tocsin_run_string_take(run, text, strlen(text),
		                              tocsin_datum_is_safe(string));
	}
	characters = tocsin_run_to_list(run, string);
	if (characters == NULL) {
		return NULL;
	}
	chosen = slice_list(characters, from, to, step);
	return join_characters(run, chosen, tocsin_datum_is_safe(string));
}

TocsinDatum *
tocsin_access_slice(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *from,
                    const TocsinDatum *to, const TocsinDatum *step)
{
	gint64 count = tocsin_datum_count(owner);
	gint64 stride = 1;
	gint64 first = 0;
	gint64 last = 0;
	gboolean is_back;

	if (tocsin_datum_kind(owner) != TOCSIN_DATUM_LIST && !tocsin_datum_is_string(owner)) {
		return tocsin_run_fail(run, "%s cannot be sliced", tocsin_datum_kind_name(owner));
	}
	if (step != NULL && tocsin_datum_kind(step) != TOCSIN_DATUM_NONE) {
		stride = CLAMP(tocsin_datum_int(step), -G_MAXINT32, G_MAXINT32);
	}
	if (stride == 0) {
		return tocsin_run_fail(run, "a slice's step must be a number other than 0");
	}
	is_back = stride < 0;
	if (!read_bound(run, from, count, is_back ? -1 : 0, is_back ? count - 1 : count,
	                is_back ? count - 1 : 0, &first) ||
	    !read_bound(run, to, count, is_back ? -1 : 0, is_back ? count - 1 : count,
	                is_back ? -1 : count, &last) ||
	    !tocsin_run_step(run, (guint)count)) {
		return NULL;
	}
	return tocsin_datum_is_string(owner) ? slice_string(run, owner, first, last, stride)
	                                     : slice_list(owner, first, last, stride);
}

gboolean
tocsin_access_contains(TocsinRun *run, const TocsinDatum *owner, const TocsinDatum *member,
                       gboolean *out_is_in)
{
	switch (tocsin_datum_kind(owner)) {
	case TOCSIN_DATUM_MAP:
		*out_is_in = tocsin_datum_lookup(owner, member) != NULL;
		return TRUE;
	case TOCSIN_DATUM_STRING:
		if (!tocsin_datum_is_string(member)) {
			tocsin_run_fail(run, "only a string can be in a string, found %s",
			                tocsin_datum_kind_name(member));
			return FALSE;
		}
		*out_is_in = strstr(tocsin_datum_text(owner), tocsin_datum_text(member)) != NULL;
		return TRUE;
	case TOCSIN_DATUM_LIST:
		break;
	default:
		tocsin_run_fail(run, "nothing can be in %s", tocsin_datum_kind_name(owner));
		return FALSE;
	}
	if (!tocsin_run_step(run, tocsin_datum_count(owner))) {
		return FALSE;
	}
	*out_is_in = FALSE;
	for (guint i = 0; i < tocsin_datum_count(owner) && !*out_is_in; i++) {
		const TocsinDatum *candidate = tocsin_datum_nth(owner, i);

		if (!tocsin_datum_is_defined(candidate)) {
			tocsin_run_fail_undefined(run, candidate);
			return FALSE;
		}
		*out_is_in = tocsin_datum_equal(candidate, member);
	}
	return TRUE;
}
