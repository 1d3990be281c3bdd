/* SPDX-License-Identifier: MIT */
#include "fake.h"

#include <tocsin/error.h>

#define PLAINTEXT TOCSIN_AUTH_PLAINTEXT

static GPtrArray *
all(void)
{
	GPtrArray *known = fake_mechanisms();

	g_ptr_array_add(known, fake_mechanism("CRAM-MD5", 0, 5));
	g_ptr_array_add(known, fake_mechanism("PLAIN", PLAINTEXT, 20));
	g_ptr_array_add(known, fake_mechanism("LOGIN", PLAINTEXT, 10));
	g_ptr_array_add(known, fake_mechanism("XOAUTH2", PLAINTEXT | TOCSIN_AUTH_TOKEN, 40));
	g_ptr_array_add(known, fake_mechanism("SCRAM-SHA-256", TOCSIN_AUTH_MUTUAL, 60));
	g_ptr_array_add(known,
	                fake_mechanism("SCRAM-SHA-256-PLUS", TOCSIN_AUTH_CHANNEL_BINDING, 70));
	g_ptr_array_add(known, fake_mechanism("EXTERNAL", TOCSIN_AUTH_NO_SECRET, 80));
	return known;
}

static char *
choose(const TocsinChoice *choice, GError **error)
{
	g_autoptr(GPtrArray) chosen = tocsin_choose_mechanisms(choice, error);
	GString *names = g_string_new(NULL);

	for (guint i = 0; chosen != NULL && i < chosen->len; i++) {
		g_string_append_printf(names, "%s%s", i == 0 ? "" : " ",
		                       tocsin_mechanism_name(g_ptr_array_index(chosen, i)));
	}
	return g_string_free(names, FALSE);
}

static void
assert_chosen(const TocsinChoice *choice, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *names = choose(choice, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(names, ==, expected);
}

static void
assert_none(const TocsinChoice *choice, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *names = choose(choice, &error);

	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NO_MECHANISM);
	g_assert_cmpstr(error->message, ==, expected);
}

static const char *const everything[] = {
        "login",    "PLAIN",  "cram-md5", "XOAUTH2", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
        "EXTERNAL", "GSSAPI", NULL,
};

static void
strongest_first_inside_tls(void)
{
	g_autoptr(GPtrArray) known = all();
	TocsinChoice choice = {
	        .known = known, .offered = everything, .is_encrypted = TRUE, .has_secret = TRUE};

	assert_chosen(&choice, "SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5");
	choice.has_channel_binding = TRUE;
	assert_chosen(&choice, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5");
	choice.has_token = TRUE;
	choice.has_secret = FALSE;
	assert_chosen(&choice, "XOAUTH2");
}

static void
no_clear_secret_without_tls(void)
{
	static const char *const weak[] = {"PLAIN", "LOGIN", NULL};
	g_autoptr(GPtrArray) known = all();
	TocsinChoice choice = {.known = known, .offered = everything, .has_secret = TRUE};

	assert_chosen(&choice, "SCRAM-SHA-256 CRAM-MD5");
	choice.offered = weak;
	assert_none(&choice,
	            "no login mechanism fits; the server offers PLAIN (would send the secret "
	            "in clear; use TLS), LOGIN (would send the secret in clear; use TLS)");
	choice.may_send_clear = TRUE;
	assert_chosen(&choice, "PLAIN LOGIN");
}

static void
accounts_list_sets_the_order(void)
{
	static const char *const wanted[] = {"login", "EXTERNAL", "scram-sha-256", "kerberos",
	                                     NULL};
	static const char *const token[] = {"xoauth2", "plain", NULL};
	static const char *const absent[] = {"ntlm", NULL};
	g_autoptr(GPtrArray) known = all();
	TocsinChoice choice = {.known = known,
	                       .offered = everything,
	                       .wanted = wanted,
	                       .is_encrypted = TRUE,
	                       .has_secret = TRUE};

	assert_chosen(&choice, "LOGIN EXTERNAL SCRAM-SHA-256");
	choice.wanted = token; /* the secret is then the token */
	assert_chosen(&choice, "XOAUTH2 PLAIN");
	choice.wanted = absent;
	assert_none(
	        &choice,
	        "no login mechanism fits; the server offers login (not in the account's auth "
	        "list), PLAIN (not in the account's auth list), cram-md5 (not in the account's "
	        "auth list), XOAUTH2 (not in the account's auth list), SCRAM-SHA-256 (not in the "
	        "account's auth list), SCRAM-SHA-256-PLUS (not in the account's auth list), "
	        "EXTERNAL (not in the account's auth list), GSSAPI (no plugin for it); the account "
	        "wants ntlm");
}

static void
says_why_nothing_fits(void)
{
	static const char *const none[] = {NULL};
	static const char *const odd[] = {"EXTERNAL", "XOAUTH2", "SCRAM-SHA-256-PLUS", "\r\nX",
	                                  NULL};
	g_autoptr(GPtrArray) known = all();
	TocsinChoice choice = {.known = known, .offered = none, .has_secret = TRUE};

	assert_none(&choice, "the server offers no login; it may offer one only after STARTTLS");
	choice.is_encrypted = TRUE;
	assert_none(&choice, "the server offers no login");
	choice.offered = odd;
	g_assert_cmpstr(tocsin_choose_find_obstacle(&choice, "xoauth2"), ==,
	                "the account has no token");
	g_assert_cmpstr(tocsin_choose_find_obstacle(&choice, "NTLM"), ==, "no plugin for it");
	g_assert_null(tocsin_choose_find_obstacle(&choice, "PLAIN"));
	assert_none(&choice,
	            "no login mechanism fits; the server offers EXTERNAL (has to be named in the "
	            "account's auth list), XOAUTH2 (the account has no token), SCRAM-SHA-256-PLUS "
	            "(needs TLS with channel binding), \\r\\nX (no plugin for it)");
}

static void
disabled_mechanisms_are_passed_over(void)
{
	static const char *const offered[] = {"PLAIN", NULL};
	g_autoptr(GPtrArray) known = all();
	TocsinChoice choice = {
	        .known = known, .offered = offered, .is_encrypted = TRUE, .has_secret = TRUE};

	tocsin_guard_complain(tocsin_mechanism_guard(g_ptr_array_index(known, 1)), "it did");
	assert_none(&choice,
	            "no login mechanism fits; the server offers PLAIN (its plugin broke the "
	            "contract and is disabled)");
}

static void
names_follow_rfc_4422(void)
{
	g_assert_true(tocsin_mechanism_is_name("SCRAM-SHA-256-PLUS"));
	g_assert_true(tocsin_mechanism_is_name("X_1"));
	g_assert_false(tocsin_mechanism_is_name(""));
	g_assert_false(tocsin_mechanism_is_name("plain"));
	g_assert_false(tocsin_mechanism_is_name("A/B"));
	g_assert_false(tocsin_mechanism_is_name("ABCDEFGHIJKLMNOPQRSTU"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/choose/strongest_first_inside_tls", strongest_first_inside_tls);
	g_test_add_func("/choose/no_clear_secret_without_tls", no_clear_secret_without_tls);
	g_test_add_func("/choose/accounts_list_sets_the_order", accounts_list_sets_the_order);
	g_test_add_func("/choose/says_why_nothing_fits", says_why_nothing_fits);
	g_test_add_func("/choose/disabled_mechanisms_are_passed_over",
	                disabled_mechanisms_are_passed_over);
	g_test_add_func("/choose/names_follow_rfc_4422", names_follow_rfc_4422);
	return g_test_run();
}
