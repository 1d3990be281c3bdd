/* SPDX-License-Identifier: MIT */
/* What CPython 3.11.7 answers, taken down from a run of it. */
#include "model/address-compat.h"

typedef struct {
	const char *text;
	const char *name;
	const char *spec;
	const char *quoted;
} Sample;

static const Sample samples[] = {
        {"A <a@b>", "A", "a@b", "<a@b>"},
        {"a@b", "", "a@b", "<a@b>"},
        {"", "", "", "<>"},
        {"<>", "", "", "<>"},
        {"undisclosed:;", "", "", "<undisclosed:;>"},
        {"a@b, c@d", "", "a@b", "<a@b>"},
        {" <x", "", "x", "<x>"},
        {"<a@b>", "", "a@b", "<a@b>"},
        {"\"Q, U\" <q@u>", "Q, U", "q@u", "<q@u>"},
        {"x y <a@b> (note)", "x y", "a@b", "<a@b>"},
        {"a(c)@b", "c c", "a@b", "<a@b>"},
        {"a . b@c", "", "a.b@c", "<a.b@c>"},
        {"\"a b\"@c", "", "\"a b\"@c", "<\"a b\"@c>"},
        {"a@b@c", "", "", "<a@b@c>"},
        {"<@r,@s:a@b>", "", "", "<@r,@s:a@b>"},
        {"a@[1.2.3.4]", "", "a@[1.2.3.4]", "<a@[1.2.3.4]>"},
        {"g: a@b, c@d;", "", "a@b", "<a@b>"},
        {"g:h:;a@b;", "", "a@b", "<a@b>"},
        {"a b", "", "a", "<a>"},
        {"(only)", "", "", "<(only)>"},
        {"é@b", "", "é@b", "<é@b>"},
        {"a\\b@c", "", "a\\b@c", "<a\\b@c>"},
        {"<a@b> NOTIFY=NEVER", "", "a@b", "<a@b>"},
        {"a@b\r\nX: y", "", "a@b", "<a@b>"},
        {"((a)b) c@d", "ab", "c@d", "<c@d>"},
        {"\"a\\\"b\"@c", "", "\"a\\\"b\"@c", "<\"a\\\"b\"@c>"},
        {",a@b", "", "", "<,a@b>"},
        {".@b", "", ".@b", "<.@b>"},
        {"@", "", "", "<@>"},
        {"a@", "", "", "<a@>"},
};

static void
reads_as_python_does(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *name = NULL;
		g_autofree char *spec = NULL;
		g_autofree char *quoted = tocsin_address_quoteaddr(samples[i].text);

		tocsin_address_parseaddr(samples[i].text, &name, &spec);
		g_assert_cmpstr(name, ==, samples[i].name);
		g_assert_cmpstr(spec, ==, samples[i].spec);
		g_assert_cmpstr(quoted, ==, samples[i].quoted);
	}
}

static void
vrfy_gets_no_brackets(void)
{
	g_autofree char *spec = tocsin_address_addr_only("Bob <b@y>");
	g_autofree char *nothing = tocsin_address_addr_only("");

	g_assert_cmpstr(spec, ==, "b@y");
	g_assert_cmpstr(nothing, ==, "");
}

static void
depth_costs_no_stack(void)
{
	g_autofree char *comments = g_strnfill(1000000, '(');
	g_autofree char *groups = g_strnfill(1000000, ':');
	g_autofree char *spec = NULL;

	tocsin_address_parseaddr(comments, NULL, &spec);
	g_assert_cmpstr(spec, ==, "");
	g_clear_pointer(&spec, g_free);
	tocsin_address_parseaddr(groups, NULL, &spec);
	g_assert_cmpstr(spec, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address-compat/reads_as_python_does", reads_as_python_does);
	g_test_add_func("/address-compat/vrfy_gets_no_brackets", vrfy_gets_no_brackets);
	g_test_add_func("/address-compat/depth_costs_no_stack", depth_costs_no_stack);
	return g_test_run();
}
