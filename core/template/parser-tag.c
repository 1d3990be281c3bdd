/* SPDX-License-Identifier: MIT */
/* The tags that decide, repeat, assign and name: what each expects between {% and %}. */
#include "template/parser-tag.h"

/* A name, or several in a tuple, to which something is assigned. */
static TocsinTree *
read_target(TocsinParser *self)
{
	g_autoptr(TocsinTree) tuple = NULL;
	const TocsinToken *token = tocsin_parser_token(self);

	for (;;) {
		g_autoptr(TocsinTree) target = NULL;

		if (tocsin_parser_skip_operator(self, '(')) {
			target = tocsin_parser_enter(self) ? read_target(self) : NULL;
			if (target == NULL || !tocsin_parser_expect_operator(self, ')')) {
				return NULL;
			}
			tocsin_parser_leave(self);
		} else {
			target = tocsin_parser_node(self, TOCSIN_TREE_NAME,
			                            tocsin_parser_token(self));
			target->name = g_strdup(tocsin_parser_expect_name(self, "a name"));
			if (target->name == NULL) {
				return NULL;
			}
		}
		if (tuple == NULL && !tocsin_parser_is_operator(self, ',')) {
			return g_steal_pointer(&target);
		}
		if (tuple == NULL) {
			tuple = tocsin_parser_node(self, TOCSIN_TREE_TUPLE, token);
		}
		tocsin_tree_add(tuple, g_steal_pointer(&target));
		if (!tocsin_parser_skip_operator(self, ',') ||
		    (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_NAME &&
		     !tocsin_parser_is_operator(self, '('))) {
			return tocsin_parser_finish(self, g_steal_pointer(&tuple));
		}
	}
}

TocsinTree *
tocsin_parser_read_if(TocsinParser *self, TocsinTree *node)
{
	static const char *const ends[] = {"elif", "else", "endif", NULL};

	for (;;) {
		TocsinTree *test = tocsin_parser_read_tuple(self, FALSE);
		TocsinTree *body;

		if (test == NULL) {
			return NULL;
		}
		tocsin_tree_add(node, test);
		body = tocsin_parser_read_body_of(self, ends);
		if (body == NULL) {
			return NULL;
		}
		tocsin_tree_add(node, body);
		if (tocsin_parser_skip_name(self, "elif")) {
			continue;
		}
		if (tocsin_parser_skip_name(self, "endif")) {
			return node;
		}
		tocsin_parser_skip(self);
		node->c = tocsin_parser_read_whole_body(self, "endif");
		return node->c != NULL ? node : NULL;
	}
}

TocsinTree *
tocsin_parser_read_for(TocsinParser *self, TocsinTree *node)
{
	static const char *const ends[] = {"else", "endfor", NULL};
	TocsinTree *body;

	node->a = read_target(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (!tocsin_parser_skip_name(self, "in")) {
		return tocsin_parser_fail_expected(self, "'in'");
	}
	node->b = tocsin_parser_read_tuple(self, FALSE);
	if (node->b == NULL) {
		return NULL;
	}
	if (tocsin_parser_skip_name(self, "if")) {
		node->c = tocsin_parser_read_expression(self);
		if (node->c == NULL) {
			return NULL;
		}
	}
	node->is_optional = tocsin_parser_skip_name(self, "recursive");
	body = tocsin_parser_read_body_of(self, ends);
	if (body == NULL) {
		return NULL;
	}
	tocsin_tree_add(node, body);
	if (tocsin_parser_skip_name(self, "endfor")) {
		return node;
	}
	tocsin_parser_skip(self);
	body = tocsin_parser_read_whole_body(self, "endfor");
	tocsin_tree_add(node, body);
	return body != NULL ? node : NULL;
}

TocsinTree *
tocsin_parser_read_set(TocsinParser *self, TocsinTree *node)
{
	node->a = read_target(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (node->a->kind == TOCSIN_TREE_NAME && tocsin_parser_skip_operator(self, '.')) {
		TocsinTree *member =
		        tocsin_parser_node(self, TOCSIN_TREE_ATTRIBUTE, tocsin_parser_token(self));

		member->a = node->a;
		node->a = member;
		member->name = g_strdup(tocsin_parser_expect_name(self, "a member's name"));
		if (member->name == NULL) {
			return NULL;
		}
	}
	if (tocsin_parser_skip_operator(self, '=')) {
		node->b = tocsin_parser_read_tuple(self, TRUE);
		return node->b != NULL ? node : NULL;
	}
	node->kind = TOCSIN_TREE_SET_BLOCK;
	if (tocsin_parser_is_operator(self, '|')) {
		node->c = tocsin_parser_read_filters(self, NULL, FALSE);
		if (node->c == NULL) {
			return NULL;
		}
	}
	node->b = tocsin_parser_read_whole_body(self, "endset");
	return node->b != NULL ? node : NULL;
}

/* "(a, b=1)" */
static gboolean
read_parameters(TocsinParser *self, TocsinTree *node)
{
	if (!tocsin_parser_expect_operator(self, '(')) {
		return FALSE;
	}
	while (!tocsin_parser_is_operator(self, ')')) {
		TocsinTree *parameter =
		        tocsin_parser_node(self, TOCSIN_TREE_PARAMETER, tocsin_parser_token(self));

		tocsin_tree_add(node, parameter);
		parameter->name = g_strdup(tocsin_parser_expect_name(self, "a parameter's name"));
		if (parameter->name == NULL) {
			return FALSE;
		}
		if (tocsin_parser_skip_operator(self, '=')) {
			parameter->a = tocsin_parser_read_expression(self);
			if (parameter->a == NULL) {
				return FALSE;
			}
		}
		if (!tocsin_parser_is_operator(self, ')') &&
		    !tocsin_parser_expect_operator(self, ',')) {
			return FALSE;
		}
	}
	tocsin_parser_skip(self);
	return TRUE;
}

TocsinTree *
tocsin_parser_read_macro(TocsinParser *self, TocsinTree *node)
{
	node->name = g_strdup(tocsin_parser_expect_name(self, "the macro's name"));
	if (node->name == NULL || !read_parameters(self, node)) {
		return NULL;
	}
	node->a = tocsin_parser_read_whole_body(self, "endmacro");
	return node->a != NULL ? node : NULL;
}

TocsinTree *
tocsin_parser_read_call(TocsinParser *self, TocsinTree *node)
{
	if (tocsin_parser_is_operator(self, '(') && !read_parameters(self, node)) {
		return NULL;
	}
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (node->a->kind != TOCSIN_TREE_CALL) {
		return tocsin_parser_fail_expected(self, "a call");
	}
	node->b = tocsin_parser_read_whole_body(self, "endcall");
	return node->b != NULL ? node : NULL;
}

TocsinTree *
tocsin_parser_read_filter(TocsinParser *self, TocsinTree *node)
{
	node->a = tocsin_parser_read_filters(self, NULL, TRUE);
	node->b = node->a != NULL ? tocsin_parser_read_whole_body(self, "endfilter") : NULL;
	return node->b != NULL ? node : NULL;
}

TocsinTree *
tocsin_parser_read_with(TocsinParser *self, TocsinTree *node)
{
	while (tocsin_parser_token(self)->kind == TOCSIN_TOKEN_NAME) {
		TocsinTree *set =
		        tocsin_parser_node(self, TOCSIN_TREE_SET, tocsin_parser_token(self));

		tocsin_tree_add(node, set);
		set->a = tocsin_parser_node(self, TOCSIN_TREE_NAME, tocsin_parser_token(self));
		set->a->name = g_strdup(tocsin_parser_skip(self)->text);
		if (!tocsin_parser_expect_operator(self, '=')) {
			return NULL;
		}
		set->b = tocsin_parser_read_expression(self);
		if (set->b == NULL) {
			return NULL;
		}
		if (!tocsin_parser_skip_operator(self, ',')) {
			break;
		}
	}
	node->a = tocsin_parser_read_whole_body(self, "endwith");
	return node->a != NULL ? node : NULL;
}

TocsinTree *
tocsin_parser_read_autoescape(TocsinParser *self, TocsinTree *node)
{
	node->a = tocsin_parser_read_expression(self);
	node->b = node->a != NULL ? tocsin_parser_read_whole_body(self, "endautoescape") : NULL;
	return node->b != NULL ? node : NULL;
}
