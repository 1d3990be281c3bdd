/* SPDX-License-Identifier: MIT */
/* The tags that put templates together: block, extends, include, import. */
#include <string.h>

#include "template/parser-tag.h"

TocsinTree *
tocsin_parser_read_block(TocsinParser *self, TocsinTree *node)
{
	const TocsinToken *token = tocsin_parser_token(self);

	node->name = g_strdup(tocsin_parser_expect_name(self, "the block's name"));
	if (node->name == NULL) {
		return NULL;
	}
	if (g_hash_table_contains(self->blocks, node->name)) {
		return tocsin_parser_fail(self, token, "block '%s' is defined twice", node->name);
	}
	for (;;) {
		if (tocsin_parser_skip_name(self, "scoped")) {
			node->has_context = TRUE;
		} else if (tocsin_parser_skip_name(self, "required")) {
			node->is_negated = TRUE;
		} else {
			break;
		}
	}
	g_hash_table_insert(self->blocks, node->name, node);
	node->a = tocsin_parser_read_whole_body(self, "endblock");
	if (node->a == NULL) {
		return NULL;
	}
	if (tocsin_parser_token(self)->kind == TOCSIN_TOKEN_NAME &&
	    !tocsin_parser_skip_name(self, node->name)) {
		return tocsin_parser_fail_expected(self, node->name);
	}
	return node;
}

TocsinTree *
tocsin_parser_read_extends(TocsinParser *self, TocsinTree *node)
{
	node->a = tocsin_parser_read_expression(self);
	return node->a != NULL ? node : NULL;
}

static gboolean
is_next_name(const TocsinParser *self, const char *name)
{
	const TocsinToken *next = tocsin_parser_next_token(self);

	return next->kind == TOCSIN_TOKEN_NAME && strcmp(next->text, name) == 0;
}

static void
read_context(TocsinParser *self, TocsinTree *node)
{
	gboolean is_with = tocsin_parser_is_name(self, "with");

	if ((is_with || tocsin_parser_is_name(self, "without")) && is_next_name(self, "context")) {
		node->has_context = is_with;
		tocsin_parser_skip(self);
		tocsin_parser_skip(self);
	}
}

TocsinTree *
tocsin_parser_read_include(TocsinParser *self, TocsinTree *node)
{
	node->has_context = TRUE;
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (tocsin_parser_is_name(self, "ignore") && is_next_name(self, "missing")) {
		node->is_optional = TRUE;
		tocsin_parser_skip(self);
		tocsin_parser_skip(self);
	}
	read_context(self, node);
	return node;
}

TocsinTree *
tocsin_parser_read_import(TocsinParser *self, TocsinTree *node)
{
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (!tocsin_parser_skip_name(self, "as")) {
		return tocsin_parser_fail_expected(self, "'as'");
	}
	node->name = g_strdup(tocsin_parser_expect_name(self, "a name"));
	read_context(self, node);
	return node->name != NULL ? node : NULL;
}

TocsinTree *
tocsin_parser_read_from(TocsinParser *self, TocsinTree *node)
{
	node->a = tocsin_parser_read_expression(self);
	if (node->a == NULL) {
		return NULL;
	}
	if (!tocsin_parser_skip_name(self, "import")) {
		return tocsin_parser_fail_expected(self, "'import'");
	}
	do {
		TocsinTree *name =
		        tocsin_parser_node(self, TOCSIN_TREE_NAME, tocsin_parser_token(self));
		const char *text = tocsin_parser_expect_name(self, "a name");

		tocsin_tree_add(node, name);
		name->name = g_strdup(text);
		if (text != NULL && tocsin_parser_skip_name(self, "as")) {
			text = tocsin_parser_expect_name(self, "a name");
		}
		if (text == NULL) {
			return NULL;
		}
		name->value = tocsin_datum_new_string(text, -1);
		read_context(self, node);
	} while (tocsin_parser_skip_operator(self, ','));
	return node;
}
