/* SPDX-License-Identifier: MIT */
/* The names that programs give to rotated logs: app.log.1, app.log-20261123.gz, app.2026-11-23.log.
 * Pure functions; any thread. */
#ifndef TOCSIN_LOG_NAMES_H
#define TOCSIN_LOG_NAMES_H

#include <glib.h>

G_BEGIN_DECLS

/* Does @name end like a compressed file that can be read (.gz)? */
gboolean tocsin_log_name_is_compressed(const char *name);

/* What it was called before it was compressed; NULL if it is not. Free with g_free(). */
char *tocsin_log_name_without_compression(const char *name);

/* Is @name what @base could be called after it was rotated: @base with a number or date added,
 * perhaps compressed? Both without folder. */
gboolean tocsin_log_name_is_rotation(const char *base, const char *name);

/* As before, or one step further: app.log.1 and app.log.2.gz. */
gboolean tocsin_log_name_is_later_rotation(const char *base, const char *name);

/* What @name could have been called before it was rotated: names that is_later_rotation()
 * would accept, up to some. Free with g_strfreev(). */
char **tocsin_log_name_find_originals(const char *name);

G_END_DECLS

#endif
