/* SPDX-License-Identifier: MIT */
/* Follows the files that patterns find: new ones, renamed, copied and truncated, compressed ones;
 * across restarts by checkpoints.
 *
 * Reading is done in slices by step(), all files in turn, so that a main loop stays responsive.
 * State belongs to one thread. */
#ifndef TOCSIN_LOG_FOLLOWER_H
#define TOCSIN_LOG_FOLLOWER_H

#include <glib.h>

/* lint: allow plugin-edge: the trigger links base statically, as the design lets it */
#include "base/clock.h"
#include "file.h"

G_BEGIN_DECLS

typedef struct _TocsinLogFollower TocsinLogFollower;

/* Where a file begins to be read. New files that appear later are read from their start. */
typedef enum {
	TOCSIN_LOG_FROM_CHECKPOINT, /* where it was left; at the very first start, the end */
	TOCSIN_LOG_FROM_START,
	TOCSIN_LOG_FROM_END,
	TOCSIN_LOG_FROM_SINCE, /* like CHECKPOINT, but at the very first start those files that
	                        * were written to since then, from their start */
} TocsinLogFrom;

typedef struct {
	const char *const *patterns; /* absolute; copied */
	TocsinLogFrom from;
	gint64 since_us;       /* wall time, for FROM_SINCE */
	gsize slice_size;      /* bytes read at once */
	gsize line_limit;      /* at most a quarter of slice_size */
	gboolean is_carrying;  /* files keep the last lines of what was at their path before */
	gint64 sweep_us;       /* all files are looked at so often, whatever inotify says */
	gint64 poll_us;        /* … and so often where inotify cannot tell */
	gint64 idle_flush_us;  /* an unfinished end is offered after so long without growth */
	gint64 rotate_wait_us; /* a rotated file is given up after so long without growth */
	guint open_max;        /* files kept open */
	guint files_max;       /* files followed */
} TocsinLogFollowerOptions;

/* Sensible values for all but patterns and from. */
void tocsin_log_follower_options_init(TocsinLogFollowerOptions *options);

typedef struct {
	TocsinLogOnSlice on_slice;
	/* Remember @bytes under @name; none: forget it. */
	void (*on_checkpoint)(const char *name, const void *bytes, gsize length, gpointer data);
	/* Something an administrator should know. */
	void (*on_note)(const char *text, gpointer data);
} TocsinLogFollowerHooks;

/* @clock must outlive the follower; @hooks is copied. */
TocsinLogFollower *tocsin_log_follower_new(const TocsinLogFollowerOptions *options,
                                           const TocsinLogFollowerHooks *hooks, gpointer data,
                                           const TocsinClock *clock);
void tocsin_log_follower_free(TocsinLogFollower *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogFollower, tocsin_log_follower_free)

/* Before start(): what on_checkpoint() was given. A record that cannot be read is noted, ignoring
 * it. */
void tocsin_log_follower_restore(TocsinLogFollower *self, const char *name, const void *bytes,
                                 gsize length);

/* Finds the files and queues them for reading. */
void tocsin_log_follower_start(TocsinLogFollower *self);

/* When this is readable, call on_ready(). -1: there is none, the sweep has to do. */
int tocsin_log_follower_get_fd(const TocsinLogFollower *self);
void tocsin_log_follower_on_ready(TocsinLogFollower *self);

/* Does what is due and reads up to @slices slices. Returns microseconds until it should be called
 * again: 0 when there is more to do now. */
gint64 tocsin_log_follower_step(TocsinLogFollower *self, guint slices);

/* The receiver has room again after it was blocked. */
void tocsin_log_follower_resume(TocsinLogFollower *self);

/* To be called before an event of @file is raised: sees that the checkpoint of the lineage, on
 * which the event's id rests, is handed over first. */
void tocsin_log_follower_secure(TocsinLogFollower *self, TocsinLogFile *file);

/* Hands @file's checkpoint to on_checkpoint(), if it has changed. */
void tocsin_log_follower_save(TocsinLogFollower *self, TocsinLogFile *file);
void tocsin_log_follower_save_all(TocsinLogFollower *self);

/* Files followed now. */
guint tocsin_log_follower_count(const TocsinLogFollower *self);

G_END_DECLS

#endif
