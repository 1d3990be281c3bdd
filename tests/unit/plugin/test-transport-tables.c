/* SPDX-License-Identifier: MIT */
/* What a transport may ask for connections and logins, and what happens to one that errs there. */
#include <string.h>
#include <tocsin/error.h>

#include "abi/host.h"
#include "net/scripted.h"
#include "order.h"

#define GROUP "transport-tables"

static int32_t
talk(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_streams *streams = host->extension(host, TOCSIN_STREAM);
	tocsin_stream *stream = NULL;
	tocsin_buf *line = streams->new_buf(job);
	size_t length;

	g_assert_cmpint(streams->connect(job, &stream, error), ==, TOCSIN_OK);
	g_assert_false(streams->is_encrypted(stream));
	g_assert_cmpint(streams->read_line(stream, line, 512, error), ==, TOCSIN_OK);
	g_assert_cmpstr(streams->peek_buf(line, &length), ==, "220 hello");
	g_assert_cmpuint(length, ==, 9);
	g_assert_cmpint(streams->write(stream, 0, "QUIT\r\n", 6, error), ==, TOCSIN_OK);
	g_assert_cmpint(streams->read(stream, line, 3, error), ==, TOCSIN_OK);
	g_assert_cmpstr(streams->peek_buf(line, NULL), ==, "221");
	g_assert_cmpint(streams->read_line(stream, line, 4, error), ==, TOCSIN_E_PERM);
	streams->close(stream);
	return TOCSIN_OK;
}

static void
streams_read_and_write(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	behaviour = talk;
	order->stream = tocsin_scripted_stream_new("S: 220 hello\nC: QUIT\nS: 221 goodbye\n");
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_OK);
	g_assert_no_error(error);
}

static int32_t
forget_the_stream(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_streams *streams = host->extension(host, TOCSIN_STREAM);
	tocsin_stream *stream = NULL;

	g_assert_cmpint(streams->connect(job, &stream, error), ==, TOCSIN_OK);
	return TOCSIN_OK;
}

static void
a_stream_left_open_is_closed(Order *order, gconstpointer data)
{
	behaviour = forget_the_stream;
	order->stream = tocsin_scripted_stream_new("S: 220 hello\n");
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
}

static int32_t
write_after_close(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_streams *streams = host->extension(host, TOCSIN_STREAM);
	tocsin_stream *stream = NULL;

	g_assert_cmpint(streams->connect(job, &stream, error), ==, TOCSIN_OK);
	streams->close(stream);
	return streams->write(stream, 0, "QUIT\r\n", 6, error);
}

static void
a_stream_used_after_its_end_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = write_after_close;
	order->stream = tocsin_scripted_stream_new("");
	assert_breach(order, "called write() with a stream that it closed", "");
}

static int32_t
close_twice(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_streams *streams = host->extension(host, TOCSIN_STREAM);
	tocsin_stream *stream = NULL;

	g_assert_cmpint(streams->connect(job, &stream, error), ==, TOCSIN_OK);
	streams->close(stream);
	streams->close(stream);
	return TOCSIN_OK;
}

static void
a_stream_closed_twice_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = close_twice;
	order->stream = tocsin_scripted_stream_new("");
	assert_breach(order, "called close() with a stream that it closed", "");
}

/* A mechanism that answers with the challenge. */
static int32_t
echo_begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
           void **out_state, tocsin_error *error)
{
	*out_state = (void *)host;
	return TOCSIN_OK;
}

static int32_t
echo_step(void *state, const void *challenge, size_t length, tocsin_buf *answer,
          tocsin_error *error)
{
	const tocsin_host *host = state;

	return host->put(host, answer, challenge, length);
}

static void
echo_end(void *state)
{
}

static const tocsin_auth_ops echo_ops = {
        .size = sizeof(tocsin_auth_ops),
        .strength = 1,
        .mechanism = "X-ECHO",
        .begin = echo_begin,
        .step = echo_step,
        .end = echo_end,
};

static const tocsin_unit echo_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_AUTH,
        .name = "echo",
        .summary = "For tests",
        .auth = &echo_ops,
};

static TocsinSettings *
fetch_nothing(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	return tocsin_settings_new(keys);
}

static const char *const offered[] = {"PLAIN", "X-ECHO", NULL};

static int32_t
log_in(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_logins *logins = host->extension(host, TOCSIN_LOGIN);
	const tocsin_login_offer offer = {
	        .size = sizeof(offer), .mechanisms = offered, .service = "smtp", .server = "mx"};
	tocsin_login *login = NULL;
	const void *answer = NULL;
	size_t length = 0;

	g_assert_cmpint(logins->begin(job, &offer, &login, error), ==, TOCSIN_OK);
	g_assert_cmpstr(logins->mechanism(login), ==, "X-ECHO");
	g_assert_false(logins->has_initial(login));
	g_assert_cmpint(logins->step(login, "abc", 3, &answer, &length, error), ==, TOCSIN_OK);
	g_assert_cmpmem(answer, length, "abc", 3);
	g_assert_cmpint(logins->settle(login, TOCSIN_OK, 235, "welcome", error), ==, TOCSIN_OK);
	logins->end(login);

	/* A second login is refused: the server's word is the last one. */
	g_assert_cmpint(logins->begin(job, &offer, &login, error), ==, TOCSIN_OK);
	g_assert_cmpint(logins->step(login, "abc", 3, &answer, &length, error), ==, TOCSIN_OK);
	g_assert_cmpint(logins->settle(login, TOCSIN_E_PERM, 535, "no", error), ==, TOCSIN_E_PERM);
	return TOCSIN_E_PERM; /* and is not ended: the host has to */
}

static int32_t
log_in_without_account(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_logins *logins = host->extension(host, TOCSIN_LOGIN);
	const tocsin_login_offer offer = {
	        .size = sizeof(offer), .mechanisms = offered, .service = "smtp", .server = "mx"};
	tocsin_login *login = NULL;

	g_assert_cmpint(logins->begin(job, &offer, &login, error), ==, TOCSIN_END);
	return TOCSIN_OK;
}

static int32_t
log_in_without_server(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_logins *logins = host->extension(host, TOCSIN_LOGIN);
	const tocsin_login_offer offer = {
	        .size = sizeof(offer), .mechanisms = offered, .service = "smtp"};
	tocsin_login *login = NULL;

	return logins->begin(job, &offer, &login, error);
}

static void
knows_echo(Order *order, GPtrArray *known)
{
	g_ptr_array_add(known, tocsin_mechanism_new(&echo_unit));
	order->account =
	        (TocsinSaslAccount){.known = known, .has_secret = TRUE, .fetch = fetch_nothing};
}

static int32_t
step_after_end(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_logins *logins = host->extension(host, TOCSIN_LOGIN);
	const tocsin_login_offer offer = {
	        .size = sizeof(offer), .mechanisms = offered, .service = "smtp", .server = "mx"};
	tocsin_login *login = NULL;
	const void *answer = NULL;
	size_t length = 0;

	g_assert_cmpint(logins->begin(job, &offer, &login, error), ==, TOCSIN_OK);
	logins->end(login);
	return logins->step(login, "abc", 3, &answer, &length, error);
}

static void
a_login_used_after_its_end_is_a_breach(Order *order, gconstpointer data)
{
	g_autoptr(GPtrArray) known =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mechanism_free);

	knows_echo(order, known);
	behaviour = step_after_end;
	assert_breach(order, "called step() with a login that it ended", "");
}

static void
logins_run_through_a_mechanism(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) known =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mechanism_free);

	knows_echo(order, known);
	behaviour = log_in;
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_PERM);
	g_assert_nonnull(strstr(error->message, "login with X-ECHO refused: 535 no"));
	g_assert_false(tocsin_transport_is_disabled(order->transport));
}

static void
an_account_may_want_no_login(Order *order, gconstpointer data)
{
	behaviour = log_in_without_account;
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_OK);
}

static void
a_login_without_a_server_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = log_in_without_server;
	assert_breach(order, "offered a login without mechanisms, service or server", "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(streams_read_and_write);
	ADD(a_stream_left_open_is_closed);
	ADD(a_stream_used_after_its_end_is_a_breach);
	ADD(a_stream_closed_twice_is_a_breach);
	ADD(logins_run_through_a_mechanism);
	ADD(an_account_may_want_no_login);
	ADD(a_login_without_a_server_is_a_breach);
	ADD(a_login_used_after_its_end_is_a_breach);
	return g_test_run();
}
