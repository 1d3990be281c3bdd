/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/probe-describe.h"

static TocsinReply *
parse_reply(const char *raw)
{
	TocsinReplyParser parser = {0};
	TocsinReply reply;

	g_assert_cmpint(tocsin_reply_parse(&parser, raw, strlen(raw), &reply, NULL), ==,
	                TOCSIN_REPLY_COMPLETE);
	return tocsin_reply_copy(&reply);
}

static void
shows_no_escapes_of_the_server(void)
{
	g_autoptr(TocsinReply) reply = parse_reply("220 \x1b[2Jhello\r\n");
	g_autoptr(JsonObject) told = tocsin_probe_describe_reply(reply);

	g_assert_cmpint(json_object_get_int_member(told, "code"), ==, 220);
	g_assert_null(strchr(json_object_get_string_member(told, "text"), '\x1b'));
}

static void
says_limits_in_words(void)
{
	g_autoptr(TocsinReply) reply = parse_reply("250-mx\r\n250-SIZE 1000\r\n"
	                                           "250-LIMITS RCPTMAX=20\r\n250 AUTH PLAIN\r\n");
	g_autoptr(TocsinFeatures) features = tocsin_features_new(reply);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(JsonObject) told = tocsin_probe_describe_features(features, none, TRUE);
	JsonArray *limits = json_object_get_array_member(told, "limits");
	JsonArray *mechanisms = json_object_get_array_member(told, "mechanisms");
	JsonObject *plain = json_array_get_object_element(mechanisms, 0);

	g_assert_cmpuint(json_array_get_length(limits), ==, 2);
	g_assert_cmpstr(json_array_get_string_element(limits, 0), ==, "at most 1000 bytes a mail");
	g_assert_cmpstr(json_array_get_string_element(limits, 1), ==,
	                "at most 20 recipients a mail");
	g_assert_false(json_object_get_boolean_member(plain, "is_usable"));
	g_assert_cmpstr(json_object_get_string_member(plain, "reason"), !=, "");
	g_assert_true(json_object_get_null_member(told, "chosen"));
}

static void
counts_the_days_of_a_certificate(void)
{
	const TocsinTlsInfo info = {.not_before = 0, .not_after = 10 * 86400};
	g_autoptr(JsonObject) before = tocsin_probe_describe_tls(&info, 3 * 86400 + 1);
	g_autoptr(JsonObject) after = tocsin_probe_describe_tls(&info, 12 * 86400);

	g_assert_cmpint(json_object_get_int_member(before, "days_left"), ==, 6);
	g_assert_cmpint(json_object_get_int_member(after, "days_left"), ==, -2);
	g_assert_cmpstr(json_object_get_string_member(after, "not_after"), ==,
	                "1970-01-11T00:00:00Z");
}

static void
writes_trees_as_lines(void)
{
	g_autoptr(JsonObject) report = json_object_new();
	g_autofree char *text = NULL;
	JsonObject *inner = json_object_new();
	JsonArray *list = json_array_new();

	json_array_add_string_element(list, "one");
	json_object_set_array_member(inner, "list", list);
	json_object_set_boolean_member(inner, "is_there", TRUE);
	json_object_set_double_member(inner, "ms", 1.5);
	json_object_set_object_member(report, "inner", inner);
	json_object_set_null_member(report, "error");
	text = tocsin_probe_describe_as_text(report);
	g_assert_cmpstr(text, ==,
	                "inner:\n  list:\n    - one\n  is_there: yes\n  ms: 1.500\nerror: none\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/probe-describe/shows_no_escapes_of_the_server",
	                shows_no_escapes_of_the_server);
	g_test_add_func("/cli/probe-describe/says_limits_in_words", says_limits_in_words);
	g_test_add_func("/cli/probe-describe/counts_the_days_of_a_certificate",
	                counts_the_days_of_a_certificate);
	g_test_add_func("/cli/probe-describe/writes_trees_as_lines", writes_trees_as_lines);
	return g_test_run();
}
