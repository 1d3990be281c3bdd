/* SPDX-License-Identifier: MIT */
/* A transport unit in this very program misbehaves in every way there is; each recipient still gets
 * one fate. */
#include "plugin/call-transport.h"

#include <string.h>
#include <tocsin/error.h>

#include "net/scripted.h"

typedef int32_t (*Run)(const tocsin_host *host, tocsin_job *job, tocsin_error *error);

/* What the plugin does; set by each test. */
static Run behaviour;
static gboolean has_instance;
static gint active;
static gint most_active;
static gint64 meeting_time;
static guint quiesced;

typedef struct {
	const tocsin_host *host;
} Instance;

static int32_t
unit_open(const tocsin_host *host, const tocsin_config *config, void **out_instance,
          tocsin_error *error)
{
	static Instance instance;

	instance.host = host;
	*out_instance = has_instance ? &instance : NULL;
	return TOCSIN_OK;
}

static int32_t
unit_run(void *instance, tocsin_job *job, tocsin_error *error)
{
	return behaviour(((Instance *)instance)->host, job, error);
}

static void
unit_quiesce(void *instance)
{
	quiesced++;
}

static void
unit_close(void *instance)
{
}

static const tocsin_transport_ops ops = {
        .size = sizeof(tocsin_transport_ops),
        .flags = TOCSIN_TRANSPORT_NETWORK | TOCSIN_TRANSPORT_LOGIN,
        .open = unit_open,
        .run = unit_run,
        .quiesce = unit_quiesce,
        .close = unit_close,
};

static tocsin_unit raw_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .name = "test",
        .summary = "For tests",
        .transport = &ops,
};

/* Who orders the run. */
typedef struct {
	TocsinUnit *unit;
	TocsinTransport *transport;
	guint waiting;  /* mails left to give, of two recipients each */
	GString *fates; /* "0 delivered, 1 refused, " */
	guint complaints;
	char *complaint;
	TocsinStream *stream; /* what connect() gives */
	TocsinSaslAccount account;
} Order;

static gint32
order_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *order = user;

	if (order->waiting == 0) {
		return TOCSIN_END;
	}
	order->waiting--;
	*out_mail = tocsin_mail_new(NULL, "me@example.org", 1);
	tocsin_mail_add_recipient(*out_mail, "a@example.org");
	tocsin_mail_add_recipient(*out_mail, "b@example.org")->notify =
	        TOCSIN_NOTIFY_SUCCESS | TOCSIN_NOTIFY_DELAY;
	(*out_mail)->content = g_bytes_new_static("Subject: x\r\n\r\n", 14);
	(*out_mail)->hold_for_s = 60;
	(*out_mail)->ret = TOCSIN_RET_HEADERS;
	return TOCSIN_OK;
}

static void
order_on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	Order *order = user;

	g_string_append_printf(order->fates, "%u %s, ", index,
	                       tocsin_fate_status_name(fate->status));
}

static TocsinStream *
order_connect(gpointer user, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
	return g_steal_pointer(&((Order *)user)->stream);
}

static const TocsinSaslAccount *
order_login(gpointer user)
{
	Order *order = user;

	return order->account.known == NULL ? NULL : &order->account;
}

static const TocsinJobOps job_ops = {
        .login = order_login,
        .next = order_next,
        .on_fate = order_on_fate,
        .connect = order_connect,
};

static void
on_misbehaviour(const char *instance, const char *text, gpointer user)
{
	Order *order = user;

	order->complaints++;
	order->complaint = g_strdup(text);
}

static void
order_set_up(Order *order, gconstpointer data)
{
	TocsinPluginWatcher watcher = {NULL, on_misbehaviour, order};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = tocsin_settings_new(keys);

	has_instance = TRUE;
	raw_unit.serial = GPOINTER_TO_UINT(data);
	order->unit = tocsin_unit_new(&raw_unit, "transport-test", "/transport-test.so");
	order->transport =
	        tocsin_transport_open(order->unit, "relay", settings, NULL, &watcher, NULL);
	g_assert_nonnull(order->transport);
	order->waiting = 1;
	order->fates = g_string_new(NULL);
}

static void
order_tear_down(Order *order, gconstpointer data)
{
	tocsin_transport_close(order->transport);
	tocsin_unit_free(order->unit);
	g_string_free(order->fates, TRUE);
	g_free(order->complaint);
}

static gint32
run_once(Order *order, GError **error)
{
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(&job_ops, order, "relay", TOCSIN_STREAM_FOREVER, NULL);

	return tocsin_transport_run(order->transport, job, error);
}

static const tocsin_delivery *
delivery(const tocsin_host *host)
{
	return host->extension(host, TOCSIN_DELIVERY);
}

static int32_t
tell(const tocsin_host *host, tocsin_job *job, tocsin_mail *mail, guint32 index, gint32 status)
{
	const tocsin_fate fate = {.size = sizeof(fate), .status = status, .stage = TOCSIN_AT_DATA};

	return delivery(host)->result(job, mail, index, &fate);
}

static void
assert_breach(Order *order, const char *what, const char *fates)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *message = g_strdup_printf(
	        "account 'relay': plugin transport-test (/transport-test.so): relay "
	        "broke the contract: %s; it is disabled, update or remove the plugin",
	        what);

	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_BUG);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpstr(error->message, ==, message);
	g_assert_cmpstr(order->fates->str, ==, fates);
	g_assert_cmpuint(order->complaints, ==, 1);
	g_assert_true(g_str_has_suffix(message, order->complaint));
	g_assert_true(tocsin_transport_is_disabled(order->transport));

	/* A disabled instance gets no mail any more. */
	order->waiting = 1;
	g_clear_error(&error);
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_BUG);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpuint(order->waiting, ==, 1);
}

static int32_t
deliver_all(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_delivery *table = delivery(host);
	tocsin_mail *mail;
	const void *bytes = NULL;

	while (table->next(job, 0, &mail) == TOCSIN_OK) {
		g_assert_cmpstr(table->sender(mail), ==, "me@example.org");
		g_assert_cmpuint(table->recipient_count(mail), ==, 2);
		g_assert_cmpstr(table->recipient(mail, 1), ==, "b@example.org");
		g_assert_null(table->recipient(mail, 2));
		g_assert_cmpstr(table->property(mail, "hold-for"), ==, "60");
		g_assert_cmpstr(table->property(mail, "ret"), ==, "HDRS");
		g_assert_null(table->property(mail, "no such thing"));
		g_assert_cmpstr(table->recipient_property(mail, 1, "notify"), ==, "SUCCESS,DELAY");
		g_assert_cmpuint(table->content_size(mail), ==, 14);
		g_assert_cmpint(table->content(mail, 9, &bytes), ==, 5);
		g_assert_cmpmem(bytes, 5, "x\r\n\r\n", 5);
		g_assert_cmpint(table->content(mail, 14, &bytes), ==, 0);
		g_assert_cmpint(tell(host, job, mail, 0, TOCSIN_OK), ==, TOCSIN_OK);
		g_assert_cmpint(tell(host, job, mail, 1, TOCSIN_E_PERM), ==, TOCSIN_OK);
	}
	return TOCSIN_OK;
}

static void
tells_the_fate_of_each_recipient(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	behaviour = deliver_all;
	order->waiting = 2;
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_OK);
	g_assert_no_error(error);
	g_assert_cmpstr(order->fates->str, ==, "0 delivered, 1 refused, 0 delivered, 1 refused, ");
}

static int32_t
tell_half_and_fail(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	g_assert_cmpint(delivery(host)->next(job, 0, &mail), ==, TOCSIN_OK);
	tell(host, job, mail, 1, TOCSIN_OK);
	return host->fail(host, error, TOCSIN_E_TEMP, "the server hung up");
}

static void
the_status_of_run_speaks_for_the_rest(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	behaviour = tell_half_and_fail;
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_TEMP);
	g_assert_nonnull(strstr(error->message, "the server hung up"));
	g_assert_cmpstr(order->fates->str, ==, "1 delivered, 0 deferred, ");
	g_assert_false(tocsin_transport_is_disabled(order->transport));
}

static int32_t
take_and_return_42(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	return 42;
}

static void
an_undefined_status_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = take_and_return_42;
	assert_breach(order, "run() returned 42, which means nothing there",
	              "0 unknown, 1 unknown, ");
}

static int32_t
take_and_return_ok(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	return delivery(host)->next(job, 0, &mail);
}

static void
silence_about_a_mail_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = take_and_return_ok;
	assert_breach(order, "run() says all is well but told no fate of some recipients",
	              "0 unknown, 1 unknown, ");
}

static int32_t
tell_twice(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	tell(host, job, mail, 0, TOCSIN_OK);
	g_assert_cmpint(tell(host, job, mail, 0, TOCSIN_E_PERM), ==, TOCSIN_E_BUG);
	return TOCSIN_OK;
}

static void
a_fate_told_twice_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = tell_twice;
	assert_breach(order, "told the fate of recipient 0 twice", "0 delivered, 1 unknown, ");
}

static int32_t
tell_after_the_end(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	tell(host, job, mail, 0, TOCSIN_OK);
	tell(host, job, mail, 1, TOCSIN_OK);
	g_assert_cmpstr(delivery(host)->sender(mail), ==, "");
	g_assert_cmpint(tell(host, job, mail, 1, TOCSIN_OK), ==, TOCSIN_E_BUG);
	return TOCSIN_OK;
}

static void
a_fate_of_a_mail_that_is_over_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = tell_after_the_end;
	assert_breach(order, "told the fate of a mail that it does not have (any more)",
	              "0 delivered, 1 delivered, ");
}

static int32_t
tell_out_of_range(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	g_assert_cmpint(tell(host, job, mail, 2, TOCSIN_OK), ==, TOCSIN_E_BUG);
	return TOCSIN_E_TEMP;
}

static void
an_index_out_of_range_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = tell_out_of_range;
	assert_breach(order, "told the fate of recipient 2 of 2", "0 unknown, 1 unknown, ");
}

static int32_t
tell_nonsense(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	g_assert_cmpint(tell(host, job, mail, 0, TOCSIN_MORE), ==, TOCSIN_E_BUG);
	return TOCSIN_OK;
}

static void
a_fate_that_is_none_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = tell_nonsense;
	assert_breach(order,
	              "told a fate with a status that is none of OK, E_TEMP, E_PERM, E_UNKNOWN",
	              "0 unknown, 1 unknown, ");
}

static gpointer
call_from_elsewhere(gpointer data)
{
	gpointer *both = data;
	tocsin_mail *mail;

	g_assert_cmpint(delivery(both[0])->next(both[1], 0, &mail), ==, TOCSIN_E_BUG);
	return NULL;
}

static int32_t
use_a_thread(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	gpointer both[] = {(gpointer)host, job};

	g_thread_join(g_thread_new("own", call_from_elsewhere, both));
	return TOCSIN_OK;
}

static void
a_call_from_a_thread_of_its_own_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = use_a_thread;
	assert_breach(order, "next() was called from a thread of its own", "");
}

static void
open_without_an_instance_is_refused(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = tocsin_settings_new(keys);

	has_instance = FALSE;
	g_assert_null(tocsin_transport_open(order->unit, "other", settings, NULL, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_nonnull(strstr(error->message, "open() made no instance"));
}

static int32_t
hold_too_many(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;
	guint held = 0;

	while (delivery(host)->next(job, 0, &mail) == TOCSIN_OK) {
		held++;
	}
	g_assert_cmpuint(held, ==, TOCSIN_JOB_MAILS_MAX);
	tell(host, job, mail, 0, TOCSIN_OK);
	tell(host, job, mail, 1, TOCSIN_OK);
	g_assert_cmpint(delivery(host)->next(job, 0, &mail), ==, TOCSIN_OK);
	return TOCSIN_E_TEMP;
}

static void
mails_in_hand_are_limited(Order *order, gconstpointer data)
{
	behaviour = hold_too_many;
	order->waiting = TOCSIN_JOB_MAILS_MAX + 5;
	g_assert_cmpint(run_once(order, NULL), ==, TOCSIN_E_TEMP);
	g_assert_cmpuint(order->waiting, ==, 4);
}

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
logins_run_through_a_mechanism(Order *order, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) known =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mechanism_free);

	g_ptr_array_add(known,
	                tocsin_mechanism_new(&echo_unit, tocsin_host_new("echo", NULL, NULL)));
	order->account =
	        (TocsinSaslAccount){.known = known, .has_secret = TRUE, .fetch = fetch_nothing};
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

/* Both threads are in here at once, if they can: each waits a while for the other. */
static int32_t
meet(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	gint now = g_atomic_int_add(&active, 1) + 1;
	gint64 end = g_get_monotonic_time() + meeting_time;

	if (now > g_atomic_int_get(&most_active)) {
		g_atomic_int_set(&most_active, now);
	}
	while (g_atomic_int_get(&most_active) < 2 && g_get_monotonic_time() < end) {
		g_thread_yield();
	}
	g_atomic_int_add(&active, -1);
	return TOCSIN_OK;
}

static gpointer
run_in_thread(gpointer data)
{
	g_assert_cmpint(run_once(data, NULL), ==, TOCSIN_OK);
	return NULL;
}

static gint
count_meeting(Order *order)
{
	GThread *threads[2];

	behaviour = meet;
	most_active = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
		threads[i] = g_thread_new("run", run_in_thread, order);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_thread_join(threads[i]);
	}
	return most_active;
}

static void
a_serial_unit_is_called_once_at_a_time(Order *order, gconstpointer data)
{
	meeting_time = 20 * G_TIME_SPAN_MILLISECOND;
	g_assert_cmpint(count_meeting(order), ==, 1);
}

static void
a_free_unit_is_called_at_once(Order *order, gconstpointer data)
{
	meeting_time = 10 * G_TIME_SPAN_SECOND; /* ends as soon as they meet */
	g_assert_cmpint(count_meeting(order), ==, 2);
}

static void
quiesce_is_passed_on(Order *order, gconstpointer data)
{
	quiesced = 0;
	tocsin_transport_quiesce(order->transport);
	g_assert_cmpuint(quiesced, ==, 1);
}

#define ADD(name) g_test_add("/transport/" #name, Order, NULL, order_set_up, name, order_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(tells_the_fate_of_each_recipient);
	ADD(the_status_of_run_speaks_for_the_rest);
	ADD(an_undefined_status_is_a_breach);
	ADD(silence_about_a_mail_is_a_breach);
	ADD(a_fate_told_twice_is_a_breach);
	ADD(a_fate_of_a_mail_that_is_over_is_a_breach);
	ADD(an_index_out_of_range_is_a_breach);
	ADD(a_fate_that_is_none_is_a_breach);
	ADD(a_call_from_a_thread_of_its_own_is_a_breach);
	ADD(open_without_an_instance_is_refused);
	ADD(mails_in_hand_are_limited);
	ADD(streams_read_and_write);
	ADD(a_stream_left_open_is_closed);
	ADD(a_serial_unit_is_called_once_at_a_time);
	g_test_add("/transport/a_serial_instance_is_called_once_at_a_time", Order,
	           GUINT_TO_POINTER(TOCSIN_SERIAL_INSTANCE), order_set_up,
	           a_serial_unit_is_called_once_at_a_time, order_tear_down);
	g_test_add("/transport/a_free_unit_is_called_at_once", Order,
	           GUINT_TO_POINTER(TOCSIN_SERIAL_NONE), order_set_up,
	           a_free_unit_is_called_at_once, order_tear_down);
	ADD(logins_run_through_a_mechanism);
	ADD(an_account_may_want_no_login);
	ADD(a_login_without_a_server_is_a_breach);
	ADD(quiesce_is_passed_on);
	return g_test_run();
}
