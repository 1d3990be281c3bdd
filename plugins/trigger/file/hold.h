/* SPDX-License-Identifier: MIT */
/* Events about files that wait until nothing has happened to the file for a while: what is told
 * then is what came of it all. Without such a while everything is told at once. Thread: the
 * trigger's. */
#ifndef TOCSIN_FILE_HOLD_H
#define TOCSIN_FILE_HOLD_H

#include <glib.h>

#include "memory.h"
#include "raise.h"
#include "settings.h"

G_BEGIN_DECLS

/* A file that never comes to rest is told of after so many times the while. */
#define TOCSIN_FILE_HOLD_TIMES 10

typedef struct {
	const TocsinFileSettings *settings;
	TocsinFileRaiser *raiser;
	GQueue queue;        /* of what is held, in the order of the time it is due */
	GHashTable *by_path; /* of path : link in the queue */
} TocsinFileHold;

void tocsin_file_hold_init(TocsinFileHold *self, const TocsinFileSettings *settings,
                           TocsinFileRaiser *raiser);

/* Forgets what is held. */
void tocsin_file_hold_clear(TocsinFileHold *self);

/* One of TOCSIN_FILE_* happened to the file at @path in @folder. @old_path (nullable): where it was
 * moved from, which may have been in another folder. @look is copied. */
void tocsin_file_hold_tell(TocsinFileHold *self, guint what, TocsinFileFolder *folder,
                           const char *path, const char *old_path, const TocsinFileLook *look);

/* Raises what has been quiet for long enough at @now_us (monotonic). Returns when the next is due,
 * G_MAXINT64 for never. */
gint64 tocsin_file_hold_release(TocsinFileHold *self, gint64 now_us);

G_END_DECLS

#endif
