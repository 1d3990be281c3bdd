/* SPDX-License-Identifier: MIT */
#include "abi/settings.h"

#include <tocsin/error.h>

#define KEY(...)                                                              \
	{                                                                     \
		.size = sizeof(tocsin_key), .help = "Some help.", __VA_ARGS__ \
	}

static const char *const colours[] = {"red", "green", NULL};
static const tocsin_key name = KEY(.type = TOCSIN_KEY_STRING, .name = "name");
static const tocsin_key *const inner[] = {&name, NULL};

static const tocsin_key host =
        KEY(.type = TOCSIN_KEY_STRING, .name = "host", .flags = TOCSIN_KEY_REQUIRED);
static const tocsin_key port = KEY(.type = TOCSIN_KEY_INT, .name = "port", .fallback = "25",
                                   .minimum = 1, .maximum = 65535);
static const tocsin_key on = KEY(.type = TOCSIN_KEY_BOOL, .name = "on", .fallback = "true");
static const tocsin_key wait = KEY(.type = TOCSIN_KEY_DURATION, .name = "wait", .fallback = "10s",
                                   .minimum = 1000000, .maximum = 60000000);
static const tocsin_key size = KEY(.type = TOCSIN_KEY_SIZE, .name = "size");
static const tocsin_key secret =
        KEY(.type = TOCSIN_KEY_STRING, .name = "secret", .flags = TOCSIN_KEY_SECRET);
static const tocsin_key colour =
        KEY(.type = TOCSIN_KEY_STRING, .name = "colour", .choices = colours, .fallback = "red");
static const tocsin_key list =
        KEY(.type = TOCSIN_KEY_LIST, .name = "list", .minimum = 1, .maximum = 2);
static const tocsin_key group = KEY(.type = TOCSIN_KEY_GROUP, .name = "group", .keys = inner);
static const tocsin_key groups = KEY(.type = TOCSIN_KEY_GROUPS, .name = "groups", .keys = inner);

static const tocsin_key *const table[] = {
        &host, &port, &on, &wait, &size, &secret, &colour, &list, &group, &groups, NULL,
};

static TocsinSettings *
make(void)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, table, NULL));
	return tocsin_settings_new(keys);
}

static void
assert_message(GError *error, const char *expected)
{
	g_autoptr(GError) owned = error;

	g_assert_nonnull(owned);
	g_assert_cmpstr(owned->message, ==, expected);
}

static void
gives_back_values_and_defaults(void)
{
	g_autoptr(TocsinSettings) settings = make();
	g_autoptr(TocsinSecret) password = tocsin_secret_new("hunter2", 7);
	TocsinSettings *inside;

	g_assert_true(tocsin_settings_set_text(settings, "host", "mx", NULL));
	g_assert_true(tocsin_settings_set_number(settings, "port", 587, NULL));
	g_assert_true(tocsin_settings_set_text(settings, "wait", "30s", NULL));
	g_assert_true(tocsin_settings_set_text(settings, "size", "2k", NULL));
	g_assert_true(tocsin_settings_set_secret(settings, "secret", password, NULL));
	g_assert_true(tocsin_settings_add_item(settings, "list", "a", NULL));
	g_assert_true(tocsin_settings_add_item(settings, "list", "b", NULL));
	inside = tocsin_settings_add_group(settings, "groups", NULL);
	g_assert_true(tocsin_settings_set_text(inside, "name", "first", NULL));
	g_assert_true(tocsin_settings_finish(inside, NULL));
	g_assert_nonnull(tocsin_settings_add_group(settings, "groups", NULL));
	g_assert_true(tocsin_settings_finish(settings, NULL));

	g_assert_cmpstr(tocsin_settings_get_string(settings, "host"), ==, "mx");
	g_assert_cmpint(tocsin_settings_get_int(settings, "port"), ==, 587);
	g_assert_cmpint(tocsin_settings_get_int(settings, "on"), ==, 1);
	g_assert_false(tocsin_settings_is_set(settings, "on"));
	g_assert_cmpint(tocsin_settings_get_int(settings, "wait"), ==, 30000000);
	g_assert_cmpint(tocsin_settings_get_int(settings, "size"), ==, 2048);
	g_assert_cmpstr(tocsin_settings_get_string(settings, "secret"), ==, "hunter2");
	g_assert_cmpstr(tocsin_settings_get_string(settings, "colour"), ==, "red");
	g_assert_cmpuint(tocsin_settings_get_count(settings, "list"), ==, 2);
	g_assert_cmpstr(tocsin_settings_get_item(settings, "list", 1), ==, "b");
	g_assert_null(tocsin_settings_get_item(settings, "list", 2));
	g_assert_null(tocsin_settings_get_group(settings, "list", 0));
	g_assert_null(tocsin_settings_get_item(settings, "groups", 0));
	g_assert_cmpuint(tocsin_settings_get_count(settings, "groups"), ==, 2);
	const TocsinSettings *first = tocsin_settings_get_group(settings, "groups", 0);

	g_assert_cmpstr(tocsin_settings_get_string(first, "name"), ==, "first");
	g_assert_null(tocsin_settings_get_group(settings, "group", 0));
	g_assert_null(tocsin_settings_get_string(settings, "nothing"));
}

static void
says_what_is_wrong_with_a_value(void)
{
	g_autoptr(TocsinSettings) settings = make();
	GError *error = NULL;

	g_assert_false(tocsin_settings_set_text(settings, "hots", "x", &error));
	assert_message(g_steal_pointer(&error), "unknown setting; did you mean 'host'");
	g_assert_false(tocsin_settings_set_text(settings, "port", "25", &error));
	assert_message(g_steal_pointer(&error), "takes an integer, not a string");
	g_assert_false(tocsin_settings_set_number(settings, "port", 0, &error));
	assert_message(g_steal_pointer(&error), "0 is not between 1 and 65535");
	g_assert_false(tocsin_settings_set_number(settings, "wait", 10, &error));
	assert_message(g_steal_pointer(&error), "takes a duration, not a number");
	g_assert_false(tocsin_settings_set_text(settings, "wait", "2m", &error));
	assert_message(g_steal_pointer(&error), "2m is not between 1s and 1m");
	g_assert_false(tocsin_settings_set_text(settings, "colour", "gren", &error));
	assert_message(g_steal_pointer(&error),
	               "'gren' is not one of red, green; did you mean 'green'");
	g_assert_null(tocsin_settings_add_group(settings, "list", &error));
	assert_message(g_steal_pointer(&error), "takes a list of strings, not a group");
	g_assert_false(tocsin_settings_add_item(settings, "group", "x", &error));
	assert_message(g_steal_pointer(&error), "takes a group, not a list");
	g_assert_true(tocsin_settings_set_text(settings, "host", "a", NULL));
	g_assert_false(tocsin_settings_set_text(settings, "host", "b", &error));
	assert_message(g_steal_pointer(&error), "is set twice");
}

static void
finish_wants_what_is_required(void)
{
	g_autoptr(TocsinSettings) settings = make();
	GError *error = NULL;

	g_assert_false(tocsin_settings_finish(settings, &error));
	assert_message(g_steal_pointer(&error), "'host' is missing: Some help.");
}

static void
finish_counts_items(void)
{
	g_autoptr(TocsinSettings) settings = make();
	GError *error = NULL;

	g_assert_true(tocsin_settings_set_text(settings, "host", "a", NULL));
	for (guint i = 0; i < 3; i++) {
		g_assert_true(tocsin_settings_add_item(settings, "list", "x", NULL));
	}
	g_assert_false(tocsin_settings_finish(settings, &error));
	assert_message(g_steal_pointer(&error), "'list': 3 is not between 1 and 2");
}

static void
a_parent_answers_for_other_keys(void)
{
	static const tocsin_key *const own[] = {&name, &colour, NULL};
	g_autoptr(TocsinSettings) parent = make();
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) child = NULL;

	g_assert_true(tocsin_settings_set_text(parent, "host", "mx", NULL));
	g_assert_true(tocsin_settings_set_text(parent, "colour", "green", NULL));
	g_assert_true(tocsin_settings_finish(parent, NULL));
	g_assert_true(tocsin_keys_add(keys, own, NULL));
	child = tocsin_settings_new(keys);
	tocsin_settings_set_parent(child, parent);
	g_assert_true(tocsin_settings_finish(child, NULL));
	g_assert_cmpstr(tocsin_settings_get_string(child, "host"), ==, "mx");
	g_assert_cmpint(tocsin_settings_get_int(child, "port"), ==, 25);
	g_assert_cmpstr(tocsin_settings_get_string(child, "colour"), ==, "red");
	g_assert_null(tocsin_settings_get_string(child, "nothing"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settings/gives_back_values_and_defaults", gives_back_values_and_defaults);
	g_test_add_func("/settings/says_what_is_wrong_with_a_value",
	                says_what_is_wrong_with_a_value);
	g_test_add_func("/settings/finish_wants_what_is_required", finish_wants_what_is_required);
	g_test_add_func("/settings/finish_counts_items", finish_counts_items);
	g_test_add_func("/settings/a_parent_answers_for_other_keys",
	                a_parent_answers_for_other_keys);
	return g_test_run();
}
