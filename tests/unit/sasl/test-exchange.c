/* SPDX-License-Identifier: MIT */
#include "fake.h"

#include <tocsin/error.h>

static const char *const offered[] = {"X-TEST", NULL};
static const TocsinSaslLink submission = {
        .service = "smtp", .server = "mx", .port = 587, .offered = offered};

static TocsinExchange *
begin(TocsinMechanism *mechanism, gint32 *out_status, GError **error)
{
	g_autoptr(TocsinSettings) credentials = fake_credentials("u", "p");

	return tocsin_exchange_begin(mechanism, credentials, &submission, NULL, out_status, error);
}

static void
hands_on_answers(void)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	const char *answer;
	gsize length;

	fake = (Fake){.answer = "hello", .step_status = TOCSIN_MORE};
	g_ptr_array_add(known, fake_mechanism("X-TEST", 0, 1));
	g_autoptr(TocsinExchange) exchange = begin(g_ptr_array_index(known, 0), NULL, NULL);

	g_assert_cmpint(tocsin_exchange_step(exchange, NULL, 0, &answer, &length, NULL), ==,
	                TOCSIN_MORE);
	g_assert_cmpmem(answer, length, "hello", 5);
	fake.answer = NULL;
	g_assert_cmpint(tocsin_exchange_step(exchange, "x", 1, &answer, &length, NULL), ==,
	                TOCSIN_MORE);
	g_assert_cmpuint(length, ==, 0);
	g_clear_pointer(&exchange, tocsin_exchange_end);
	g_assert_cmpuint(fake.ended, ==, 1);
}

static void
assert_misbehaves(gint32 begin_status, gboolean has_no_state, gint32 step_status,
                  const char *expected)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	g_autoptr(GError) error = NULL;
	const char *answer;
	gsize length;
	gint32 status;

	fake = (Fake){.begin_status = begin_status,
	              .has_no_state = has_no_state,
	              .step_status = step_status};
	g_ptr_array_add(known, fake_mechanism("X-TEST", 0, 1));
	TocsinMechanism *mechanism = g_ptr_array_index(known, 0);
	g_autoptr(TocsinExchange) exchange = begin(mechanism, &status, &error);

	if (exchange != NULL) {
		status = tocsin_exchange_step(exchange, "", 0, &answer, &length, &error);
	}
	g_assert_cmpint(status, ==, TOCSIN_E_BUG);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpstr(error->message, ==, expected);
	g_assert_true(tocsin_mechanism_is_disabled(mechanism));
}

#define BROKE "plugin x-test (part of this program): mechanism 'x-test' broke the contract: "
#define DISABLED "; it is disabled, update or remove the plugin"

static void
undefined_behaviour_disables(void)
{
	assert_misbehaves(42, FALSE, 0, BROKE "begin() returned status 42" DISABLED);
	assert_misbehaves(TOCSIN_OK, TRUE, 0, BROKE "begin() gave no state" DISABLED);
	assert_misbehaves(TOCSIN_OK, FALSE, -99, BROKE "step() returned status -99" DISABLED);
	assert_misbehaves(TOCSIN_OK, FALSE, TOCSIN_END, BROKE "step() returned status 2" DISABLED);
	assert_misbehaves(TOCSIN_OK, FALSE, TOCSIN_E_UNKNOWN,
	                  BROKE "step() returned status -6" DISABLED);
}

#define ASKED(host) ((const tocsin_exchanges *)(host)->extension(host, TOCSIN_EXCHANGE))

/* Defines a function that asks @question. */
#define ASK(name, question)                                                  \
	static void name(const tocsin_host *host, tocsin_exchange *exchange) \
	{                                                                    \
		size_t length = 0;                                           \
		(void)length;                                                \
		question;                                                    \
	}

ASK(ask_service, g_assert_cmpstr(ASKED(host)->service(NULL), ==, ""))
ASK(ask_server, g_assert_cmpstr(ASKED(host)->server(NULL), ==, ""))
ASK(ask_port, g_assert_cmpuint(ASKED(host)->port(NULL), ==, 0))
ASK(ask_encrypted, g_assert_cmpint(ASKED(host)->is_encrypted(NULL), ==, 0))
ASK(ask_binding, g_assert_null(ASKED(host)->channel_binding(NULL, "tls-exporter", &length)))
ASK(ask_binding_of_nothing, g_assert_null(ASKED(host)->channel_binding(exchange, NULL, &length)))
ASK(ask_binding_for_nothing,
    g_assert_null(ASKED(host)->channel_binding(exchange, "tls-exporter", NULL)))
ASK(ask_offered, g_assert_cmpint(ASKED(host)->is_offered(NULL, "X-TEST"), ==, 0))
ASK(ask_offered_nothing, g_assert_cmpint(ASKED(host)->is_offered(exchange, NULL), ==, 0))
ASK(ask_random, g_assert_cmpint(ASKED(host)->random(NULL, &length, 1), ==, TOCSIN_E_BUG))
ASK(ask_random_nowhere, g_assert_cmpint(ASKED(host)->random(exchange, NULL, 1), ==, TOCSIN_E_BUG))

typedef struct {
	const tocsin_host *host;
	tocsin_exchange *exchange;
} Both;

static gpointer
ask_elsewhere(gpointer data)
{
	const Both *both = data;

	g_assert_cmpstr(ASKED(both->host)->server(both->exchange), ==, "");
	return NULL;
}

static void
ask_from_a_thread(const tocsin_host *host, tocsin_exchange *exchange)
{
	Both both = {host, exchange};

	g_thread_join(g_thread_new("own", ask_elsewhere, &both));
}

static void
assert_must_not_ask(void (*ask)(const tocsin_host *host, tocsin_exchange *exchange),
                    const char *what)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	g_autoptr(GError) error = NULL;
	g_autofree char *expected = g_strconcat(BROKE, what, DISABLED, NULL);
	gint32 status = TOCSIN_OK;

	fake = (Fake){.ask = ask};
	g_ptr_array_add(known, fake_mechanism("X-TEST", 0, 1));
	g_assert_null(begin(g_ptr_array_index(known, 0), &status, &error));
	g_assert_cmpint(status, ==, TOCSIN_E_BUG);
	g_assert_cmpstr(error->message, ==, expected);
	g_assert_true(tocsin_mechanism_is_disabled(g_ptr_array_index(known, 0)));
	g_assert_cmpuint(fake.ended, ==, 1); /* it had made its state */
}

static void
questions_about_nothing_disable(void)
{
	assert_must_not_ask(ask_service, "service() was given NULL");
	assert_must_not_ask(ask_server, "server() was given NULL");
	assert_must_not_ask(ask_port, "port() was given NULL");
	assert_must_not_ask(ask_encrypted, "is_encrypted() was given NULL");
	assert_must_not_ask(ask_binding, "channel_binding() was given NULL");
	assert_must_not_ask(ask_binding_of_nothing, "channel_binding() was given NULL");
	assert_must_not_ask(ask_binding_for_nothing, "channel_binding() was given NULL");
	assert_must_not_ask(ask_offered, "is_offered() was given NULL");
	assert_must_not_ask(ask_offered_nothing, "is_offered() was given NULL");
	assert_must_not_ask(ask_random, "random() was given NULL");
	assert_must_not_ask(ask_random_nowhere, "random() was given NULL");
	assert_must_not_ask(ask_from_a_thread, "server() was called from a thread of its own");
}

static void
honest_failures_do_not_disable(void)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	g_autoptr(GError) error = NULL;
	gint32 status;

	fake = (Fake){.begin_status = TOCSIN_E_UNAVAILABLE};
	g_ptr_array_add(known, fake_mechanism("X-TEST", 0, 1));
	g_assert_null(begin(g_ptr_array_index(known, 0), &status, &error));
	g_assert_cmpint(status, ==, TOCSIN_E_UNAVAILABLE);
	g_assert_cmpstr(error->message, ==, "mechanism 'x-test': begin says no");
	g_assert_false(tocsin_mechanism_is_disabled(g_ptr_array_index(known, 0)));
}

static void
endless_challenges_end(void)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	g_autoptr(GError) error = NULL;
	const char *answer;
	gsize length;

	fake = (Fake){.step_status = TOCSIN_MORE};
	g_ptr_array_add(known, fake_mechanism("X-TEST", 0, 1));
	g_autoptr(TocsinExchange) exchange = begin(g_ptr_array_index(known, 0), NULL, NULL);

	for (guint i = 0; i < TOCSIN_EXCHANGE_MAX_STEPS; i++) {
		g_assert_cmpint(tocsin_exchange_step(exchange, "", 0, &answer, &length, &error), ==,
		                TOCSIN_MORE);
	}
	g_assert_cmpint(tocsin_exchange_step(exchange, "", 0, &answer, &length, &error), <, 0);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_assert_cmpuint(fake.stepped, ==, TOCSIN_EXCHANGE_MAX_STEPS);
}

static void
large_challenges_are_refused_unseen(void)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	g_autoptr(GError) error = NULL;
	g_autofree char *challenge = g_strnfill(TOCSIN_EXCHANGE_MAX_BYTES + 1, 'x');
	const char *answer;
	gsize length;

	fake = (Fake){.step_status = TOCSIN_MORE};
	g_ptr_array_add(known, fake_mechanism("X-TEST", 0, 1));
	g_autoptr(TocsinExchange) exchange = begin(g_ptr_array_index(known, 0), NULL, NULL);

	g_assert_cmpint(tocsin_exchange_step(exchange, challenge, TOCSIN_EXCHANGE_MAX_BYTES + 1,
	                                     &answer, &length, &error),
	                <, 0);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_assert_cmpuint(fake.stepped, ==, 0);
}

static void
mutual_mechanisms_must_be_content(void)
{
	g_autoptr(GPtrArray) known = fake_mechanisms();
	g_autoptr(GError) error = NULL;
	const char *answer;
	gsize length;

	fake = (Fake){.step_status = TOCSIN_MORE};
	g_ptr_array_add(known, fake_mechanism("X-TEST", TOCSIN_AUTH_MUTUAL, 1));
	g_autoptr(TocsinExchange) exchange = begin(g_ptr_array_index(known, 0), NULL, NULL);

	tocsin_exchange_step(exchange, "", 0, &answer, &length, NULL);
	g_assert_false(tocsin_exchange_check_success(exchange, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION);
	fake.step_status = TOCSIN_OK;
	tocsin_exchange_step(exchange, "", 0, &answer, &length, NULL);
	g_assert_true(tocsin_exchange_check_success(exchange, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/exchange/hands_on_answers", hands_on_answers);
	g_test_add_func("/exchange/undefined_behaviour_disables", undefined_behaviour_disables);
	g_test_add_func("/exchange/questions_about_nothing_disable",
	                questions_about_nothing_disable);
	g_test_add_func("/exchange/honest_failures_do_not_disable", honest_failures_do_not_disable);
	g_test_add_func("/exchange/endless_challenges_end", endless_challenges_end);
	g_test_add_func("/exchange/large_challenges_are_refused_unseen",
	                large_challenges_are_refused_unseen);
	g_test_add_func("/exchange/mutual_mechanisms_must_be_content",
	                mutual_mechanisms_must_be_content);
	return g_test_run();
}
