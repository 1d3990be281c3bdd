/* SPDX-License-Identifier: MIT */
/* Whether JSON from outside may be given to a parser that recurses and is lenient. Pure functions;
 * any thread. */
#ifndef TOCSIN_BASE_JSON_CHECK_H
#define TOCSIN_BASE_JSON_CHECK_H

#include <glib.h>

G_BEGIN_DECLS

/* Arrays and objects within each other that nobody needs to go beyond. */
#define TOCSIN_JSON_DEPTH_MAX 32u

/* Whether @text is UTF-8, holds outside its strings only what RFC 8259 allows there (no comments,
 * no other quotes), ends no string in the middle, and nests no deeper than @depth_max. It may be
 * wrong JSON all the same: the parser tells. TOCSIN_ERROR_INVALID says where,
 * TOCSIN_ERROR_LIMIT. */
gboolean tocsin_json_check(const char *text, gsize length, guint depth_max, GError **error);

G_END_DECLS

#endif
