/* SPDX-License-Identifier: MIT */
/* The inside of a job, for the tables that plugins call and for who calls the plugin. Thread: the
 * job's. */
#ifndef TOCSIN_PLUGIN_JOB_RUN_H
#define TOCSIN_PLUGIN_JOB_RUN_H

#include <tocsin/plugin.h>

#include "base/veil.h"
#include "abi/guard.h"
#include "plugin/job-ops.h"

G_BEGIN_DECLS

struct tocsin_job {
	const TocsinJobOps *ops;
	gpointer user;
	char *account;
	gint64 deadline_us;
	GCancellable *cancellable; /* (nullable) */

	/* Only while it runs: */
	TocsinGuard *guard;
	GThread *thread;
	GPtrArray *mails;    /* of tocsin_mail, taken and not told of in full */
	GQueue dead;         /* of tocsin_mail: told of; kept a while so that a late call is seen */
	TocsinFate *failure; /* (nullable) what failed() told */
	tocsin_stream *stream; /* (nullable) the one that is open */
	tocsin_login *login;   /* (nullable) the one that was begun */
	TocsinVeil *veil;      /* over what logins have sent */
	GPtrArray *buffers;    /* of tocsin_buf */
	GPtrArray *closed;     /* shells of streams and logins, so that a late call is seen */
	int cancel_fd;         /* -1 until it is asked for */
};

/* Between these two the plugin may call the tables. end() tells the fates that the plugin did not,
 * by run()'s @status and what it said, and closes what was left open. */
void tocsin_job_begin(tocsin_job *self, TocsinGuard *guard);
void tocsin_job_end(tocsin_job *self, gint32 status, const char *said);

/* May the plugin call now? FALSE, with a complaint, from another thread or without a job. */
gboolean tocsin_job_check_call(tocsin_job *self, const char *call);

/* Is this one of the mails that the plugin holds? Looks at the pointer only. */
gboolean tocsin_job_has_mail(const tocsin_job *self, const tocsin_mail *mail);

/* Hands over @mail (takes the reference); the result belongs to the job. NULL when its content
 * cannot be read: its recipients are then deferred. */
tocsin_mail *tocsin_job_add_mail(tocsin_job *self, TocsinMail *mail);

/* The fate of one recipient that has none yet; the mail ends with the last one. */
void tocsin_job_tell(tocsin_job *self, tocsin_mail *mail, guint index, TocsinFate *fate);

/* A fate from what a plugin says. @told has been checked. */
TocsinFate *tocsin_job_make_fate(const tocsin_job *self, const tocsin_fate *told);

/* Microseconds until the deadline, at least 0. */
gint64 tocsin_job_time_left(const tocsin_job *self);

/* The tables. */
extern const tocsin_delivery tocsin_table_delivery;
extern const tocsin_streams tocsin_table_streams;
extern const tocsin_logins tocsin_table_logins;

/* (nullable) What is inside of a stream of the host's. */
const TocsinStream *tocsin_table_stream_inner(const tocsin_stream *stream);

/* Wipes the job's login, closes its stream, if there is one; the shells go to job->closed. */
void tocsin_table_login_close(tocsin_job *job);
void tocsin_table_stream_close(tocsin_job *job);

G_END_DECLS

#endif
