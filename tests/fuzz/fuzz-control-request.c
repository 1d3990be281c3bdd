/* SPDX-License-Identifier: MIT */
/* What a request's first line and fields are read with. The first line of the input is the URI, the
 * next ones are Host, Origin, Content-Type and Authorization. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "control/guard.h"
#include "control/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const parameters[] = {"state", "after", "limit", NULL};

static const TocsinRoute routes[] = {
        {"GET", "/v1/queue", parameters, NULL, 0, NULL},
        {"GET", "/v1/queue/{}", NULL, NULL, 0, NULL},
        {"POST", "/v1/queue/{}/hold", NULL, NULL, 0, NULL},
        {NULL, NULL, NULL, NULL, 0, NULL},
};

static void
try_uri(const char *uri)
{
	g_autoptr(TocsinQuery) query = tocsin_query_parse(uri, NULL);
	g_autofree char *allowed = NULL;
	const char *variable = NULL;
	gint64 limit = 5;

	if (query == NULL) {
		return;
	}
	const TocsinRoute *route = tocsin_route_find(routes, "GET", query, &variable, &allowed);

	g_assert_true((route == NULL) == (allowed != NULL));
	if (variable != NULL) {
		g_assert_true(g_utf8_validate(variable, -1, NULL));
		g_assert_cmpstr(variable, !=, "..");
		g_assert_null(strchr(variable, '\n'));
	}
	(void)tocsin_query_check(query, parameters, NULL);
	if (tocsin_query_get_int(query, "limit", 1, 1000, &limit, NULL)) {
		g_assert_true(limit >= 1 && limit <= 1000);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 5);
	g_autoptr(TocsinSecret) token = tocsin_secret_new("0123456789abcdef", 16);
	guint count = g_strv_length(lines);

	try_uri(count > 0 ? lines[0] : "");
	const char *host = count > 1 ? lines[1] : NULL;
	const char *authorization = count > 4 ? lines[4] : NULL;

	if (host != NULL && tocsin_guard_is_loopback_host(host)) {
		g_assert_null(strchr(host, '/'));
		g_assert_null(strchr(host, '@'));
	}
	(void)tocsin_guard_is_foreign(count > 2 ? lines[2] : NULL, NULL, host);
	(void)tocsin_guard_is_type(count > 3 ? lines[3] : NULL, "application/json");
	if (authorization != NULL && tocsin_guard_has_token(authorization, token)) {
		g_assert_nonnull(strstr(authorization, "0123456789abcdef"));
	}
	return 0;
}
