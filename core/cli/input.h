/* SPDX-License-Identifier: MIT */
/* Reading what the command line names: files, pipes, the standard input. Any thread. */
#ifndef TOCSIN_CLI_INPUT_H
#define TOCSIN_CLI_INPUT_H

#include <glib.h>

G_BEGIN_DECLS

/* Everything from @path, or from the standard input for "-"; of a file no more than it has now. The
 * content is copied: a file may be cut short at any time. TOCSIN_ERROR_IO if it cannot be read,
 * TOCSIN_ERROR_LIMIT if it has more than @max bytes. Unref with g_bytes_unref(). */
GBytes *tocsin_input_read(const char *path, gsize max, GError **error);

/* The same as text in UTF-8: what is none, and NUL, becomes U+FFFD. Free with g_free(). */
char *tocsin_input_read_text(const char *path, gsize max, GError **error);

G_END_DECLS

#endif
