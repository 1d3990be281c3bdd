/* SPDX-License-Identifier: MIT */
/* The matcher against the plain loop: each regex on each line. */
#include <string.h>

#include "matcher.h"
#include "rule.h"

typedef struct {
	GString *text;
	guint stop_after; /* matches, 0: never */
	guint count;
} Record;

static void
record_match(GString *out, gsize offset, guint pattern, const char *line, const gsize *groups,
             guint group_count)
{
	g_string_append_printf(out, "%" G_GSIZE_FORMAT ":%u", offset, pattern);
	for (guint i = 0; i < group_count; i++) {
		if (groups[2 * i] == G_MAXSIZE) {
			g_string_append(out, " -");
			continue;
		}
		g_string_append_printf(out, " [%.*s]", (int)(groups[2 * i + 1] - groups[2 * i]),
		                       line + groups[2 * i]);
	}
	g_string_append_c(out, '\n');
}

static gboolean
on_match(const TocsinLogMatch *match, gpointer data)
{
	Record *record = data;

	record_match(record->text, match->offset, match->pattern, match->line, match->groups,
	             match->group_count);
	return ++record->count != record->stop_after;
}

/* What the matcher should say, line by line and regex by regex. */
static char *
run_plainly(const TocsinLogPattern *patterns, guint count, const char *bytes, gsize length)
{
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();
	g_autoptr(TocsinLogMatchSpace) space = tocsin_log_match_space_new();
	g_autoptr(GPtrArray) rules =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_log_rule_free);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;

		g_ptr_array_add(rules, tocsin_log_rule_new(patterns[i].name, patterns[i].regex,
		                                           frequency, &error));
		g_assert_no_error(error);
	}
	for (gsize start = 0; start < length;) {
		const char *newline = memchr(bytes + start, '\n', length - start);
		gsize end = newline != NULL ? (gsize)(newline - bytes) : length;
		gsize line_length;
		const char *line =
		        tocsin_log_text_trim_line(bytes + start, end - start, &line_length);

		for (guint i = 0; i < count; i++) {
			const gsize *groups;
			guint group_count;

			if (tocsin_log_rule_match(rules->pdata[i], space, line, line_length, 0,
			                          tocsin_log_text_of(line, line_length)) !=
			    TOCSIN_LOG_MATCH_YES) {
				continue;
			}
			groups = tocsin_log_match_space_get_groups(space, &group_count);
			record_match(out, (gsize)(line - bytes), i, line, groups, group_count);
		}
		start = end + 1;
	}
	return g_string_free(out, FALSE);
}

static void
assert_same(const TocsinLogPattern *patterns, guint count, const char *bytes, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinLogMatcher) matcher = tocsin_log_matcher_new(patterns, count, &error);
	g_autofree char *expected = run_plainly(patterns, count, bytes, length);
	Record record = {g_string_new(NULL), 0, 0};

	g_assert_no_error(error);
	g_assert_cmpuint(tocsin_log_matcher_scan(matcher, bytes, length, on_match, &record), ==,
	                 length);
	g_assert_cmpstr(record.text->str, ==, expected);
	g_string_free(record.text, TRUE);
}

static const TocsinLogPattern many[] = {
        {"failed", "Failed password for (invalid user )?(?<user>\\S+) from (?<ip>\\S+)"},
        {"error", "(?i)\\berror\\b.*?(?<code>\\d+)"},
        {"any", "^.{5}$"},
        {"empty", "^$"},
        {"space", "a\\s+b"},
        {"not", "^[^x]*$"},
        {"disk", "(?i)disk full"},
        {"utf", "größe=(?<n>\\d+)"},
        {"look", "(?<!no )panic(?!ed)"},
        {"end", "done$"},
        {"whole", "\\Ado(?<x>ne)\\z"},
        {"bytes", "\\xff"},
        {"optional", "x*"},
        {"alternatives", "(?:warn|crit)(?:ing)?: (?<what>.*)"},
};

static void
equals_the_plain_loop_on_hard_lines(void)
{
	static const char text[] = "Failed password for invalid user bob from 192.0.2.1\n"
	                           "Failed password for alice from ::1 port 22\r\n"
	                           "\n"
	                           "\r\n"
	                           "abcde\n"
	                           "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\n"
	                           "a\nb\na b\n"
	                           "\0\0\0ERROR here 42\n"
	                           "error\0inside 7\n"
	                           "DI\xc5\xbf\xe2\x84\xaa FULL\n"
	                           "gr\xc3\xb6\xc3\x9f"
	                           "e=17\n"
	                           "bad \xff byte gr\xc3\xb6\xc3\x9f"
	                           "e=18\n"
	                           "\xc3\xbf y with dots\n"
	                           "no panic\n"
	                           "panic! panicked\n"
	                           "done\n"
	                           "x done\n"
	                           "\n"
	                           "\n"
	                           "warning: a crit: b\n"
	                           "no newline at the end error 9";

	assert_same(many, G_N_ELEMENTS(many), text, sizeof text - 1);
	assert_same(many, G_N_ELEMENTS(many), text, sizeof text - 10);
	for (guint i = 0; i < G_N_ELEMENTS(many); i++) {
		assert_same(&many[i], 1, text, sizeof text - 1);
		assert_same(&many[i], 1, "\n", 1);
		assert_same(&many[i], 1, "\n\n", 2);
		assert_same(&many[i], 1, "done", 4);
	}
}

static void
equals_the_plain_loop_on_random_lines(void)
{
	static const char *const words[] = {"Failed password for ",
	                                    "invalid user ",
	                                    " from ",
	                                    "error",
	                                    "ERROR 5",
	                                    "disk full",
	                                    "panic",
	                                    "warning: ",
	                                    "done",
	                                    "\n",
	                                    "\n",
	                                    "\n",
	                                    "\r\n",
	                                    "x",
	                                    " ",
	                                    "abcde",
	                                    "\xff",
	                                    "größe=3",
	                                    "\xe2\x84\xaa",
	                                    "no ",
	                                    "\t",
	                                    "a",
	                                    "b"};
	g_autoptr(GRand) random = g_rand_new_with_seed(7);

	for (guint round = 0; round < 60; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		gsize size = round % 10 == 0 ? 300000 : 2000;

		while (text->len < size) {
			g_string_append(text,
			                words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
		}
		assert_same(many, G_N_ELEMENTS(many), text->str, text->len);
	}
}

static void
stays_right_when_nearly_everything_matches(void)
{
	g_autofree TocsinLogPattern *patterns = g_new0(TocsinLogPattern, 200);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < 200; i++) {
		patterns[i].name = "p";
		patterns[i].regex = i % 2 == 0 ? "zq+" : "[zy]*";
	}
	while (text->len < 4000) {
		g_string_append(text, "zq\n");
	}
	assert_same(patterns, 200, text->str, text->len);
}

static void
takes_other_literals_when_lines_are_not_as_thought(void)
{
	static const TocsinLogPattern pattern = {"p", "zzqqj.*(?<what>common words here)"};
	g_autoptr(GString) text = g_string_new(NULL);

	/* The literal that looks rarest is in every line, the other in few. */
	while (text->len < 6u << 20) {
		g_string_append(text, "a line with zzqqj in it, and nothing else that matters\n");
		if (text->len % 97 == 0) {
			g_string_append(text, "zzqqj then common words here\n");
		}
	}
	assert_same(&pattern, 1, text->str, text->len);
}

static void
ends_the_scan_at_the_line_that_was_refused(void)
{
	static const TocsinLogPattern pattern = {"p", "needle"};
	static const char text[] = "a\nneedle 1\nb\nneedle 2\nc\n";
	g_autoptr(TocsinLogMatcher) matcher = tocsin_log_matcher_new(&pattern, 1, NULL);
	Record record = {g_string_new(NULL), 2, 0};

	g_assert_cmpuint(tocsin_log_matcher_scan(matcher, text, sizeof text - 1, on_match, &record),
	                 ==, 13);
	g_string_free(record.text, TRUE);
}

static void
gives_up_on_a_regex_that_backtracks_for_ever(void)
{
	static const TocsinLogPattern patterns[] = {{"slow", "(x+x+)+y"}, {"quick", "xxx!"}};
	g_autoptr(TocsinLogMatcher) matcher = tocsin_log_matcher_new(patterns, 2, NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	Record record = {g_string_new(NULL), 0, 0};
	gint64 began = g_get_monotonic_time();

	for (guint line = 0; line < 100; line++) {
		for (guint i = 0; i < 5000; i++) {
			g_string_append_c(text, 'x');
		}
		g_string_append(text, "!y?\n");
	}
	/* The y at the end lets the literal pass; before it nothing can match. */
	tocsin_log_matcher_scan(matcher, text->str, text->len, on_match, &record);
	g_assert_cmpuint(record.count, ==, 100);
	g_assert_cmpuint(tocsin_log_matcher_get_failures(matcher, 0), ==, 100);
	g_assert_cmpuint(tocsin_log_matcher_get_failures(matcher, 1), ==, 0);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 5 * G_USEC_PER_SEC);
	g_string_free(record.text, TRUE);
}

static void
says_where_a_regex_is_wrong(void)
{
	static const TocsinLogPattern pattern = {"bad", "a(b"};
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_log_matcher_new(&pattern, 1, &error));
	g_assert_cmpstr(error->message, ==,
	                "pattern 'bad': the regex is wrong at byte 3: missing closing parenthesis");
}

static void
matches_a_record_as_one_unit(void)
{
	static const TocsinLogPattern pattern = {"p", "^Caused by: (?<what>.*)$"};
	static const char text[] = "Exception\n at x\nCaused by: disk full\n at y";
	g_autoptr(TocsinLogMatcher) matcher = tocsin_log_matcher_new(&pattern, 1, NULL);
	Record record = {g_string_new(NULL), 0, 0};
	guint group;

	tocsin_log_matcher_match_unit(matcher, text, sizeof text - 1, on_match, &record);
	g_assert_cmpstr(record.text->str, ==, "0:0 [Caused by: disk full] [disk full]\n");
	g_assert_cmpstr(tocsin_log_matcher_get_capture(matcher, 0, 0, &group), ==, "what");
	g_assert_cmpuint(group, ==, 1);
	g_assert_null(tocsin_log_matcher_get_capture(matcher, 0, 1, &group));
	g_string_free(record.text, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/matcher/equals_the_plain_loop_on_hard_lines",
	                equals_the_plain_loop_on_hard_lines);
	g_test_add_func("/log/matcher/equals_the_plain_loop_on_random_lines",
	                equals_the_plain_loop_on_random_lines);
	g_test_add_func("/log/matcher/stays_right_when_nearly_everything_matches",
	                stays_right_when_nearly_everything_matches);
	g_test_add_func("/log/matcher/takes_other_literals_when_lines_are_not_as_thought",
	                takes_other_literals_when_lines_are_not_as_thought);
	g_test_add_func("/log/matcher/ends_the_scan_at_the_line_that_was_refused",
	                ends_the_scan_at_the_line_that_was_refused);
	g_test_add_func("/log/matcher/gives_up_on_a_regex_that_backtracks_for_ever",
	                gives_up_on_a_regex_that_backtracks_for_ever);
	g_test_add_func("/log/matcher/says_where_a_regex_is_wrong", says_where_a_regex_is_wrong);
	g_test_add_func("/log/matcher/matches_a_record_as_one_unit", matches_a_record_as_one_unit);
	return g_test_run();
}
