/* SPDX-License-Identifier: MIT */
/* The words within a tag: names, numbers, strings, operators. Used by the lexer only. */
#ifndef TOCSIN_TEMPLATE_LEXER_WORDS_H
#define TOCSIN_TEMPLATE_LEXER_WORDS_H

#include "template/token.h"

G_BEGIN_DECLS

#define TOCSIN_LEXER_BRACKETS_MAX 256u

/* Where the lexer stands. @text is valid UTF-8, ended by a NUL. */
typedef struct {
	const char *file;
	const char *text;
	const char *end;
	const char *at;
	const char *counted; /* up to here, line and column are known */
	guint line;
	guint column;
	GArray *tokens;                           /* of TocsinToken */
	char brackets[TOCSIN_LEXER_BRACKETS_MAX]; /* that are open */
	guint open;
} TocsinLexer;

/* Sets @error with the place of @at, which never goes back. Returns FALSE. */
gboolean tocsin_lexer_fail(TocsinLexer *self, const char *at, GError **error, const char *format,
                           ...) G_GNUC_PRINTF(4, 5);

/* Adds a token that stands at @at; later calls must not name an earlier place. */
TocsinToken *tocsin_lexer_add(TocsinLexer *self, TocsinTokenKind kind, const char *at);

/* Reads the word at @self->at, which is not white space and not the end. */
gboolean tocsin_lexer_read_word(TocsinLexer *self, GError **error);

G_END_DECLS

#endif
