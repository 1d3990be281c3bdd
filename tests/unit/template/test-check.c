/* SPDX-License-Identifier: MIT */
#include "template/check.h"

#include <string.h>
#include <tocsin/error.h>

/* user, count; event with host and fields (of anything); files, each with path and size. */
static TocsinDatum *
make_schema(void)
{
	TocsinDatum *schema = tocsin_datum_new_map();
	TocsinDatum *event = tocsin_datum_new_map();
	TocsinDatum *files = tocsin_datum_new_list();
	TocsinDatum *file = tocsin_datum_new_map();

	tocsin_datum_set_named(event, "host", tocsin_datum_new_none());
	tocsin_datum_set_named(event, "fields", tocsin_datum_new_none());
	tocsin_datum_set_named(file, "path", tocsin_datum_new_none());
	tocsin_datum_set_named(file, "size", tocsin_datum_new_none());
	tocsin_datum_append(files, file);
	tocsin_datum_set_named(schema, "user", tocsin_datum_new_none());
	tocsin_datum_set_named(schema, "count", tocsin_datum_new_none());
	tocsin_datum_set_named(schema, "event", event);
	tocsin_datum_set_named(schema, "files", files);
	return schema;
}

static TocsinTemplate *
on_load(gpointer unused, const char *name, GError **error)
{
	static const char *const sources[][2] = {
	        {"base", "{% block head %}{{ usr }}{% endblock %}|{% block body %}{% endblock %}"
	                 "{% block foot %}{{ colour }}{% endblock %}"},
	        {"row", "{{ item.path }}{{ item.pth }}"},
	        {"self", "{% include 'self' %}{{ sefl }}"},
	        {"circle", "{% extends 'circle' %}"},
	        {"tools", "{% macro cell(x) %}{{ x }}{% endmacro %}{% set width = 3 %}"},
	        {"mail", "{% block text %}{{ txt }}{% endblock %}"},
	        {"twice", "{% include 'three' %}{% include 'three' %}"},
	        {"three", "x"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
		if (strcmp(sources[i][0], name) == 0) {
			return tocsin_template_parse(name, sources[i][1], -1, NULL, error);
		}
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE, "not found");
	return NULL;
}

static char *
join(GPtrArray *problems)
{
	g_autoptr(GPtrArray) owned = problems;

	g_ptr_array_add(owned, NULL);
	return g_strjoinv("\n", (char **)owned->pdata);
}

static void
assert_finds(const char *source, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinDatum) schema = make_schema();
	g_autoptr(TocsinTemplate) template = tocsin_template_parse("t", source, -1, NULL, &error);
	g_autofree char *found = NULL;

	g_assert_no_error(error);
	found = join(tocsin_template_check(template, schema, on_load, NULL));
	g_assert_cmpstr(found, ==, expected);
}

static void
finds_what_filters_do_not_take(void)
{
	assert_finds("{{ user|regex_replace('(', 'b') }}",
	             "t:1:9: the pattern '(' is not a regular expression: missing terminating )");
	assert_finds("{{ user|truncate(2, mode='bogus') }}",
	             "t:1:9: mode is head, tail or middle, not 'bogus'");
	assert_finds("{{ count|date('%F', 'Eurpe/Berlin') }}",
	             "t:1:10: there is no time zone 'Eurpe/Berlin'");
	assert_finds("{{ user|truncate(2, mod='tail') }}",
	             "t:1:9: filter 'truncate' has no argument 'mod'");
	assert_finds("{{ user|upper(3) }}", "t:1:9: filter 'upper' takes 0 arguments, found 1");
	assert_finds("{{ user|hash('nosuch') }}", "t:1:9: hash knows sha256, sha512, sha1 and md5");
	assert_finds("{{ user|replace('a') }}", "t:1:9: filter 'replace' needs 'new'");
	assert_finds("{{ user|escape('bogus') }}",
	             "t:1:9: escape knows html, url, header, shell and json, not 'bogus'");
	assert_finds("{{ count is divisibleby(0) }}", "t:1:13: division by zero");
	assert_finds("{{ user is match('(') }}",
	             "t:1:12: the pattern '(' is not a regular expression: missing terminating )");
}

static void
takes_what_may_be_right(void)
{
	static const char *const good[] = {
	        "{{ user|regex_replace('a(.)', 'b') }}",
	        "{{ user|truncate(20, mode='tail') }}",
	        "{{ count|date('%F', 'Europe/Berlin') }}",
	        "{{ user|truncate(count) }}",
	        "{{ user|regex_replace(user, 'b') }}",
	        "{{ files|sort(attribute='path')|length }}",
	        "{{ files|sum(attribute='size') }}",
	        "{{ files|map(attribute='path')|join(', ') }}",
	        "{{ files|join(', ', attribute='path') }}",
	        "{{ files|batch(2)|length }}",
	        "{{ files|groupby('path')|length }}",
	        "{{ files|table('text', columns=['path', 'size']) }}",
	        "{{ files|selectattr('size', 'gt', 3)|list|length }}",
	        "{{ files|unique(attribute='path')|first }}",
	        "{{ files|min(attribute='size') }}",
	        "{{ event|dictsort(by='value') }}",
	        "{{ count|round(2, 'floor') }}{{ count|int(0, 16) }}{{ count|plural('y', 'ies') }}",
	        "{{ count|number(2) }}{{ count|filesizeformat(true) }}{{ user|indent(4, true) }}",
	        "{{ user|default('x') }}{{ user|wordwrap(20) }}{{ user|center(9) }}",
	        "{{ '%s'|format(user) }}{{ user|split(',', 2) }}{{ user|quote('> ') }}",
	        "{{ user is in 'abc' }}{{ user is eq 3 }}{{ count is divisibleby(3) }}",
	        "{{ user is search('a.') }}{{ count is gt(2) }}",
	        NULL,
	};

	for (guint i = 0; good[i] != NULL; i++) {
		assert_finds(good[i], "");
	}
}

static void
finds_misspelt_names(void)
{
	assert_finds("{{ user }} {{ event.host }} {{ event.fields.any.thing }}", "");
	assert_finds("{{ usr }}", "t:1:4: 'usr' is undefined: did you mean 'user'?");
	assert_finds("\n{{ event.hst|upper }}",
	             "t:2:10: 'event' has no member 'hst': did you mean 'host'?");
	assert_finds("{{ event['hst'] }}",
	             "t:1:9: 'event' has no member 'hst': did you mean 'host'?");
	assert_finds("{% if zzz9 %}{% endif %}{{ rang(3) }}",
	             "t:1:7: 'zzz9' is undefined\n"
	             "t:1:28: 'rang' is undefined: did you mean 'range'?");
	assert_finds("{{ user|replace(usr, 'x') }}{{ [coun, 1] }}",
	             "t:1:17: 'usr' is undefined: did you mean 'user'?\n"
	             "t:1:33: 'coun' is undefined: did you mean 'count'?");
	assert_finds("{{ usr }}{{ event.items() }}{{ event.itms() }}",
	             "t:1:4: 'usr' is undefined: did you mean 'user'?\n"
	             "t:1:38: 'event' has no member 'itms'");
}

static void
follows_scopes(void)
{
	assert_finds("{% set a = 1 %}{{ a }}{% with b = a %}{{ b }}{% endwith %}{{ b }}",
	             "t:1:62: 'b' is undefined");
	assert_finds("{% for x in files %}{{ x.path }}{{ loop.index }}{% set y = x %}{{ y.siz }}"
	             "{% endfor %}{{ x }}{{ y }}{{ loop }}",
	             "t:1:69: 'y' has no member 'siz': did you mean 'size'?\n"
	             "t:1:90: 'x' is undefined\n"
	             "t:1:97: 'y' is undefined\n"
	             "t:1:104: 'loop' is undefined");
	assert_finds("{% for f in files|sort(attribute='path') if f.sz %}{{ f.pth }}{% endfor %}",
	             "t:1:47: 'f' has no member 'sz'\n"
	             "t:1:57: 'f' has no member 'pth': did you mean 'path'?");
	assert_finds("{{ files|map(attribute='pth')|join }}{{ (files|first).siz }}",
	             "t:1:24: there is no member 'pth': did you mean 'path'?\n"
	             "t:1:55: there is no member 'siz': did you mean 'size'?");
	assert_finds("{% macro m(p, q=usr) %}{{ p }}{{ q }}{{ later }}{{ r }}{% endmacro %}"
	             "{% set later = 1 %}{{ m(1) }}{{ p }}",
	             "t:1:102: 'p' is undefined\n"
	             "t:1:17: 'usr' is undefined: did you mean 'user'?\n"
	             "t:1:52: 'r' is undefined");
	assert_finds("{% if user %}{% set z = 1 %}{% endif %}{{ z }}", "");
	assert_finds("{% macro m() %}{{ caller(1) }}{% endmacro %}"
	             "{% call(n) m() %}{{ n }}{{ o }}{% endcall %}",
	             "t:1:72: 'o' is undefined");
	assert_finds("{% set t %}{{ usr }}{% endset %}{% filter upper %}{{ t }}{% endfilter %}",
	             "t:1:15: 'usr' is undefined: did you mean 'user'?");
}

static void
allows_what_tests_have_shown(void)
{
	assert_finds("{{ gone is defined }}{{ gone|default('-') }}{{ event.gone|d }}", "");
	assert_finds("{% if gone is defined %}{{ gone.any }}{% else %}{{ gone }}{% endif %}",
	             "t:1:52: 'gone' is undefined");
	assert_finds("{% if gone is undefined %}{{ gone }}{% else %}{{ gone }}{% endif %}",
	             "t:1:30: 'gone' is undefined");
	assert_finds("{% if event.gone is defined and event.gone > 3 %}{{ event.gone }}{% endif %}",
	             "");
	assert_finds("{{ gone if gone is defined else 1 }}{{ gone is undefined or gone }}", "");
	assert_finds("{{ gone.x is defined }}", "t:1:4: 'gone' is undefined");
	assert_finds("{% if gone is defined %}{% endif %}{{ gone }}",
	             "t:1:39: 'gone' is undefined");
}

static void
follows_other_templates(void)
{
	assert_finds("{% extends 'base' %}{{ unseen }}{% set colour = 1 %}"
	             "{% block head %}{{ user }}{% endblock %}",
	             "");
	assert_finds("{% extends 'base' %}{% block head %}{{ super() }}{% endblock %}",
	             "base:1:20: 'usr' is undefined: did you mean 'user'?\n"
	             "base:1:90: 'colour' is undefined");
	assert_finds("{% for item in files %}{% include 'row' %}{% endfor %}",
	             "row:1:24: 'item' has no member 'pth': did you mean 'path'?");
	assert_finds("{% include 'self' %}", "self:1:24: 'sefl' is undefined");
	assert_finds("{% extends 'circle' %}", "circle:1:4: the template extends itself");
	assert_finds("{% include 'nope' %}{% include 'nope' ignore missing %}",
	             "t:1:4: there is no template 'nope': not found");
	assert_finds("{% import 'tools' as t %}{{ t.cell(1) }}{{ t.witdh }}",
	             "t:1:46: 't' has no member 'witdh': did you mean 'width'?");
	assert_finds("{% from 'tools' import cel, width as w %}{{ w }}",
	             "t:1:24: the template does not define 'cel': did you mean 'cell'?");
	assert_finds("{% extends user %}{% block any %}{{ usr }}{% endblock %}",
	             "t:1:37: 'usr' is undefined: did you mean 'user'?");
	assert_finds("{% include ['a', 'b'] %}", "t:1:4: none of the templates is there");
}

static void
checks_whole_mails(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinDatum) schema = make_schema();
	g_autoptr(TocsinMailTemplate) mail = tocsin_mail_template_parse(
	        "m",
	        "---\nsubject: {{ usr }}\n---\n{% extends 'mail' %}{% set txt = 1 %}\n"
	        "{% block html %}{{ cont }}{% endblock %}{% block other %}{{ x }}{% endblock %}",
	        -1, NULL, &error);
	g_autofree char *found = NULL;

	g_assert_no_error(error);
	found = join(tocsin_mail_template_check(mail, schema, on_load, NULL));
	g_assert_cmpstr(found, ==,
	                "m:2:13: 'usr' is undefined: did you mean 'user'?\n"
	                "m:5:20: 'cont' is undefined: did you mean 'count'?");
}

static void
checks_expressions(void)
{
	g_autoptr(TocsinDatum) schema = make_schema();
	g_autoptr(TocsinExpression) good = tocsin_expression_parse(
	        "where", "user == 'x' and (gone is undefined or gone > 1)", NULL, NULL);
	g_autoptr(TocsinExpression) bad =
	        tocsin_expression_parse("where", "event.hots matches 'x'", NULL, NULL);
	g_autofree char *none = join(tocsin_expression_check(good, schema));
	g_autofree char *one = join(tocsin_expression_check(bad, schema));

	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(one, ==, "where:1:7: 'event' has no member 'hots': did you mean 'host'?");
}

static void
is_bounded(void)
{
	TocsinTemplateLimits limits = tocsin_template_default_limits;
	g_autoptr(TocsinDatum) schema = make_schema();
	g_autoptr(GString) many = g_string_new(NULL);
	g_autoptr(TocsinTemplate) template = NULL;
	g_autoptr(TocsinTemplate) small = NULL;
	g_autoptr(GPtrArray) problems = NULL;
	g_autofree char *found = NULL;

	for (guint i = 0; i <= TOCSIN_CHECK_PROBLEMS_MAX; i++) {
		g_string_append(many, "{{ zzzz }}");
	}
	template = tocsin_template_parse("t", many->str, -1, NULL, NULL);
	problems = tocsin_template_check(template, schema, NULL, NULL);
	g_assert_cmpuint(problems->len, ==, TOCSIN_CHECK_PROBLEMS_MAX);
	limits.steps = 3;
	small = tocsin_template_parse("t", "{{ user }}{{ usr }}", -1, &limits, NULL);
	found = join(tocsin_template_check(small, schema, NULL, NULL));
	g_assert_cmpstr(found, ==, "t:1:11: too much to check: more than 3 steps");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/check/finds_misspelt_names", finds_misspelt_names);
	g_test_add_func("/check/finds_what_filters_do_not_take", finds_what_filters_do_not_take);
	g_test_add_func("/check/takes_what_may_be_right", takes_what_may_be_right);
	g_test_add_func("/check/follows_scopes", follows_scopes);
	g_test_add_func("/check/allows_what_tests_have_shown", allows_what_tests_have_shown);
	g_test_add_func("/check/follows_other_templates", follows_other_templates);
	g_test_add_func("/check/checks_whole_mails", checks_whole_mails);
	g_test_add_func("/check/checks_expressions", checks_expressions);
	g_test_add_func("/check/is_bounded", is_bounded);
	return g_test_run();
}
