/* SPDX-License-Identifier: MIT */
/* Cuts a template into text, tags and the words within them. */
#ifndef TOCSIN_TEMPLATE_LEXER_H
#define TOCSIN_TEMPLATE_LEXER_H

#include "template/datum.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_TOKEN_END,
	TOCSIN_TOKEN_DATA,         /* value: text outside of tags */
	TOCSIN_TOKEN_OUTPUT_BEGIN, /* {{ */
	TOCSIN_TOKEN_OUTPUT_END,   /* }} */
	TOCSIN_TOKEN_TAG_BEGIN,    /* {% */
	TOCSIN_TOKEN_TAG_END,      /* %} */
	TOCSIN_TOKEN_NAME,         /* text */
	TOCSIN_TOKEN_VALUE,        /* value: a string or number */
	TOCSIN_TOKEN_OPERATOR,     /* operator */
} TocsinTokenKind;

typedef struct {
	TocsinTokenKind kind;
	guint line;
	guint column; /* in characters, from 1 */
	int operator; /* as in node.h */
	char *text;
	TocsinDatum *value;
} TocsinToken;

/* The tokens (of TocsinToken) of a whole template, ended by TOCSIN_TOKEN_END. Tags alone on their
 * line take the white space before them and the line end after them away (Jinja2's lstrip_blocks
 * and trim_blocks); line ends become LF; one line end at the end of the source goes.
 * TOCSIN_ERROR_TEMPLATE with @file, line and column, TOCSIN_ERROR_LIMIT beyond @limit bytes. */
GArray *tocsin_lexer_split_template(const char *file, const char *source, gsize length, gsize limit,
                                    GError **error);

/* The tokens of a lone expression. */
GArray *tocsin_lexer_split_expression(const char *file, const char *source, gsize length,
                                      gsize limit, GError **error);

G_END_DECLS

#endif
