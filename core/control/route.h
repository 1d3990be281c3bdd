/* SPDX-License-Identifier: MIT */
/* What a control server can be asked, as a table. */
#ifndef TOCSIN_CONTROL_ROUTE_H
#define TOCSIN_CONTROL_ROUTE_H

#include "control/request.h"

G_BEGIN_DECLS

/* Bodies that are no mails. */
#define TOCSIN_ROUTE_BODY_MAX (1u << 20)

/* Answers @request, at once or later; each exactly once. Called on the server's thread. */
typedef void (*TocsinRouteHandler)(TocsinRequest *request, gpointer user);

/* Constant data. */
typedef struct {
	const char *method;            /* "GET", "POST" or "DELETE"; NULL ends the table */
	const char *path;              /* "/v1/queue/{}": {} is a part that may be anything */
	const char *const *parameters; /* that the query may have, NULL-terminated; NULL: none */
	const char *body_type;         /* the media type that a body must be; NULL: no body */
	gsize body_max;                /* bytes */
	TocsinRouteHandler handler;
} TocsinRoute;

/* The route for @method and @query in @routes, and the path's variable part (nullable, belongs to
 * @query). NULL if there is none; *out_allowed is then the methods that this path has, or "" if no
 * route has this path; free with g_free(). */
const TocsinRoute *tocsin_route_find(const TocsinRoute *routes, const char *method,
                                     const TocsinQuery *query, const char **out_variable,
                                     char **out_allowed);

G_END_DECLS

#endif
