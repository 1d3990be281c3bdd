/* SPDX-License-Identifier: MIT */
/* What the control server does with clients that are slow, large, many or senseless. */
#include "fixture.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define END "\r\nConnection: close\r\n\r\n"
#define HOST "\r\nHost: localhost"
#define MAIL "POST /mail HTTP/1.1" HOST "\r\nContent-Type: message/rfc822"

/* Whether the server closes @descriptor without a word. */
static void
expect_end(int descriptor)
{
	g_autofree char *answer = fixture_read_all(descriptor);

	g_assert_cmpstr(answer, ==, "");
}

static void
expect_life(const Fixture *fixture)
{
	fixture_expect(fixture_ask(fixture, "GET /now HTTP/1.1" HOST END), 200, "now");
}

static void
ends_connections_that_say_nothing(void)
{
	const TocsinServerLimits limits = {.request_ms = 50};
	g_autoptr(Fixture) fixture = fixture_new(&limits);

	expect_end(fixture_connect(fixture));
	expect_end(fixture_connect_tcp(fixture));
	int descriptor = fixture_connect(fixture);
	const char *text = "GET /now HTTP/1.1" HOST "\r\n\r\n";

	fixture_send(descriptor, text, strlen(text));
	fixture_expect(fixture_read_all(descriptor), 200, "now");
}

/* Each byte is new life for a time-out that only knows silence. */
static void
ends_requests_that_drip(void)
{
	const TocsinServerLimits limits = {.request_ms = 100};
	g_autoptr(Fixture) fixture = fixture_new(&limits);
	const struct timeval pause = {.tv_usec = 10000};
	int descriptor = fixture_connect(fixture);
	const char *text = MAIL "\r\nContent-Length: 1000000\r\n\r\n";
	gssize got = -1;
	char byte;

	g_assert_cmpint(setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause), ==,
	                0);
	fixture_send(descriptor, text, strlen(text));
	for (guint i = 0; i < 2000 && got < 0; i++) {
		fixture_send(descriptor, "x", 1);
		got = recv(descriptor, &byte, 1, 0); /* waits for the pause, or the end */
	}
	g_assert_cmpint(got, ==, 0);
	(void)close(descriptor);
	expect_life(fixture);
}

static void
ends_clients_that_do_not_read(void)
{
	const TocsinServerLimits limits = {.send_ms = 100};
	g_autoptr(Fixture) fixture = fixture_new(&limits);
	const char *text = "GET /big HTTP/1.1" HOST "\r\n\r\n";
	int descriptor = fixture_connect(fixture);

	fixture_send(descriptor, text, strlen(text));
	while (send(descriptor, "\r\n", 2, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
		g_thread_yield(); /* until the server has hung up */
	}
	g_autofree char *answer = fixture_read_all(descriptor);

	g_assert_cmpuint(strlen(answer), <, 24u << 20);
	expect_life(fixture);
}

static void
answers_for_handlers_that_do_not(void)
{
	const TocsinServerLimits limits = {.answer_ms = 50};
	g_autoptr(Fixture) fixture = fixture_new(&limits);

	fixture_expect(fixture_ask(fixture, "GET /later HTTP/1.1" HOST END), 504,
	               "may still happen");
	fixture_answer(fixture, fixture_wait_for_request(fixture));
	expect_life(fixture);
}

static void
takes_large_mails_only(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GString) mail = g_string_new(MAIL "\r\nContent-Length: 67108864" END);

	for (gsize i = 0; i < 67108864; i += 64) {
		g_string_append(mail, "0123456789012345678901234567890123456789"
		                      "0123456789012345678901\r\n");
	}
	fixture_expect(fixture_ask(fixture, mail->str), 202, "67108864 bytes");
	fixture_expect(fixture_ask(fixture, MAIL "\r\nContent-Length: 67108865" END), 413,
	               "at most 67108864");
	fixture_expect(fixture_ask(fixture, MAIL "\r\nContent-Length: 99999999999999999999" END),
	               413, "413");
}

static void
refuses_bodies_that_grow_too_large(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GString) text =
	        g_string_new("POST /json HTTP/1.1" HOST "\r\nContent-Type: application/json"
	                     "\r\nTransfer-Encoding: chunked" END);

	for (guint i = 0; i <= TOCSIN_ROUTE_BODY_MAX / 16; i++) {
		g_string_append(text, "10\r\n0123456789abcdef\r\n");
	}
	g_string_append(text, "0\r\n\r\n");
	fixture_expect(fixture_ask(fixture, text->str), 413, "at most 1048576");
}

static void
shares_the_memory_for_bodies(void)
{
	const TocsinServerLimits limits = {.bodies_bytes = 1000};
	g_autoptr(Fixture) fixture = fixture_new(&limits);
	g_autofree char *body = g_strnfill(600, 'x');
	g_autofree char *text = g_strconcat(MAIL "\r\nContent-Length: 600" END, body, NULL);
	int first = fixture_connect(fixture);

	fixture_expect(fixture_ask(fixture, text), 202, "600 bytes");
	fixture_send(first, text, strlen(text) - 1);
	fixture_expect(fixture_ask(fixture, MAIL "\r\nContent-Length: 1" END "x"), 202, "1 bytes");
	/* The first has 599 of the 1000 bytes as soon as the server has read them, which the
	 * answer just now shows: it came later, over the same epoll descriptor. */
	fixture_expect(fixture_ask(fixture, text), 503, "try again");
	fixture_send(first, "x", 1);
	fixture_expect(fixture_read_all(first), 202, "600 bytes");
	fixture_expect(fixture_ask(fixture, text), 202, "600 bytes");
}

static void
serves_those_that_wait_for_a_connection(void)
{
	const TocsinServerLimits limits = {.connections = 4};
	g_autoptr(Fixture) fixture = fixture_new(&limits);
	const char *text = "GET /now HTTP/1.1" HOST END;
	int idle[4];
	int waiting[8];

	for (guint i = 0; i < G_N_ELEMENTS(idle); i++) {
		idle[i] = fixture_connect(fixture);
	}
	for (guint i = 0; i < G_N_ELEMENTS(waiting); i++) {
		waiting[i] = fixture_connect(fixture);
		fixture_send(waiting[i], text, strlen(text));
	}
	for (guint i = 0; i < G_N_ELEMENTS(idle); i++) {
		(void)close(idle[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(waiting); i++) {
		fixture_expect(fixture_read_all(waiting[i]), 200, "now");
	}
}

static void
takes_the_envelope_of_a_large_mail(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GString) text = g_string_new("GET /echo/x?a=1");

	for (guint i = 0; i < 10000; i++) {
		g_string_append_printf(text, "&b=%06u@h.example", i);
	}
	g_string_append(text, " HTTP/1.1" HOST END);
	fixture_expect(fixture_ask(fixture, text->str), 200, "\"bs\":10000");
}

static void
survives_garbage(void)
{
	static const char *const garbage[] = {
	        "\r\n",
	        "\r\n\r\n\r\n\r\n",
	        "GET\r\n\r\n",
	        "GET /now\r\n\r\n",
	        "GET /now HTTP/9.9" HOST END,
	        "GET  /now  HTTP/1.1" HOST END,
	        "GET /now HTTP/1.1\r\n\r\n",
	        "GET /now HTTP/1.1\r\n: x" END,
	        "GET /now HTTP/1.1" HOST "\r\nContent-Length: -1" END,
	        "GET /now HTTP/1.1" HOST "\r\nContent-Length: 1\r\nContent-Length: 2" END "x",
	        MAIL "\r\nTransfer-Encoding: chunked" END "zz\r\n",
	        MAIL "\r\nTransfer-Encoding: chunked" END "ffffffffffffffffff\r\n",
	        MAIL "\r\nTransfer-Encoding: gzip" END "x",
	        MAIL "\r\nTransfer-Encoding: chunked\r\nContent-Length: 3" END "0\r\n\r\n",
	        "EHLO client.example\r\nMAIL FROM:<>\r\n",
	        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	        "GET /\xff\xfe HTTP/1.1" HOST END,
	        "\xff\xff\xff\xff\r\n\r\n",
	};
	const TocsinServerLimits limits = {.request_ms = 100};
	g_autoptr(Fixture) fixture = fixture_new(&limits);

	for (guint i = 0; i < G_N_ELEMENTS(garbage); i++) {
		g_autofree char *answer = fixture_ask(fixture, garbage[i]);

		g_test_message("%u: %.30s", i, answer);
		expect_life(fixture);
	}
}

static void
survives_endless_headers(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GString) text = g_string_new("GET /now HTTP/1.1" HOST);

	for (guint i = 0; i < 100000; i++) {
		g_string_append_printf(text, "\r\nX-%u: y", i);
	}
	g_autofree char *answer = fixture_ask(fixture, text->str);

	g_assert_null(strstr(answer, "HTTP/1.1 200"));
	expect_life(fixture);
}

/* A source that is never ready, and counts how often the loop asks it. */
typedef struct {
	GSource source;
	guint *count;
} Counter;

static gboolean
count_turn(GSource *source, int *out_timeout_ms)
{
	(*((Counter *)source)->count)++;
	*out_timeout_ms = -1;
	return FALSE;
}

static gboolean
watch_loop(gpointer data)
{
	static GSourceFuncs functions = {.prepare = count_turn};
	Fixture *fixture = data;
	g_autoptr(GSource) source = g_source_new(&functions, sizeof(Counter));

	((Counter *)source)->count = &fixture->turns;
	(void)g_source_attach(source, fixture->context);
	return G_SOURCE_REMOVE;
}

typedef struct {
	Fixture *fixture;
	guint turns;
} Taken;

static gboolean
take_turns_there(gpointer data)
{
	Taken *taken = data;

	taken->turns = taken->fixture->turns;
	taken->fixture->turns = 0;
	return G_SOURCE_REMOVE;
}

/* How many there were since the last time. */
static guint
take_turns(Fixture *fixture)
{
	Taken taken = {.fixture = fixture};

	fixture_invoke(fixture, take_turns_there, &taken);
	return taken.turns;
}

static void
sleeps_while_nothing_happens(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	const struct timeval pause = {.tv_usec = 300000};
	const char *text = "GET /later HTTP/1.1" HOST END;
	int idle = fixture_connect(fixture);
	int waiting = fixture_connect(fixture);
	char byte;

	fixture_send(waiting, text, strlen(text));
	TocsinRequest *request = fixture_wait_for_request(fixture);

	fixture_invoke(fixture, watch_loop, fixture);
	(void)take_turns(fixture);
	g_assert_cmpint(setsockopt(idle, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause), ==, 0);
	g_assert_cmpint(recv(idle, &byte, 1, 0), ==, -1);
	g_assert_cmpuint(take_turns(fixture), <=, 3);
	fixture_answer(fixture, request);
	fixture_expect(fixture_read_all(waiting), 200, "late");
	(void)close(idle);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/limits/ends-connections-that-say-nothing",
	                ends_connections_that_say_nothing);
	g_test_add_func("/limits/ends-requests-that-drip", ends_requests_that_drip);
	g_test_add_func("/limits/ends-clients-that-do-not-read", ends_clients_that_do_not_read);
	g_test_add_func("/limits/answers-for-handlers-that-do-not",
	                answers_for_handlers_that_do_not);
	g_test_add_func("/limits/takes-large-mails-only", takes_large_mails_only);
	g_test_add_func("/limits/refuses-bodies-that-grow-too-large",
	                refuses_bodies_that_grow_too_large);
	g_test_add_func("/limits/shares-the-memory-for-bodies", shares_the_memory_for_bodies);
	g_test_add_func("/limits/serves-those-that-wait-for-a-connection",
	                serves_those_that_wait_for_a_connection);
	g_test_add_func("/limits/takes-the-envelope-of-a-large-mail",
	                takes_the_envelope_of_a_large_mail);
	g_test_add_func("/limits/survives-garbage", survives_garbage);
	g_test_add_func("/limits/survives-endless-headers", survives_endless_headers);
	g_test_add_func("/limits/sleeps-while-nothing-happens", sleeps_while_nothing_happens);
	return g_test_run();
}
