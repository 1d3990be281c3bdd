/* SPDX-License-Identifier: MIT */
/* A transport unit in this very program misbehaves in every way there is; each recipient still gets
 * one fate. */
#include <string.h>
#include <tocsin/error.h>

#include "order.h"

#define GROUP "transport"

/* Of meet(). */
static gint active;
static gint most_active;
static gint64 meeting_time;

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
	g_assert_cmpint(tell(host, job, mail, 1, TOCSIN_OK), ==, TOCSIN_E_BUG);
	return TOCSIN_OK;
}

static int32_t
ask_after_the_end(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	tell(host, job, mail, 0, TOCSIN_OK);
	tell(host, job, mail, 1, TOCSIN_OK);
	g_assert_cmpstr(delivery(host)->sender(mail), ==, "");
	return TOCSIN_OK;
}

static void
a_question_about_a_mail_that_is_over_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = ask_after_the_end;
	assert_breach(order, "called sender() with a mail that it does not have any more",
	              "0 delivered, 1 delivered, ");
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

static int32_t
tell_code_1000(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	const tocsin_fate fate = {.size = sizeof(fate), .code = 1000, .stage = TOCSIN_AT_DATA};
	tocsin_mail *mail;

	delivery(host)->next(job, 0, &mail);
	g_assert_cmpint(delivery(host)->result(job, mail, 0, &fate), ==, TOCSIN_E_BUG);
	return TOCSIN_OK;
}

static void
a_code_that_is_none_is_a_breach(Order *order, gconstpointer data)
{
	behaviour = tell_code_1000;
	assert_breach(order, "told a fate with a reply code above 999", "0 unknown, 1 unknown, ");
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

/* As a configuration that is read again makes them: new objects of the same unit. */
static void
a_serial_unit_stays_one_when_it_is_made_again(Order *order, gconstpointer data)
{
	Order again = {0};
	GThread *threads[2];

	order_set_up(&again, data);
	meeting_time = 20 * G_TIME_SPAN_MILLISECOND;
	behaviour = meet;
	most_active = 0;
	threads[0] = g_thread_new("run", run_in_thread, order);
	threads[1] = g_thread_new("run", run_in_thread, &again);
	g_thread_join(threads[0]);
	g_thread_join(threads[1]);
	g_assert_cmpint(most_active, ==, 1);
	order_tear_down(&again, data);
}

static int32_t
deliver_for_ever(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail;

	g_atomic_int_set(&active, TRUE);
	while (delivery(host)->next(job, G_TIME_SPAN_DAY, &mail) == TOCSIN_OK) {
		tell(host, job, mail, 0, TOCSIN_OK);
		tell(host, job, mail, 1, TOCSIN_OK);
	}
	g_atomic_int_set(&active, FALSE);
	return TOCSIN_OK;
}

/* Opens another instance while a run of this one would not end by itself. */
static void
assert_can_be_opened(Order *order)
{
	Order again = {0};

	behaviour = deliver_for_ever;
	g_atomic_int_set(&active, FALSE);
	GThread *thread = g_thread_new("run", run_in_thread, order);

	while (!g_atomic_int_get(&active)) {
		g_thread_yield();
	}
	order_set_up(&again, GUINT_TO_POINTER(TOCSIN_SERIAL_UNIT));
	order_tear_down(&again, NULL);
	g_thread_join(thread);
}

static void
the_main_loop_waits_for_no_more_than_a_mail(Order *order, gconstpointer data)
{
	order->waiting = G_MAXUINT;
	assert_can_be_opened(order);
}

static void
the_main_loop_does_not_wait_for_a_transport_that_waits(Order *order, gconstpointer data)
{
	order->waiting = 0;
	order->is_patient = TRUE;
	assert_can_be_opened(order);
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
	ADD(a_question_about_a_mail_that_is_over_is_a_breach);
	ADD(an_index_out_of_range_is_a_breach);
	ADD(a_fate_that_is_none_is_a_breach);
	ADD(a_code_that_is_none_is_a_breach);
	ADD(a_call_from_a_thread_of_its_own_is_a_breach);
	ADD(open_without_an_instance_is_refused);
	ADD(mails_in_hand_are_limited);
	ADD(a_serial_unit_is_called_once_at_a_time);
	ADD(a_serial_unit_stays_one_when_it_is_made_again);
	ADD(the_main_loop_waits_for_no_more_than_a_mail);
	ADD(the_main_loop_does_not_wait_for_a_transport_that_waits);
	g_test_add("/transport/a_serial_instance_is_called_once_at_a_time", Order,
	           GUINT_TO_POINTER(TOCSIN_SERIAL_INSTANCE), order_set_up,
	           a_serial_unit_is_called_once_at_a_time, order_tear_down);
	g_test_add("/transport/a_free_unit_is_called_at_once", Order,
	           GUINT_TO_POINTER(TOCSIN_SERIAL_NONE), order_set_up,
	           a_free_unit_is_called_at_once, order_tear_down);
	ADD(quiesce_is_passed_on);
	return g_test_run();
}
