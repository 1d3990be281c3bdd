/* SPDX-License-Identifier: MIT */
/* What is ordered by GLib's locks, queues, references and main loop is no race to
 * ThreadSanitizer. */
#include <glib.h>

#define ROUNDS 1000

typedef struct {
	GMutex mutex;
	GCond cond;
	gboolean may_go;
	guint count;
	GAsyncQueue *queue;
} Shared;

static gpointer
count_then_pop(gpointer data)
{
	Shared *shared = data;

	for (guint i = 0; i < ROUNDS; i++) {
		g_mutex_lock(&shared->mutex);
		shared->count++;
		g_mutex_unlock(&shared->mutex);
	}
	g_mutex_lock(&shared->mutex);
	while (!shared->may_go) {
		g_cond_wait(&shared->cond, &shared->mutex);
	}
	g_mutex_unlock(&shared->mutex);
	int *number = g_async_queue_pop(shared->queue);

	*number += 1;
	g_free(number);
	return NULL;
}

static void
locks_and_queues_order_threads(void)
{
	Shared shared = {.queue = g_async_queue_new_full(g_free)};
	GThread *threads[2];

	g_mutex_init(&shared.mutex);
	g_cond_init(&shared.cond);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
		threads[i] = g_thread_new("count", count_then_pop, &shared);
	}
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
		int *number = g_new0(int, 1);

		*number = (int)i;
		g_async_queue_push(shared.queue, number);
	}
	g_mutex_lock(&shared.mutex);
	shared.may_go = TRUE;
	g_cond_broadcast(&shared.cond);
	g_mutex_unlock(&shared.mutex);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_thread_join(threads[i]);
	}
	g_assert_cmpuint(shared.count, ==, 2 * ROUNDS);
	g_async_queue_unref(shared.queue);
	g_mutex_clear(&shared.mutex);
	g_cond_clear(&shared.cond);
}

typedef struct {
	GMainLoop *loop;
	int number;
} Message;

static gboolean
on_message(gpointer data)
{
	Message *message = data;

	message->number++;
	g_main_loop_quit(message->loop);
	return G_SOURCE_REMOVE;
}

static gpointer
send_message(gpointer data)
{
	Message *message = data;

	message->number = 41;
	g_idle_add(on_message, message);
	return NULL;
}

static void
a_source_runs_after_what_came_before_it(void)
{
	Message message = {.loop = g_main_loop_new(NULL, FALSE)};
	GThread *thread = g_thread_new("send", send_message, &message);

	g_main_loop_run(message.loop);
	g_assert_cmpint(message.number, ==, 42);
	g_thread_join(thread);
	g_main_loop_unref(message.loop);
}

static gpointer
attach_message(gpointer data)
{
	Message *message = data;
	GSource *source = g_idle_source_new();

	message->number = 41;
	g_source_set_callback(source, on_message, message, NULL);
	g_source_attach(source, NULL);
	g_source_unref(source);
	return NULL;
}

static void
an_attached_source_does_too(void)
{
	Message message = {.loop = g_main_loop_new(NULL, FALSE)};
	GThread *thread = g_thread_new("attach", attach_message, &message);

	g_main_loop_run(message.loop);
	g_assert_cmpint(message.number, ==, 42);
	g_thread_join(thread);
	g_main_loop_unref(message.loop);
}

typedef struct {
	int *number;
} Box;

static void
clear_shared_box(gpointer data)
{
	Box *box = data;

	*box->number += 1;
	g_free(box->number);
}

static gpointer
read_box(gpointer data)
{
	Box *box = data;

	g_assert_cmpint(*box->number, ==, 41);
	g_atomic_rc_box_release_full(box, clear_shared_box);
	return NULL;
}

/* Whoever comes last clears it, and has joined nobody. */
static void
the_last_owner_comes_after_the_others(void)
{
	for (guint i = 0; i < 50; i++) {
		GThread *threads[2];
		Box *box = g_atomic_rc_box_new0(Box);

		box->number = g_new(int, 1);
		*box->number = 41;
		for (guint j = 0; j < G_N_ELEMENTS(threads); j++) {
			threads[j] = g_thread_new("read", read_box, g_atomic_rc_box_acquire(box));
		}
		g_atomic_rc_box_release_full(box, clear_shared_box);
		for (guint j = 0; j < G_N_ELEMENTS(threads); j++) {
			g_thread_join(threads[j]);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/glib-order/locks_and_queues_order_threads",
	                locks_and_queues_order_threads);
	g_test_add_func("/glib-order/a_source_runs_after_what_came_before_it",
	                a_source_runs_after_what_came_before_it);
	g_test_add_func("/glib-order/an_attached_source_does_too", an_attached_source_does_too);
	g_test_add_func("/glib-order/the_last_owner_comes_after_the_others",
	                the_last_owner_comes_after_the_others);
	return g_test_run();
}
