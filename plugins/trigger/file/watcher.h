/* SPDX-License-Identifier: MIT */
/* Watches folders with inotify and scans them; compares what is there with what is known. Thread:
 * the trigger's. */
#ifndef TOCSIN_FILE_WATCHER_H
#define TOCSIN_FILE_WATCHER_H

#include <glib.h>

#include "conditions.h"
#include "hold.h"
#include "position.h"
#include "raise.h"
#include "settings.h"

G_BEGIN_DECLS

/* Files above this many are not watched. */
#define TOCSIN_FILE_FILES_MAX 2000000u

typedef struct _TocsinFileWatcher TocsinFileWatcher;

/* All that is passed must outlive the watcher. */
TocsinFileWatcher *tocsin_file_watcher_new(const TocsinFileSettings *settings,
                                           TocsinFileRaiser *raiser, TocsinFileHold *hold,
                                           TocsinFileConditions *conditions);

/* Does nothing on NULL. */
void tocsin_file_watcher_free(TocsinFileWatcher *self);

/* Before the first scan: takes a position of an earlier run. */
void tocsin_file_watcher_restore(TocsinFileWatcher *self, const void *bytes, gsize length);

/* The path at @index was watched before: what is new there is told. */
void tocsin_file_watcher_know_root(TocsinFileWatcher *self, guint index);

/* Readable when the kernel has something to tell; -1: it cannot, all is polled. */
int tocsin_file_watcher_get_fd(const TocsinFileWatcher *self);

/* Takes what the kernel has to tell. */
void tocsin_file_watcher_read(TocsinFileWatcher *self);

/* Looks at everything again: at the start, and after a lost event. */
void tocsin_file_watcher_rescan(TocsinFileWatcher *self);

/* Is there something where the kernel does not tell: a remote file system, a path that is not there
 * yet? */
gboolean tocsin_file_watcher_needs_poll(const TocsinFileWatcher *self);

/* Looks only there. */
void tocsin_file_watcher_poll(TocsinFileWatcher *self);

/* Scans for at most some milliseconds: first the names of all files, then, in the background, what
 * has become of each. FALSE: nothing is left to scan. */
gboolean tocsin_file_watcher_scan(TocsinFileWatcher *self);

/* Has the first scan seen all names? From then on nothing goes unnoticed. */
gboolean tocsin_file_watcher_is_ready(const TocsinFileWatcher *self);

/* Has a file moved out of sight just now, so that it may come in again elsewhere? */
gboolean tocsin_file_watcher_awaits_move(const TocsinFileWatcher *self);

/* It does not: the file is gone. */
void tocsin_file_watcher_end_move(TocsinFileWatcher *self);

/* Makes the conditions sure again which file is the newest of each path. */
void tocsin_file_watcher_find_newest(TocsinFileWatcher *self);

/* Tells of the files that have been there for too long. Returns when one may be next (wall time),
 * G_MAXINT64 for never. */
gint64 tocsin_file_watcher_judge_ages(TocsinFileWatcher *self, gint64 wall_us);

/* Hands over all that changed, but for folders with events that are held. */
void tocsin_file_watcher_save(TocsinFileWatcher *self, TocsinFileOnPosition on_position,
                              gpointer data);

G_END_DECLS

#endif
