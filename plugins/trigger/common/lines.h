/* SPDX-License-Identifier: MIT */
/* The last lines of a text, for an event's excerpt. Thread: any. */
#ifndef TOCSIN_COMMON_LINES_H
#define TOCSIN_COMMON_LINES_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

/* The last @count lines of @bytes (nullable), without empty ones at the end: tocsin_line structs in
 * order, NULL-ended; what they say lies in @bytes. Free with g_ptr_array_unref(). */
GPtrArray *tocsin_lines_take_last(const char *bytes, gsize length, guint count);

G_END_DECLS

#endif
