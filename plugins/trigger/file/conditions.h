/* SPDX-License-Identifier: MIT */
/* Whether a path is stale or absent, and since when. Thread: the trigger's. */
#ifndef TOCSIN_FILE_CONDITIONS_H
#define TOCSIN_FILE_CONDITIONS_H

#include <glib.h>

#include "raise.h"
#include "watcher.h"

G_BEGIN_DECLS

/* Of one path. */
typedef struct {
	gboolean is_stale;
	gboolean is_absent;
	gint64 absent_since_us; /* 0: there is a file */
} TocsinFileCondition;

/* Judges each path, raises what turned, and returns when one may turn next by itself (wall time),
 * G_MAXINT64 if none can. @conditions: one a path. */
gint64 tocsin_file_judge(TocsinFileCondition *conditions, const TocsinFileWatcher *watcher,
                         TocsinFileRaiser *raiser, gint64 now_us);

G_END_DECLS

#endif
