/* SPDX-License-Identifier: MIT */
/* Which literals are taken from a regex. */
#include <string.h>

#include "syntax.h"

/* "a|b" for the sets, each sorted as built and separated by "; ". */
static char *
describe(const char *regex)
{
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();
	g_autoptr(TocsinLogSyntax) syntax = tocsin_log_syntax_new(regex, frequency);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < tocsin_log_syntax_count(syntax); i++) {
		const TocsinLogLiteralSet *set = tocsin_log_syntax_get(syntax, i);

		g_string_append(out, i > 0 ? "; " : "");
		g_string_append(out, set->is_caseless ? "~" : "");
		for (guint j = 0; j < set->count; j++) {
			g_string_append(out, j > 0 ? "|" : "");
			g_string_append_len(out, (const char *)set->items[j].bytes,
			                    set->items[j].length);
		}
	}
	return g_string_free(out, FALSE);
}

static void
assert_literals(const char *regex, const char *expected)
{
	g_autofree char *found = describe(regex);

	if (strcmp(found, expected) != 0) {
		g_test_message("regex %s", regex);
	}
	g_assert_cmpstr(found, ==, expected);
}

static void
takes_runs_of_characters(void)
{
	assert_literals("abc", "abc");
	assert_literals("abc.*def", "abc; def");
	assert_literals("abc\\d+def", "abc; def");
	assert_literals("^abc$", "abc");
	assert_literals("ab\\.c\\[d", "ab.c[d");
	assert_literals("\\Qa.b\\E.c", "a.b; c");
	assert_literals("a{2}b", "aab");
	assert_literals("ab+c", "ab; bc");
	assert_literals("ab*c", "a; c");
	assert_literals("abc?d", "abcd|abd");
	assert_literals("x{y", "x{y");
	assert_literals("(?x) a b # comment\n c", "abc");
}

static void
takes_alternatives(void)
{
	assert_literals("(?:error|fatal): disk", "error: disk|fatal: disk");
	assert_literals("error|fatal", "error|fatal");
	assert_literals("(error|fatal)+x", "error|fatal; errorx|fatalx");
	assert_literals("[Ff]ailed", "Failed|failed");
	assert_literals("error.*x|fatal.*yyy", "error|yyy");
	assert_literals("error|.*", "");
	assert_literals("(?:)|abc", "");
}

static void
folds_case_where_asked(void)
{
	assert_literals("(?i)error", "~error");
	assert_literals("(?i:err)or", "~error");
	assert_literals("(?i)disk", "~disk|\xc5\xbf|\xe2\x84\xaa");
	assert_literals("a(?i)b|c", "~ab|c");
	assert_literals("(?i)(?-i)error", "error");
}

static void
claims_nothing_when_unsure(void)
{
	static const char *const regexes[] = {
	        "",
	        "(?!abc)",
	        "(?<!abc)",
	        "a|b|",
	        "(abc)?",
	        "abc(*ACCEPT)def",
	        "(?(1)abc|def)",
	        "x{0}",
	        "(?xx)a b",
	        "abc{,3}",
	        "[^a]+",
	        ".*",
	        "\\1",
	        "abc\\E*",
	        "(*UTF)abc",
	        "\\p{L}",
	        "(?|(a)|(b)|)",
	        "a(?C1)b",
	        "[[.a.]]",
	        "abc\\12",
	};

	for (guint i = 0; i < G_N_ELEMENTS(regexes); i++) {
		assert_literals(regexes[i], "");
	}
}

static void
ignores_what_look_around_sees(void)
{
	assert_literals("foo(?=bar)", "foo");
	assert_literals("foo(?!bar)baz", "foobaz");
	assert_literals("(?<=x)foo", "foo");
}

static void
knows_what_stays_in_a_line(void)
{
	static const struct {
		const char *regex;
		gboolean is_line_bound;
	} cases[] = {
	        {"abc.*d", TRUE},       {"^\\w+ \\d$", TRUE},  {"[^a]", FALSE},
	        {"[^a\\n]", TRUE},      {"\\s", FALSE},        {"\\S+", TRUE},
	        {"\\D", FALSE},         {"(?s).", FALSE},      {"\\Aabc", FALSE},
	        {"abc\\z", FALSE},      {"(?-m)^a", FALSE},    {"a\\nb", FALSE},
	        {"[[:space:]]", FALSE}, {"[[:alpha:]]", TRUE}, {"\\R", FALSE},
	        {"\\x0a", FALSE},       {"(?=[^b])", FALSE},   {"[\\x00-\\x20]", FALSE},
	        {"\\H", FALSE},         {"[^\\s]", TRUE},      {"(*ANYCRLF)a", FALSE},
	        {"a\\Kb", TRUE},
	};
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TocsinLogSyntax) syntax =
		        tocsin_log_syntax_new(cases[i].regex, frequency);

		g_test_message("%s", cases[i].regex);
		g_assert_cmpint(tocsin_log_syntax_is_line_bound(syntax), ==,
		                cases[i].is_line_bound);
	}
}

static void
survives_deep_nesting(void)
{
	g_autoptr(GString) regex = g_string_new(NULL);

	for (guint i = 0; i < 100000; i++) {
		g_string_append(regex, "(a");
	}
	assert_literals(regex->str, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/syntax/takes_runs_of_characters", takes_runs_of_characters);
	g_test_add_func("/log/syntax/takes_alternatives", takes_alternatives);
	g_test_add_func("/log/syntax/folds_case_where_asked", folds_case_where_asked);
	g_test_add_func("/log/syntax/claims_nothing_when_unsure", claims_nothing_when_unsure);
	g_test_add_func("/log/syntax/ignores_what_look_around_sees", ignores_what_look_around_sees);
	g_test_add_func("/log/syntax/knows_what_stays_in_a_line", knows_what_stays_in_a_line);
	g_test_add_func("/log/syntax/survives_deep_nesting", survives_deep_nesting);
	return g_test_run();
}
