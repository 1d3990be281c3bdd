/* SPDX-License-Identifier: MIT */
/* Walking an expression's tree. Calls, filters and tests are in evaluate-call.c, comparisons in
 * evaluate-compare.c. */
#include "template/evaluate.h"

#include <string.h>

#include "template/access.h"
#include "template/arithmetic.h"
#include "template/functions.h"

static TocsinDatum *
evaluate_name(TocsinRun *run, const TocsinTree *node)
{
	TocsinDatum *value = tocsin_frame_find(run->frame, node->name);
	g_autofree char *message = NULL;

	value = value != NULL ? value : tocsin_functions_find(node->name);
	if (value != NULL) {
		return value;
	}
	message = g_strdup_printf("'%s' is undefined", node->name);
	return tocsin_datum_new_undefined(message);
}

static TocsinDatum *
evaluate_members(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) list =
	        node->kind == TOCSIN_TREE_LIST ? tocsin_datum_new_list() : tocsin_datum_new_tuple();

	for (guint i = 0; node->list != NULL && i < node->list->len; i++) {
		TocsinDatum *member = tocsin_evaluate(run, node->list->pdata[i]);

		if (member == NULL) {
			return NULL;
		}
		tocsin_datum_append(list, member);
	}
	return g_steal_pointer(&list);
}

static TocsinDatum *
evaluate_map(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) map = tocsin_datum_new_map();

	for (guint i = 0; node->list != NULL && i + 1 < node->list->len; i += 2) {
		g_autoptr(TocsinDatum) key = tocsin_evaluate_defined(run, node->list->pdata[i]);
		TocsinDatum *value =
		        key != NULL ? tocsin_evaluate(run, node->list->pdata[i + 1]) : NULL;

		if (value == NULL) {
			return NULL;
		}
		tocsin_datum_set(map, g_steal_pointer(&key), value);
	}
	return g_steal_pointer(&map);
}

static TocsinDatum *
evaluate_optional(TocsinRun *run, const TocsinTree *node, gboolean *is_fine)
{
	TocsinDatum *value = node != NULL ? tocsin_evaluate_defined(run, node) : NULL;

	*is_fine = *is_fine && (node == NULL || value != NULL);
	return value;
}

static TocsinDatum *
evaluate_subscript(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) owner = tocsin_evaluate_defined(run, node->a);

	if (owner == NULL) {
		return NULL;
	}
	if (node->b->kind != TOCSIN_TREE_SLICE) {
		g_autoptr(TocsinDatum) index = tocsin_evaluate_defined(run, node->b);

		return index != NULL ? tocsin_access_index(run, owner, index) : NULL;
	}
	gboolean is_fine = TRUE;
	g_autoptr(TocsinDatum) from = evaluate_optional(run, node->b->a, &is_fine);
	g_autoptr(TocsinDatum) to = evaluate_optional(run, node->b->b, &is_fine);
	g_autoptr(TocsinDatum) step = evaluate_optional(run, node->b->c, &is_fine);

	return is_fine ? tocsin_access_slice(run, owner, from, to, step) : NULL;
}

static TocsinDatum *
evaluate_attribute(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) owner = tocsin_evaluate_defined(run, node->a);

	return owner != NULL ? tocsin_access_attribute(run, owner, node->name) : NULL;
}

static TocsinDatum *
evaluate_concatenation(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) parts = evaluate_members(run, node);
	GString *text = NULL;
	gboolean is_safe = FALSE;

	for (guint i = 0; parts != NULL && i < tocsin_datum_count(parts); i++) {
		is_safe = is_safe || (run->escape == TOCSIN_ESCAPE_HTML &&
		                      tocsin_datum_is_safe(tocsin_datum_nth(parts, i)));
	}
	text = g_string_new(NULL);
	for (guint i = 0; parts != NULL && i < tocsin_datum_count(parts); i++) {
		g_autoptr(TocsinDatum) part =
		        is_safe ? tocsin_run_to_markup(run, tocsin_datum_nth(parts, i))
		                : tocsin_run_to_string(run, tocsin_datum_nth(parts, i));

		if (part == NULL) {
			break;
		}
		g_string_append_len(text, tocsin_datum_text(part), (gssize)tocsin_datum_size(part));
	}
	if (run->error != NULL) {
		g_string_free(text, TRUE);
		return NULL;
	}
	return tocsin_run_gstring_take(run, text, is_safe);
}

static TocsinDatum *
evaluate_arithmetic(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) a = tocsin_evaluate_defined(run, node->a);
	g_autoptr(TocsinDatum) b = NULL;

	if (a == NULL) {
		return NULL;
	}
	b = node->b != NULL ? tocsin_evaluate_defined(run, node->b) : NULL;
	run->node = node;
	if (node->kind == TOCSIN_TREE_ARITHMETIC) {
		return b != NULL ? tocsin_arithmetic(run, node->operator, a, b) : NULL;
	}
	if (!tocsin_datum_is_number(a)) {
		return tocsin_run_fail(run, "expected a number, found %s",
		                       tocsin_datum_kind_name(a));
	}
	return node->kind == TOCSIN_TREE_NEGATE ? tocsin_arithmetic_negate(run, a)
	                                        : g_steal_pointer(&a);
}

static TocsinDatum *
evaluate_logic(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) a = tocsin_evaluate_defined(run, node->a);

	if (a == NULL) {
		return NULL;
	}
	switch (node->kind) {
	case TOCSIN_TREE_NOT:
		return tocsin_datum_new_bool(!tocsin_datum_truth(a));
	case TOCSIN_TREE_AND:
		return tocsin_datum_truth(a) ? tocsin_evaluate(run, node->b) : g_steal_pointer(&a);
	case TOCSIN_TREE_OR:
		return tocsin_datum_truth(a) ? g_steal_pointer(&a) : tocsin_evaluate(run, node->b);
	default:
		break;
	}
	if (tocsin_datum_truth(a)) {
		return tocsin_evaluate(run, node->b);
	}
	return node->c != NULL ? tocsin_evaluate(run, node->c) : tocsin_datum_new_string("", 0);
}

static TocsinDatum *
evaluate_kind(TocsinRun *run, const TocsinTree *node)
{
	switch (node->kind) {
	case TOCSIN_TREE_CONSTANT:
		return tocsin_datum_ref(node->value);
	case TOCSIN_TREE_NAME:
		return evaluate_name(run, node);
	case TOCSIN_TREE_LIST:
	case TOCSIN_TREE_TUPLE:
		return evaluate_members(run, node);
	case TOCSIN_TREE_MAP:
		return evaluate_map(run, node);
	case TOCSIN_TREE_ATTRIBUTE:
		return evaluate_attribute(run, node);
	case TOCSIN_TREE_SUBSCRIPT:
		return evaluate_subscript(run, node);
	case TOCSIN_TREE_CALL:
		return tocsin_evaluate_call(run, node);
	case TOCSIN_TREE_FILTER:
		return tocsin_evaluate_filter(run, node);
	case TOCSIN_TREE_TEST:
		return tocsin_evaluate_test(run, node);
	case TOCSIN_TREE_NEGATE:
	case TOCSIN_TREE_PLUS:
	case TOCSIN_TREE_ARITHMETIC:
		return evaluate_arithmetic(run, node);
	case TOCSIN_TREE_CONCATENATE:
		return evaluate_concatenation(run, node);
	case TOCSIN_TREE_COMPARE:
		return tocsin_evaluate_comparison(run, node);
	default:
		return evaluate_logic(run, node);
	}
}

TocsinDatum *
tocsin_evaluate(TocsinRun *run, const TocsinTree *node)
{
	TocsinDatum *value;

	run->node = node;
	if (!tocsin_run_step(run, 1) || !tocsin_run_enter(run)) {
		return NULL;
	}
	value = evaluate_kind(run, node);
	tocsin_run_leave(run);
	run->node = node;
	if (value != NULL && tocsin_datum_depth(value) > TOCSIN_DATUM_DEPTH_MAX) {
		tocsin_datum_unref(value);
		return tocsin_run_fail_limit(run, "lists nested more than %u deep",
		                             TOCSIN_DATUM_DEPTH_MAX);
	}
	return value;
}

gpointer
tocsin_evaluate_fail_undefined(TocsinRun *run, const TocsinTree *node, const TocsinDatum *undefined)
{
	const char *nearest = node->kind == TOCSIN_TREE_NAME
	                              ? tocsin_frame_nearest(run->frame, node->name)
	                              : NULL;

	run->node = node;
	return nearest != NULL && strcmp(nearest, node->name) != 0
	               ? tocsin_run_fail(run, "%s: did you mean '%s'?",
	                                 tocsin_datum_text(undefined), nearest)
	               : tocsin_run_fail_undefined(run, undefined);
}

TocsinDatum *
tocsin_evaluate_defined(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) value = tocsin_evaluate(run, node);

	if (value != NULL && !tocsin_datum_is_defined(value)) {
		return tocsin_evaluate_fail_undefined(run, node, value);
	}
	return g_steal_pointer(&value);
}

gboolean
tocsin_evaluate_truth(TocsinRun *run, const TocsinTree *node, gboolean *out_truth)
{
	g_autoptr(TocsinDatum) value = tocsin_evaluate_defined(run, node);

	if (value != NULL) {
		*out_truth = tocsin_datum_truth(value);
	}
	return value != NULL;
}
