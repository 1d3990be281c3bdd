/* SPDX-License-Identifier: MIT */
/* The decision log, and the chains in it. */
#include "daemon/answer-log.h"

#include <string.h>

#include "errand-fixture.h"

static JsonArray *
get_list(JsonObject *object, const char *name)
{
	return json_object_get_array_member(object, name);
}

static const char *
get_action(JsonObject *object, guint index)
{
	JsonObject *line = json_array_get_object_element(get_list(object, "lines"), index);

	return json_object_get_string_member(line, "action");
}

static void
pages_through_lines(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();

	errand_fixture_log(fixture, "e1", NULL, "matched");
	errand_fixture_log(fixture, "e2", NULL, "matched");
	errand_fixture_log(fixture, "e1", NULL, "held");
	g_autoptr(JsonObject) all = errand_fixture_ask(fixture, tocsin_answer_log, NULL, "/v1/log");
	g_autoptr(JsonObject) one =
	        errand_fixture_ask(fixture, tocsin_answer_log, NULL, "/v1/log?event=e1");
	g_autoptr(JsonObject) page =
	        errand_fixture_ask(fixture, tocsin_answer_log, NULL, "/v1/log?limit=2");

	g_assert_cmpuint(json_array_get_length(get_list(all, "lines")), ==, 3);
	g_assert_true(json_object_get_null_member(all, "next"));
	g_assert_cmpuint(json_array_get_length(get_list(one, "lines")), ==, 2);
	g_assert_cmpstr(get_action(one, 1), ==, "held");
	g_assert_cmpuint(json_array_get_length(get_list(page, "lines")), ==, 2);
	g_autofree char *uri = g_strdup_printf("/v1/log?limit=2&after=%" G_GINT64_FORMAT,
	                                       json_object_get_int_member(page, "next"));
	g_autoptr(JsonObject) rest = errand_fixture_ask(fixture, tocsin_answer_log, NULL, uri);

	g_assert_cmpuint(json_array_get_length(get_list(rest, "lines")), ==, 1);
	g_assert_cmpstr(get_action(rest, 0), ==, "held");
	errand_fixture_fail(fixture, tocsin_answer_log, NULL, "/v1/log?after=-1", 0, "'after'");
}

/* An event that caused two mails, the second of which another event caused as well. */
static void
expect_chain(JsonObject *chain, guint events, guint mails)
{
	g_assert_cmpuint(json_array_get_length(get_list(chain, "events")), ==, events);
	g_assert_cmpuint(json_array_get_length(get_list(chain, "mails")), ==, mails);
}

static void
follows_chains_both_ways(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	g_autofree char *first = errand_fixture_add_mail(fixture, "relay");
	g_autofree char *second = errand_fixture_add_mail(fixture, "relay");

	errand_fixture_log(fixture, "e1", NULL, "matched");
	errand_fixture_log(fixture, "e1", first, "compose");
	errand_fixture_log(fixture, "e1", second, "compose");
	errand_fixture_log(fixture, "e2", second, "compose");
	errand_fixture_log(fixture, NULL, first, "delivered");
	g_autoptr(JsonObject) event = errand_fixture_ask(fixture, tocsin_answer_event, "e1", "/");

	expect_chain(event, 1, 2);
	JsonObject *mail = json_array_get_object_element(get_list(event, "mails"), 0);

	g_assert_cmpstr(json_object_get_string_member(mail, "id"), ==, first);
	g_assert_cmpstr(json_object_get_string_member(mail, "state"), ==, "waiting");
	g_assert_cmpstr(get_action(mail, 1), ==, "delivered");
	g_autoptr(JsonObject) by_event =
	        errand_fixture_ask(fixture, tocsin_answer_explain, "e2", "/");
	g_autoptr(JsonObject) by_mail =
	        errand_fixture_ask(fixture, tocsin_answer_explain, second, "/");

	expect_chain(by_event, 1, 1);
	expect_chain(by_mail, 2, 2);
	errand_fixture_fail(fixture, tocsin_answer_event, first, "/", 404, "knows no event");
	errand_fixture_fail(fixture, tocsin_answer_explain, "e3", "/", 404,
	                    "there is no mail 'e3', and the decision log knows no event 'e3'");
}

static void
explains_an_event_whose_id_is_like_a_mails(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	g_autofree char *id = tocsin_mail_make_id(FIXTURE_NOW);

	errand_fixture_log(fixture, id, NULL, "matched");
	g_autoptr(JsonObject) chain = errand_fixture_ask(fixture, tocsin_answer_explain, id, "/");

	expect_chain(chain, 1, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answer-log/pages-through-lines", pages_through_lines);
	g_test_add_func("/answer-log/follows-chains-both-ways", follows_chains_both_ways);
	g_test_add_func("/answer-log/explains-an-event-whose-id-is-like-a-mails",
	                explains_an_event_whose_id_is_like_a_mails);
	return g_test_run();
}
