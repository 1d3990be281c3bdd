/* SPDX-License-Identifier: MIT */
/* The patterns of paths that are followed: what they find, and which folders must be watched to
 * notice when they would find something else. Pure but for looking at the disk. */
#ifndef TOCSIN_LOG_PATTERNS_H
#define TOCSIN_LOG_PATTERNS_H

#include <glib.h>

G_BEGIN_DECLS

/* The paths that @patterns (absolute, with *, ? and [] in any part) find, each once, sorted. */
GPtrArray *tocsin_log_patterns_find(const char *const *patterns);

/* Would the patterns find @path, if it were there? */
gboolean tocsin_log_patterns_match(const char *const *patterns, const char *path);

/* The folders in which a change can make the patterns find something else: as keys of a set. Where
 * a folder is missing, the nearest one above it. */
GHashTable *tocsin_log_patterns_find_folders(const char *const *patterns);

G_END_DECLS

#endif
