/* SPDX-License-Identifier: MIT */
/* The followed files, to be found by path, inode and lineage, and what is a copy of them; the
 * follower's own. */
#ifndef TOCSIN_LOG_ROSTER_H
#define TOCSIN_LOG_ROSTER_H

#include <glib.h>

#include "file.h"

G_BEGIN_DECLS

typedef struct {
	GPtrArray *files;       /* of TocsinLogFile, owned */
	GHashTable *by_path;    /* of path or alias : file */
	GHashTable *by_inode;   /* of device and inode : file */
	GHashTable *by_lineage; /* of lineage : file */
} TocsinLogRoster;

void tocsin_log_roster_init(TocsinLogRoster *self);
void tocsin_log_roster_clear(TocsinLogRoster *self);

/* Takes @file over. Its path, inode and lineage are known. */
void tocsin_log_roster_add(TocsinLogRoster *self, TocsinLogFile *file);

/* Removes and frees @file. */
void tocsin_log_roster_remove(TocsinLogRoster *self, TocsinLogFile *file);

void tocsin_log_roster_set_path(TocsinLogRoster *self, TocsinLogFile *file, const char *path);
void tocsin_log_roster_set_lineage(TocsinLogRoster *self, TocsinLogFile *file, guint64 lineage);

TocsinLogFile *tocsin_log_roster_find_path(const TocsinLogRoster *self, const char *path);
TocsinLogFile *tocsin_log_roster_find_inode(const TocsinLogRoster *self, guint64 device,
                                            guint64 inode);
TocsinLogFile *tocsin_log_roster_find_lineage(const TocsinLogRoster *self, guint64 lineage);

/* Is the file that @source reads followed, for the content that it has? An inode number alone may
 * have been given to another file since, and a copy may have been written over a file that is
 * followed. */
gboolean tocsin_log_roster_is_known(const TocsinLogRoster *self, TocsinLogSource *source,
                                    const TocsinLogStatus *status);

/* Is @source, opened at @path, being compressed: the file that it is made of lies beside it, and is
 * removed when it is complete? */
gboolean tocsin_log_roster_is_in_the_making(const char *path, TocsinLogSource *source);

/* Is @copy, opened at @path, by its name and content a copy of a followed file, perhaps still in
 * the making? By its name alone, as long as it has no content. So is what is being compressed. With
 * @has_detached also files that lost their name are compared. */
gboolean tocsin_log_roster_find_original(const TocsinLogRoster *self, const char *path,
                                         TocsinLogSource *copy, gboolean has_detached);

G_END_DECLS

#endif
