/* SPDX-License-Identifier: MIT */
/* Text from outside: what may be shown, where, and what was probably meant. Pure functions; any
 * thread. */
#ifndef TOCSIN_BASE_TEXT_H
#define TOCSIN_BASE_TEXT_H

#include <glib.h>

G_BEGIN_DECLS

/* Where the first C0 control or DEL byte stands in @bytes, or -1 if there is none. */
gssize tocsin_text_find_control(const void *bytes, gsize length);

/* Is this valid UTF-8 of nothing but characters that are seen, and blanks? No controls, no marks
 * that turn the direction of writing. */
gboolean tocsin_text_is_printable(const char *text, gsize length);

/* Valid UTF-8 on one line for a log or an error: controls, line ends, invalid bytes and backslashes
 * appear as \n, \xNN and so on; longer than @limit bytes ends in "...". Free with g_free(). */
char *tocsin_text_for_display(const void *bytes, gsize length, gsize limit);

/* The same but for backslashes, which stay: for a text that may have been made so before, and has
 * nothing done to it twice. */
char *tocsin_text_keep_displayed(const void *bytes, gsize length, gsize limit);

/* Valid UTF-8 for a mail's body: line ends and tabs stay, CRLF and lone CR become LF, NUL and other
 * controls go, bytes that are no UTF-8 become U+FFFD. Free with g_free(). */
char *tocsin_text_for_body(const void *bytes, gsize length);

/* The member of @candidates (NULL-terminated) that is nearest to @word, or NULL if none is near
 * enough to have been meant. The result belongs to @candidates. */
const char *tocsin_text_nearest(const char *word, const char *const *candidates);

G_END_DECLS

#endif
