/* SPDX-License-Identifier: MIT */
#include "model/address.h"

#include <string.h>
#include <tocsin/error.h>

typedef struct {
	const char *text;
	const char *name;
	const char *spec;
} Sample;

static void
mailboxes_are_read(void)
{
	static const Sample samples[] = {
	        {"a@b", NULL, "a@b"},
	        {" a @ b ", NULL, "a@b"},
	        {"<a@b>", NULL, "a@b"},
	        {"Ann Lee <ann@example.org>", "Ann Lee", "ann@example.org"},
	        {"John Q. Public <j@x.org>", "John Q. Public", "j@x.org"},
	        {"\"Lee, \\\"Ann\\\"\" <ann@x>", "Lee, \"Ann\"", "ann@x"},
	        {"Ann(c)Lee (d (e)) <(f)a@b(g)> (h)", "Ann Lee", "a@b"},
	        {"(only) a@b (comment \\) here)", NULL, "a@b"},
	        {"\"a b\"@x", NULL, "\"a b\"@x"},
	        {"\"plain\"@x", NULL, "plain@x"},
	        {"\"a\\\\b\\\"c\"@x", NULL, "\"a\\\\b\\\"c\"@x"},
	        {"\"\"@x", NULL, "\"\"@x"},
	        {"a@[192.0.2.1]", NULL, "a@[192.0.2.1]"},
	        {"a@[IPv6:2001:db8::1]", NULL, "a@[IPv6:2001:db8::1]"},
	        {"Jörg <jörg@müller.example>", "Jörg", "jörg@müller.example"},
	        {"=?utf-8?q?J=C3=B6rg?= <j@x>", "=?utf-8?q?J=C3=B6rg?=", "j@x"},
	        {"Ann\r\n Lee\r\n\t<a@b>", "Ann Lee", "a@b"},
	        {"\"An\r\n n\" <a@b>", "An n", "a@b"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinAddress) address =
		        tocsin_address_parse(samples[i].text, -1, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(address->name, ==, samples[i].name);
		g_assert_cmpstr(address->spec, ==, samples[i].spec);
		g_assert_cmpstr(address->domain, ==, strrchr(samples[i].spec, '@') + 1);
		g_assert_null(address->group);
	}
}

static void
what_is_no_mailbox_is_refused(void)
{
	static const char *const bad[] = {
	        "",           " ",           "a",           "@b",        "a@",      "a@@b",
	        "a@b@c",      ".a@b",        "a.@b",        "a..b@c",    "a@.b",    "a@b.",
	        "a@b..c",     "a@-b",        "a@b-",        "a b@c",     "<a@b",    "a@b>",
	        "<>",         "x <>",        "<@r:a@b>",    "a@b, c@d",  "g:a@b;",  "a@b c",
	        "\"a@b",      "(a@b",        "a@b (c",      "a@[1.2.3]", "a@[x]",   "a@[IPv6:z]",
	        "a@[1.2.3.4", "a@b\n",       "a@b\r\nX: y", "a\x01@b",   "a\x7f@b", "a@b\xff",
	        "\"a\tb\"@c", "a@b\xc2\x85", "a@b!c",       "\"a\\",     NULL,
	};

	for (const char *const *text = bad; *text != NULL; text++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_address_parse(*text, -1, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
		g_assert_cmpint(tocsin_address_check_spec(*text, FALSE, NULL), ==, FALSE);
	}
}

static void
nul_is_refused(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_address_parse("a\0@b", 4, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

static void
lists_and_groups_are_opened(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) list = tocsin_address_parse_list(
	        ", a@b,, The Team: X <c@d>, e@f ,; undisclosed:;, \"g\" <g@h>,", -1, &error);
	static const Sample expected[] = {
	        {"", NULL, "a@b"},
	        {"The Team", "X", "c@d"},
	        {"The Team", NULL, "e@f"},
	        {"", "g", "g@h"},
	};

	g_assert_no_error(error);
	g_assert_cmpuint(list->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < list->len; i++) {
		const TocsinAddress *address = list->pdata[i];

		g_assert_cmpstr(address->spec, ==, expected[i].spec);
		g_assert_cmpstr(address->name, ==, expected[i].name);
		g_assert_cmpstr(address->group != NULL ? address->group : "", ==, expected[i].text);
	}
}

static void
bad_lists_are_refused(void)
{
	static const char *const bad[] = {
	        "a@b c@d", "a@b; c@d", "g: a@b", "g: h: a@b;;", ";", ": a@b;", "a@b, x", NULL,
	};

	for (const char *const *text = bad; *text != NULL; text++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_address_parse_list(*text, -1, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
}

static void
empty_lists_are_lists(void)
{
	g_autoptr(GPtrArray) list = tocsin_address_parse_list(" , (nobody) ,", -1, NULL);

	g_assert_nonnull(list);
	g_assert_cmpuint(list->len, ==, 0);
}

static void
lists_end_at_their_limit(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < TOCSIN_ADDRESS_LIST_MAX; i++) {
		g_string_append(text, "a@b,");
	}
	g_autoptr(GPtrArray) list = tocsin_address_parse_list(text->str, -1, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(list->len, ==, TOCSIN_ADDRESS_LIST_MAX);
	g_string_append(text, "a@b");
	g_assert_null(tocsin_address_parse_list(text->str, -1, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

static void
long_addresses_end_at_their_limit(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *local = g_strnfill(TOCSIN_ADDRESS_SPEC_MAX - 2, 'a');
	g_autofree char *longest = g_strconcat(local, "@b", NULL);
	g_autofree char *longer = g_strconcat(local, "a@b", NULL);

	g_assert_true(tocsin_address_check_spec(longest, FALSE, &error));
	g_assert_no_error(error);
	g_assert_false(tocsin_address_check_spec(longer, TRUE, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

static void
deep_comments_are_refused(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *open = g_strnfill(100000, '(');

	g_assert_null(tocsin_address_parse(open, -1, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

static void
paths_take_no_comments_and_no_space(void)
{
	g_assert_true(tocsin_address_check_spec("a@b", FALSE, NULL));
	g_assert_true(tocsin_address_check_spec("\"a b\"@c", FALSE, NULL));
	g_assert_false(tocsin_address_check_spec("a@b ", FALSE, NULL));
	g_assert_false(tocsin_address_check_spec("a@b(c)", FALSE, NULL));
	g_assert_false(tocsin_address_check_spec("<a@b>", FALSE, NULL));
	g_assert_false(tocsin_address_check_spec("a@b> SIZE=1", FALSE, NULL));
	g_assert_false(tocsin_address_check_spec("postmaster", FALSE, NULL));
	g_assert_true(tocsin_address_check_spec("postmaster", TRUE, NULL));
	g_assert_false(tocsin_address_check_spec("", TRUE, NULL));
	g_assert_false(tocsin_address_check_spec("post master", TRUE, NULL));
}

static void
formatted_addresses_read_back(void)
{
	static const char *const names[] = {
	        "Ann", "Ann Lee", "Lee, Ann", "John Q. Public", "a\"b\\c", "Jörg",
	        "(x)", " x ",     NULL,
	};

	for (const char *const *name = names; *name != NULL; name++) {
		g_autofree char *text = tocsin_address_format(*name, "a@b");
		g_autoptr(TocsinAddress) address = tocsin_address_parse(text, -1, NULL);

		g_assert_nonnull(address);
		g_assert_cmpstr(address->name, ==, *name);
		g_assert_cmpstr(address->spec, ==, "a@b");
	}
	g_autofree char *bare = tocsin_address_format("", "a@b");
	g_autofree char *evil = tocsin_address_format("x\r\nBcc: y@z", "a@b");

	g_assert_cmpstr(bare, ==, "a@b");
	g_assert_cmpstr(evil, ==, "\"x  Bcc: y@z\" <a@b>");
}

static void
domains_become_a_labels(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *plain = tocsin_address_to_ascii("a@b", NULL);
	g_autofree char *idn = tocsin_address_to_ascii("a@müller.example", NULL);

	g_assert_cmpstr(plain, ==, "a@b");
	g_assert_cmpstr(idn, ==, "a@xn--mller-kva.example");
	g_assert_null(tocsin_address_to_ascii("jörg@müller.example", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	g_assert_false(tocsin_address_needs_utf8("a@b"));
	g_assert_false(tocsin_address_needs_utf8("a@müller.example"));
	g_assert_true(tocsin_address_needs_utf8("jörg@b"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/mailboxes_are_read", mailboxes_are_read);
	g_test_add_func("/address/what_is_no_mailbox_is_refused", what_is_no_mailbox_is_refused);
	g_test_add_func("/address/nul_is_refused", nul_is_refused);
	g_test_add_func("/address/lists_and_groups_are_opened", lists_and_groups_are_opened);
	g_test_add_func("/address/bad_lists_are_refused", bad_lists_are_refused);
	g_test_add_func("/address/empty_lists_are_lists", empty_lists_are_lists);
	g_test_add_func("/address/lists_end_at_their_limit", lists_end_at_their_limit);
	g_test_add_func("/address/long_addresses_end_at_their_limit",
	                long_addresses_end_at_their_limit);
	g_test_add_func("/address/deep_comments_are_refused", deep_comments_are_refused);
	g_test_add_func("/address/paths_take_no_comments_and_no_space",
	                paths_take_no_comments_and_no_space);
	g_test_add_func("/address/formatted_addresses_read_back", formatted_addresses_read_back);
	g_test_add_func("/address/domains_become_a_labels", domains_become_a_labels);
	return g_test_run();
}
