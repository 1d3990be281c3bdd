/* SPDX-License-Identifier: MIT */
/* Many threads at one store: producers, senders, and a main loop with batches of its own. */
#include "fixture.h"

#include <string.h>

#define PRODUCERS 4u
#define SENDERS 3u
#define MAILS 100u

typedef struct {
	Fixture *fixture;
	guint number;
	guint done;
	int *left; /* mails not delivered yet; atomic */
} Worker;

static gpointer
produce(gpointer data)
{
	Worker *worker = data;

	for (guint i = 0; i < MAILS; i++) {
		g_autofree char *cause = g_strdup_printf("%u-%u", worker->number, i);
		g_autoptr(TocsinMail) mail = fixture_mail(worker->fixture, cause);

		g_assert_true(fixture_enqueue(worker->fixture, mail));
	}
	return NULL;
}

static gpointer
deliver(gpointer data)
{
	Worker *worker = data;

	while (g_atomic_int_get(worker->left) > 0) {
		g_autoptr(GPtrArray) claims = NULL;

		g_assert_true(
		        tocsin_store_claim(worker->fixture->store, "relay", 7, 0, &claims, NULL));
		while (claims->len > 0) {
			TocsinClaim *claim = g_ptr_array_steal_index(claims, 0);

			g_assert_cmpint(
			        fixture_settle(worker->fixture, claim, TOCSIN_FATE_DELIVERED, 0),
			        ==, TOCSIN_MAIL_DONE);
			worker->done++;
			g_atomic_int_add(worker->left, -1);
		}
	}
	return NULL;
}

/* Every mail is enqueued once and delivered once, whoever gets it. */
static void
mails_go_through_once(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	int left = PRODUCERS * MAILS;
	Worker workers[PRODUCERS + SENDERS];
	GThread *threads[PRODUCERS + SENDERS];
	guint done = 0;

	for (guint i = 0; i < PRODUCERS + SENDERS; i++) {
		workers[i] = (Worker){.fixture = fixture, .number = i, .left = &left};
		threads[i] = g_thread_new("worker", i < PRODUCERS ? produce : deliver, &workers[i]);
	}
	for (guint i = 0; i < PRODUCERS + SENDERS; i++) {
		g_thread_join(threads[i]);
		done += workers[i].done;
	}
	g_assert_cmpuint(done, ==, PRODUCERS * MAILS);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_DONE), ==, PRODUCERS * MAILS);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, 0);
}

/* A fault of one caller does not reach those who share its commit. */
static gpointer
clash(gpointer data)
{
	Worker *worker = data;

	for (guint i = 0; i < MAILS; i++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(TocsinMail) first = fixture_mail(worker->fixture, NULL);
		g_autoptr(TocsinMail) second = fixture_mail(worker->fixture, NULL);

		g_free(second->id);
		second->id = g_strdup(first->id);
		tocsin_batch_add_mail(batch, first);
		tocsin_batch_add_mail(batch, second);
		g_assert_false(tocsin_store_commit(worker->fixture->store, batch, NULL));
	}
	return NULL;
}

static void
faults_stay_with_their_caller(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Worker workers[PRODUCERS];
	GThread *threads[PRODUCERS];

	for (guint i = 0; i < PRODUCERS; i++) {
		workers[i] = (Worker){.fixture = fixture, .number = i};
		threads[i] = g_thread_new("worker", i == 0 ? clash : produce, &workers[i]);
	}
	for (guint i = 0; i < PRODUCERS; i++) {
		g_thread_join(threads[i]);
	}
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, (PRODUCERS - 1) * MAILS);
}

static void
on_done(TocsinBatch *batch, const GError *error, gpointer user_data)
{
	guint *left = user_data;

	g_assert_no_error(error);
	(*left)--;
}

static void
a_closing_store_writes_what_waits(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	guint left = MAILS;

	for (guint i = 0; i < MAILS; i++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(TocsinMail) mail = fixture_mail(fixture, NULL);

		tocsin_batch_add_mail(batch, mail);
		tocsin_store_commit_async(fixture->store, batch, NULL, on_done, &left);
	}
	fixture_close(fixture);
	while (left > 0) {
		g_main_context_iteration(NULL, TRUE);
	}
	fixture_open(fixture);
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_WAITING), ==, MAILS);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/threads/mails_go_through_once", mails_go_through_once);
	g_test_add_func("/threads/faults_stay_with_their_caller", faults_stay_with_their_caller);
	g_test_add_func("/threads/a_closing_store_writes_what_waits",
	                a_closing_store_writes_what_waits);
	return g_test_run();
}
