/* SPDX-License-Identifier: MIT */
/* Names, literals, and what stands behind a value: members, calls, filters, tests. */
#include <string.h>

#include "template/filter.h"
#include "template/parser.h"

/* Members up to @close, which is skipped. */
static TocsinTree *
read_members(TocsinParser *self, TocsinTreeKind kind, int close)
{
	g_autoptr(TocsinTree) node = tocsin_parser_node(self, kind, tocsin_parser_skip(self));

	while (!tocsin_parser_is_operator(self, close)) {
		TocsinTree *member = tocsin_parser_read_expression(self);

		if (member == NULL) {
			return NULL;
		}
		tocsin_tree_add(node, member);
		if (kind == TOCSIN_TREE_MAP) {
			if (!tocsin_parser_expect_operator(self, ':') ||
			    (member = tocsin_parser_read_expression(self)) == NULL) {
				return NULL;
			}
			tocsin_tree_add(node, member);
		}
		if (!tocsin_parser_is_operator(self, close) &&
		    !tocsin_parser_expect_operator(self, ',')) {
			return NULL;
		}
	}
	tocsin_parser_skip(self);
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static TocsinTree *
read_parentheses(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_skip(self);
	g_autoptr(TocsinTree) node = NULL;

	if (tocsin_parser_skip_operator(self, ')')) {
		return tocsin_parser_node(self, TOCSIN_TREE_TUPLE, token);
	}
	node = tocsin_parser_read_tuple(self, TRUE);
	if (node == NULL || !tocsin_parser_expect_operator(self, ')')) {
		return NULL;
	}
	return g_steal_pointer(&node);
}

static TocsinTree *
read_strings(TocsinParser *self)
{
	TocsinTree *node =
	        tocsin_parser_node(self, TOCSIN_TREE_CONSTANT, tocsin_parser_token(self));
	const TocsinToken *token = tocsin_parser_skip(self);
	g_autoptr(GString) text = NULL;

	if (!tocsin_datum_is_string(token->value)) {
		node->value = tocsin_datum_ref(token->value);
		return node;
	}
	text = g_string_new(tocsin_datum_text(token->value));
	while (tocsin_parser_token(self)->kind == TOCSIN_TOKEN_VALUE &&
	       tocsin_datum_is_string(tocsin_parser_token(self)->value)) {
		g_string_append(text, tocsin_datum_text(tocsin_parser_skip(self)->value));
	}
	node->value = tocsin_datum_new_string(text->str, (gssize)text->len);
	return node;
}

static TocsinTree *
read_name(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_skip(self);
	TocsinTree *node = tocsin_parser_node(self, TOCSIN_TREE_CONSTANT, token);

	if (g_ascii_strcasecmp(token->text + 1, "rue") == 0 && strchr("tT", *token->text)) {
		node->value = tocsin_datum_new_bool(TRUE);
	} else if (strcmp(token->text, "false") == 0 || strcmp(token->text, "False") == 0) {
		node->value = tocsin_datum_new_bool(FALSE);
	} else if (strcmp(token->text, "none") == 0 || strcmp(token->text, "None") == 0) {
		node->value = tocsin_datum_new_none();
	} else {
		node->kind = TOCSIN_TREE_NAME;
		node->name = g_strdup(token->text);
	}
	return node;
}

TocsinTree *
tocsin_parser_read_primary(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_token(self);

	if (token->kind == TOCSIN_TOKEN_NAME) {
		return read_name(self);
	}
	if (token->kind == TOCSIN_TOKEN_VALUE) {
		return read_strings(self);
	}
	if (tocsin_parser_is_operator(self, '(')) {
		return read_parentheses(self);
	}
	if (tocsin_parser_is_operator(self, '[')) {
		return read_members(self, TOCSIN_TREE_LIST, ']');
	}
	if (tocsin_parser_is_operator(self, '{')) {
		return read_members(self, TOCSIN_TREE_MAP, '}');
	}
	return tocsin_parser_fail_expected(self, "an expression");
}

static gboolean
read_argument(TocsinParser *self, TocsinTreeArguments *arguments)
{
	const TocsinToken *token = tocsin_parser_token(self);
	const TocsinToken *next = tocsin_parser_next_token(self);
	gboolean is_named = token->kind == TOCSIN_TOKEN_NAME &&
	                    next->kind == TOCSIN_TOKEN_OPERATOR && next->operator== '=';
	TocsinTree **place = tocsin_parser_is_operator(self, '*') ? &arguments->more
	                     : tocsin_parser_is_operator(self, TOCSIN_OPERATOR('*', '*'))
	                             ? &arguments->more_named
	                             : NULL;
	TocsinTree *value;

	if (arguments->more_named != NULL || (place != NULL && *place != NULL) ||
	    (place == NULL && !is_named &&
	     (arguments->more != NULL || arguments->names->len > 0))) {
		tocsin_parser_fail(self, token,
		                   "arguments are in the wrong order: positional, "
		                   "then named, then *list, then **map");
		return FALSE;
	}
	if (place != NULL) {
		tocsin_parser_skip(self);
		*place = tocsin_parser_read_expression(self);
		return *place != NULL;
	}
	if (is_named) {
		tocsin_parser_skip(self);
		tocsin_parser_skip(self);
	}
	value = tocsin_parser_read_expression(self);
	if (value == NULL) {
		return FALSE;
	}
	if (is_named) {
		g_ptr_array_add(arguments->names, g_strdup(token->text));
	}
	g_ptr_array_add(is_named ? arguments->values : arguments->positional, value);
	return TRUE;
}

TocsinTreeArguments *
tocsin_parser_read_arguments(TocsinParser *self)
{
	g_autoptr(TocsinTreeArguments) arguments = tocsin_tree_arguments_new();

	if (!tocsin_parser_expect_operator(self, '(')) {
		return NULL;
	}
	while (!tocsin_parser_is_operator(self, ')')) {
		if (!read_argument(self, arguments)) {
			return NULL;
		}
		if (!tocsin_parser_is_operator(self, ')') &&
		    !tocsin_parser_expect_operator(self, ',')) {
			return NULL;
		}
	}
	tocsin_parser_skip(self);
	return g_steal_pointer(&arguments);
}

/* One of the three parts of a slice; TRUE with NULL if it is left out. */
static gboolean
read_bound(TocsinParser *self, TocsinTree **out_bound)
{
	if (tocsin_parser_is_operator(self, ':') || tocsin_parser_is_operator(self, ']')) {
		return TRUE;
	}
	*out_bound = tocsin_parser_read_expression(self);
	return *out_bound != NULL;
}

static TocsinTree *
read_index(TocsinParser *self)
{
	g_autoptr(TocsinTree) slice =
	        tocsin_parser_node(self, TOCSIN_TREE_SLICE, tocsin_parser_token(self));

	if (tocsin_parser_is_operator(self, ']')) {
		return tocsin_parser_fail_expected(self, "an index");
	}
	if (!read_bound(self, &slice->a)) {
		return NULL;
	}
	if (!tocsin_parser_skip_operator(self, ':')) {
		return g_steal_pointer(&slice->a);
	}
	if (!read_bound(self, &slice->b) ||
	    (tocsin_parser_skip_operator(self, ':') && !read_bound(self, &slice->c))) {
		return NULL;
	}
	return tocsin_parser_finish(self, g_steal_pointer(&slice));
}

static TocsinTree *
read_subscript(TocsinParser *self, TocsinTree *owner)
{
	g_autoptr(TocsinTree) node =
	        tocsin_parser_node(self, TOCSIN_TREE_SUBSCRIPT, tocsin_parser_skip(self));

	node->a = owner;
	node->b = read_index(self);
	if (node->b == NULL || !tocsin_parser_expect_operator(self, ']')) {
		return NULL;
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static TocsinTree *
read_attribute(TocsinParser *self, TocsinTree *owner)
{
	const TocsinToken *token = tocsin_parser_next_token(self);
	g_autoptr(TocsinTree) node = tocsin_parser_node(self, TOCSIN_TREE_ATTRIBUTE, token);

	node->a = owner;
	tocsin_parser_skip(self);
	if (token->kind == TOCSIN_TOKEN_VALUE &&
	    tocsin_datum_kind(token->value) == TOCSIN_DATUM_INT) {
		node->kind = TOCSIN_TREE_SUBSCRIPT;
		node->b = tocsin_parser_node(self, TOCSIN_TREE_CONSTANT, token);
		node->b->value = tocsin_datum_ref(token->value);
		tocsin_parser_skip(self);
	} else {
		node->name = g_strdup(tocsin_parser_expect_name(self, "a member's name"));
		if (node->name == NULL) {
			return NULL;
		}
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static TocsinTree *
read_call(TocsinParser *self, TocsinTree *callee)
{
	g_autoptr(TocsinTree) node =
	        tocsin_parser_node(self, TOCSIN_TREE_CALL, tocsin_parser_token(self));

	node->a = callee;
	node->line = callee->line;
	node->column = callee->column;
	node->arguments = tocsin_parser_read_arguments(self);
	return node->arguments != NULL ? tocsin_parser_finish(self, g_steal_pointer(&node)) : NULL;
}

TocsinTree *
tocsin_parser_read_postfix(TocsinParser *self, TocsinTree *node)
{
	while (node != NULL) {
		if (tocsin_parser_is_operator(self, '.')) {
			node = read_attribute(self, node);
		} else if (tocsin_parser_is_operator(self, '[')) {
			node = read_subscript(self, node);
		} else if (tocsin_parser_is_operator(self, '(')) {
			node = read_call(self, node);
		} else {
			break;
		}
	}
	return node;
}

/* Looks the name up and says what was probably meant. */
static gboolean
resolve(TocsinParser *self, TocsinTree *node, const TocsinToken *token)
{
	gboolean is_test = node->kind == TOCSIN_TREE_TEST;
	const char *nearest;

	node->entry = is_test ? tocsin_test_find(node->name) : tocsin_filter_find(node->name);
	if (node->entry != NULL) {
		return TRUE;
	}
	nearest = is_test ? tocsin_test_nearest(node->name) : tocsin_filter_nearest(node->name);
	tocsin_parser_fail(self, token, "there is no %s '%s'%s%s%s", is_test ? "test" : "filter",
	                   node->name, nearest != NULL ? ": did you mean '" : "",
	                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	return FALSE;
}

static TocsinTree *
read_filter(TocsinParser *self, TocsinTree *input)
{
	const TocsinToken *token = tocsin_parser_token(self);
	g_autoptr(TocsinTree) node = tocsin_parser_node(self, TOCSIN_TREE_FILTER, token);

	node->a = input;
	node->name = g_strdup(tocsin_parser_expect_name(self, "a filter's name"));
	if (node->name == NULL || !resolve(self, node, token)) {
		return NULL;
	}
	if (tocsin_parser_is_operator(self, '(')) {
		node->arguments = tocsin_parser_read_arguments(self);
		if (node->arguments == NULL) {
			return NULL;
		}
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

/* A test may have one argument without parentheses: "is divisibleby 3". */
static gboolean
read_test_argument(TocsinParser *self, TocsinTree *node)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinTree *argument;

	if (tocsin_parser_is_operator(self, '(')) {
		node->arguments = tocsin_parser_read_arguments(self);
		return node->arguments != NULL;
	}
	if (tocsin_parser_is_name(self, "is")) {
		tocsin_parser_fail(self, token, "tests cannot be chained: use 'and'");
		return FALSE;
	}
	if ((token->kind != TOCSIN_TOKEN_NAME && token->kind != TOCSIN_TOKEN_VALUE &&
	     !tocsin_parser_is_operator(self, '[') && !tocsin_parser_is_operator(self, '{')) ||
	    tocsin_parser_is_name(self, "else") || tocsin_parser_is_name(self, "or") ||
	    tocsin_parser_is_name(self, "and") || tocsin_parser_is_name(self, "if")) {
		return TRUE;
	}
	argument = tocsin_parser_read_primary(self);
	argument = argument != NULL ? tocsin_parser_read_postfix(self, argument) : NULL;
	if (argument == NULL) {
		return FALSE;
	}
	node->arguments = tocsin_tree_arguments_new();
	g_ptr_array_add(node->arguments->positional, argument);
	return TRUE;
}

static TocsinTree *
read_test(TocsinParser *self, TocsinTree *input)
{
	g_autoptr(TocsinTree) node =
	        tocsin_parser_node(self, TOCSIN_TREE_TEST, tocsin_parser_token(self));
	const TocsinToken *token;

	node->a = input;
	node->is_negated = tocsin_parser_skip_name(self, "not");
	token = tocsin_parser_token(self);
	node->name = g_strdup(tocsin_parser_expect_name(self, "a test's name"));
	if (node->name == NULL || !resolve(self, node, token) || !read_test_argument(self, node)) {
		return NULL;
	}
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

TocsinTree *
tocsin_parser_read_filters(TocsinParser *self, TocsinTree *node, gboolean is_begun)
{
	if (is_begun) {
		node = read_filter(self, node);
	}
	while (self->error == NULL) {
		if (tocsin_parser_skip_operator(self, '|')) {
			node = read_filter(self, node);
		} else if (tocsin_parser_skip_name(self, "is")) {
			node = read_test(self, node);
		} else if (tocsin_parser_is_operator(self, '(')) {
			node = read_call(self, node);
		} else {
			break;
		}
	}
	return node;
}
