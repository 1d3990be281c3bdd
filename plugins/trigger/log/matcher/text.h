/* SPDX-License-Identifier: MIT */
/* What the bytes of a line are, and where a line really begins and ends. Pure functions; any
 * thread. */
#ifndef TOCSIN_LOG_TEXT_H
#define TOCSIN_LOG_TEXT_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	TOCSIN_LOG_TEXT_ASCII,
	TOCSIN_LOG_TEXT_UTF8,
	TOCSIN_LOG_TEXT_BYTES,
} TocsinLogText;

TocsinLogText tocsin_log_text_of(const char *bytes, gsize length);

/* The place of the first byte from @at on that is not ASCII, or is CR or NUL; @length if there is
 * none. */
gsize tocsin_log_text_find_special(const char *bytes, gsize at, gsize length);

/* What stands between two newlines, without NULs before it (a hole left by a writer that did not
 * notice truncation) and without one CR at its end. Returns its begin. */
const char *tocsin_log_text_trim_line(const char *bytes, gsize length, gsize *out_length);

G_END_DECLS

#endif
