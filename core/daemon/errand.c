/* SPDX-License-Identifier: MIT */
/* Threads for what blocks. */
#include "daemon/errand.h"

#define THREADS 2

struct _TocsinErrands {
	TocsinStore *store;
	TocsinClock *clock;
	GThreadPool *pool;
	GAsyncQueue *done; /* of Job */
	GSource *source;   /* becomes ready when something is done */
};

typedef struct {
	TocsinErrand errand;
	TocsinRequest *request;
	TocsinErrandFunction function;
	GError *error;
	gboolean is_right;
} Job;

/* On a thread of the pool. */
static void
work(gpointer data, gpointer user)
{
	TocsinErrands *self = user;
	Job *job = data;

	job->is_right = job->function(&job->errand, &job->error);
	g_async_queue_push(self->done, job);
	g_source_set_ready_time(self->source, 0);
}

static void
answer(Job *job)
{
	TocsinErrand *errand = &job->errand;
	guint status = errand->status;

	if (!job->is_right && status != 0) {
		tocsin_request_fail(job->request, status, "%s", job->error->message);
	} else if (!job->is_right) {
		tocsin_request_fail_error(job->request, job->error);
	} else if (errand->root != NULL) {
		tocsin_request_answer_json(job->request, status == 0 ? 200 : status,
		                           g_steal_pointer(&errand->root));
	} else {
		tocsin_request_answer(job->request, status == 0 ? 200 : status, errand->type,
		                      errand->body);
	}
	g_clear_error(&job->error);
	g_clear_pointer(&errand->root, json_node_unref);
	g_clear_pointer(&errand->body, g_bytes_unref);
	g_free(job);
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	g_source_set_ready_time(source, -1);
	return callback(user_data);
}

static gboolean
on_done(gpointer user)
{
	TocsinErrands *self = user;
	Job *job;

	while ((job = g_async_queue_try_pop(self->done)) != NULL) {
		answer(job);
	}
	return G_SOURCE_CONTINUE;
}

TocsinErrands *
tocsin_errands_new(TocsinStore *store, TocsinClock *clock, GMainContext *context)
{
	static const GSourceFuncs functions = {.dispatch = dispatch};
	TocsinErrands *self = g_new0(TocsinErrands, 1);

	self->store = store;
	self->clock = clock;
	self->done = g_async_queue_new();
	self->pool = g_thread_pool_new(work, self, THREADS, FALSE, NULL);
	/* GLib takes the table without const, and does not write to it. */
	self->source = g_source_new((GSourceFuncs *)&functions, sizeof(GSource));
	g_source_set_callback(self->source, on_done, self, NULL);
	(void)g_source_attach(self->source, context);
	return self;
}

void
tocsin_errands_free(TocsinErrands *self)
{
	if (self == NULL) {
		return;
	}
	g_thread_pool_free(self->pool, FALSE, TRUE);
	(void)on_done(self);
	g_source_destroy(self->source);
	g_source_unref(self->source);
	g_async_queue_unref(self->done);
	g_free(self);
}

void
tocsin_errands_run(TocsinErrands *self, TocsinRequest *request, TocsinErrandFunction function)
{
	Job *job = g_new0(Job, 1);

	job->request = request;
	job->function = function;
	job->errand.query = tocsin_request_query(request);
	job->errand.variable = tocsin_request_variable(request);
	job->errand.store = self->store;
	job->errand.now_us = tocsin_clock_wall_us(self->clock);
	(void)g_thread_pool_push(self->pool, job, NULL);
}
