/* SPDX-License-Identifier: MIT */
/* Path and query of a request. */
#include <string.h>
#include <tocsin/error.h>

#include "control/query.h"

static TocsinQuery *
parse(const char *uri)
{
	g_autoptr(GError) error = NULL;
	TocsinQuery *query = tocsin_query_parse(uri, &error);

	g_assert_no_error(error);
	g_assert_nonnull(query);
	return query;
}

static void
refuse(const char *uri, const char *word)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_query_parse(uri, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	if (strstr(error->message, word) == NULL) {
		g_error("'%s' is not in: %s", word, error->message);
	}
}

static void
matches_paths(void)
{
	g_autoptr(TocsinQuery) plain = parse("/v1/queue");
	g_autoptr(TocsinQuery) deep = parse("/v1/queue/A%2FB/hold?x=1");
	g_autoptr(TocsinQuery) top = parse("/");
	const char *variable = "unset";

	g_assert_true(tocsin_query_matches(plain, "/v1/queue", &variable));
	g_assert_null(variable);
	g_assert_false(tocsin_query_matches(plain, "/v1/queue/{}", &variable));
	g_assert_false(tocsin_query_matches(plain, "/v1/queu", NULL));
	g_assert_false(tocsin_query_matches(plain, "/v1/queues", NULL));
	g_assert_false(tocsin_query_matches(plain, "/v1", NULL));
	g_assert_true(tocsin_query_matches(deep, "/v1/queue/{}/hold", &variable));
	g_assert_cmpstr(variable, ==, "A/B");
	g_assert_false(tocsin_query_matches(deep, "/v1/queue/{}/release", NULL));
	g_assert_false(tocsin_query_matches(deep, "/v1/queue/{}", NULL));
	g_assert_true(tocsin_query_matches(top, "/", NULL));
	g_assert_false(tocsin_query_matches(top, "/v1", NULL));
}

static void
reads_parameters(void)
{
	static const char *const known[] = {"state", "account", NULL};
	g_autoptr(TocsinQuery) query = parse("/q?state=held&account=a%26b%3dc+d&&state=dead&state");
	g_autoptr(GPtrArray) states = tocsin_query_list(query, "state");

	g_assert_cmpstr(tocsin_query_get(query, "state"), ==, "held");
	g_assert_cmpstr(tocsin_query_get(query, "account"), ==, "a&b=c+d");
	g_assert_null(tocsin_query_get(query, "limit"));
	g_assert_cmpuint(states->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(states, 1), ==, "dead");
	g_assert_cmpstr(g_ptr_array_index(states, 2), ==, "");
	g_assert_true(tocsin_query_check(query, known, NULL));
}

static void
names_the_parameter_that_is_not_known(void)
{
	static const char *const known[] = {"state", "account", NULL};
	g_autoptr(TocsinQuery) query = parse("/q?stat=held");
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_query_check(query, known, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "did you mean 'state'?"));
	g_clear_error(&error);
	g_assert_false(tocsin_query_check(query, NULL, &error));
	g_assert_nonnull(strstr(error->message, "'stat'"));
}

static void
reads_numbers_in_range(void)
{
	g_autoptr(TocsinQuery) query = parse("/q?limit=20&far=1001&word=1x&none=");
	g_autoptr(GError) error = NULL;
	gint64 value = 7;

	g_assert_true(tocsin_query_get_int(query, "other", 1, 1000, &value, &error));
	g_assert_cmpint(value, ==, 7);
	g_assert_true(tocsin_query_get_int(query, "limit", 1, 1000, &value, &error));
	g_assert_cmpint(value, ==, 20);
	for (guint i = 0; i < 3; i++) {
		static const char *const names[] = {"far", "word", "none"};

		g_assert_false(tocsin_query_get_int(query, names[i], 1, 1000, &value, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
		g_assert_nonnull(strstr(error->message, names[i]));
		g_clear_error(&error);
	}
}

static void
refuses_what_is_no_target(void)
{
	refuse("", "does not begin");
	refuse("*", "does not begin");
	refuse("http://h/v1", "does not begin");
	refuse("?a=b", "does not begin");
	refuse("//v1", "empty or relative");
	refuse("/v1/", "empty or relative");
	refuse("/v1//queue", "empty or relative");
	refuse("/v1/../queue", "empty or relative");
	refuse("/v1/%2e%2E/queue", "empty or relative");
	refuse("/v1/%", "percent-encoded");
	refuse("/v1/%zz", "percent-encoded");
	refuse("/v1/%00", "percent-encoded");
	refuse("/v1/%0a", "percent-encoded");
	refuse("/v1/%ff", "percent-encoded");
	refuse("/v1?a=%0d%0aX", "percent-encoded");
	refuse("/v1?%7f=1", "percent-encoded");
	refuse("/v1#top", "fragment");
}

static void
keeps_to_limits(void)
{
	g_autoptr(GString) many = g_string_new("/q?a");
	g_autofree char *filler = g_strnfill(TOCSIN_QUERY_URI_MAX, 'x');
	g_autofree char *longest = g_strconcat("/", filler, NULL);
	g_autoptr(GError) error = NULL;

	longest[TOCSIN_QUERY_URI_MAX] = '\0';
	tocsin_query_free(parse(longest));
	longest[TOCSIN_QUERY_URI_MAX] = 'x';
	g_assert_null(tocsin_query_parse(longest, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_clear_error(&error);
	for (guint i = 1; i < TOCSIN_QUERY_PARAMETERS_MAX; i++) {
		g_string_append(many, "&a");
	}
	tocsin_query_free(parse(many->str));
	g_string_append(many, "&a");
	g_assert_null(tocsin_query_parse(many->str, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/query/matches-paths", matches_paths);
	g_test_add_func("/query/reads-parameters", reads_parameters);
	g_test_add_func("/query/names-the-parameter-that-is-not-known",
	                names_the_parameter_that_is_not_known);
	g_test_add_func("/query/reads-numbers-in-range", reads_numbers_in_range);
	g_test_add_func("/query/refuses-what-is-no-target", refuses_what_is_no_target);
	g_test_add_func("/query/keeps-to-limits", keeps_to_limits);
	return g_test_run();
}
