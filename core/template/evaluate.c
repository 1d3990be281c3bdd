/* SPDX-License-Identifier: MIT */
/* Walking an expression's tree. */
#include "template/evaluate.h"

#include "template/filter.h"

static TocsinDatum *
evaluate_name(TocsinRun *run, const TocsinNode *node)
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
evaluate_members(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) list =
	        node->kind == TOCSIN_NODE_LIST ? tocsin_datum_new_list() : tocsin_datum_new_tuple();

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
evaluate_map(TocsinRun *run, const TocsinNode *node)
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
evaluate_optional(TocsinRun *run, const TocsinNode *node, gboolean *is_fine)
{
	TocsinDatum *value = node != NULL ? tocsin_evaluate_defined(run, node) : NULL;

	*is_fine = *is_fine && (node == NULL || value != NULL);
	return value;
}

static TocsinDatum *
evaluate_subscript(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) owner = tocsin_evaluate_defined(run, node->a);

	if (owner == NULL) {
		return NULL;
	}
	if (node->b->kind != TOCSIN_NODE_SLICE) {
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
evaluate_attribute(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) owner = tocsin_evaluate_defined(run, node->a);

	return owner != NULL ? tocsin_access_attribute(run, owner, node->name) : NULL;
}

static gboolean
add_more(TocsinRun *run, const TocsinNode *node, TocsinArguments *arguments)
{
	g_autoptr(TocsinDatum) more = tocsin_evaluate_defined(run, node);
	g_autoptr(TocsinDatum) list = more != NULL ? tocsin_run_to_list(run, more) : NULL;

	for (guint i = 0; list != NULL && i < tocsin_datum_count(list); i++) {
		g_ptr_array_add(arguments->positional, tocsin_datum_ref(tocsin_datum_nth(list, i)));
	}
	return list != NULL;
}

static gboolean
add_more_named(TocsinRun *run, const TocsinNode *node, TocsinArguments *arguments)
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
tocsin_evaluate_arguments(TocsinRun *run, const TocsinNodeArguments *nodes,
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

static TocsinDatum *
evaluate_call(TocsinRun *run, const TocsinNode *node)
{
	g_auto(TocsinArguments) arguments = {NULL, NULL};
	g_autoptr(TocsinDatum) owner = NULL;
	g_autoptr(TocsinDatum) callee = NULL;
	gboolean is_method = node->a->kind == TOCSIN_NODE_ATTRIBUTE;
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
apply_filter(TocsinRun *run, const TocsinNode *node, const TocsinDatum *input)
{
	g_auto(TocsinArguments) arguments = {NULL, NULL};

	if (!tocsin_evaluate_arguments(run, node->arguments, &arguments)) {
		return NULL;
	}
	run->node = node;
	return tocsin_filter_apply(node->entry, node->kind == TOCSIN_NODE_TEST ? "test" : "filter",
	                           run, input, &arguments);
}

TocsinDatum *
tocsin_evaluate_filters(TocsinRun *run, const TocsinNode *node, const TocsinDatum *input)
{
	g_autoptr(TocsinDatum) inner = NULL;

	if (node == NULL) {
		return tocsin_datum_ref(input);
	}
	if (node->kind != TOCSIN_NODE_FILTER) {
		return tocsin_run_fail(run, "only filters can stand here");
	}
	inner = tocsin_evaluate_filters(run, node->a, input);
	return inner != NULL ? apply_filter(run, node, inner) : NULL;
}

static TocsinDatum *
evaluate_filter(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) input = tocsin_evaluate(run, node->a);

	return input != NULL ? apply_filter(run, node, input) : NULL;
}

static TocsinDatum *
evaluate_test(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) result = evaluate_filter(run, node);

	if (result == NULL) {
		return NULL;
	}
	return tocsin_datum_new_bool(tocsin_datum_truth(result) != node->is_negated);
}

static TocsinDatum *
evaluate_concatenation(TocsinRun *run, const TocsinNode *node)
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

static gboolean
matches(TocsinRun *run, const TocsinNode *operand, const TocsinDatum *a, const TocsinDatum *b)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(run, a);
	GRegex *regex = operand->regex;

	if (text == NULL) {
		return FALSE;
	}
	if (regex == NULL && !tocsin_datum_is_string(b)) {
		tocsin_run_fail(run, "the pattern must be a string, found %s",
		                tocsin_datum_kind_name(b));
		return FALSE;
	}
	regex = regex != NULL ? regex : tocsin_run_regex(run, tocsin_datum_text(b));
	return regex != NULL && tocsin_run_search(run, regex, tocsin_datum_text(text), FALSE);
}

static gboolean
is_ordered(TocsinRun *run, int operator, const TocsinDatum * a, const TocsinDatum *b)
{
	gint order = 0;

	if (!tocsin_datum_compare(a, b, &order)) {
		tocsin_run_fail(run,
		                "%s and %s cannot be compared: one of the filters int, float "
		                "and string may help",
		                tocsin_datum_kind_name(a), tocsin_datum_kind_name(b));
		return FALSE;
	}
	switch (operator) {
	case '<':
		return order < 0;
	case '>':
		return order > 0;
	case TOCSIN_OPERATOR('<', '='):
		return order <= 0;
	default:
		return order >= 0;
	}
}

static gboolean
holds(TocsinRun *run, const TocsinNode *operand, const TocsinDatum *a, const TocsinDatum *b)
{
	gboolean is_in = FALSE;

	switch (operand->operator) {
	case TOCSIN_OPERATOR('=', '='):
		return tocsin_datum_equal(a, b);
	case TOCSIN_OPERATOR('!', '='):
		return !tocsin_datum_equal(a, b);
	case TOCSIN_OPERATOR_IN:
	case TOCSIN_OPERATOR_NOT_IN:
		tocsin_access_contains(run, b, a, &is_in);
		return is_in == (operand->operator== TOCSIN_OPERATOR_IN);
	case TOCSIN_OPERATOR_MATCHES:
		return matches(run, operand, a, b);
	case TOCSIN_OPERATOR_NOT_MATCHES:
		return !matches(run, operand, a, b);
	default:
		return is_ordered(run, operand->operator, a, b);
	}
}

static TocsinDatum *
evaluate_comparison(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) left = tocsin_evaluate_defined(run, node->a);

	for (guint i = 0; left != NULL && i < node->list->len; i++) {
		const TocsinNode *operand = node->list->pdata[i];
		TocsinDatum *right = tocsin_evaluate_defined(run, operand->a);
		gboolean is_true;

		if (right == NULL) {
			return NULL;
		}
		run->node = operand;
		is_true = holds(run, operand, left, right);
		tocsin_datum_unref(left);
		left = right;
		if (run->error != NULL || !is_true) {
			return run->error != NULL ? NULL : tocsin_datum_new_bool(FALSE);
		}
	}
	return left != NULL ? tocsin_datum_new_bool(TRUE) : NULL;
}

static TocsinDatum *
evaluate_arithmetic(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) a = tocsin_evaluate_defined(run, node->a);
	g_autoptr(TocsinDatum) b = NULL;

	if (a == NULL) {
		return NULL;
	}
	b = node->b != NULL ? tocsin_evaluate_defined(run, node->b) : NULL;
	run->node = node;
	if (node->kind == TOCSIN_NODE_ARITHMETIC) {
		return b != NULL ? tocsin_arithmetic(run, node->operator, a, b) : NULL;
	}
	if (!tocsin_datum_is_number(a)) {
		return tocsin_run_fail(run, "expected a number, found %s",
		                       tocsin_datum_kind_name(a));
	}
	return node->kind == TOCSIN_NODE_NEGATE ? tocsin_arithmetic_negate(run, a)
	                                        : g_steal_pointer(&a);
}

static TocsinDatum *
evaluate_logic(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) a = tocsin_evaluate_defined(run, node->a);

	if (a == NULL) {
		return NULL;
	}
	switch (node->kind) {
	case TOCSIN_NODE_NOT:
		return tocsin_datum_new_bool(!tocsin_datum_truth(a));
	case TOCSIN_NODE_AND:
		return tocsin_datum_truth(a) ? tocsin_evaluate(run, node->b) : g_steal_pointer(&a);
	case TOCSIN_NODE_OR:
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
evaluate_kind(TocsinRun *run, const TocsinNode *node)
{
	switch (node->kind) {
	case TOCSIN_NODE_CONSTANT:
		return tocsin_datum_ref(node->value);
	case TOCSIN_NODE_NAME:
		return evaluate_name(run, node);
	case TOCSIN_NODE_LIST:
	case TOCSIN_NODE_TUPLE:
		return evaluate_members(run, node);
	case TOCSIN_NODE_MAP:
		return evaluate_map(run, node);
	case TOCSIN_NODE_ATTRIBUTE:
		return evaluate_attribute(run, node);
	case TOCSIN_NODE_SUBSCRIPT:
		return evaluate_subscript(run, node);
	case TOCSIN_NODE_CALL:
		return evaluate_call(run, node);
	case TOCSIN_NODE_FILTER:
		return evaluate_filter(run, node);
	case TOCSIN_NODE_TEST:
		return evaluate_test(run, node);
	case TOCSIN_NODE_NEGATE:
	case TOCSIN_NODE_PLUS:
	case TOCSIN_NODE_ARITHMETIC:
		return evaluate_arithmetic(run, node);
	case TOCSIN_NODE_CONCATENATE:
		return evaluate_concatenation(run, node);
	case TOCSIN_NODE_COMPARE:
		return evaluate_comparison(run, node);
	default:
		return evaluate_logic(run, node);
	}
}

TocsinDatum *
tocsin_evaluate(TocsinRun *run, const TocsinNode *node)
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

TocsinDatum *
tocsin_evaluate_defined(TocsinRun *run, const TocsinNode *node)
{
	g_autoptr(TocsinDatum) value = tocsin_evaluate(run, node);

	if (value != NULL && !tocsin_datum_is_defined(value)) {
		return tocsin_run_fail_undefined(run, value);
	}
	return g_steal_pointer(&value);
}

gboolean
tocsin_evaluate_truth(TocsinRun *run, const TocsinNode *node, gboolean *out_truth)
{
	g_autoptr(TocsinDatum) value = tocsin_evaluate_defined(run, node);

	if (value != NULL) {
		*out_truth = tocsin_datum_truth(value);
	}
	return value != NULL;
}
