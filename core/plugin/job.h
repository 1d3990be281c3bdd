/* SPDX-License-Identifier: MIT */
/* One run of a transport: which mails it is given, and what it tells of them.
 *
 * Who orders the run (the dispatcher, "tocsin send") implements TocsinJobOps. Whatever the plugin
 * does, each recipient of each mail that it took is told to them exactly once.
 *
 * Thread: the one that is in tocsin_transport_run() with the job. */
#ifndef TOCSIN_PLUGIN_JOB_H
#define TOCSIN_PLUGIN_JOB_H

#include <gio/gio.h>

#include "plugin/job-ops.h"

G_BEGIN_DECLS

typedef struct tocsin_job TocsinJob;

/* @account names the account in fates. @deadline_us: on g_get_monotonic_time()'s clock, or
 * TOCSIN_STREAM_FOREVER. @cancellable: (nullable). @ops must outlive the job. */
TocsinJob *tocsin_job_new(const TocsinJobOps *ops, gpointer user, const char *account,
                          gint64 deadline_us, GCancellable *cancellable);

/* Does nothing on NULL. Not while a transport runs with it. */
void tocsin_job_free(TocsinJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinJob, tocsin_job_free)

/* What was given to tocsin_job_new(), for who implements further tables. */
gpointer tocsin_job_user(const TocsinJob *self);

G_END_DECLS

#endif
