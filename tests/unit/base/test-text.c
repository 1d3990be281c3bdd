/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

static void
finds_the_first_control(void)
{
	g_assert_cmpint(tocsin_text_find_control("abc", 3), ==, -1);
	g_assert_cmpint(tocsin_text_find_control("a\0b", 3), ==, 1);
	g_assert_cmpint(tocsin_text_find_control("ab\x7f", 3), ==, 2);
	g_assert_cmpint(tocsin_text_find_control("\xc3\xa4\r\n", 4), ==, 2);
	g_assert_cmpint(tocsin_text_find_control("", 0), ==, -1);
}

static void
assert_display(const char *bytes, gsize length, gsize limit, const char *expected)
{
	g_autofree char *shown = tocsin_text_for_display(bytes, length, limit);

	g_assert_cmpstr(shown, ==, expected);
}

static void
display_is_one_line_of_utf8(void)
{
	assert_display("plain", 5, 100, "plain");
	assert_display("a\r\nb\tc\\", 7, 100, "a\\r\\nb\\tc\\\\");
	assert_display("\0\x1b[31m", 6, 100, "\\x00\\x1b[31m");
	assert_display("gr\xc3\xbc\xc3\x9f", 6, 100, "gr\xc3\xbc\xc3\x9f");
	assert_display("\xff\xc3", 2, 100, "\\xff\\xc3");
	assert_display("\xe2\x80\xae", 3, 100, "\\xe2\\x80\\xae"); /* right-to-left override */
}

static void
displayed_text_is_displayed_once(void)
{
	g_autofree char *once = tocsin_text_for_display("a\n\\\x1b", 4, 100);
	g_autofree char *twice = tocsin_text_keep_displayed(once, strlen(once), 100);
	g_autofree char *raw = tocsin_text_keep_displayed("a\n\\\x1b", 4, 100);

	g_assert_cmpstr(once, ==, "a\\n\\\\\\x1b");
	g_assert_cmpstr(twice, ==, once);
	g_assert_cmpstr(raw, ==, "a\\n\\\\x1b");
}

static void
display_ends_at_the_limit(void)
{
	assert_display("abcdef", 6, 6, "abcdef");
	assert_display("abcdefg", 7, 6, "abcdef...");
	assert_display("abcde\n", 6, 6, "abcde...");
}

static void
assert_body(const char *bytes, gsize length, const char *expected)
{
	g_autofree char *text = tocsin_text_for_body(bytes, length);

	g_assert_cmpstr(text, ==, expected);
}

static void
body_keeps_lines_and_drops_controls(void)
{
	assert_body("a\r\nb\rc\n\td", 9, "a\nb\nc\n\td");
	assert_body("a\x1b[0m\x7f!", 7, "a[0m!");
	assert_body("\xff", 1, "\xef\xbf\xbd");
	assert_body("a\0b", 3,
	            "a\xef\xbf\xbd"
	            "b");
}

static void
nearest_guesses_what_was_meant(void)
{
	const char *const words[] = {"host", "port", "socket", "connections", NULL};

	g_assert_cmpstr(tocsin_text_nearest("hots", words), ==, "host");
	g_assert_cmpstr(tocsin_text_nearest("conections", words), ==, "connections");
	g_assert_null(tocsin_text_nearest("template", words));
	g_assert_null(tocsin_text_nearest("", words));
}

static void
nearest_passes_over_long_words(void)
{
	g_autofree char *word = g_strnfill(5000, 'a');
	const char *const words[] = {word, "ac", NULL};

	g_assert_null(tocsin_text_nearest(word, words));
	g_assert_cmpstr(tocsin_text_nearest("bc", words), ==, "ac");
	g_assert_null(tocsin_text_nearest("b", words));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/finds_the_first_control", finds_the_first_control);
	g_test_add_func("/text/display_is_one_line_of_utf8", display_is_one_line_of_utf8);
	g_test_add_func("/text/displayed_text_is_displayed_once", displayed_text_is_displayed_once);
	g_test_add_func("/text/display_ends_at_the_limit", display_ends_at_the_limit);
	g_test_add_func("/text/body_keeps_lines_and_drops_controls",
	                body_keeps_lines_and_drops_controls);
	g_test_add_func("/text/nearest_guesses_what_was_meant", nearest_guesses_what_was_meant);
	g_test_add_func("/text/nearest_passes_over_long_words", nearest_passes_over_long_words);
	return g_test_run();
}
