/* SPDX-License-Identifier: MIT */
#include "conf/apply.h"

#include "conf/load.h"

#define KEY(...)                                                              \
	{                                                                     \
		.size = sizeof(tocsin_key), .help = "Some help.", __VA_ARGS__ \
	}

static const tocsin_key inner_name = KEY(.type = TOCSIN_KEY_STRING, .name = "name");
static const tocsin_key *const inner[] = {&inner_name, NULL};
static const tocsin_key host =
        KEY(.type = TOCSIN_KEY_STRING, .name = "host", .flags = TOCSIN_KEY_REQUIRED);
static const tocsin_key port =
        KEY(.type = TOCSIN_KEY_INT, .name = "port", .minimum = 1, .maximum = 65535);
static const tocsin_key on = KEY(.type = TOCSIN_KEY_BOOL, .name = "on");
static const tocsin_key wait = KEY(.type = TOCSIN_KEY_DURATION, .name = "wait");
static const tocsin_key list = KEY(.type = TOCSIN_KEY_LIST, .name = "list");
static const tocsin_key group = KEY(.type = TOCSIN_KEY_GROUP, .name = "group", .keys = inner);
static const tocsin_key groups = KEY(.type = TOCSIN_KEY_GROUPS, .name = "groups", .keys = inner);
static const tocsin_key secret =
        KEY(.type = TOCSIN_KEY_STRING, .name = "secret", .flags = TOCSIN_KEY_SECRET);
static const tocsin_key *const table[] = {&host,  &port,   &on,     &wait, &list,
                                          &group, &groups, &secret, NULL};

static const tocsin_key foreign = KEY(.type = TOCSIN_KEY_STRING, .name = "foreign");
static const tocsin_key *const other_table[] = {&foreign, NULL};

static TocsinSecret *
on_fetch(const TocsinNode *node, TocsinProblems *problems, gpointer user)
{
	const TocsinNode *file = tocsin_node_find(node, "file");

	if (file == NULL) {
		tocsin_node_complain(node, problems, "no file");
		return NULL;
	}
	return tocsin_secret_new("hunter2", 7);
}

/* The settings of the account "a" in @text, or NULL; the problems as one text. */
static TocsinSettings *
apply(const char *text, char **out_problems)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(TocsinConf) conf = tocsin_conf_load_text(text, problems);
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinKeys) others = tocsin_keys_new();
	g_autoptr(GPtrArray) members = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(conf);
	g_assert_true(tocsin_keys_add(keys, table, NULL));
	g_assert_true(tocsin_keys_add(others, other_table, NULL));
	members = tocsin_conf_members(conf, "accounts");
	g_assert_cmpuint(members->len, ==, 1);
	TocsinSettings *settings = tocsin_conf_apply(g_ptr_array_index(members, 0), keys, others,
	                                             on_fetch, NULL, problems);

	(void)tocsin_problems_to_error(problems, &error);
	*out_problems = g_strdup(error == NULL ? "" : error->message);
	return settings;
}

static void
assert_problems(const char *text, const char *expected)
{
	g_autofree char *problems = NULL;
	g_autoptr(TocsinSettings) settings = apply(text, &problems);

	g_assert_cmpstr(problems, ==, expected);
	g_assert_null(settings);
}

static void
reads_every_type(void)
{
	g_autofree char *problems = NULL;
	g_autoptr(TocsinSettings) settings =
	        apply("accounts = { a = { host = \"mx\"; port = 587; on = true; wait = \"10s\";\n"
	              "list = [ \"x\", \"y\" ]; group = { name = \"g\"; };\n"
	              "groups = ( { name = \"1\"; }, { name = \"2\"; } ); foreign = 5;\n"
	              "secret = { file = \"/s\"; }; }; };",
	              &problems);

	g_assert_cmpstr(problems, ==, "");
	g_assert_cmpstr(tocsin_settings_get_string(settings, "host"), ==, "mx");
	g_assert_cmpint(tocsin_settings_get_int(settings, "port"), ==, 587);
	g_assert_cmpint(tocsin_settings_get_int(settings, "on"), ==, 1);
	g_assert_cmpint(tocsin_settings_get_int(settings, "wait"), ==, 10000000);
	g_assert_cmpstr(tocsin_settings_get_item(settings, "list", 1), ==, "y");
	g_assert_cmpstr(tocsin_settings_get_string(tocsin_settings_get_group(settings, "groups", 1),
	                                           "name"),
	                ==, "2");
	g_assert_cmpstr(tocsin_settings_get_string(settings, "secret"), ==, "hunter2");
}

static void
one_item_needs_no_brackets(void)
{
	g_autofree char *problems = NULL;
	g_autoptr(TocsinSettings) settings = apply(
	        "accounts = { a = { host = \"mx\"; list = \"x\"; groups = { name = \"1\"; }; }; };",
	        &problems);

	g_assert_cmpstr(problems, ==, "");
	g_assert_cmpuint(tocsin_settings_get_count(settings, "list"), ==, 1);
	g_assert_cmpuint(tocsin_settings_get_count(settings, "groups"), ==, 1);
}

static void
tells_all_problems_with_their_lines(void)
{
	assert_problems(
	        "accounts = { a = {\n"
	        "hots = \"mx\";\n"
	        "port = \"25\";\n"
	        "on = 1;\n"
	        "wait = 10;\n"
	        "list = [ 1, 2 ];\n"
	        "group = { nam = \"x\"; };\n"
	        "groups = ( \"x\" );\n"
	        "secret = \"hunter2\";\n"
	        "}; };",
	        "(text):2: unknown setting 'hots'; did you mean 'host'\n"
	        "(text):3: 'port' takes an integer, not a string\n"
	        "(text):4: 'on' takes a boolean, not a number\n"
	        "(text):5: 'wait' takes a duration, not a number\n"
	        "(text):6: 'list' is a list of strings; item 1 is a number\n"
	        "(text):6: 'list' is a list of strings; item 2 is a number\n"
	        "(text):7: unknown setting 'nam'; did you mean 'name'\n"
	        "(text):8: 'groups' takes a list of groups, not a string\n"
	        "(text):9: 'secret' is a secret and may not stand here; write secret = { file = "
	        "\"/path\"; }, or command, env, credential");
}

static void
tells_what_is_missing(void)
{
	assert_problems("accounts = { a = { port = 25; }; };",
	                "(text):1: 'host' is missing: Some help.");
	assert_problems("accounts = {\n a = { host = \"x\"; secret = { }; }; };",
	                "(text):2: no file");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/apply/reads_every_type", reads_every_type);
	g_test_add_func("/apply/one_item_needs_no_brackets", one_item_needs_no_brackets);
	g_test_add_func("/apply/tells_all_problems_with_their_lines",
	                tells_all_problems_with_their_lines);
	g_test_add_func("/apply/tells_what_is_missing", tells_what_is_missing);
	return g_test_run();
}
