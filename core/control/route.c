/* SPDX-License-Identifier: MIT */
/* Finding a route. */
#include "control/route.h"

#include <string.h>

const TocsinRoute *
tocsin_route_find(const TocsinRoute *routes, const char *method, const TocsinQuery *query,
                  const char **out_variable, char **out_allowed)
{
	/* HEAD is GET, of which the server leaves out the body. */
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
	g_autoptr(GString) allowed = g_string_new(NULL);
	const char *variable;

	for (const TocsinRoute *route = routes; route->method != NULL; route++) {
		if (!tocsin_query_matches(query, route->path, &variable)) {
			continue;
		}
		if (strcmp(route->method, wanted) == 0) {
			*out_variable = variable;
			return route;
		}
		g_string_append_printf(allowed, "%s%s", allowed->len > 0 ? ", " : "",
		                       route->method);
	}
	*out_allowed = g_string_free(g_steal_pointer(&allowed), FALSE);
	return NULL;
}
