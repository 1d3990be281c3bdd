/* SPDX-License-Identifier: MIT */
/* The followed files, to be found by path, inode and lineage; the follower's own. */
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

/* A copy, rotated or compressed form of what @checkpoint describes, in the folder of its path, that
 * goes on where it left off: its path, to be freed with g_free(), or NULL. Of @own_inode nothing is
 * returned; 0 for no such restriction. */
char *tocsin_log_roster_find_rotated(const TocsinLogRoster *self,
                                     const TocsinLogCheckpoint *checkpoint, guint64 own_inode);

/* Is @path, by its name and content, a copy of a followed file, perhaps still in the making? By its
 * name alone, as long as it has no content. So is what is being compressed. With @has_detached also
 * files that lost their name are compared. */
gboolean tocsin_log_roster_find_original(const TocsinLogRoster *self, const char *path,
                                         gboolean has_detached);

G_END_DECLS

#endif
