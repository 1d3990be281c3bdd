/* SPDX-License-Identifier: MIT */
/* What is let through to the JSON parser. */
#include <string.h>
#include <tocsin/error.h>

#include "base/json-check.h"

static void
accept(const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_json_check(text, strlen(text), 3, &error));
	g_assert_no_error(error);
}

static void
refuse(const char *text, int code, const char *word)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_json_check(text, strlen(text), 3, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	g_assert_nonnull(strstr(error->message, word));
}

static void
lets_json_pass(void)
{
	accept("");
	accept("{\"a\": [1, -2.5e+3, true, false, null, {\"b\": \"\\u00e4 \xc3\xa4\"}]}");
	accept("\"\\\"[[[[[[[[\"");
	accept("[[]], [[]], [[[]]]");
	accept("]]]]");
}

static void
refuses_what_is_nested_too_deep(void)
{
	refuse("[[[[", TOCSIN_ERROR_LIMIT, "3 levels");
	refuse("{\"a\":{\"b\":[{", TOCSIN_ERROR_LIMIT, "3 levels");
	refuse("\"]]]]\" [[[[", TOCSIN_ERROR_LIMIT, "3 levels");
	refuse("]]]] [[[[", TOCSIN_ERROR_LIMIT, "3 levels");
}

static void
refuses_what_could_hide_brackets(void)
{
	refuse("/* \" */ [[[[", TOCSIN_ERROR_INVALID, "byte 0");
	refuse("[ // \"\n[[[[", TOCSIN_ERROR_INVALID, "byte 2");
	refuse("['\"', [[[[", TOCSIN_ERROR_INVALID, "byte 1");
	refuse("[# \"\n", TOCSIN_ERROR_INVALID, "byte 1");
	refuse("[\"abc", TOCSIN_ERROR_INVALID, "byte 1");
	refuse("[\"abc\\\"", TOCSIN_ERROR_INVALID, "byte 1");
	refuse("[\"abc\\", TOCSIN_ERROR_INVALID, "byte 1");
	refuse("[\"\xff\"]", TOCSIN_ERROR_INVALID, "UTF-8");
}

static void
refuses_a_nul(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_json_check("[\0]", 3, 3, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json-check/lets-json-pass", lets_json_pass);
	g_test_add_func("/json-check/refuses-what-is-nested-too-deep",
	                refuses_what_is_nested_too_deep);
	g_test_add_func("/json-check/refuses-what-could-hide-brackets",
	                refuses_what_could_hide_brackets);
	g_test_add_func("/json-check/refuses-a-nul", refuses_a_nul);
	return g_test_run();
}
