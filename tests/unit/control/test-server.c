/* SPDX-License-Identifier: MIT */
/* The control server, spoken to in HTTP as octets. */
#include "fixture.h"

#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#define END "\r\nConnection: close\r\n\r\n"
#define HOST "\r\nHost: localhost"
#define BEARER "\r\nAuthorization: Bearer " FIXTURE_TOKEN

static void
answers_at_once(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	char *answer = fixture_ask(fixture, "GET /now HTTP/1.1" HOST END);

	g_assert_nonnull(strstr(answer, "Content-Type: application/json\r\n"));
	g_assert_nonnull(strstr(answer, "Cache-Control: no-store\r\n"));
	g_assert_nonnull(strstr(answer, "X-Content-Type-Options: nosniff\r\n"));
	fixture_expect(answer, 200, "{\"now\":true}");
}

static void
answers_later(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	const char *text = "GET /later HTTP/1.1" HOST END;
	int first = fixture_connect(fixture);
	int second = fixture_connect(fixture);

	fixture_send(first, text, strlen(text));
	TocsinRequest *early = fixture_wait_for_request(fixture);

	fixture_send(second, text, strlen(text));
	TocsinRequest *late = fixture_wait_for_request(fixture);

	fixture_expect(fixture_ask(fixture, "GET /now HTTP/1.1" HOST END), 200, "now");
	fixture_answer(fixture, late);
	fixture_expect(fixture_read_all(second), 200, "{\"late\":true}");
	fixture_answer(fixture, early);
	fixture_expect(fixture_read_all(first), 200, "{\"late\":true}");
}

static void
outlives_clients_that_leave(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	const char *text = "GET /later HTTP/1.1" HOST "\r\n\r\n";
	int descriptor = fixture_connect(fixture);

	fixture_send(descriptor, text, strlen(text));
	TocsinRequest *request = fixture_wait_for_request(fixture);

	(void)close(descriptor);
	fixture_answer(fixture, request);
	fixture_expect(fixture_ask(fixture, "GET /now HTTP/1.1" HOST END), 200, "now");
}

static void
reads_path_and_query(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);

	fixture_expect(
	        fixture_ask(fixture, "GET /echo/x%2Fy%C3%A4?a=1%202&b=1&b=2 HTTP/1.1" HOST END),
	        200, "{\"variable\":\"x/y\xc3\xa4\",\"a\":\"1 2\",\"bs\":2}");
	fixture_expect(fixture_ask(fixture, "GET /echo/x?c=1 HTTP/1.1" HOST END), 400,
	               "there is no parameter 'c'");
	fixture_expect(fixture_ask(fixture, "GET /echo/%00 HTTP/1.1" HOST END), 400,
	               "percent-encoded");
	fixture_expect(fixture_ask(fixture, "GET /echo/../now HTTP/1.1" HOST END), 400, "relative");
}

static void
refuses_what_is_not_there(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	char *answer =
	        fixture_ask(fixture, "PUT /thing/1 HTTP/1.1" HOST "\r\nContent-Length: 0" END);

	g_assert_nonnull(strstr(answer, "Allow: GET, DELETE\r\n"));
	fixture_expect(answer, 405, "{\"error\":\"this path can be asked with GET, DELETE only\"}");
	fixture_expect(fixture_ask(fixture, "GET /other HTTP/1.1" HOST END), 404,
	               "{\"error\":\"there is nothing at this path\"}");
	fixture_expect(fixture_ask(fixture, "DELETE /thing/1 HTTP/1.1" HOST END), 200, "deleted");
	answer = fixture_ask(fixture, "HEAD /now HTTP/1.1" HOST END);
	g_assert_null(strstr(answer, "now"));
	fixture_expect(answer, 200, "Content-Length: 12\r\n");
}

static void
takes_bodies_of_the_right_type(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);

	fixture_expect(fixture_ask(fixture, "POST /json HTTP/1.1" HOST
	                                    "\r\nContent-Type: application/json; charset=utf-8"
	                                    "\r\nContent-Length: 7" END "{\"a\":1}"),
	               201, "{\"a\":1}");
	fixture_expect(fixture_ask(fixture,
	                           "POST /json HTTP/1.1" HOST "\r\nContent-Type: application/json"
	                           "\r\nTransfer-Encoding: chunked" END
	                           "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"),
	               201, "{\"a\":1}");
	fixture_expect(fixture_ask(fixture,
	                           "POST /json HTTP/1.1" HOST "\r\nContent-Type: text/plain"
	                           "\r\nContent-Length: 2" END "{}"),
	               415, "must be of Content-Type application/json");
	fixture_expect(
	        fixture_ask(fixture, "POST /json HTTP/1.1" HOST "\r\nContent-Length: 2" END "{}"),
	        415, "must be of Content-Type application/json");
	fixture_expect(
	        fixture_ask(fixture, "GET /now HTTP/1.1" HOST "\r\nContent-Length: 2" END "{}"),
	        413, "at most 0 are taken");
}

static char *
post_json(const Fixture *fixture, const char *body)
{
	g_autofree char *text =
	        g_strdup_printf("POST /json HTTP/1.1" HOST "\r\nContent-Type: application/json"
	                        "\r\nContent-Length: %u" END "%s",
	                        (guint)strlen(body), body);

	return fixture_ask(fixture, text);
}

static void
refuses_json_that_is_none(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autofree char *deep = g_strnfill(500000, '[');

	fixture_expect(post_json(fixture, ""), 400, "the body is empty");
	fixture_expect(post_json(fixture, " "), 400, "this is no JSON");
	fixture_expect(post_json(fixture, "{\"a\":"), 400, "this is no JSON");
	fixture_expect(post_json(fixture, "{\"a\":1 // no\n}"), 400, "at byte 7");
	fixture_expect(post_json(fixture, "[\"\xff\"]"), 400, "UTF-8");
	fixture_expect(post_json(fixture, deep), 413, "deeper than 32");
}

static void
tells_who_asks(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autofree char *local = g_strdup_printf("1 %u %d", (guint)getuid(), (int)getpid());

	fixture_expect(fixture_ask(fixture, "GET /peer HTTP/1.1" HOST END), 200, local);
	fixture_expect(fixture_ask_tcp(fixture, "GET /peer HTTP/1.1" HOST BEARER END), 200,
	               "0 0 0");
}

static void
wants_the_token_over_tcp(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	char *answer = fixture_ask_tcp(fixture, "GET /now HTTP/1.1" HOST END);

	g_assert_nonnull(strstr(answer, "WWW-Authenticate: Bearer\r\n"));
	fixture_expect(answer, 401, "Authorization: Bearer");
	fixture_expect(fixture_ask_tcp(fixture, "GET /other HTTP/1.1" HOST
	                                        "\r\nAuthorization: Bearer 0123456789" END),
	               401, "error");
	fixture_expect(fixture_ask_tcp(fixture, "GET /now HTTP/1.1" HOST BEARER END), 200, "now");
	fixture_expect(
	        fixture_ask_tcp(fixture, "GET /now HTTP/1.1\r\nHost: example.org" BEARER END), 403,
	        "Host");
}

static void
refuses_pages_of_other_sites(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);

	fixture_expect(fixture_ask_tcp(fixture, "GET /now HTTP/1.1" HOST BEARER
	                                        "\r\nOrigin: https://example.org" END),
	               403, "another site");
	fixture_expect(fixture_ask_tcp(fixture, "GET /now HTTP/1.1" HOST BEARER
	                                        "\r\nOrigin: http://localhost"
	                                        "\r\nSec-Fetch-Site: same-origin" END),
	               200, "now");
	fixture_expect(
	        fixture_ask(fixture, "GET /now HTTP/1.1" HOST "\r\nSec-Fetch-Site: cross-site" END),
	        403, "another site");
}

static void
answers_one_request_of_a_connection(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	char *answer = fixture_ask(fixture, "GET /now HTTP/1.1" HOST "\r\n\r\n"
	                                    "GET /echo/x HTTP/1.1" HOST "\r\n\r\n");

	g_assert_nonnull(strstr(answer, "Connection: close\r\n"));
	g_assert_null(strstr(answer, "variable"));
	fixture_expect(answer, 200, "{\"now\":true}");
}

static void
answers_what_waits_when_it_stops(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	const char *text = "GET /later HTTP/1.1" HOST "\r\n\r\n";
	int descriptor = fixture_connect(fixture);

	fixture_send(descriptor, text, strlen(text));
	TocsinRequest *request = fixture_wait_for_request(fixture);

	fixture_stop(fixture);
	fixture_expect(fixture_read_all(descriptor), 503, "tocsind is stopping");
	fixture_answer(fixture, request);
}

static void
wants_a_token_for_tcp(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSecret) brief = tocsin_secret_new("0123456789abcde", 15);
	TocsinServerOptions options = {.listen = "127.0.0.1:0"};

	g_assert_null(tocsin_server_new(&options, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "needs a token"));
	g_clear_error(&error);
	options.token = brief;
	g_assert_null(tocsin_server_new(&options, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "shorter than 16"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/answers-at-once", answers_at_once);
	g_test_add_func("/server/answers-later", answers_later);
	g_test_add_func("/server/outlives-clients-that-leave", outlives_clients_that_leave);
	g_test_add_func("/server/reads-path-and-query", reads_path_and_query);
	g_test_add_func("/server/refuses-what-is-not-there", refuses_what_is_not_there);
	g_test_add_func("/server/takes-bodies-of-the-right-type", takes_bodies_of_the_right_type);
	g_test_add_func("/server/refuses-json-that-is-none", refuses_json_that_is_none);
	g_test_add_func("/server/tells-who-asks", tells_who_asks);
	g_test_add_func("/server/wants-the-token-over-tcp", wants_the_token_over_tcp);
	g_test_add_func("/server/refuses-pages-of-other-sites", refuses_pages_of_other_sites);
	g_test_add_func("/server/answers-one-request-of-a-connection",
	                answers_one_request_of_a_connection);
	g_test_add_func("/server/answers-what-waits-when-it-stops",
	                answers_what_waits_when_it_stops);
	g_test_add_func("/server/wants-a-token-for-tcp", wants_a_token_for_tcp);
	return g_test_run();
}
