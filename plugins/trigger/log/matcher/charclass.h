/* SPDX-License-Identifier: MIT */
/* Reading PCRE2's escapes and bracket classes: which characters can stand there?
 *
 * Answers may be too wide, never too narrow. What is not understood sets is_failed, and then
 * nothing may be concluded from the pattern. Pure functions; any thread. */
#ifndef TOCSIN_LOG_CHARCLASS_H
#define TOCSIN_LOG_CHARCLASS_H

#include <glib.h>

G_BEGIN_DECLS

/* A place in a pattern, and what has been found out about the whole of it. */
typedef struct {
	const guint8 *at;
	const guint8 *end;
	guint depth;            /* of groups */
	gboolean is_failed;     /* something was not understood */
	gboolean is_line_bound; /* so far nothing can take or look at a newline */
	gboolean is_utf;        /* it is certain that the pattern is compiled for UTF */
	gboolean is_quoting;    /* between \Q and \E */
} TocsinLogCursor;

typedef enum {
	TOCSIN_LOG_ATOM_CHARACTERS, /* one character of a class */
	TOCSIN_LOG_ATOM_EMPTY,      /* an assertion, of no width */
	TOCSIN_LOG_ATOM_OPAQUE,     /* anything, perhaps nothing */
} TocsinLogAtomKind;

/* What one escape, class or character can match. */
typedef struct {
	TocsinLogAtomKind kind;
	guint64 low[2];     /* the ASCII characters, a bit each */
	gboolean is_wide;   /* and perhaps others */
	gunichar character; /* if it is one certain character, that one; else 0 */
} TocsinLogAtom;

/* Makes @out the one character @c. */
void tocsin_log_atom_set_character(TocsinLogAtom *out, gunichar c);

/* Makes @out any character, but for a newline unless @has_newline. */
void tocsin_log_atom_set_any(TocsinLogAtom *out, gboolean has_newline);

gboolean tocsin_log_atom_has(const TocsinLogAtom *self, guint8 ascii);

/* The first ASCII character behind @ascii, -1 to begin; -1: there is none. */
gint tocsin_log_atom_next(const TocsinLogAtom *self, gint ascii);

/* Reads an escape; @cursor stands behind the backslash. */
void tocsin_log_cursor_read_escape(TocsinLogCursor *cursor, gboolean is_in_class,
                                   TocsinLogAtom *out);

/* Reads a bracket class; @cursor stands behind the opening bracket. */
void tocsin_log_cursor_read_class(TocsinLogCursor *cursor, TocsinLogAtom *out);

/* Reads one character as it stands there, UTF-8. */
void tocsin_log_cursor_read_character(TocsinLogCursor *cursor, TocsinLogAtom *out);

/* Gives the pattern up as not understood. */
void tocsin_log_cursor_fail(TocsinLogCursor *cursor);

/* Moves past @wanted if it stands there. */
gboolean tocsin_log_cursor_take(TocsinLogCursor *cursor, const char *wanted);

/* Skips up to and past @stop; fails if it does not come. */
void tocsin_log_cursor_skip_past(TocsinLogCursor *cursor, guint8 stop);

G_END_DECLS

#endif
