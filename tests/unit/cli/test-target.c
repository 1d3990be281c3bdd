/* SPDX-License-Identifier: MIT */
#include "cli/target.h"

#include <string.h>
#include <tocsin/error.h>

#include "conf/load.h"

/* The account that a URL becomes, read back by the configuration's own reader. */
static TocsinConf *
load(const TocsinTargetOptions *options)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *text = tocsin_target_url_to_text(options, &error);

	g_assert_no_error(error);
	TocsinConf *conf = tocsin_conf_load_text(text, problems);

	g_assert_cmpuint(tocsin_problems_count(problems), ==, 0);
	return conf;
}

static void
assert_setting(const TocsinConf *conf, const char *name, const char *expected)
{
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");
	const TocsinNode *node = tocsin_node_find(g_ptr_array_index(accounts, 0), name);

	g_assert_cmpstr(node == NULL ? NULL : tocsin_node_text(node), ==, expected);
}

static void
url_becomes_an_account(void)
{
	const TocsinTargetOptions options = {
	        .url = (char *)"smtp://al%40ice@mx.example.org:2525",
	        .tls = (char *)"required",
	        .secret_file = (char *)"/etc/secret",
	        .timeout = (char *)"5s",
	};
	g_autoptr(TocsinConf) conf = load(&options);
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");
	const TocsinNode *account = g_ptr_array_index(accounts, 0);
	const TocsinNode *secret = tocsin_node_find(account, "secret");

	assert_setting(conf, "transport", "smtp");
	assert_setting(conf, "host", "mx.example.org");
	assert_setting(conf, "user", "al@ice");
	assert_setting(conf, "tls", "required");
	assert_setting(conf, "timeout", "5s");
	g_assert_cmpint(tocsin_node_number(tocsin_node_find(account, "port")), ==, 2525);
	g_assert_cmpstr(tocsin_node_text(tocsin_node_find(secret, "file")), ==, "/etc/secret");
	g_assert_null(tocsin_node_find(secret, "prompt"));
}

static void
a_path_is_a_socket(void)
{
	const TocsinTargetOptions options = {.url = (char *)"lmtp:///run/dovecot/lmtp"};
	g_autoptr(TocsinConf) conf = load(&options);

	assert_setting(conf, "transport", "lmtp");
	assert_setting(conf, "socket", "/run/dovecot/lmtp");
	assert_setting(conf, "host", NULL);
}

static void
nothing_gets_out_of_its_string(void)
{
	char *mechanisms[] = {(char *)"a\"b", (char *)"c\\", NULL};
	const TocsinTargetOptions options = {
	        .url = (char *)"smtp://u%22%3B%20tls%20%3D%20%22none@h",
	        .local_name = (char *)"x\"; tls = \"none",
	        .secret_command = (char *)"pass 'a \"b\\' \"c\nd\"",
	        .mechanisms = mechanisms,
	};
	g_autoptr(TocsinConf) conf = load(&options);
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");
	const TocsinNode *account = g_ptr_array_index(accounts, 0);
	const TocsinNode *command =
	        tocsin_node_find(tocsin_node_find(account, "secret"), "command");
	const TocsinNode *auth = tocsin_node_find(account, "auth");

	assert_setting(conf, "user", "u\"; tls = \"none");
	assert_setting(conf, "local_name", "x\"; tls = \"none");
	assert_setting(conf, "tls", NULL);
	g_assert_cmpuint(tocsin_node_count(command), ==, 3);
	g_assert_cmpstr(tocsin_node_text(tocsin_node_at(command, 1)), ==, "a \"b\\");
	g_assert_cmpstr(tocsin_node_text(tocsin_node_at(command, 2)), ==, "c\nd");
	g_assert_cmpstr(tocsin_node_text(tocsin_node_at(auth, 0)), ==, "a\"b");
	g_assert_cmpstr(tocsin_node_text(tocsin_node_at(auth, 1)), ==, "c\\");
}

static void
a_user_without_a_secret_is_asked(void)
{
	const TocsinTargetOptions options = {.url = (char *)"smtp://ann@h"};
	g_autoptr(TocsinConf) conf = load(&options);
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");
	const TocsinNode *secret = tocsin_node_find(g_ptr_array_index(accounts, 0), "secret");

	g_assert_cmpstr(tocsin_node_text(tocsin_node_find(secret, "prompt")), ==,
	                "Password of ann");
}

static void
bad_urls_are_refused(void)
{
	const char *const bad[] = {
	        "", "mx.example.org", "smtp://", "smtp://u:p@h", "smtp://h/path", NULL};

	for (const char *const *url = bad; *url != NULL; url++) {
		const TocsinTargetOptions options = {.url = (char *)*url};
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_target_url_to_text(&options, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/target/url_becomes_an_account", url_becomes_an_account);
	g_test_add_func("/target/a_path_is_a_socket", a_path_is_a_socket);
	g_test_add_func("/target/nothing_gets_out_of_its_string", nothing_gets_out_of_its_string);
	g_test_add_func("/target/a_user_without_a_secret_is_asked",
	                a_user_without_a_secret_is_asked);
	g_test_add_func("/target/bad_urls_are_refused", bad_urls_are_refused);
	return g_test_run();
}
