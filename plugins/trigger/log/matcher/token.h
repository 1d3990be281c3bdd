/* SPDX-License-Identifier: MIT */
/* Reading those pieces of PCRE2's syntax that say how, not what: flags, kinds of groups,
 * quantifiers, comments. Pure functions; any thread. */
#ifndef TOCSIN_LOG_TOKEN_H
#define TOCSIN_LOG_TOKEN_H

#include <glib.h>

#include "charclass.h"

G_BEGIN_DECLS

typedef struct {
	gboolean is_caseless;
	gboolean is_dotall;
	gboolean is_extended;
} TocsinLogFlags;

/* Reads (?i-s) and the like; @cursor stands behind the "(?". TRUE if a group follows a colon. */
gboolean tocsin_log_cursor_take_flags(TocsinLogCursor *cursor, TocsinLogFlags *flags);

/* Reads what follows "(?", other than flags. 'g': a group begins, 'a': an assertion; 'o': it was
 * something opaque and is over; 'f': flags follow. */
char tocsin_log_cursor_take_group_kind(TocsinLogCursor *cursor);

/* In (?x) skips white space and comments, which mean nothing there. */
void tocsin_log_cursor_skip_blanks(TocsinLogCursor *cursor, const TocsinLogFlags *flags);

/* Reads a quantifier, if there is one; @out_maximum is -1 for no bound. */
gboolean tocsin_log_cursor_take_quantifier(TocsinLogCursor *cursor, gint *out_minimum,
                                           gint *out_maximum);

/* Reads (?#...), if it is there. */
gboolean tocsin_log_cursor_take_comment(TocsinLogCursor *cursor);

/* Does the meaning of @regex depend on characters rather than bytes? Yes when in doubt. */
gboolean tocsin_log_token_needs_utf(const char *regex);

G_END_DECLS

#endif
