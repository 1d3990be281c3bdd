/* SPDX-License-Identifier: MIT */
#include "cli/qualify.h"

static void
assert_becomes(const char *list, const char *expected)
{
	g_autofree char *qualified = tocsin_qualify_list(list, "h.example");

	g_assert_cmpstr(qualified, ==, expected);
}

static void
completes_local_parts(void)
{
	assert_becomes("root", "root@h.example");
	assert_becomes(" root , ann@example.org,bob ",
	               " root@h.example , ann@example.org,bob@h.example ");
	assert_becomes("root (Cron Daemon)", "root@h.example (Cron Daemon)");
	assert_becomes("(first) root", "(first) root@h.example");
	assert_becomes("Cron Daemon <root>", "Cron Daemon <root@h.example>");
	assert_becomes("<root> (at home)", "<root@h.example> (at home)");
	assert_becomes("\"a, b\"", "\"a, b\"@h.example");
	assert_becomes("staff: ann, Bob <bob>;", "staff: ann@h.example, Bob <bob@h.example>;");
}

static void
leaves_whole_addresses(void)
{
	const char *const lists[] = {"",
	                             ", ,",
	                             "ann@example.org",
	                             "\"Ann, at @home\" <ann@example.org>, b@example.org (no @)",
	                             "<>",
	                             "undisclosed-recipients:;",
	                             "\"a\\\"b\"@example.org",
	                             "(a \\) (b) , c) ann@example.org",
	                             "<@relay.example:ann@example.org>",
	                             "ann@[IPv6:::1], Bob <bob@[IPv6:2001:db8::2]>",
	                             "ann@[192.0.2.1]"};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		assert_becomes(lists[i], lists[i]);
	}
}

static void
looks_for_signs_outside_of_quotes_and_comments(void)
{
	assert_becomes("\"a@b\"", "\"a@b\"@h.example");
	assert_becomes("ann (ann@example.org)", "ann@h.example (ann@example.org)");
	assert_becomes("ann@example.org <root>", "ann@example.org <root@h.example>");
	assert_becomes("ann@[IPv6:::1], root", "ann@[IPv6:::1], root@h.example");
}

static void
leaves_what_is_not_closed(void)
{
	assert_becomes("\"root", "\"root");
	assert_becomes("root (Cron", "root (Cron");
	assert_becomes("Cron <root", "Cron <root");
	assert_becomes("ann@[IPv6:::1", "ann@[IPv6:::1");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/qualify/completes_local_parts", completes_local_parts);
	g_test_add_func("/cli/qualify/leaves_whole_addresses", leaves_whole_addresses);
	g_test_add_func("/cli/qualify/looks_for_signs_outside_of_quotes_and_comments",
	                looks_for_signs_outside_of_quotes_and_comments);
	g_test_add_func("/cli/qualify/leaves_what_is_not_closed", leaves_what_is_not_closed);
	return g_test_run();
}
