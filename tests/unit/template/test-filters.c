/* SPDX-License-Identifier: MIT */
/* The filters that Jinja2 does not have, at a time that stands still. */
#include "template/filter.h"
#include "template/template.h"

#include <string.h>
#include <tocsin/error.h>

#define NOW_S 1700000000 /* 2023-11-14 22:13:20 UTC */

static char *
render(const char *expression, TocsinEscape escape, const TocsinTemplateLimits *limits,
       GError **error)
{
	g_autofree char *source = g_strdup_printf("{{ %s }}", expression);
	g_autoptr(TocsinTemplate) template = tocsin_template_parse("f", source, -1, limits, error);
	g_autoptr(TocsinClock) clock = tocsin_clock_new_fake((gint64)NOW_S * G_USEC_PER_SEC);
	g_autoptr(TocsinDatum) data = tocsin_datum_new_map();
	TocsinTemplateContext context = {.escape = escape, .clock = clock};

	tocsin_datum_set_named(data, "now", tocsin_datum_new_time((gint64)NOW_S * G_USEC_PER_SEC));
	tocsin_datum_set_named(data, "lines", tocsin_datum_new_string("a\nbb\n\nccc\n", -1));
	tocsin_datum_set_named(data, "evil", tocsin_datum_new_string("<a> 'b'\r\nBcc: c", -1));
	tocsin_datum_set_named(data, "accents", tocsin_datum_new_string("\303\274\303\266x", -1));
	return template != NULL ? tocsin_template_render(template, data, &context, error) : NULL;
}

typedef struct {
	const char *expression;
	const char *expected;
} Case;

static void
assert_all(const Case *cases, gsize count, TocsinEscape escape)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *out = render(cases[i].expression, escape, NULL, &error);

		g_test_message("%s", cases[i].expression);
		g_assert_no_error(error);
		g_assert_cmpstr(out, ==, cases[i].expected);
	}
}

static void
assert_all_fail(const Case *cases, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *out =
		        render(cases[i].expression, TOCSIN_ESCAPE_NONE, NULL, &error);

		g_test_message("%s", cases[i].expression);
		g_assert_null(out);
		g_assert_nonnull(error);
		g_assert_nonnull(strstr(error->message, cases[i].expected));
	}
}

static void
tells_times(void)
{
	static const Case cases[] = {
	        {"'aa bb cc'|wrap(5)", "aa bb\ncc"},
	        {"[{'k': 1}, {'k': 2}, {'k': 1}]|group_by('k')|length", "2"},
	        {"now|date", "2023-11-14 22:13:20 UTC"},
	        {"now|date('%H:%M')", "22:13"},
	        {"now|date('%H:%M', 'Europe/Berlin')", "23:13"},
	        {"'2023-11-14T22:13:20+01:00'|date('%H:%M')", "21:13"},
	        {"-1|date('%Y-%m-%d')", "1969-12-31"},
	        {"now|ago", "now"},
	        {"(now - 300)|ago", "5m ago"},
	        {"(now + 3600)|ago", "in 1h"},
	        {"'2023-11-13T22:13:20Z'|ago", "1d ago"},
	        {"0|duration", "0s"},
	        {"0.25|duration", "250ms"},
	        {"59|duration", "59s"},
	        {"3900|duration", "1h 5m"},
	        {"3601|duration", "1h"},
	        {"90061|duration", "1d 1h"},
	        {"-61|duration", "-1m 1s"},
	};
	static const Case failures[] = {
	        {"now|date('%H', 'Europe/Nowhere')", "there is no time zone 'Europe/Nowhere'"},
	        {"'soon'|date", "a time is a number of seconds since 1970 or ISO 8601 text"},
	        {"1e300|date", "a time is a number of seconds since 1970 or ISO 8601 text"},
	        {"'x'|duration", "a duration is a number of seconds"},
	        {"[]|ago", "a time is a number of seconds since 1970 or ISO 8601 text"},
	};

	assert_all(cases, G_N_ELEMENTS(cases), TOCSIN_ESCAPE_NONE);
	assert_all_fail(failures, G_N_ELEMENTS(failures));
}

static void
tells_numbers(void)
{
	static const Case cases[] = {
	        {"1234567|number", "1,234,567"}, {"-1234.5|number(2)", "-1,234.50"},
	        {"999|number", "999"},           {"1234|number(0, '.')", "1.234"},
	        {"1536|bytes", "1.5 KiB"},       {"1|bytes", "1 Byte"},
	        {"0|bytes", "0 Bytes"},          {"1|plural('line')", "line"},
	        {"2|plural('line')", "lines"},   {"0|plural('entry', 'entries')", "entries"},
	        {"[1]|plural('line')", "line"},
	};
	static const Case failures[] = {
	        {"'x'|number", "number needs a number, found string"},
	        {"'x'|bytes", "a size must be a number"},
	        {"2|plural(1)", "argument 1 must be a string, found int"},
	};

	assert_all(cases, G_N_ELEMENTS(cases), TOCSIN_ESCAPE_NONE);
	assert_all_fail(failures, G_N_ELEMENTS(failures));
}

static void
truncates_by_mode_and_unit(void)
{
	static const Case cases[] = {
	        {"'abcdefghij'|truncate(6, mode='head')", "abc..."},
	        {"'abcdefghij'|truncate(6, mode='tail')", "...hij"},
	        {"'abcdefghij'|truncate(7, mode='middle')", "ab...ij"},
	        {"'abcdefghij'|truncate(10, mode='tail')", "abcdefghij"},
	        {"'abcdefghij'|truncate(2, mode='head')", "..."},
	        {"accents|truncate(3, end='', unit='bytes')", "\303\274"},
	        {"accents|truncate(4, end='', mode='tail', unit='bytes')", "\303\266x"},
	        {"accents|truncate(2, end='', unit='chars')", "\303\274\303\266"},
	        {"lines|truncate(2, end='[cut]', unit='lines')", "a\nbb\n[cut]"},
	        {"lines|truncate(1, end='[cut]', mode='tail', unit='lines')", "[cut]\nccc\n"},
	};
	static const Case failures[] = {
	        {"'abc'|truncate(1, mode='left')", "mode is head, tail or middle, not 'left'"},
	        {"'abc'|truncate(1, unit='words')", "unit is chars, bytes or lines, not 'words'"},
	        {"'abc'|truncate(-1)", "truncate needs numbers of 0 and above"},
	};

	assert_all(cases, G_N_ELEMENTS(cases), TOCSIN_ESCAPE_NONE);
	assert_all_fail(failures, G_N_ELEMENTS(failures));
}

static void
makes_text_harmless(void)
{
	static const Case cases[] = {
	        {"evil|escapeheader", "<a> 'b' Bcc: c"},
	        {"evil|escape('header')", "<a> 'b' Bcc: c"},
	        {"evil|escapeshell", "'<a> '\"'\"'b'\"'\"'\r\nBcc: c'"},
	        {"'plain-1.2'|escapeshell", "plain-1.2"},
	        {"''|escape('shell')", "''"},
	        {"'a b/c?d=\303\274'|escapeurl", "a%20b%2Fc%3Fd%3D%C3%BC"},
	        {"'a\"b\\\\\n<'|escape('json')", "a\\\"b\\\\\\n\\u003c"},
	        {"'a b'|escape('url')", "a%20b"},
	        {"'a\nb'|quote", "> a\n> b"},
	        {"'a\n'|quote('| ')", "| a\n| "},
	        {"'password=hunter2 user=x'|redact", "password=*** user=x"},
	        {"'Authorization: Bearer abcdefgh12345'|redact", "Authorization: Bearer ***"},
	        {"'https://u:secret@h.example/'|redact", "https://u:***@h.example/"},
	        {"'id 1234'|redact('[0-9]+', '#')", "id #"},
	};
	static const Case html[] = {
	        {"'a<b\nc'|nl2br", "a&lt;b<br>\nc"},
	        {"'see http://h.example/?a=1&b=2'|linkify",
	         "see <a href=\"http://h.example/?a=1&amp;b=2\">http://h.example/?a=1&amp;b=2</a>"},
	        {"evil|linkify", "&lt;a&gt; &#39;b&#39;\r\nBcc: c"},
	};
	static const Case failures[] = {
	        {"'x'|escape('perl')",
	         "escape knows html, url, header, shell and json, not 'perl'"},
	};

	assert_all(cases, G_N_ELEMENTS(cases), TOCSIN_ESCAPE_NONE);
	assert_all(html, G_N_ELEMENTS(html), TOCSIN_ESCAPE_HTML);
	assert_all_fail(failures, G_N_ELEMENTS(failures));
}

static void
takes_text_apart(void)
{
	static const Case cases[] = {
	        {"'a1b22'|regex_replace('[0-9]+', '#')", "a#b#"},
	        {"'ab'|regex_replace('(a)(?<x>b)', '\\\\2\\\\1')", "ba"},
	        {"'abc'|regex_replace('b')", "ac"},
	        {"'abc'|hash", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	        {"'abc'|hash('md5')", "900150983cd24fb0d6963f7d28e17f72"},
	        {"'abc'|hash('sha1')|short", "a9993e36"},
	        {"'abc'|hash('sha512')|short(4)", "ddaf"},
	        {"accents|short(1)", "\303\274"},
	        {"'abc'|base64", "YWJj"},
	        {"'/var/log/a.log'|basename", "a.log"},
	        {"'/var/log/a.log'|dirname", "/var/log"},
	        {"'/a'|dirname", "/"},
	        {"'a'|dirname", ""},
	        {"'a,b,,c'|split(',')|join('|')", "a|b||c"},
	        {"' a  b '|split|join('|')", "a|b"},
	        {"lines|splitlines|join('|')", "a|bb||ccc"},
	        {"{'b': [1, none], 'a': 'x'}|json", "{\"a\": \"x\", \"b\": [1, null]}"},
	};
	static const Case failures[] = {
	        {"'x'|hash('crc')", "hash knows sha256, sha512, sha1 and md5"},
	        {"'x'|regex_replace('(')",
	         "f:1:8: the pattern '(' is not a regular expression: missing "},
	        {"'x'|split('')", "split needs a separator that is not empty"},
	        {"range|json", "range cannot be JSON"},
	};

	assert_all(cases, G_N_ELEMENTS(cases), TOCSIN_ESCAPE_NONE);
	assert_all_fail(failures, G_N_ELEMENTS(failures));
}

static void
lays_out_tables(void)
{
	static const Case cases[] = {
	        {"[{'name': 'db', 'up': 3}, {'name': 'web-1'}]|table",
	         "name   up\n-----  --\ndb     3\nweb-1"},
	        {"[{'a': 1, 'b': 2}]|table(columns=['b'], header=false)", "2"},
	        {"[['x', 10], ['yy', 2]]|table", "x   10\nyy  2"},
	        {"[['x', 10]]|table(columns=['k', 'n'])", "k  n\n-  --\nx  10"},
	        {"{'user': 'root', 'n': 5}|table", "user  root\nn     5"},
	        {"[['a\nb', '\344\270\255'], ['c', 'd']]|table", "a b  \344\270\255\nc    d"},
	        {"[]|table", ""},
	};
	static const Case html[] = {
	        {"[{'a': '<x>'}]|table",
	         "<table>\n<tr><th>a</th></tr>\n<tr><td>&lt;x&gt;</td></tr>\n</table>"},
	        {"[['&']]|table('text')", "&amp;"},
	};
	static const Case failures[] = {
	        {"[1]|table", "table needs rows that are maps or lists, found int"},
	        {"[[1], {}]|table", "table needs all rows to be maps, or all lists"},
	        {"[[1]]|table('latex')", "table knows text and html, not 'latex'"},
	        {"[range(101)]|table", "a table of more than 100 columns"},
	};

	assert_all(cases, G_N_ELEMENTS(cases), TOCSIN_ESCAPE_NONE);
	assert_all(html, G_N_ELEMENTS(html), TOCSIN_ESCAPE_HTML);
	assert_all_fail(failures, G_N_ELEMENTS(failures));
}

static void
stops_at_memory_and_matches(void)
{
	TocsinTemplateLimits limits = tocsin_template_default_limits;
	g_autoptr(GError) error = NULL;
	g_autofree char *fits = NULL;
	g_autofree char *slow = NULL;

	limits.memory_bytes = 8;
	fits = render("'ab' * 4", TOCSIN_ESCAPE_NONE, &limits, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(fits, ==, "abababab");
	g_assert_null(render("'ab' * 4 ~ 'c'", TOCSIN_ESCAPE_NONE, &limits, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_clear_error(&error);
	limits = tocsin_template_default_limits;
	limits.regex_matches = 1000;
	slow = render("('a' * 24 ~ 'cb') matches '(a+)+b'", TOCSIN_ESCAPE_NONE, &limits, &error);
	g_assert_null(slow);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_null(render("('a' * 24 ~ 'cb')|regex_replace('(a+)+b', '')", TOCSIN_ESCAPE_NONE,
	                     &limits, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/filters/tells_times", tells_times);
	g_test_add_func("/filters/tells_numbers", tells_numbers);
	g_test_add_func("/filters/truncates_by_mode_and_unit", truncates_by_mode_and_unit);
	g_test_add_func("/filters/makes_text_harmless", makes_text_harmless);
	g_test_add_func("/filters/takes_text_apart", takes_text_apart);
	g_test_add_func("/filters/lays_out_tables", lays_out_tables);
	g_test_add_func("/filters/stops_at_memory_and_matches", stops_at_memory_and_matches);
	return g_test_run();
}
