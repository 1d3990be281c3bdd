/* SPDX-License-Identifier: MIT */
#include "template/template.h"

#include <string.h>
#include <tocsin/error.h>

#include "template/expression.h"

static char *
render(const char *source, TocsinEscape escape, const TocsinTemplateLimits *limits, GError **error)
{
	g_autoptr(TocsinTemplate) template =
	        tocsin_template_parse("a.tpl", source, -1, limits, error);
	g_autoptr(TocsinDatum) data = tocsin_datum_new_map();
	TocsinTemplateContext context = {.escape = escape};

	tocsin_datum_set_named(data, "name", tocsin_datum_new_string("x\r\nBcc: y", -1));
	tocsin_datum_set_named(data, "user", tocsin_datum_new_string("root", -1));
	tocsin_datum_set_named(data, "count", tocsin_datum_new_int(5));
	return template != NULL ? tocsin_template_render(template, data, &context, error) : NULL;
}

static void
assert_fails(const char *source, const TocsinTemplateLimits *limits, TocsinError code,
             const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *out = render(source, TOCSIN_ESCAPE_NONE, limits, &error);

	g_assert_null(out);
	g_assert_error(error, TOCSIN_ERROR, (gint)code);
	g_assert_cmpstr(error->message, ==, message);
}

static void
assert_renders(const char *source, const TocsinTemplateLimits *limits, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *out = render(source, TOCSIN_ESCAPE_NONE, limits, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(out, ==, expected);
}

static void
header_is_one_line(void)
{
	g_autofree char *out = render(" a\n{{ name | safe }}\t", TOCSIN_ESCAPE_HEADER, NULL, NULL);

	g_assert_cmpstr(out, ==, "a x Bcc: y");
}

static void
errors_say_where_and_what(void)
{
	assert_fails("ok\n  {{ user | uper }}", NULL, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:2:13: there is no filter 'uper': did you mean 'upper'?");
	assert_fails("{% if user %}\n", NULL, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:1:14: expected elif or else or endif, found the end");
	assert_fails("{{ nobody }}", NULL, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:1:4: 'nobody' is undefined");
	assert_fails("{{ usr }}", NULL, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:1:4: 'usr' is undefined: did you mean 'user'?");
	assert_fails("{% set total = 1 %}{{ totl | upper }}", NULL, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:1:23: 'totl' is undefined: did you mean 'total'?");
	assert_fails("\n\n{% include 'x' %}", NULL, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:3:4: there is no template 'x': no other templates can be used here");
}

static void
holds_its_limits(void)
{
	TocsinTemplateLimits limits = tocsin_template_default_limits;

	limits.iterations = 10;
	assert_renders("{% for x in range(10) %}{% endfor %}", &limits, "");
	assert_fails("{% for x in range(11) %}{% endfor %}", &limits, TOCSIN_ERROR_LIMIT,
	             "a.tpl:1:4: loops of more than 10 items in all");
	limits.string_bytes = 8;
	assert_renders("{{ 'ab' * 4 }}", &limits, "abababab");
	assert_fails("{{ 'ab' * 5 }}", &limits, TOCSIN_ERROR_LIMIT,
	             "a.tpl:1:9: a string of more than 8 bytes");
	limits.output_bytes = 3;
	assert_renders("abc", &limits, "abc");
	assert_fails("abcd", &limits, TOCSIN_ERROR_LIMIT, "a.tpl:1:1: more than 3 bytes of output");
	limits.members = 4;
	assert_renders("{{ range(4) | length }}", &limits, "4");
	assert_fails("{{ range(5) | length }}", &limits, TOCSIN_ERROR_LIMIT,
	             "a.tpl:1:4: a list of 5 members: the limit is 4");
	limits.source_bytes = 3;
	assert_fails("abcd", &limits, TOCSIN_ERROR_LIMIT,
	             "a.tpl: 4 bytes are more than the limit of 3");
}

static void
bounds_steps_and_depth(void)
{
	TocsinTemplateLimits limits = tocsin_template_default_limits;

	limits.steps = 50;
	assert_fails("{% for x in range(40) %}{{ x }}{% endfor %}", &limits, TOCSIN_ERROR_LIMIT,
	             "a.tpl:1:13: more than 50 steps");
	assert_fails("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", NULL, TOCSIN_ERROR_LIMIT,
	             "a.tpl:1:19: nested more than 400 deep");
	limits = tocsin_template_default_limits;
	limits.nesting = 3;
	assert_renders("{{ [[1]] }}", &limits, "[[1]]");
	assert_fails("{{ [[[1]]] }}", &limits, TOCSIN_ERROR_LIMIT,
	             "a.tpl:1:7: nested more than 3 deep");
}

static void
bounds_patterns(void)
{
	TocsinTemplateLimits limits = tocsin_template_default_limits;

	limits.regex_bytes = 3;
	assert_renders("{{ user matches 'r.o' }}", &limits, "True");
	assert_fails("{{ user matches 'r.ot' }}", &limits, TOCSIN_ERROR_TEMPLATE,
	             "a.tpl:1:17: a pattern of 4 bytes: the limit is 3");
}

static void
circles_are_freed(void)
{
	assert_renders("{% set n = namespace() %}{% set n.me = n %}{% macro f() %}{% endmacro %}"
	               "{% set n.f = f %}ok",
	               NULL, "ok");
	assert_renders("{% set n = namespace(x=0) %}{% for i in range(1000) %}"
	               "{% set n.x = namespace(x=n.x) %}{% endfor %}ok",
	               NULL, "ok");
}

static gboolean
test_where(const char *text, gboolean *out_truth, GError **error)
{
	g_autoptr(TocsinExpression) expression =
	        tocsin_expression_parse("where", text, NULL, error);
	g_autoptr(TocsinDatum) data = tocsin_datum_new_map();

	tocsin_datum_set_named(data, "user", tocsin_datum_new_string("root", -1));
	tocsin_datum_set_named(data, "count", tocsin_datum_new_int(5));
	return expression != NULL &&
	       tocsin_expression_test(expression, tocsin_expression_lookup_map, data, NULL,
	                              out_truth, error);
}

static void
assert_where(const char *text, gboolean expected)
{
	g_autoptr(GError) error = NULL;
	gboolean is_true = !expected;

	g_assert_true(test_where(text, &is_true, &error));
	g_assert_no_error(error);
	g_assert_cmpint(is_true, ==, expected);
}

static void
where_decides(void)
{
	g_autoptr(GError) error = NULL;
	gboolean is_true;

	assert_where("user != 'nagios'", TRUE);
	assert_where("user in ['root', 'admin'] and count >= 5", TRUE);
	assert_where("user matches '^r(oo)t$'", TRUE);
	assert_where("user not matches 'o+'", FALSE);
	assert_where("nobody is defined", FALSE);
	g_assert_false(test_where("usr == 'x'", &is_true, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE);
	g_clear_error(&error);
	g_assert_false(test_where("user == 'x' }}", &is_true, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE);
}

static void
expression_lists_its_names(void)
{
	g_autoptr(TocsinExpression) expression = tocsin_expression_parse(
	        "where", "a.b == c and a.d|default(e) matches 'x'", NULL, NULL);
	g_autofree char *names = g_strjoinv(" ", (char **)tocsin_expression_names(expression));

	g_assert_cmpstr(names, ==, "a c e");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/header_is_one_line", header_is_one_line);
	g_test_add_func("/template/errors_say_where_and_what", errors_say_where_and_what);
	g_test_add_func("/template/holds_its_limits", holds_its_limits);
	g_test_add_func("/template/bounds_steps_and_depth", bounds_steps_and_depth);
	g_test_add_func("/template/bounds_patterns", bounds_patterns);
	g_test_add_func("/template/circles_are_freed", circles_are_freed);
	g_test_add_func("/template/where_decides", where_decides);
	g_test_add_func("/template/expression_lists_its_names", expression_lists_its_names);
	return g_test_run();
}
