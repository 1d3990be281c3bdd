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

static gboolean
run_jobs(TocsinWriter *self, GPtrArray *jobs, guint from, guint count)
{
	g_autoptr(GError) error = NULL;
	gboolean is_ok = tocsin_db_begin(self->db, &error);

	for (guint i = from; i < from + count && is_ok; i++) {
		Job *job = jobs->pdata[i];

		is_ok = job->work->work(job->data, &error);
	}
	is_ok = is_ok && tocsin_db_commit(self->db, &error);
	if (!is_ok) {
		tocsin_db_rollback(self->db);
	}
	self->on_end(self->data, is_ok);
	if (!is_ok && count == 1) {
		Job *job = jobs->pdata[from];

		job->error = g_steal_pointer(&error);
	}
	return is_ok;
}

/* Moves waiting jobs to @jobs; waits for the first. FALSE when the writer is to end. */
static gboolean
gather(TocsinWriter *self, GPtrArray *jobs, gboolean is_waiting)
{
	Job *job;

	g_mutex_lock(&self->mutex);
	while (is_waiting && self->waiting.length == 0 && !self->is_ending) {
		g_cond_wait(&self->more, &self->mutex);
	}
	while (jobs->len < GROUP_MAX && (job = g_queue_pop_head(&self->waiting)) != NULL) {
		g_ptr_array_add(jobs, job);
	}
	g_mutex_unlock(&self->mutex);
	return jobs->len > 0;
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
	gsize weight = 0;

	if (!run_jobs(self, jobs, 0, jobs->len) && jobs->len > 1) {
		for (guint i = 0; i < jobs->len; i++) {
			run_jobs(self, jobs, i, 1);
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
