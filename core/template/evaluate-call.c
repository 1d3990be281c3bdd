/* SPDX-License-Identifier: MIT */
/* Calls, filters and tests, and what stands between their parentheses. */
#include "template/access.h"
#include "template/evaluate.h"
#include "template/filter.h"
#include "template/functions.h"

static gboolean
add_more(TocsinRun *run, const TocsinTree *node, TocsinArguments *arguments)
{
	g_autoptr(TocsinDatum) more = tocsin_evaluate_defined(run, node);
	g_autoptr(TocsinDatum) list = more != NULL ? tocsin_run_to_list(run, more) : NULL;

	for (guint i = 0; list != NULL && i < tocsin_datum_count(list); i++) {
		g_ptr_array_add(arguments->positional, tocsin_datum_ref(tocsin_datum_nth(list, i)));
	}
	return list != NULL;
}

static gboolean
add_more_named(TocsinRun *run, const TocsinTree *node, TocsinArguments *arguments)
{
	g_autoptr(TocsinDatum) more = tocsin_evaluate_defined(run, node);

	if (more == NULL || tocsin_datum_kind(more) != TOCSIN_DATUM_MAP) {
		tocsin_run_fail(run, "what follows ** must be a map");
		return FALSE;
	}
	for (guint i = 0; i < tocsin_datum_count(more); i++) {
		if (!tocsin_datum_is_string(tocsin_datum_nth_key(more, i))) {
			tocsin_run_fail(run, "an argument's name must be a string");
			return FALSE;
		}
		tocsin_datum_set(arguments->named, tocsin_datum_ref(tocsin_datum_nth_key(more, i)),
		                 tocsin_datum_ref(tocsin_datum_nth(more, i)));
	}
	return TRUE;
}

static void
unref_datum(gpointer datum)
{
	tocsin_datum_unref(datum);
}

gboolean
tocsin_evaluate_arguments(TocsinRun *run, const TocsinTreeArguments *nodes,
                          TocsinArguments *out_arguments)
{
	if (nodes == NULL) {
		return TRUE;
	}
	out_arguments->positional = g_ptr_array_new_with_free_func(unref_datum);
	if (nodes->names->len > 0 || nodes->more_named != NULL) {
		out_arguments->named = tocsin_datum_new_map();
	}
	for (guint i = 0; i < nodes->positional->len; i++) {
		TocsinDatum *value = tocsin_evaluate(run, nodes->positional->pdata[i]);

		if (value == NULL) {
			return FALSE;
		}
		g_ptr_array_add(out_arguments->positional, value);
	}
	for (guint i = 0; i < nodes->names->len; i++) {
		TocsinDatum *value = tocsin_evaluate(run, nodes->values->pdata[i]);

		if (value == NULL) {
			return FALSE;
		}
		tocsin_datum_set_named(out_arguments->named, nodes->names->pdata[i], value);
	}
	return (nodes->more == NULL || add_more(run, nodes->more, out_arguments)) &&
	       (nodes->more_named == NULL || add_more_named(run, nodes->more_named, out_arguments));
}

static TocsinDatum *
call_object(TocsinRun *run, const TocsinDatum *callee, const TocsinArguments *arguments)
{
	const TocsinObjectClass *klass = tocsin_datum_object_class(callee);

	if (!tocsin_datum_is_defined(callee)) {
		return tocsin_run_fail_undefined(run, callee);
	}
	if (klass == NULL || klass->call == NULL) {
		return tocsin_run_fail(run, "%s cannot be called", tocsin_datum_kind_name(callee));
	}
	return klass->call(tocsin_datum_object(callee), run, arguments);
}

TocsinDatum *
tocsin_evaluate_call(TocsinRun *run, const TocsinTree *node)
{
	g_auto(TocsinArguments) arguments = {NULL, NULL};
	g_autoptr(TocsinDatum) owner = NULL;
	g_autoptr(TocsinDatum) callee = NULL;
	gboolean is_method = node->a->kind == TOCSIN_TREE_ATTRIBUTE;
	gboolean is_known = FALSE;

	owner = is_method ? tocsin_evaluate_defined(run, node->a->a)
	                  : tocsin_evaluate(run, node->a);
	if (owner == NULL || !tocsin_evaluate_arguments(run, node->arguments, &arguments)) {
		return NULL;
	}
	run->node = node;
	if (!is_method) {
		return call_object(run, owner, &arguments);
	}
	TocsinDatum *result =
	        tocsin_functions_call_method(run, owner, node->a->name, &arguments, &is_known);

	if (is_known || run->error != NULL) {
		return result;
	}
	callee = tocsin_access_attribute(run, owner, node->a->name);
	return callee != NULL ? call_object(run, callee, &arguments) : NULL;
}

static TocsinDatum *
apply_filter(TocsinRun *run, const TocsinTree *node, const TocsinDatum *input)
{
	g_auto(TocsinArguments) arguments = {NULL, NULL};

	if (!tocsin_evaluate_arguments(run, node->arguments, &arguments)) {
		return NULL;
	}
	run->node = node;
	return tocsin_filter_apply(node->entry, node->kind == TOCSIN_TREE_TEST ? "test" : "filter",
	                           run, input, &arguments);
}

TocsinDatum *
tocsin_evaluate_filters(TocsinRun *run, const TocsinTree *node, const TocsinDatum *input)
{
	g_autoptr(TocsinDatum) inner = NULL;

	if (node == NULL) {
		return tocsin_datum_ref(input);
	}
	if (node->kind != TOCSIN_TREE_FILTER) {
		return tocsin_run_fail(run, "only filters can stand here");
	}
	inner = tocsin_evaluate_filters(run, node->a, input);
	return inner != NULL ? apply_filter(run, node, inner) : NULL;
}

TocsinDatum *
tocsin_evaluate_filter(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) input = tocsin_evaluate(run, node->a);

	if (input != NULL && !tocsin_datum_is_defined(input) &&
	    !((const TocsinFilter *)node->entry)->takes_undefined) {
		return tocsin_evaluate_fail_undefined(run, node->a, input);
	}
	return input != NULL ? apply_filter(run, node, input) : NULL;
}

TocsinDatum *
tocsin_evaluate_test(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) result = tocsin_evaluate_filter(run, node);

	if (result == NULL) {
		return NULL;
	}
	return tocsin_datum_new_bool(tocsin_datum_truth(result) != node->is_negated);
}
