/* SPDX-License-Identifier: MIT */
#include "abi/keys.h"

#include <tocsin/error.h>

#define KEY(...) ((const tocsin_key){.size = sizeof(tocsin_key), .help = "Some help.", __VA_ARGS__})

static void
assert_refused(const tocsin_key *key, const char *pattern)
{
	const tocsin_key *const table[] = {key, NULL};
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_keys_check_table(table, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	if (!g_pattern_match_simple(pattern, error->message)) {
		g_error("'%s' does not match '%s'", error->message, pattern);
	}
}

static void
refuses_malformed_keys(void)
{
	static const char *const choices[] = {"a", "b", NULL};
	tocsin_key small = KEY(.type = TOCSIN_KEY_STRING, .name = "x");

	small.size -= 1;
	assert_refused(&small, "*smaller than ABI 1.0*");
	assert_refused(&KEY(.type = TOCSIN_KEY_STRING), "*has a name that is not*");
	assert_refused(&KEY(.type = TOCSIN_KEY_STRING, .name = "Host"), "*has a name that is not*");
	assert_refused(&KEY(.type = TOCSIN_KEY_STRING, .name = "a\nb"), "key '?' has a name*");
	assert_refused(&KEY(.type = 99, .name = "x"),
	               "key 'x' has an unknown type; set .type to a TOCSIN_KEY_*");
	assert_refused(&KEY(.type = 0, .name = "x"),
	               "key 'x' has an unknown type; set .type to a TOCSIN_KEY_*");
	small = KEY(.type = TOCSIN_KEY_STRING, .name = "x");
	small.help = "";
	assert_refused(&small, "*no help*");
	assert_refused(&KEY(.type = TOCSIN_KEY_INT, .name = "x", .flags = TOCSIN_KEY_SECRET),
	               "*a secret but no string; *");
	assert_refused(&KEY(.type = TOCSIN_KEY_STRING, .name = "x", .fallback = "p",
	                    .flags = TOCSIN_KEY_SECRET),
	               "*a secret with a default; *");
	assert_refused(&KEY(.type = TOCSIN_KEY_STRING, .name = "x", .fallback = "p",
	                    .flags = TOCSIN_KEY_REQUIRED),
	               "*required and has a default; *");
	assert_refused(&KEY(.type = TOCSIN_KEY_INT, .name = "x", .minimum = 5, .maximum = 4),
	               "*minimum above its maximum; *");
	assert_refused(&KEY(.type = TOCSIN_KEY_INT, .name = "x", .fallback = "ten"),
	               "*default that its own type refuses: 'ten' is not a whole number; *");
	assert_refused(
	        &KEY(.type = TOCSIN_KEY_STRING, .name = "x", .fallback = "c", .choices = choices),
	        "*'c' is not one of a, b*");
	assert_refused(&KEY(.type = TOCSIN_KEY_INT, .name = "x", .choices = choices),
	               "*neither string nor list; *");
	assert_refused(&KEY(.type = TOCSIN_KEY_GROUP, .name = "x"), "*group without keys*");
}

static void
refuses_endless_tables(void)
{
	static const tocsin_key *loop[2];
	const tocsin_key key = KEY(.type = TOCSIN_KEY_GROUP, .name = "again", .keys = loop);

	loop[0] = &key;
	assert_refused(&key, "in 'again': in 'again': *nested more than 4 deep; *");
	loop[0] = NULL;
}

static void
refuses_a_key_twice_in_one_table(void)
{
	const tocsin_key a = KEY(.type = TOCSIN_KEY_INT, .name = "a");
	const tocsin_key *const table[] = {&a, &a, NULL};
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_keys_check_table(table, &error));
	g_assert_cmpstr(error->message, ==, "key 'a' is there twice; drop or rename one");
}

static void
tables_join_where_types_agree(void)
{
	const tocsin_key host = KEY(.type = TOCSIN_KEY_STRING, .name = "host");
	const tocsin_key port = KEY(.type = TOCSIN_KEY_INT, .name = "port");
	const tocsin_key port_text = KEY(.type = TOCSIN_KEY_STRING, .name = "port");
	const tocsin_key *const one[] = {&host, &port, NULL};
	const tocsin_key *const two[] = {&port, NULL};
	const tocsin_key *const three[] = {&port_text, NULL};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_keys_add(keys, NULL, &error));
	g_assert_true(tocsin_keys_add(keys, one, &error));
	g_assert_true(tocsin_keys_add(keys, two, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(tocsin_keys_count(keys), ==, 2);
	g_assert_true(tocsin_keys_find(keys, "port") == &port);
	g_assert_null(tocsin_keys_find(keys, "prot"));
	g_assert_cmpstr(tocsin_keys_nearest(keys, "prot"), ==, "port");
	g_assert_false(tocsin_keys_add(keys, three, &error));
	g_assert_cmpstr(error->message, ==,
	                "key 'port' is declared as string here and as integer elsewhere");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keys/refuses_malformed_keys", refuses_malformed_keys);
	g_test_add_func("/keys/refuses_endless_tables", refuses_endless_tables);
	g_test_add_func("/keys/refuses_a_key_twice_in_one_table", refuses_a_key_twice_in_one_table);
	g_test_add_func("/keys/tables_join_where_types_agree", tables_join_where_types_agree);
	return g_test_run();
}
