/* SPDX-License-Identifier: MIT */
/* Statements: text, output and tags, and where the bodies of tags end. */
#include <string.h>

#include "base/text.h"
#include "template/parser-tag.h"

gboolean
tocsin_parser_expect_tag_end(TocsinParser *self)
{
	if (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_TAG_END) {
		tocsin_parser_fail_expected(self, "'%}'");
		return FALSE;
	}
	tocsin_parser_skip(self);
	return TRUE;
}

static const struct {
	const char *name;
	TocsinTreeKind kind;
	TocsinTree *(*read)(TocsinParser *self, TocsinTree *node);
} statements[] = {
        {"autoescape", TOCSIN_TREE_AUTOESCAPE, tocsin_parser_read_autoescape},
        {"block", TOCSIN_TREE_BLOCK, tocsin_parser_read_block},
        {"call", TOCSIN_TREE_CALL_BLOCK, tocsin_parser_read_call},
        {"extends", TOCSIN_TREE_EXTENDS, tocsin_parser_read_extends},
        {"filter", TOCSIN_TREE_FILTER_BLOCK, tocsin_parser_read_filter},
        {"for", TOCSIN_TREE_FOR, tocsin_parser_read_for},
        {"from", TOCSIN_TREE_FROM, tocsin_parser_read_from},
        {"if", TOCSIN_TREE_IF, tocsin_parser_read_if},
        {"import", TOCSIN_TREE_IMPORT, tocsin_parser_read_import},
        {"include", TOCSIN_TREE_INCLUDE, tocsin_parser_read_include},
        {"macro", TOCSIN_TREE_MACRO, tocsin_parser_read_macro},
        {"set", TOCSIN_TREE_SET, tocsin_parser_read_set},
        {"with", TOCSIN_TREE_WITH, tocsin_parser_read_with},
};

static gpointer
fail_unknown(TocsinParser *self, const TocsinToken *token, const char *const *ends)
{
	const char *names[G_N_ELEMENTS(statements) + 1] = {NULL};
	g_autofree char *wanted = ends[0] != NULL ? g_strjoinv("' or '", (char **)ends) : NULL;
	const char *nearest;

	for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
		names[i] = statements[i].name;
	}
	nearest = tocsin_text_nearest(token->text, names);
	if (wanted != NULL) {
		return tocsin_parser_fail(self, token, "unknown tag '%s': expected '%s'",
		                          token->text, wanted);
	}
	return tocsin_parser_fail(self, token, "unknown tag '%s'%s%s%s", token->text,
	                          nearest != NULL ? ": did you mean '" : "",
	                          nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

/* @self stands behind "{%". */
static TocsinTree *
read_statement(TocsinParser *self, const char *const *ends)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinTree *node;

	if (tocsin_parser_expect_name(self, "a tag's name") == NULL) {
		return NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
		if (strcmp(statements[i].name, token->text) != 0) {
			continue;
		}
		node = tocsin_parser_node(self, statements[i].kind, token);
		if (statements[i].read(self, node) == NULL || !tocsin_parser_expect_tag_end(self)) {
			if (node->kind == TOCSIN_TREE_BLOCK && node->name != NULL &&
			    g_hash_table_lookup(self->blocks, node->name) == node) {
				g_hash_table_remove(self->blocks, node->name);
			}
			tocsin_tree_free(node);
			return NULL;
		}
		return tocsin_parser_finish(self, node);
	}
	return fail_unknown(self, token, ends);
}

static TocsinTree *
read_output(TocsinParser *self)
{
	g_autoptr(TocsinTree) node =
	        tocsin_parser_node(self, TOCSIN_TREE_OUTPUT, tocsin_parser_skip(self));

	node->a = tocsin_parser_read_tuple(self, TRUE);
	if (node->a == NULL) {
		return NULL;
	}
	if (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_OUTPUT_END) {
		return tocsin_parser_fail_expected(self, "'}}'");
	}
	tocsin_parser_skip(self);
	return tocsin_parser_finish(self, g_steal_pointer(&node));
}

static gboolean
is_one_of(const char *const *names, const TocsinToken *token)
{
	return token->kind == TOCSIN_TOKEN_NAME && g_strv_contains(names, token->text);
}

static TocsinTree *
read_one(TocsinParser *self, const char *const *ends)
{
	const TocsinToken *token = tocsin_parser_token(self);
	TocsinTree *node;

	if (token->kind == TOCSIN_TOKEN_DATA) {
		node = tocsin_parser_node(self, TOCSIN_TREE_DATA, tocsin_parser_skip(self));
		node->value = tocsin_datum_ref(token->value);
		return node;
	}
	if (token->kind == TOCSIN_TOKEN_OUTPUT_BEGIN) {
		return read_output(self);
	}
	tocsin_parser_skip(self);
	if (!tocsin_parser_enter(self)) {
		return NULL;
	}
	node = read_statement(self, ends);
	tocsin_parser_leave(self);
	return node;
}

/* Statements up to one of the @ends, at whose name the parser then stands. */
TocsinTree *
tocsin_parser_read_body(TocsinParser *self, const char *const *ends)
{
	g_autoptr(TocsinTree) body =
	        tocsin_parser_node(self, TOCSIN_TREE_BODY, tocsin_parser_token(self));

	for (;;) {
		const TocsinToken *token = tocsin_parser_token(self);
		TocsinTree *node;

		if (token->kind == TOCSIN_TOKEN_END) {
			g_autofree char *wanted = g_strjoinv(" or ", (char **)ends);

			return ends[0] == NULL ? tocsin_parser_finish(self, g_steal_pointer(&body))
			                       : tocsin_parser_fail_expected(self, wanted);
		}
		if (token->kind == TOCSIN_TOKEN_TAG_BEGIN &&
		    is_one_of(ends, tocsin_parser_next_token(self))) {
			tocsin_parser_skip(self);
			return tocsin_parser_finish(self, g_steal_pointer(&body));
		}
		node = read_one(self, ends);
		if (node == NULL) {
			return NULL;
		}
		tocsin_tree_add(body, node);
	}
}

/* "%}", the body, and the end tag's name, after which the caller stands. */
TocsinTree *
tocsin_parser_read_body_of(TocsinParser *self, const char *const *ends)
{
	return tocsin_parser_expect_tag_end(self) ? tocsin_parser_read_body(self, ends) : NULL;
}

/* The body up to "{% @end %}", all of which is skipped. */
TocsinTree *
tocsin_parser_read_whole_body(TocsinParser *self, const char *end)
{
	const char *const ends[] = {end, NULL};
	g_autoptr(TocsinTree) body = tocsin_parser_read_body_of(self, ends);

	if (body == NULL || !tocsin_parser_skip_name(self, end)) {
		return NULL;
	}
	return g_steal_pointer(&body);
}

TocsinTree *
tocsin_parser_read_template(TocsinParser *self)
{
	static const char *const none[] = {NULL};

	return tocsin_parser_read_body(self, none);
}
