/* SPDX-License-Identifier: MIT */
#include "drive.h"

#include <string.h>

extern const tocsin_unit *const tocsin_auth_plain_units[];
extern const tocsin_unit *const tocsin_auth_login_units[];
extern const tocsin_unit *const tocsin_auth_cram_md5_units[];
extern const tocsin_unit *const tocsin_auth_external_units[];
extern const tocsin_unit *const tocsin_auth_oauth_units[];

static void
plain_joins_the_parts(void)
{
	g_auto(Drive) with = {0};
	g_auto(Drive) without = {0};

	/* RFC 4616 section 4 */
	drive_begin(&with, tocsin_auth_plain_units[0], "Kurt", "xipj3plmq", "Ursel", NULL, NULL,
	            NULL);
	drive_step(&with, NULL, TOCSIN_OK, "Ursel\0Kurt\0xipj3plmq", 20);
	drive_begin(&without, tocsin_auth_plain_units[0], "tim", "tanstaaftanstaaf", NULL, NULL,
	            NULL, NULL);
	drive_step(&without, NULL, TOCSIN_OK, "\0tim\0tanstaaftanstaaf", 21);
}

static void
passwords_are_wanted(void)
{
	const tocsin_unit *const *const tables[] = {
	        tocsin_auth_plain_units, tocsin_auth_login_units, tocsin_auth_cram_md5_units,
	        tocsin_auth_oauth_units};

	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_auto(Drive) drive = {0};

		drive_begin(&drive, tables[i][0], "u", NULL, NULL, NULL, NULL, NULL);
		g_assert_null(drive.exchange);
		g_assert_cmpint(drive.status, ==, TOCSIN_E_UNAVAILABLE);
	}
}

static void
utf8_passwords_pass_unchanged(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, tocsin_auth_plain_units[0], "j\xc3\xbcrgen", "p\xc3\xa4ss", NULL, NULL,
	            NULL, NULL);
	drive_step(&drive, NULL, TOCSIN_OK, "\0j\xc3\xbcrgen\0p\xc3\xa4ss", 14);
}

static void
login_ignores_prompts_and_answers_twice(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, tocsin_auth_login_units[0], "u", "p", NULL, NULL, NULL, NULL);
	drive_text(&drive, "Password:", TOCSIN_MORE, "u");
	drive_text(&drive, "User Name", TOCSIN_OK, "p");
	drive_text(&drive, "Again:", TOCSIN_E_PERM, NULL);
}

static void
cram_md5_answers_as_rfc_2195(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, tocsin_auth_cram_md5_units[0], "tim", "tanstaaftanstaaf", NULL, NULL,
	            NULL, NULL);
	drive_text(&drive, "<1896.697170952@postoffice.reston.mci.net>", TOCSIN_OK,
	           "tim b913a602c7eda7a495b4e6e7334d3890");
	drive_text(&drive, "<again>", TOCSIN_E_PERM, NULL);
}

static void
cram_md5_refuses_a_long_challenge(void)
{
	g_auto(Drive) drive = {0};
	g_autofree char *challenge = g_strnfill(2000, 'x');

	drive_begin(&drive, tocsin_auth_cram_md5_units[0], "u", "p", NULL, NULL, NULL, NULL);
	drive_text(&drive, challenge, TOCSIN_E_PERM, NULL);
}

static void
external_sends_the_identity_or_nothing(void)
{
	g_auto(Drive) with = {0};
	g_auto(Drive) without = {0};

	drive_begin(&with, tocsin_auth_external_units[0], NULL, NULL, "fred@example.com", NULL,
	            NULL, NULL);
	drive_text(&with, NULL, TOCSIN_OK, "fred@example.com");
	drive_begin(&without, tocsin_auth_external_units[0], NULL, NULL, NULL, NULL, NULL, NULL);
	drive_text(&without, NULL, TOCSIN_OK, "");
}

static void
oauthbearer_wraps_the_token(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, tocsin_auth_oauth_units[0], "u,s=r@example.com", "vF9dft4qmT", NULL,
	            NULL, NULL, NULL);
	drive_text(&drive, NULL, TOCSIN_OK,
	           "n,a=u=2Cs=3Dr@example.com,\x01host=mx.example.org\x01port=587\x01"
	           "auth=Bearer vF9dft4qmT\x01\x01");
	drive_text(&drive, "{\"status\":\"invalid_token\"}", TOCSIN_OK, "\x01");
	drive_text(&drive, "", TOCSIN_E_PERM, NULL);
}

static void
xoauth2_wraps_the_token(void)
{
	g_auto(Drive) drive = {0};
	g_autofree char *reason = NULL;

	drive_begin(&drive, tocsin_auth_oauth_units[1], "someuser@example.com", "vF9dft4qmT", NULL,
	            NULL, NULL, NULL);
	drive_text(&drive, NULL, TOCSIN_OK,
	           "user=someuser@example.com\x01"
	           "auth=Bearer vF9dft4qmT\x01\x01");
	drive_text(&drive, "{\"status\":\"401\"}", TOCSIN_OK, "");
	g_assert_cmpint(tocsin_exchange_refused(drive.exchange, 535, "no", &reason), ==,
	                TOCSIN_E_EXPIRED);
	g_assert_cmpstr(reason, ==, "{\"status\":\"401\"}");
}

static void
temporary_refusal_does_not_cost_a_token(void)
{
	g_auto(Drive) drive = {0};
	g_autofree char *reason = NULL;

	drive_begin(&drive, tocsin_auth_oauth_units[1], "u", "t", NULL, NULL, NULL, NULL);
	g_assert_cmpint(tocsin_exchange_refused(drive.exchange, 454, "later", &reason), ==,
	                TOCSIN_E_TEMP);
	g_assert_null(reason);
}

static void
token_with_a_line_end_is_an_administrators_error(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, tocsin_auth_oauth_units[1], "u", "token\n", NULL, NULL, NULL, NULL);
	g_assert_cmpint(drive.status, ==, TOCSIN_E_CONFIG);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/auth/plain_joins_the_parts", plain_joins_the_parts);
	g_test_add_func("/auth/passwords_are_wanted", passwords_are_wanted);
	g_test_add_func("/auth/utf8_passwords_pass_unchanged", utf8_passwords_pass_unchanged);
	g_test_add_func("/auth/login_ignores_prompts_and_answers_twice",
	                login_ignores_prompts_and_answers_twice);
	g_test_add_func("/auth/cram_md5_answers_as_rfc_2195", cram_md5_answers_as_rfc_2195);
	g_test_add_func("/auth/cram_md5_refuses_a_long_challenge",
	                cram_md5_refuses_a_long_challenge);
	g_test_add_func("/auth/external_sends_the_identity_or_nothing",
	                external_sends_the_identity_or_nothing);
	g_test_add_func("/auth/oauthbearer_wraps_the_token", oauthbearer_wraps_the_token);
	g_test_add_func("/auth/xoauth2_wraps_the_token", xoauth2_wraps_the_token);
	g_test_add_func("/auth/temporary_refusal_does_not_cost_a_token",
	                temporary_refusal_does_not_cost_a_token);
	g_test_add_func("/auth/token_with_a_line_end_is_an_administrators_error",
	                token_with_a_line_end_is_an_administrators_error);
	return g_test_run();
}
