/* SPDX-License-Identifier: MIT */
/* Expressions, by precedence from "x if y else z" down to names and literals: Jinja2's grammar,
 * and "matches". */
#include <string.h>

#include "template/filter.h"
#include "template/parser.h"

static TocsinTree *
binary(TocsinParser *self, TocsinTreeKind kind, int operator, TocsinTree * a, TocsinTree *b,
       const TocsinToken *token)
{
	TocsinTree *node = tocsin_parser_node(self, kind, token);

	node->operator= operator;
	node->a = a;
	node->b = b;
	if (b == NULL) {
		tocsin_tree_free(node);
		return NULL;
	}
	return tocsin_parser_finish(self, node);
}

/* TRUE with the token skipped if the present one is one of these operators. */
static gboolean
skip_one_of(TocsinParser *self, const int *operators, guint count, int *out_operator)
{
	for (guint i = 0; i < count; i++) {
		if (tocsin_parser_skip_operator(self, operators[i])) {
			*out_operator = operators[i];
			return TRUE;
		}
	}
	return FALSE;
}

static TocsinTree *read_unary(TocsinParser *self, gboolean has_filter);

static TocsinTree *
read_power(TocsinParser *self)
{
	TocsinTree *left = read_unary(self, TRUE);

	while (left != NULL && tocsin_parser_is_operator(self, TOCSIN_OPERATOR('*', '*'))) {
		const TocsinToken *token = tocsin_parser_skip(self);

		left = binary(self, TOCSIN_TREE_ARITHMETIC, TOCSIN_OPERATOR('*', '*'), left,
		              read_unary(self, TRUE), token);
	}
	return left;
}

static TocsinTree *
read_product(TocsinParser *self)
{
	static const int operators[] = {'*', '/', TOCSIN_OPERATOR('/', '/'), '%'};
	TocsinTree *left = read_power(self);
	int operator;

	while (left != NULL) {
		const TocsinToken *token = tocsin_parser_token(self);

		if (!skip_one_of(self, operators, G_N_ELEMENTS(operators), &operator)) {
			break;
		}
		left = binary(self, TOCSIN_TREE_ARITHMETIC, operator, left, read_power(self),
		              token);
	}
	return left;
}

static TocsinTree *
read_concatenation(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinTree *first = read_product(self);
	g_autoptr(TocsinTree) node = NULL;

	if (first == NULL || !tocsin_parser_is_operator(self, '~')) {
		return first;
	}
	node = tocsin_parser_node(self, TOCSIN_TREE_CONCATENATE, token);
	tocsin_tree_add(node, first);
	while (tocsin_parser_skip_operator(self, '~')) {
		TocsinTree *part = read_product(self);

		if (part == NULL) {
			return NULL;
		}
		tocsin_tree_add(node, part);
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static TocsinTree *
read_sum(TocsinParser *self)
{
	static const int operators[] = {'+', '-'};
	TocsinTree *left = read_concatenation(self);
	int operator;

	while (left != NULL) {
		const TocsinToken *token = tocsin_parser_token(self);

		if (!skip_one_of(self, operators, G_N_ELEMENTS(operators), &operator)) {
			break;
		}
		left = binary(self, TOCSIN_TREE_ARITHMETIC, operator, left,
		              read_concatenation(self), token);
	}
	return left;
}

static gboolean
skip_comparison(TocsinParser *self, int *out_operator)
{
	static const int operators[] = {TOCSIN_OPERATOR('=', '='),
	                                TOCSIN_OPERATOR('!', '='),
	                                TOCSIN_OPERATOR('<', '='),
	                                TOCSIN_OPERATOR('>', '='),
	                                '<',
	                                '>'};
	const TocsinToken *next = tocsin_parser_next_token(self);
	gboolean is_negated = tocsin_parser_is_name(self, "not");
	const TocsinToken *word = is_negated ? next : tocsin_parser_token(self);

	if (skip_one_of(self, operators, G_N_ELEMENTS(operators), out_operator)) {
		return TRUE;
	}
	if (word->kind != TOCSIN_TOKEN_NAME) {
		return FALSE;
	}
	if (strcmp(word->text, "in") == 0) {
		*out_operator = is_negated ? TOCSIN_OPERATOR_NOT_IN : TOCSIN_OPERATOR_IN;
	} else if (strcmp(word->text, "matches") == 0) {
		*out_operator = is_negated ? TOCSIN_OPERATOR_NOT_MATCHES : TOCSIN_OPERATOR_MATCHES;
	} else {
		return FALSE;
	}
	tocsin_parser_skip(self);
	if (is_negated) {
		tocsin_parser_skip(self);
	}
	return TRUE;
}

/* A pattern that is written out is compiled here, so that its faults are found at once. */
static gboolean
compile_pattern(TocsinParser *self, TocsinTree *operand, const TocsinToken *token)
{
	g_autoptr(GError) error = NULL;
	gboolean is_pattern = operand->operator== TOCSIN_OPERATOR_MATCHES || operand->operator==
	                      TOCSIN_OPERATOR_NOT_MATCHES;

	if (!is_pattern || operand->a->kind != TOCSIN_TREE_CONSTANT ||
	    !tocsin_datum_is_string(operand->a->value)) {
		return TRUE;
	}
	operand->regex = tocsin_run_compile_regex(tocsin_datum_text(operand->a->value),
	                                          self->limits, &error);
	if (operand->regex == NULL) {
		tocsin_parser_fail(self, token, "%s", error->message);
	}
	return operand->regex != NULL;
}

static TocsinTree *
read_operand(TocsinParser *self, int operator, const TocsinToken * token)
{
	g_autoptr(TocsinTree) node = tocsin_parser_node(self, TOCSIN_TREE_OPERAND, token);
	const TocsinToken *first = tocsin_parser_token(self);

	node->operator= operator;
	node->a = read_sum(self);
	if (node->a == NULL || !compile_pattern(self, node, first)) {
		return NULL;
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static TocsinTree *
read_comparison(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_token(self);
	g_autoptr(TocsinTree) first = read_sum(self);
	g_autoptr(TocsinTree) node = NULL;
	int operator;

	while (first != NULL || node != NULL) {
		const TocsinToken *at = tocsin_parser_token(self);
		TocsinTree *operand;

		if (!skip_comparison(self, &operator)) {
			break;
		}
		if (node == NULL) {
			node = tocsin_parser_node(self, TOCSIN_TREE_COMPARE, token);
			node->a = g_steal_pointer(&first);
		}
		operand = read_operand(self, operator, at);
		if (operand == NULL) {
			return NULL;
		}
		tocsin_tree_add(node, operand);
	}
	return node != NULL ? tocsin_parser_finish(self, g_steal_pointer(&node))
	                    : g_steal_pointer(&first);
}

static TocsinTree *
read_not(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_token(self);
	g_autoptr(TocsinTree) node = NULL;

	if (!tocsin_parser_skip_name(self, "not")) {
		return read_comparison(self);
	}
	if (!tocsin_parser_enter(self)) {
		return NULL;
	}
	node = tocsin_parser_node(self, TOCSIN_TREE_NOT, token);
	node->a = read_not(self);
	tocsin_parser_leave(self);
	return node->a != NULL ? tocsin_parser_finish(self, g_steal_pointer(&node)) : NULL;
}

static TocsinTree *
read_and(TocsinParser *self)
{
	TocsinTree *left = read_not(self);

	while (left != NULL && tocsin_parser_is_name(self, "and")) {
		const TocsinToken *token = tocsin_parser_skip(self);

		left = binary(self, TOCSIN_TREE_AND, 0, left, read_not(self), token);
	}
	return left;
}

TocsinTree *
tocsin_parser_read_condition(TocsinParser *self)
{
	TocsinTree *left = read_and(self);

	while (left != NULL && tocsin_parser_is_name(self, "or")) {
		const TocsinToken *token = tocsin_parser_skip(self);

		left = binary(self, TOCSIN_TREE_OR, 0, left, read_and(self), token);
	}
	return left;
}

static TocsinTree *
read_conditional(TocsinParser *self)
{
	g_autoptr(TocsinTree) value = tocsin_parser_read_condition(self);

	while (value != NULL && tocsin_parser_is_name(self, "if")) {
		g_autoptr(TocsinTree) node =
		        tocsin_parser_node(self, TOCSIN_TREE_CONDITION, tocsin_parser_skip(self));

		node->b = g_steal_pointer(&value);
		node->a = tocsin_parser_read_condition(self);
		if (node->a == NULL) {
			return NULL;
		}
		if (tocsin_parser_skip_name(self, "else")) {
			node->c = tocsin_parser_read_expression(self);
			if (node->c == NULL) {
				return NULL;
			}
		}
		value = tocsin_parser_finish(self, g_steal_pointer(&node));
	}
	return g_steal_pointer(&value);
}

TocsinTree *
tocsin_parser_read_expression(TocsinParser *self)
{
	TocsinTree *node;

	if (!tocsin_parser_enter(self)) {
		return NULL;
	}
	node = read_conditional(self);
	tocsin_parser_leave(self);
	return node;
}

static gboolean
is_tuple_end(const TocsinParser *self)
{
	TocsinTokenKind kind = tocsin_parser_token(self)->kind;

	return kind == TOCSIN_TOKEN_END || kind == TOCSIN_TOKEN_OUTPUT_END ||
	       kind == TOCSIN_TOKEN_TAG_END || tocsin_parser_is_operator(self, ')');
}

TocsinTree *
tocsin_parser_read_tuple(TocsinParser *self, gboolean has_condition)
{
	const TocsinToken *token = tocsin_parser_token(self);
	g_autoptr(TocsinTree) first = has_condition ? tocsin_parser_read_expression(self)
	                                            : tocsin_parser_read_condition(self);
	g_autoptr(TocsinTree) node = NULL;

	if (first == NULL || !tocsin_parser_is_operator(self, ',')) {
		return g_steal_pointer(&first);
	}
	node = tocsin_parser_node(self, TOCSIN_TREE_TUPLE, token);
	tocsin_tree_add(node, g_steal_pointer(&first));
	while (tocsin_parser_skip_operator(self, ',') && !is_tuple_end(self)) {
		TocsinTree *member = has_condition ? tocsin_parser_read_expression(self)
		                                   : tocsin_parser_read_condition(self);

		if (member == NULL) {
			return NULL;
		}
		tocsin_tree_add(node, member);
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static TocsinTree *
read_unary(TocsinParser *self, gboolean has_filter)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinTree *node = NULL;
	gboolean is_minus = tocsin_parser_is_operator(self, '-');

	if (!is_minus && !tocsin_parser_is_operator(self, '+')) {
		node = tocsin_parser_read_primary(self);
	} else if (tocsin_parser_enter(self)) {
		tocsin_parser_skip(self);
		node = tocsin_parser_node(self, is_minus ? TOCSIN_TREE_NEGATE : TOCSIN_TREE_PLUS,
		                          token);
		node->a = read_unary(self, FALSE);
		tocsin_parser_leave(self);
		if (node->a == NULL) {
			g_clear_pointer(&node, tocsin_tree_free);
		} else {
			node = tocsin_parser_finish(self, node);
		}
	}
	node = node != NULL ? tocsin_parser_read_postfix(self, node) : NULL;
	return node != NULL && has_filter ? tocsin_parser_read_filters(self, node, FALSE) : node;
}
