/* SPDX-License-Identifier: MIT */
/* Watches folders with inotify and scans them; compares what is there with what is known. Thread:
 * the trigger's. */
#ifndef TOCSIN_FILE_WATCHER_H
#define TOCSIN_FILE_WATCHER_H

#include <glib.h>

#include "memory.h"
#include "raise.h"
#include "settings.h"

G_BEGIN_DECLS

/* Files above this many are not watched. */
#define TOCSIN_FILE_FILES_MAX 2000000u

typedef struct {
	const TocsinFileSettings *settings;
	TocsinFileRaiser *raiser;
	int fd;                  /* inotify; -1: none, all is polled */
	GHashTable *folders;     /* of path : TocsinFileFolder */
	GHashTable *watches;     /* of watch : TocsinFileFolder */
	GQueue scans;            /* of folders to scan */
	gboolean *is_root_known; /* by root: what is new there is told */
	guint64 file_count;
	guint32 generation;
	gboolean is_full_scan;  /* all that has a role is queued */
	gboolean is_incomplete; /* a folder cannot be watched, or a path is not there */
	gboolean is_changed;    /* since the conditions were judged */

	/* The last file that moved out of sight, until it is known whether it comes in again. */
	guint32 move_cookie;
	char *move_path; /* NULL: none */
	TocsinFile *move_file;
} TocsinFileWatcher;

void tocsin_file_watcher_init(TocsinFileWatcher *self, const TocsinFileSettings *settings,
                              TocsinFileRaiser *raiser);
void tocsin_file_watcher_clear(TocsinFileWatcher *self);

/* Looks at everything again: at the start, after a lost event, or where nobody tells. */
void tocsin_file_watcher_rescan(TocsinFileWatcher *self);

/* Looks only where the kernel does not tell. */
void tocsin_file_watcher_poll(TocsinFileWatcher *self);

/* Scans for at most some milliseconds. FALSE: nothing is left to scan. */
gboolean tocsin_file_watcher_scan(TocsinFileWatcher *self);

/* Takes what inotify has to tell. */
void tocsin_file_watcher_read(TocsinFileWatcher *self);

/* Nothing came for a while: a file that moved out of sight is gone. */
void tocsin_file_watcher_end_move(TocsinFileWatcher *self);

G_END_DECLS

#endif
