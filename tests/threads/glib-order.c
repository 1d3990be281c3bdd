/* SPDX-License-Identifier: MIT */
/* Tells ThreadSanitizer what orders GLib's threads. Debian's GLib is built without it and locks by
 * futex, so that every use of a GMutex would look like a race. Loaded before the test programs by
 * tests/dev; each function does what GLib's own does and reports the order that it makes. */
#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* Declares `next` as the function of this name in GLib. */
#define NEXT(name) __typeof__(name) *next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define LOCKS(name, Type)             \
	void name(Type *lock)         \
	{                             \
		NEXT(name);           \
		next(lock);           \
		__tsan_acquire(lock); \
	}

#define TRIES(name, Type)                       \
	gboolean name(Type *lock)               \
	{                                       \
		NEXT(name);                     \
		gboolean has_lock = next(lock); \
		if (has_lock) {                 \
			__tsan_acquire(lock);   \
		}                               \
		return has_lock;                \
	}

#define UNLOCKS(name, Type)           \
	void name(Type *lock)         \
	{                             \
		NEXT(name);           \
		__tsan_release(lock); \
		next(lock);           \
	}

LOCKS(g_mutex_lock, GMutex)
TRIES(g_mutex_trylock, GMutex)
UNLOCKS(g_mutex_unlock, GMutex)
LOCKS(g_rec_mutex_lock, GRecMutex)
TRIES(g_rec_mutex_trylock, GRecMutex)
UNLOCKS(g_rec_mutex_unlock, GRecMutex)
LOCKS(g_rw_lock_reader_lock, GRWLock)
TRIES(g_rw_lock_reader_trylock, GRWLock)
UNLOCKS(g_rw_lock_reader_unlock, GRWLock)
LOCKS(g_rw_lock_writer_lock, GRWLock)
TRIES(g_rw_lock_writer_trylock, GRWLock)
UNLOCKS(g_rw_lock_writer_unlock, GRWLock)

void
g_cond_wait(GCond *cond, GMutex *mutex)
{
	NEXT(g_cond_wait);

	__tsan_release(mutex);
	next(cond, mutex);
	__tsan_acquire(mutex);
}

gboolean
g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us)
{
	NEXT(g_cond_wait_until);

	__tsan_release(mutex);
	gboolean is_signalled = next(cond, mutex, end_us);

	__tsan_acquire(mutex);
	return is_signalled;
}

void
g_async_queue_push(GAsyncQueue *queue, gpointer data)
{
	NEXT(g_async_queue_push);

	__tsan_release(queue);
	next(queue, data);
}

#define POPS(name, arguments, ...)                 \
	gpointer name arguments                    \
	{                                          \
		NEXT(name);                        \
		gpointer data = next(__VA_ARGS__); \
		__tsan_acquire(queue);             \
		return data;                       \
	}

POPS(g_async_queue_pop, (GAsyncQueue * queue), queue)
POPS(g_async_queue_try_pop, (GAsyncQueue * queue), queue)
POPS(g_async_queue_timeout_pop, (GAsyncQueue * queue, guint64 timeout_us), queue, timeout_us)

/* The reader's side is an atomic load in GLib's header, which ThreadSanitizer sees. */
void(g_once_init_leave)(volatile void *location, gsize result)
{
	void (*next)(volatile void *, gsize) =
	        (void (*)(volatile void *, gsize))dlsym(RTLD_NEXT, "g_once_init_leave");

	__tsan_release((void *)location);
	next(location, result);
}

gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count)
{
	gboolean (*next)(gatomicrefcount *) =
	        (gboolean(*)(gatomicrefcount *))dlsym(RTLD_NEXT, "g_atomic_ref_count_dec");

	__tsan_release(count);
	gboolean is_last = next(count);

	if (is_last) {
		__tsan_acquire(count);
	}
	return is_last;
}

/* What the box's last owner has it cleared with; GLib's own counting is out of sight. */
static _Thread_local GDestroyNotify clear_next;

static void
clear_box(gpointer box)
{
	GDestroyNotify clear = clear_next;

	__tsan_acquire(box);
	if (clear != NULL) {
		clear(box);
	}
}

void
g_atomic_rc_box_release_full(gpointer box, GDestroyNotify clear)
{
	NEXT(g_atomic_rc_box_release_full);
	GDestroyNotify outer = clear_next; /* a box may hold others */

	__tsan_release(box);
	clear_next = clear;
	next(box, clear_box);
	clear_next = outer;
}

void
g_atomic_rc_box_release(gpointer box)
{
	g_atomic_rc_box_release_full(box, NULL);
}

/* What a thread does before it attaches a source is done before the source's callback runs. */
typedef struct {
	GSourceFunc run;
	gpointer data;
	GDestroyNotify free_data;
} Callback;

static gboolean
run_callback(gpointer data)
{
	const Callback *callback = data;

	__tsan_acquire(data);
	return callback->run(callback->data);
}

static void
free_callback(gpointer data)
{
	Callback *callback = data;

	__tsan_acquire(data);
	if (callback->free_data != NULL) {
		callback->free_data(callback->data);
	}
	g_free(callback);
}

static Callback *
callback_new(GSourceFunc run, gpointer data, GDestroyNotify free_data)
{
	Callback *callback = g_new(Callback, 1);

	*callback = (Callback){run, data, free_data};
	__tsan_release(callback);
	return callback;
}

/* Only where the callback is a GSourceFunc: others have arguments of their own. */
void
g_source_set_callback(GSource *source, GSourceFunc run, gpointer data, GDestroyNotify free_data)
{
	NEXT(g_source_set_callback);

	if (run == NULL ||
	    (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs)) {
		next(source, run, data, free_data);
		return;
	}
	next(source, run_callback, callback_new(run, data, free_data), free_callback);
}

guint
g_idle_add_full(gint priority, GSourceFunc run, gpointer data, GDestroyNotify free_data)
{
	NEXT(g_idle_add_full);

	return next(priority, run_callback, callback_new(run, data, free_data), free_callback);
}

guint
g_idle_add(GSourceFunc run, gpointer data)
{
	return g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, run, data, NULL);
}

void
g_main_context_invoke_full(GMainContext *context, gint priority, GSourceFunc run, gpointer data,
                           GDestroyNotify free_data)
{
	NEXT(g_main_context_invoke_full);

	next(context, priority, run_callback, callback_new(run, data, free_data), free_callback);
}

void
g_main_context_invoke(GMainContext *context, GSourceFunc run, gpointer data)
{
	g_main_context_invoke_full(context, G_PRIORITY_DEFAULT, run, data, NULL);
}
