/* SPDX-License-Identifier: MIT */
/* What a request asks for: the path and the query of its URI. Immutable once made; any thread. */
#ifndef TOCSIN_CONTROL_QUERY_H
#define TOCSIN_CONTROL_QUERY_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_QUERY_URI_MAX (1u << 20) /* bytes: a mail's 10000 recipients are in there */
#define TOCSIN_QUERY_PARAMETERS_MAX 10100u

typedef struct _TocsinQuery TocsinQuery;

/* Reads the target of a request line (RFC 9112 section 3.2.1, origin-form). Percent-encoding is
 * taken out of each part after it was parted; "+" is itself. TOCSIN_ERROR_INVALID for what is no
 * such target, for control characters, for text that is not UTF-8, and for empty or relative parts
 * of the path; TOCSIN_ERROR_LIMIT. */
TocsinQuery *tocsin_query_parse(const char *uri, GError **error);

/* Does nothing on NULL. */
void tocsin_query_free(TocsinQuery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinQuery, tocsin_query_free)

/* Whether the path is @pattern: "/v1/queue" or, with one part that may be anything, "/v1/queue/{}".
 * @out_variable ((nullable), only set then): that part, or NULL; belongs to @self. */
gboolean tocsin_query_matches(const TocsinQuery *self, const char *pattern,
                              const char **out_variable);

/* The value of the parameter @name, the first of several; NULL if there is none. */
const char *tocsin_query_get(const TocsinQuery *self, const char *name);

/* All values of the parameter @name, in order: an array of char * that belong to @self. Free with
 * g_ptr_array_unref(). */
GPtrArray *tocsin_query_list(const TocsinQuery *self, const char *name);

/* The number @name between @minimum and @maximum, *@out_value untouched if there is no such
 * parameter. TOCSIN_ERROR_INVALID. */
gboolean tocsin_query_get_int(const TocsinQuery *self, const char *name, gint64 minimum,
                              gint64 maximum, gint64 *out_value, GError **error);

/* Whether only parameters of @known (nullable, NULL-terminated) are there: TOCSIN_ERROR_INVALID
 * names another, and the nearest that is known. */
gboolean tocsin_query_check(const TocsinQuery *self, const char *const *known, GError **error);

G_END_DECLS

#endif
