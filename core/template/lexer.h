/* SPDX-License-Identifier: MIT */
/* Cuts a template into text, tags and the words within them. */
#ifndef TOCSIN_TEMPLATE_LEXER_H
#define TOCSIN_TEMPLATE_LEXER_H

#include "template/token.h"

G_BEGIN_DECLS

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
