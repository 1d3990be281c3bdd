/* SPDX-License-Identifier: MIT */
#include "secret/grant.h"

#include <string.h>
#include <tocsin/error.h>

static void
assert_token(const char *json, const char *token, const char *refresh, gint64 lifetime_s)
{
	g_auto(TocsinGrant) grant = {0};
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_grant_parse(json, strlen(json), 200, &grant, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(tocsin_secret_peek(grant.access_token, NULL), ==, token);
	g_assert_cmpstr(grant.refresh_token == NULL ? NULL
	                                            : tocsin_secret_peek(grant.refresh_token, NULL),
	                ==, refresh);
	g_assert_cmpint(grant.lifetime_us, ==, lifetime_s * G_USEC_PER_SEC);
}

static void
reads_tokens(void)
{
	assert_token("{\"access_token\":\"a\",\"expires_in\":3600}", "a", NULL, 3600);
	assert_token("{\"access_token\":\"a\",\"expires_in\":\"60\",\"refresh_token\":\"r\"}", "a",
	             "r", 60);
	assert_token("{\"access_token\":\"a\"}", "a", NULL, 300);
	assert_token("{\"access_token\":\"a\",\"expires_in\":-5}", "a", NULL, 1);
	assert_token("{\"access_token\":\"a\",\"expires_in\":99999999999999}", "a", NULL,
	             400 * 86400);
}

static void
assert_refused(const char *json, guint status, const char *expected)
{
	TocsinGrant grant = {0};
	g_autoptr(GError) error = NULL;
	/* Only a verdict is for good. */
	gboolean is_verdict = status == 400 || status == 401;
	int code = is_verdict ? TOCSIN_ERROR_AUTHENTICATION : TOCSIN_ERROR_SECRET;

	g_assert_false(tocsin_grant_parse(json, strlen(json), status, &grant, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	g_assert_cmpstr(error->message, ==, expected);
	g_assert_null(grant.access_token);
}

static void
tells_the_servers_error(void)
{
	assert_refused(
	        "{\"error\":\"invalid_grant\",\"error_description\":\"Token\\nrevoked\"}", 400,
	        "the token server refused: invalid_grant (Token\\nrevoked; HTTP 400); the refresh "
	        "token is no longer valid, get a new one");
	assert_refused("{\"error\":5}", 401,
	               "the token server refused: no access token (no description; HTTP 401)");
	assert_refused("{\"access_token\":\"\"}", 200,
	               "the token server refused: no access token (no description; HTTP 200)");
	assert_refused("{\"access_token\":\"leaked\"}", 500,
	               "the token server refused: no access token (no description; HTTP 500)");
	assert_refused("{\"error\":\"slow_down\"}", 429,
	               "the token server refused: slow_down (no description; HTTP 429)");
	assert_refused("<html>", 502, "the token server's answer is no JSON object (HTTP 502)");
	assert_refused("[]", 200, "the token server's answer is no JSON object (HTTP 200)");
	assert_refused("", 200, "the token server's answer is no JSON object (HTTP 200)");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grant/reads_tokens", reads_tokens);
	g_test_add_func("/grant/tells_the_servers_error", tells_the_servers_error);
	return g_test_run();
}
