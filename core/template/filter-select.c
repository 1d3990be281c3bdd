/* SPDX-License-Identifier: MIT */
/* Filters that run another filter or test over a list. */
#include "template/filter.h"

/* Nothing, zero and false count as no members, as in Jinja2. */
static TocsinDatum *
list_members(const TocsinFilterCall *call)
{
	return tocsin_datum_truth(call->input) ? tocsin_run_to_list(call->run, call->input)
	                                       : tocsin_datum_new_list();
}

/* The arguments behind the first @skip. */
static void
tail_of(const TocsinArguments *arguments, guint skip, TocsinArguments *out_tail)
{
	out_tail->positional = g_ptr_array_new();
	for (guint i = skip; i < tocsin_arguments_count(arguments); i++) {
		g_ptr_array_add(out_tail->positional, tocsin_arguments_nth(arguments, i));
	}
	out_tail->named = arguments->named != NULL ? tocsin_datum_ref(arguments->named) : NULL;
}

static const TocsinFilter *
find_named(const TocsinFilterCall *call, guint index, gboolean is_test)
{
	const TocsinDatum *name = tocsin_arguments_nth(call->arguments, index);
	const TocsinFilter *found = is_test ? tocsin_test_find(tocsin_datum_text(name))
	                                    : tocsin_filter_find(tocsin_datum_text(name));

	return found != NULL
	               ? found
	               : tocsin_run_fail(call->run, "there is no %s '%s'",
	                                 is_test ? "test" : "filter", tocsin_datum_text(name));
}

static TocsinDatum *
map_attribute(const TocsinFilterCall *call, const TocsinDatum *members)
{
	const TocsinDatum *named = call->arguments->named;
	TocsinDatum *path = named != NULL ? tocsin_datum_lookup_named(named, "attribute") : NULL;
	g_autoptr(TocsinDatum) result = tocsin_datum_new_list();

	if (path == NULL) {
		return tocsin_run_fail(call->run, "map needs a filter's name or attribute=");
	}
	for (guint i = 0; i < tocsin_datum_count(members); i++) {
		TocsinDatum *item =
		        tocsin_filter_reach(call->run, tocsin_datum_nth(members, i), path,
		                            tocsin_datum_lookup_named(named, "default"));

		if (item == NULL) {
			return NULL;
		}
		tocsin_datum_append(result, item);
	}
	return g_steal_pointer(&result);
}

static TocsinDatum *
map(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) members = list_members(call);
	g_autoptr(TocsinDatum) result = tocsin_datum_new_list();
	g_auto(TocsinArguments) tail = {NULL, NULL};
	const TocsinFilter *filter;

	if (members == NULL) {
		return NULL;
	}
	if (tocsin_arguments_count(call->arguments) == 0) {
		return map_attribute(call, members);
	}
	filter = find_named(call, 0, FALSE);
	if (filter == NULL || !tocsin_run_enter(call->run)) {
		return NULL;
	}
	tail_of(call->arguments, 1, &tail);
	for (guint i = 0; i < tocsin_datum_count(members); i++) {
		TocsinDatum *item =
		        tocsin_run_step(call->run, 1)
		                ? tocsin_filter_apply(filter, "filter", call->run,
		                                      tocsin_datum_nth(members, i), &tail)
		                : NULL;

		if (item == NULL) {
			return NULL;
		}
		tocsin_datum_append(result, item);
	}
	tocsin_run_leave(call->run);
	return g_steal_pointer(&result);
}

static TocsinDatum *
choose(const TocsinFilterCall *call, gboolean has_attribute, gboolean wanted)
{
	g_autoptr(TocsinDatum) members = list_members(call);
	g_autoptr(TocsinDatum) result = tocsin_datum_new_list();
	g_auto(TocsinArguments) tail = {NULL, NULL};
	guint at = has_attribute ? 1 : 0;
	guint count = tocsin_arguments_count(call->arguments);
	const TocsinFilter *test = NULL;

	if (members == NULL || count < at) {
		return tocsin_run_fail(call->run, "the attribute's name is missing");
	}
	test = count > at ? find_named(call, at, TRUE) : NULL;
	if (call->run->error != NULL) {
		return NULL;
	}
	tail_of(call->arguments, at + 1, &tail);
	for (guint i = 0; i < tocsin_datum_count(members); i++) {
		TocsinDatum *item = tocsin_datum_nth(members, i);
		g_autoptr(TocsinDatum) value = tocsin_filter_reach(
		        call->run, item,
		        has_attribute ? tocsin_arguments_nth(call->arguments, 0) : NULL, NULL);
		g_autoptr(TocsinDatum) verdict = NULL;

		if (value != NULL && test != NULL) {
			verdict = tocsin_filter_apply(test, "test", call->run, value, &tail);
		} else if (value != NULL) {
			verdict = tocsin_datum_is_defined(value)
			                  ? tocsin_datum_ref(value)
			                  : tocsin_run_fail_undefined(call->run, value);
		}
		if (verdict == NULL || !tocsin_run_step(call->run, 1)) {
			return NULL;
		}
		if (tocsin_datum_truth(verdict) == wanted) {
			tocsin_datum_append(result, tocsin_datum_ref(item));
		}
	}
	return g_steal_pointer(&result);
}

static TocsinDatum *
select_items(const TocsinFilterCall *call)
{
	return choose(call, FALSE, TRUE);
}

static TocsinDatum *
reject(const TocsinFilterCall *call)
{
	return choose(call, FALSE, FALSE);
}

static TocsinDatum *
select_attribute(const TocsinFilterCall *call)
{
	return choose(call, TRUE, TRUE);
}

static TocsinDatum *
reject_attribute(const TocsinFilterCall *call)
{
	return choose(call, TRUE, FALSE);
}

const TocsinFilter tocsin_filters_select[] = {
        {"map", "...", map, 0, FALSE},
        {"reject", "...", reject, 0, FALSE},
        {"rejectattr", "...", reject_attribute, 0, FALSE},
        {"select", "...", select_items, 0, FALSE},
        {"selectattr", "...", select_attribute, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
