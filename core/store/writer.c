/* SPDX-License-Identifier: MIT */
/* The store's own thread. */
#include "store/writer.h"

#include <tocsin/error.h>

/* A group ends here, so that its first caller does not wait for too many others. */
#define GROUP_MAX 512u

typedef struct {
	const TocsinWork *work;
	gpointer data;
	GError *error;
	gsize weight;
	void (*on_done)(gpointer data, const GError *error); /* NULL: a thread waits below */
	GMainContext *context;
	GMutex mutex;
	GCond done;
	gboolean is_done; /* guarded by mutex */
} Job;

struct _TocsinWriter {
	TocsinDb *db;
	void (*on_end)(gpointer data, gboolean is_committed);
	gpointer data;
	GThread *thread;
	GMutex mutex;
	GCond more;
	GQueue waiting; /* of Job; this and the next two are guarded by mutex */
	gsize weight;   /* of jobs that were posted and are not done */
	gboolean is_ending;
};

/* Moves waiting jobs to @jobs; with @is_waiting waits for the first of them, or for the end. FALSE
 * if none came. */
static gboolean
gather(TocsinWriter *self, GPtrArray *jobs, gboolean is_waiting)
{
	guint before = jobs->len;
	Job *job;

	g_mutex_lock(&self->mutex);
	while (is_waiting && self->waiting.length == 0 && !self->is_ending) {
		g_cond_wait(&self->more, &self->mutex);
	}
	while (jobs->len < GROUP_MAX && (job = g_queue_pop_head(&self->waiting)) != NULL) {
		g_ptr_array_add(jobs, job);
	}
	g_mutex_unlock(&self->mutex);
	return jobs->len > before;
}

static gboolean
finish(TocsinWriter *self, gboolean is_ok, GError **error)
{
	is_ok = is_ok && tocsin_db_commit(self->db, error);
	if (!is_ok) {
		tocsin_db_rollback(self->db);
	}
	self->on_end(self->data, is_ok);
	return is_ok;
}

/* All of @jobs in one transaction, and those that arrive meanwhile: they join @jobs and need not
 * wait for a commit of their own. */
static gboolean
run_together(TocsinWriter *self, GPtrArray *jobs, GError **error)
{
	gboolean is_ok = tocsin_db_begin(self->db, error);
	guint done = 0;

	do {
		for (; done < jobs->len && is_ok; done++) {
			Job *job = jobs->pdata[done];

			is_ok = job->work->work(job->data, error);
		}
	} while (is_ok && gather(self, jobs, FALSE));
	return finish(self, is_ok, error);
}

static void
run_alone(TocsinWriter *self, Job *job)
{
	gboolean is_ok =
	        tocsin_db_begin(self->db, &job->error) && job->work->work(job->data, &job->error);

	finish(self, is_ok, &job->error);
}

static void
free_job(gpointer data)
{
	Job *job = data;

	g_clear_error(&job->error);
	g_clear_pointer(&job->context, g_main_context_unref);
	g_free(job);
}

static gboolean
on_job_done(gpointer data)
{
	Job *job = data;

	job->on_done(job->data, job->error);
	return G_SOURCE_REMOVE;
}

/* Hands the job back to the thread or the main loop that wants to know. The job may be gone when
 * this returns. */
static void
answer(Job *job)
{
	if (job->on_done == NULL) {
		g_mutex_lock(&job->mutex);
		job->is_done = TRUE;
		g_cond_signal(&job->done);
		g_mutex_unlock(&job->mutex);
		return;
	}
	GMainContext *context = g_steal_pointer(&job->context);
	GSource *source = g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, on_job_done, job, free_job);
	g_source_attach(source, context);
	g_source_unref(source);
	if (context != NULL) {
		g_main_context_unref(context);
	}
}

static void
run_group(TocsinWriter *self, GPtrArray *jobs)
{
	g_autoptr(GError) error = NULL;
	gsize weight = 0;

	if (!run_together(self, jobs, &error)) {
		for (guint i = 0; i < jobs->len && jobs->len > 1; i++) {
			run_alone(self, jobs->pdata[i]);
		}
		if (jobs->len == 1) {
			((Job *)jobs->pdata[0])->error = g_steal_pointer(&error);
		}
	}
	for (guint i = 0; i < jobs->len; i++) {
		Job *job = jobs->pdata[i];

		weight += job->weight;
		if (job->work->settled != NULL) {
			job->work->settled(job->data, job->error);
		}
	}
	g_mutex_lock(&self->mutex);
	self->weight -= weight;
	g_mutex_unlock(&self->mutex);
	for (guint i = 0; i < jobs->len; i++) {
		answer(jobs->pdata[i]);
	}
	g_ptr_array_set_size(jobs, 0);
}

static gpointer
run_writer(gpointer data)
{
	TocsinWriter *self = data;
	g_autoptr(GPtrArray) jobs = g_ptr_array_sized_new(GROUP_MAX);

	while (gather(self, jobs, TRUE)) {
		run_group(self, jobs);
		tocsin_db_checkpoint(self->db);
	}
	tocsin_db_close(self->db);
	return NULL;
}

TocsinWriter *
tocsin_writer_new(TocsinDb *db, void (*on_end)(gpointer data, gboolean is_committed), gpointer data)
{
	TocsinWriter *self = g_new0(TocsinWriter, 1);

	self->db = db;
	self->on_end = on_end;
	self->data = data;
	g_mutex_init(&self->mutex);
	g_cond_init(&self->more);
	g_queue_init(&self->waiting);
	self->thread = g_thread_new("store", run_writer, self);
	return self;
}

void
tocsin_writer_free(TocsinWriter *self)
{
	if (self == NULL) {
		return;
	}
	g_mutex_lock(&self->mutex);
	self->is_ending = TRUE;
	g_cond_signal(&self->more);
	g_mutex_unlock(&self->mutex);
	g_thread_join(self->thread);
	g_mutex_clear(&self->mutex);
	g_cond_clear(&self->more);
	g_free(self);
}

static void
push(TocsinWriter *self, Job *job)
{
	gboolean is_first = self->waiting.length == 0;

	g_queue_push_tail(&self->waiting, job);
	/* While jobs wait the writer is busy and will look for more by itself. */
	if (is_first) {
		g_cond_signal(&self->more);
	}
}

gboolean
tocsin_writer_call(TocsinWriter *self, const TocsinWork *work, gpointer data, GError **error)
{
	Job job = {.work = work, .data = data};

	g_mutex_init(&job.mutex);
	g_cond_init(&job.done);
	g_mutex_lock(&self->mutex);
	push(self, &job);
	g_mutex_unlock(&self->mutex);

	g_mutex_lock(&job.mutex);
	while (!job.is_done) {
		g_cond_wait(&job.done, &job.mutex);
	}
	g_mutex_unlock(&job.mutex);
	g_mutex_clear(&job.mutex);
	g_cond_clear(&job.done);
	if (job.error != NULL) {
		g_propagate_error(error, job.error);
		return FALSE;
	}
	return TRUE;
}

void
tocsin_writer_post(TocsinWriter *self, const TocsinWork *work, gpointer data, gsize weight,
                   gsize weight_max, GMainContext *context,
                   void (*on_done)(gpointer data, const GError *error))
{
	Job *job = g_new0(Job, 1);

	job->work = work;
	job->data = data;
	job->on_done = on_done;
	job->context = context != NULL ? g_main_context_ref(context) : NULL;
	g_mutex_lock(&self->mutex);
	/* A single piece of work is always let in, however large, or it could never be done. */
	gboolean is_refused =
	        self->weight > 0 && weight > weight_max - MIN(self->weight, weight_max);

	if (!is_refused) {
		job->weight = weight;
		self->weight += weight;
		push(self, job);
	}
	g_mutex_unlock(&self->mutex);
	if (is_refused) {
		g_set_error(&job->error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "store '%s': more than %zu bytes wait to be written; slow down and try "
		            "again",
		            tocsin_db_path(self->db), weight_max);
		answer(job);
	}
}
