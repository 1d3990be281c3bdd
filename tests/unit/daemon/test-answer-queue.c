/* SPDX-License-Identifier: MIT */
/* Listing, showing and steering mails. */
#include "daemon/answer-queue.h"

#include <string.h>

#include "errand-fixture.h"

#define TEXT(object, name) json_object_get_string_member(object, name)

static guint
count_mails(JsonObject *answer)
{
	return json_array_get_length(json_object_get_array_member(answer, "mails"));
}

static JsonObject *
get_mail(JsonObject *answer, guint index)
{
	return json_array_get_object_element(json_object_get_array_member(answer, "mails"), index);
}

static guint
list(ErrandFixture *fixture, const char *uri)
{
	g_autoptr(JsonObject) answer =
	        errand_fixture_ask(fixture, tocsin_answer_queue_list, NULL, uri);

	return count_mails(answer);
}

static void
lists_by_state_and_account(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	g_autofree char *first = errand_fixture_add_mail(fixture, "relay");
	g_autofree char *second = errand_fixture_add_mail(fixture, "relay");
	g_autofree char *third = errand_fixture_add_mail(fixture, "other");

	g_assert_true(tocsin_store_hold(fixture->store, second, NULL));
	g_assert_cmpuint(list(fixture, "/v1/queue"), ==, 3);
	g_assert_cmpuint(list(fixture, "/v1/queue?state=held"), ==, 1);
	g_assert_cmpuint(list(fixture, "/v1/queue?state=held&state=waiting"), ==, 3);
	g_assert_cmpuint(list(fixture, "/v1/queue?state=done"), ==, 0);
	g_assert_cmpuint(list(fixture, "/v1/queue?account=relay"), ==, 2);
	g_assert_cmpuint(list(fixture, "/v1/queue?account=relay&state=waiting"), ==, 1);
	g_assert_cmpuint(list(fixture, "/v1/queue?account=none"), ==, 0);
	errand_fixture_fail(fixture, tocsin_answer_queue_list, NULL, "/v1/queue?state=old", 0,
	                    "waiting, held, done, dead or removed");
	errand_fixture_fail(fixture, tocsin_answer_queue_list, NULL, "/v1/queue?limit=1001", 0,
	                    "'limit'");
	errand_fixture_fail(fixture, tocsin_answer_queue_list, NULL, "/v1/queue?after=x!", 0,
	                    "no mail's id");
}

/* Every mail is met once, whatever the size of the pages. */
static void
pages_on(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	const char *const accounts[] = {"relay", "other", "relay", "relay", "other", "relay"};

	for (guint i = 0; i < G_N_ELEMENTS(accounts); i++) {
		g_free(errand_fixture_add_mail(fixture, accounts[i]));
	}
	for (guint limit = 1; limit <= 7; limit++) {
		for (guint filtered = 0; filtered < 2; filtered++) {
			g_autofree char *next = g_strdup("");
			guint seen = 0;

			for (guint pages = 0; next != NULL; pages++) {
				g_autofree char *uri =
				        g_strdup_printf("/v1/queue?limit=%u%s%s%s", limit,
				                        next[0] == '\0' ? "" : "&after=", next,
				                        filtered ? "&account=relay" : "");
				g_autoptr(JsonObject) answer = errand_fixture_ask(
				        fixture, tocsin_answer_queue_list, NULL, uri);

				g_assert_cmpuint(count_mails(answer), <=, limit);
				g_assert_cmpuint(pages, <, 8);
				seen += count_mails(answer);
				g_free(next);
				next = json_object_get_null_member(answer, "next")
				               ? NULL
				               : g_strdup(TEXT(answer, "next"));
			}
			g_assert_cmpuint(seen, ==, filtered ? 4 : 6);
		}
	}
}

static void
shows_what_became_of_a_mail(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	g_autofree char *id = errand_fixture_add_mail(fixture, "relay");
	g_autoptr(JsonObject) before =
	        errand_fixture_ask(fixture, tocsin_answer_queue_show, id, "/");

	g_assert_cmpstr(TEXT(before, "id"), ==, id);
	g_assert_cmpstr(TEXT(before, "state"), ==, "waiting");
	g_assert_cmpstr(TEXT(before, "due"), ==, "2023-11-14T22:13:20.000000Z");
	g_assert_true(json_object_get_null_member(before, "finished"));
	g_assert_cmpint(json_object_get_int_member(before, "size"), ==, 14);
	errand_fixture_settle(fixture, "relay", TOCSIN_FATE_REFUSED);
	g_autoptr(JsonObject) after =
	        errand_fixture_ask(fixture, tocsin_answer_queue_show, id, "/");
	JsonArray *recipients = json_object_get_array_member(after, "recipients");
	JsonObject *recipient = json_array_get_object_element(recipients, 1);
	JsonObject *fate = json_object_get_object_member(recipient, "fate");

	g_assert_cmpstr(TEXT(after, "state"), ==, "dead");
	g_assert_true(json_object_get_null_member(after, "due"));
	g_assert_cmpuint(json_array_get_length(recipients), ==, 2);
	g_assert_cmpstr(TEXT(recipient, "address"), ==, "b@h.example");
	g_assert_cmpstr(TEXT(recipient, "state"), ==, "refused");
	g_assert_cmpstr(TEXT(fate, "text"), ==, "no such user");
	g_assert_cmpstr(TEXT(fate, "stage"), ==, "recipient");
	g_assert_cmpint(json_object_get_int_member(fate, "code"), ==, 550);
	g_assert_cmpstr(TEXT(fate, "time"), ==, "2023-11-14T22:13:25.000000Z");
}

static void
gives_the_message(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	g_autofree char *id = errand_fixture_add_mail(fixture, "relay");
	g_autoptr(TocsinQuery) query = tocsin_query_parse("/?message=1", NULL);
	TocsinErrand errand = {.query = query, .variable = id, .store = fixture->store};
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_answer_queue_show(&errand, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(errand.type, ==, "message/rfc822");
	g_assert_cmpmem(g_bytes_get_data(errand.body, NULL), g_bytes_get_size(errand.body),
	                "Subject: x\r\n\r\n", 14);
	g_bytes_unref(errand.body);
	g_assert_true(tocsin_store_remove(fixture->store, id, NULL));
	errand_fixture_fail(fixture, tocsin_answer_queue_show, id, "/?message=1", 410,
	                    "no longer kept");
	errand_fixture_fail(fixture, tocsin_answer_queue_show, "0000000000000", "/?message=1", 404,
	                    "there is no mail");
}

static void
expect_state(ErrandFixture *fixture, TocsinErrandFunction function, const char *id, const char *uri,
             const char *state)
{
	g_autoptr(JsonObject) answer = errand_fixture_ask(fixture, function, id, uri);

	g_assert_cmpstr(TEXT(answer, "state"), ==, state);
}

static void
steers_mails(void)
{
	g_autoptr(ErrandFixture) fixture = errand_fixture_new();
	g_autofree char *id = errand_fixture_add_mail(fixture, "relay");

	expect_state(fixture, tocsin_answer_queue_hold, id, "/", "held");
	errand_fixture_fail(fixture, tocsin_answer_queue_hold, id, "/", 409, "it is held");
	expect_state(fixture, tocsin_answer_queue_release, id, "/", "waiting");
	errand_fixture_fail(fixture, tocsin_answer_queue_release, id, "/", 409, "it is waiting");
	errand_fixture_settle(fixture, "relay", TOCSIN_FATE_REFUSED);
	expect_state(fixture, tocsin_answer_queue_retry, id, "/?expire=1h", "waiting");
	g_autoptr(JsonObject) mail = errand_fixture_ask(fixture, tocsin_answer_queue_show, id, "/");

	g_assert_cmpstr(TEXT(mail, "expires"), ==, "2023-11-14T23:13:20.000000Z");
	errand_fixture_fail(fixture, tocsin_answer_queue_retry, id, "/?expire=soon", 0, "'expire'");
	expect_state(fixture, tocsin_answer_queue_remove, id, "/", "removed");
	errand_fixture_fail(fixture, tocsin_answer_queue_remove, id, "/", 409, "it is removed");
	errand_fixture_fail(fixture, tocsin_answer_queue_remove, "0000000000000", "/", 404,
	                    "there is no mail");
	errand_fixture_fail(fixture, tocsin_answer_queue_remove, "../x", "/", 404, "no mail's id");
	g_autoptr(JsonObject) all =
	        errand_fixture_ask(fixture, tocsin_answer_queue_list, NULL, "/v1/queue");

	g_assert_cmpstr(TEXT(get_mail(all, 0), "state"), ==, "removed");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answer-queue/lists-by-state-and-account", lists_by_state_and_account);
	g_test_add_func("/answer-queue/pages-on", pages_on);
	g_test_add_func("/answer-queue/shows-what-became-of-a-mail", shows_what_became_of_a_mail);
	g_test_add_func("/answer-queue/gives-the-message", gives_the_message);
	g_test_add_func("/answer-queue/steers-mails", steers_mails);
	return g_test_run();
}
