/* SPDX-License-Identifier: MIT */
/* From the host's way to stop a run (a descriptor to poll, and a time) to the engine's (a
 * GCancellable): one thread an account polls for all of its runs. Any thread. */
#ifndef TOCSIN_SMTP_WATCH_H
#define TOCSIN_SMTP_WATCH_H

#include <gio/gio.h>

typedef struct _SmtpWatcher SmtpWatcher;
typedef struct _SmtpWatch SmtpWatch;

/* Its thread begins with the first watch. */
SmtpWatcher *smtp_watcher_new(void);

/* There must be no watch any more. Does nothing on NULL. */
void smtp_watcher_free(SmtpWatcher *self);

/* Cancels the watch's cancellable once @fd is readable (-1: never) or @left_us have passed
 * (G_MAXINT64: never). NULL, with errno, when the system has no descriptors left. */
SmtpWatch *smtp_watch_begin(SmtpWatcher *watcher, int fd, gint64 left_us);

/* Does nothing on NULL. */
void smtp_watch_end(SmtpWatcher *watcher, SmtpWatch *self);

/* Belongs to the watch. */
GCancellable *smtp_watch_cancellable(const SmtpWatch *self);

/* Was it the time that ran out, and nobody's wish? */
gboolean smtp_watch_is_late(SmtpWatch *self);

#endif
