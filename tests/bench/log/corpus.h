/* SPDX-License-Identifier: MIT */
/* Log lines such as programs write, and rules with captures of which a wanted share matches. */
#ifndef TOCSIN_BENCH_CORPUS_H
#define TOCSIN_BENCH_CORPUS_H

#include <glib.h>

/* The regex of rule @index. */
char *corpus_make_regex(guint index);

/* Writes about @bytes of lines to @path, of which @per_mille match one of @rules rules. Returns how
 * many match. */
guint64 corpus_write(const char *path, guint64 bytes, guint per_mille, guint rules);

#endif
