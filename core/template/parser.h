/* SPDX-License-Identifier: MIT */
/* Reads tokens into the tree. parser.c has what both halves share, parser-expression.c the
 * expressions, parser-statement.c the statements. One parser belongs to one thread. */
#ifndef TOCSIN_TEMPLATE_PARSER_H
#define TOCSIN_TEMPLATE_PARSER_H

#include "template/lexer.h"
#include "template/template-limits.h"
#include "template/tree.h"

G_BEGIN_DECLS

typedef struct {
	const char *file;
	const TocsinTemplateLimits *limits;
	const GArray *tokens; /* of TocsinToken */
	guint at;
	guint depth;
	gboolean is_in_macro;
	gboolean is_in_block;
	guint loops;
	GHashTable *blocks; /* of name : BLOCK node, which the tree owns; NULL for expressions */
	GError *error;
} TocsinParser;

/* The present token, which at the end is TOCSIN_TOKEN_END; belongs to the parser. */
const TocsinToken *tocsin_parser_token(const TocsinParser *self);
/* The one behind it. */
const TocsinToken *tocsin_parser_next_token(const TocsinParser *self);
/* Goes past the present token, which it returns. */
const TocsinToken *tocsin_parser_skip(TocsinParser *self);
gboolean tocsin_parser_is_operator(const TocsinParser *self, int operator);
gboolean tocsin_parser_is_name(const TocsinParser *self, const char *name);
gboolean tocsin_parser_skip_operator(TocsinParser *self, int operator);
gboolean tocsin_parser_skip_name(TocsinParser *self, const char *name);
/* FALSE with the error set if the present token is another. */
gboolean tocsin_parser_expect_operator(TocsinParser *self, int operator);
/* Any name: returned, belongs to the token. NULL with the error set. */
const char *tocsin_parser_expect_name(TocsinParser *self, const char *what);

/* "expected @expected, found ..." at the present token. Returns NULL. */
gpointer tocsin_parser_fail_expected(TocsinParser *self, const char *expected);
/* At the given token. Returns NULL. */
gpointer tocsin_parser_fail(TocsinParser *self, const TocsinToken *token, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

/* A new node with the place of @token. */
TocsinTree *tocsin_parser_node(const TocsinParser *self, TocsinTreeKind kind,
                               const TocsinToken *token);
/* Measures the node; NULL with the error set, and the node freed, if it is too deep. */
TocsinTree *tocsin_parser_finish(TocsinParser *self, TocsinTree *node);
gboolean tocsin_parser_enter(TocsinParser *self);
void tocsin_parser_leave(TocsinParser *self);

/* Expressions. NULL with the error set. */
TocsinTree *tocsin_parser_read_expression(TocsinParser *self);
/* Without a trailing "x if y". */
TocsinTree *tocsin_parser_read_condition(TocsinParser *self);
/* One expression, or a tuple without parentheses. */
TocsinTree *tocsin_parser_read_tuple(TocsinParser *self, gboolean has_condition);
TocsinTree *tocsin_parser_read_primary(TocsinParser *self);
/* The filters behind @node (taken), each with its "|"; if @is_begun the first has none. */
TocsinTree *tocsin_parser_read_filters(TocsinParser *self, TocsinTree *node, gboolean is_begun);
TocsinTreeArguments *tocsin_parser_read_arguments(TocsinParser *self);
TocsinTree *tocsin_parser_read_postfix(TocsinParser *self, TocsinTree *node);

/* Statements up to the end. */
TocsinTree *tocsin_parser_read_template(TocsinParser *self);

G_END_DECLS

#endif
