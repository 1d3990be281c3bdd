/* SPDX-License-Identifier: MIT */
/* Looking at tokens, and what is wrong with them. */
#include "template/parser.h"

#include <string.h>
#include <tocsin/error.h>

const TocsinToken *
tocsin_parser_token(const TocsinParser *self)
{
	return &g_array_index(self->tokens, TocsinToken, self->at);
}

const TocsinToken *
tocsin_parser_next_token(const TocsinParser *self)
{
	return &g_array_index(self->tokens, TocsinToken, MIN(self->at + 1, self->tokens->len - 1));
}

const TocsinToken *
tocsin_parser_skip(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_token(self);

	if (token->kind != TOCSIN_TOKEN_END) {
		self->at++;
	}
	return token;
}

gboolean
tocsin_parser_is_operator(const TocsinParser *self, int operator)
{
	const TocsinToken *token = tocsin_parser_token(self);

	return token->kind == TOCSIN_TOKEN_OPERATOR && token->operator== operator;
}

gboolean
tocsin_parser_is_name(const TocsinParser *self, const char *name)
{
	const TocsinToken *token = tocsin_parser_token(self);

	return token->kind == TOCSIN_TOKEN_NAME && strcmp(token->text, name) == 0;
}

gboolean
tocsin_parser_skip_operator(TocsinParser *self, int operator)
{
	gboolean is_there = tocsin_parser_is_operator(self, operator);

	if (is_there) {
		tocsin_parser_skip(self);
	}
	return is_there;
}

gboolean
tocsin_parser_skip_name(TocsinParser *self, const char *name)
{
	gboolean is_there = tocsin_parser_is_name(self, name);

	if (is_there) {
		tocsin_parser_skip(self);
	}
	return is_there;
}

static char *
operator_text(int operator)
{
	return operator> 0xff ? g_strdup_printf("'%c%c'", operator>> 8, operator& 0xff)
	                      : g_strdup_printf("'%c'", operator);
}

static char *
describe(const TocsinToken *token)
{
	switch (token->kind) {
	case TOCSIN_TOKEN_NAME:
		return g_strdup_printf("'%s'", token->text);
	case TOCSIN_TOKEN_OPERATOR:
		return operator_text(token->operator);
	case TOCSIN_TOKEN_VALUE:
		return g_strdup_printf("a %s", tocsin_datum_kind_name(token->value));
	case TOCSIN_TOKEN_DATA:
		return g_strdup("text");
	case TOCSIN_TOKEN_OUTPUT_BEGIN:
		return g_strdup("'{{'");
	case TOCSIN_TOKEN_OUTPUT_END:
		return g_strdup("'}}'");
	case TOCSIN_TOKEN_TAG_BEGIN:
		return g_strdup("'{%'");
	case TOCSIN_TOKEN_TAG_END:
		return g_strdup("'%}'");
	default:
		return g_strdup("the end");
	}
}

gpointer
tocsin_parser_fail(TocsinParser *self, const TocsinToken *token, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list arguments;

	if (self->error != NULL) {
		return NULL;
	}
	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	self->error = g_error_new(TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE, "%s:%u:%u: %s", self->file,
	                          token->line, token->column, message);
	return NULL;
}

gpointer
tocsin_parser_fail_expected(TocsinParser *self, const char *expected)
{
	const TocsinToken *token = tocsin_parser_token(self);
	g_autofree char *found = describe(token);

	return tocsin_parser_fail(self, token, "expected %s, found %s", expected, found);
}

gboolean
tocsin_parser_expect_operator(TocsinParser *self, int operator)
{
	g_autofree char *expected = operator_text(operator);

	if (!tocsin_parser_skip_operator(self, operator)) {
		tocsin_parser_fail_expected(self, expected);
		return FALSE;
	}
	return TRUE;
}

const char *
tocsin_parser_expect_name(TocsinParser *self, const char *what)
{
	if (tocsin_parser_token(self)->kind != TOCSIN_TOKEN_NAME) {
		return tocsin_parser_fail_expected(self, what);
	}
	return tocsin_parser_skip(self)->text;
}

TocsinTree *
tocsin_parser_node(const TocsinParser *self, TocsinTreeKind kind, const TocsinToken *token)
{
	return tocsin_tree_new(kind, self->file, token->line, token->column);
}

static gpointer
fail_nesting(TocsinParser *self, guint line, guint column)
{
	if (self->error == NULL) {
		self->error = g_error_new(TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		                          "%s:%u:%u: nested more than %u deep", self->file, line,
		                          column, self->limits->nesting);
	}
	return NULL;
}

TocsinTree *
tocsin_parser_finish(TocsinParser *self, TocsinTree *node)
{
	/* Loops build trees that lean to the left without the parser itself going deep. Statements
	 * count several nodes a level. */
	if (tocsin_tree_measure(node) > self->limits->nesting * 4) {
		fail_nesting(self, node->line, node->column);
		tocsin_tree_free(node);
		return NULL;
	}
	return node;
}

gboolean
tocsin_parser_enter(TocsinParser *self)
{
	const TocsinToken *token = tocsin_parser_token(self);

	if (self->depth >= self->limits->nesting) {
		fail_nesting(self, token->line, token->column);
		return FALSE;
	}
	self->depth++;
	return TRUE;
}

void
tocsin_parser_leave(TocsinParser *self)
{
	self->depth--;
}
