/* SPDX-License-Identifier: MIT */
/* Who may act. */
#include <string.h>

#include "control/guard.h"

static void
knows_this_machine_by_its_names(void)
{
	static const char *const ours[] = {"localhost", "LOCALHOST:80", "127.0.0.1:8420",
	                                   "127.1.2.3", "[::1]",        "[::1]:8420"};
	static const char *const others[] = {"",
	                                     "example.org",
	                                     "localhost.example.org",
	                                     "127.0.0.1.example.org",
	                                     "192.0.2.1:80",
	                                     "[2001:db8::1]",
	                                     "[::1",
	                                     "::1",
	                                     "[::1]x",
	                                     "localhost:",
	                                     "localhost:port",
	                                     "localhost:123456",
	                                     "localhost@example.org",
	                                     " localhost"};

	for (guint i = 0; i < G_N_ELEMENTS(ours); i++) {
		g_assert_true(tocsin_guard_is_loopback_host(ours[i]));
	}
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		g_assert_false(tocsin_guard_is_loopback_host(others[i]));
	}
	g_assert_false(tocsin_guard_is_loopback_host(NULL));
}

static void
tells_pages_of_other_sites(void)
{
	const char *host = "127.0.0.1:8420";

	g_assert_false(tocsin_guard_is_foreign(NULL, NULL, host));
	g_assert_false(tocsin_guard_is_foreign("http://127.0.0.1:8420", "same-origin", host));
	g_assert_false(tocsin_guard_is_foreign(NULL, "none", host));
	g_assert_true(tocsin_guard_is_foreign(NULL, "cross-site", host));
	g_assert_true(tocsin_guard_is_foreign(NULL, "same-site", host));
	g_assert_true(tocsin_guard_is_foreign("http://127.0.0.1:8421", NULL, host));
	g_assert_true(tocsin_guard_is_foreign("https://127.0.0.1:8420", NULL, host));
	g_assert_true(tocsin_guard_is_foreign("http://127.0.0.1:8420.example.org", NULL, host));
	g_assert_true(tocsin_guard_is_foreign("null", NULL, host));
	g_assert_true(tocsin_guard_is_foreign("http://127.0.0.1:8420", NULL, NULL));
}

static void
takes_the_whole_token_alone(void)
{
	g_autoptr(TocsinSecret) token = tocsin_secret_new("0123456789abcdef", 16);

	g_assert_true(tocsin_guard_has_token("Bearer 0123456789abcdef", token));
	g_assert_true(tocsin_guard_has_token("bearer  0123456789abcdef", token));
	g_assert_false(tocsin_guard_has_token(NULL, token));
	g_assert_false(tocsin_guard_has_token("", token));
	g_assert_false(tocsin_guard_has_token("Bearer", token));
	g_assert_false(tocsin_guard_has_token("Bearer ", token));
	g_assert_false(tocsin_guard_has_token("Bearer 0123456789abcde", token));
	g_assert_false(tocsin_guard_has_token("Bearer 0123456789abcdef0", token));
	g_assert_false(tocsin_guard_has_token("Bearer 0123456789abcdeF", token));
	g_assert_false(tocsin_guard_has_token("Basic 0123456789abcdef", token));
}

static void
compares_media_types(void)
{
	g_assert_true(tocsin_guard_is_type("application/json", "application/json"));
	g_assert_true(tocsin_guard_is_type("Application/JSON; charset=utf-8", "application/json"));
	g_assert_true(tocsin_guard_is_type("application/json ;x", "application/json"));
	g_assert_false(tocsin_guard_is_type("application/jsonp", "application/json"));
	g_assert_false(tocsin_guard_is_type("application/jso", "application/json"));
	g_assert_false(tocsin_guard_is_type("text/plain", "application/json"));
	g_assert_false(tocsin_guard_is_type("", "application/json"));
	g_assert_false(tocsin_guard_is_type(NULL, "application/json"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard/knows-this-machine-by-its-names", knows_this_machine_by_its_names);
	g_test_add_func("/guard/tells-pages-of-other-sites", tells_pages_of_other_sites);
	g_test_add_func("/guard/takes-the-whole-token-alone", takes_the_whole_token_alone);
	g_test_add_func("/guard/compares-media-types", compares_media_types);
	return g_test_run();
}
