/* SPDX-License-Identifier: MIT */
/* What the follower's two halves share: follower.c reads, discover.c finds out what is there. */
#ifndef TOCSIN_LOG_FOLLOWER_PRIVATE_H
#define TOCSIN_LOG_FOLLOWER_PRIVATE_H

#include "follower.h"
#include "roster.h"
#include "watch.h"

G_BEGIN_DECLS

struct _TocsinLogFollower {
	TocsinLogFollowerOptions options;
	char **patterns;
	TocsinLogFollowerHooks hooks;
	gpointer data;
	const TocsinClock *clock;

	TocsinLogRoster roster;
	TocsinLogReader reader;
	TocsinLogWatch *watch;
	GQueue queue;             /* of TocsinLogFile: to be read */
	GPtrArray *waiting;       /* of TocsinLogFile: with something unfinished at their end */
	GHashTable *moved;        /* of path : lineage of what stood there before start() */
	GHashTable *unreadable;   /* set of paths of which that was said */
	GHashTable *undecided;    /* of path : what is known of a copy, or what may become one */
	guint64 looks;            /* so many times all files were looked at */
	gboolean must_reconsider; /* something undecided has changed */
	GArray *restored;         /* of TocsinLogCheckpoint, until start() */
	GPtrArray *renames;       /* out of the patterns' sight, since the last look */
	gboolean is_first_start;  /* nothing was restored */
	gboolean is_started;
	gboolean is_blocked;
	gboolean must_look;          /* names have changed */
	gboolean is_told_everything; /* by inotify */
	gboolean is_full;            /* that there are too many files was said */
	gboolean is_limit_noted;     /* … that the kernel takes no more watches */
	gint64 look_at_us;           /* monotonic: the next sweep */
	guint open_count;
	guint detached_count; /* at the last look */
};

void tocsin_log_follower_note(TocsinLogFollower *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Queues @file for reading. */
void tocsin_log_follower_queue(TocsinLogFollower *self, TocsinLogFile *file);

/* Closes @file; it is opened again when there is something to read. */
void tocsin_log_follower_close(TocsinLogFollower *self, TocsinLogFile *file);

/* Gives @file up and forgets its checkpoint. */
void tocsin_log_follower_drop(TocsinLogFollower *self, TocsinLogFile *file);

/* No longer waits for the rest of @file's end. */
void tocsin_log_follower_stop_waiting(TocsinLogFollower *self, TocsinLogFile *file);

/* Keeps with @file, of which nothing was read yet, the last lines of @before (nullable), if that is
 * asked for. */
void tocsin_log_follower_carry(const TocsinLogFollower *self, TocsinLogFile *file,
                               const TocsinLogFile *before);

/* Forgets the checkpoint of @lineage. */
void tocsin_log_follower_forget(TocsinLogFollower *self, guint64 lineage);

/* Follows the file at @path, which is not known, once the one with lineage @before is read. */
void tocsin_log_follower_follow(TocsinLogFollower *self, const char *path, guint64 before);

/* For TocsinLogFollower.undecided. */
GHashTable *tocsin_log_follower_new_undecided(void);

/* Follows the file at @path, which the patterns find, once the one with lineage @before is read:
 * unless it is known, or a copy of a known one, or may become one since it has no content yet. Then
 * it stays undecided and is considered again when it changes, and at each look. */
void tocsin_log_follower_consider(TocsinLogFollower *self, const char *path, guint64 before);

/* All that is unknown is considered between these two; what is not is gone. */
void tocsin_log_follower_begin_considering(TocsinLogFollower *self);
void tocsin_log_follower_end_considering(TocsinLogFollower *self);

/* The file at @path, which is not known, has changed. */
void tocsin_log_follower_note_change(TocsinLogFollower *self, const char *path);

/* Considers what has changed and is due. */
void tocsin_log_follower_reconsider(TocsinLogFollower *self, gint64 now_us);

/* When that has to be done again, monotonic; G_MAXINT64: need not be. */
gint64 tocsin_log_follower_get_reconsider_us(const TocsinLogFollower *self);

/* No line was read of @file yet, or what was read has been overwritten. If it proves a copy, or may
 * become one, frees it for something undecided and returns TRUE. */
gboolean tocsin_log_follower_yield(TocsinLogFollower *self, TocsinLogFile *file);

/* @file is not where it was. While it is open it can be read to its end; closed, it has to be found
 * under its new name. May free it. */
void tocsin_log_follower_detach(TocsinLogFollower *self, TocsinLogFile *file);

/* Puts in @file's place the copy that goes on where it was left: rotated, perhaps compressed. Frees
 * @file, and forgets it if there is no such copy. */
void tocsin_log_follower_succeed(TocsinLogFollower *self, TocsinLogFile *file);

/* Makes a file of what goes on at @path where @checkpoint left off, and queues it. NULL if it
 * cannot be opened, or there is no room. */
TocsinLogFile *tocsin_log_follower_adopt(TocsinLogFollower *self, const char *path,
                                         const TocsinLogCheckpoint *checkpoint);

/* What was read up to @offset is not found again, and there may have been more: says so. */
void tocsin_log_follower_note_lost(TocsinLogFollower *self, const char *path, guint64 offset);

/* When the file at @path was written to last; 0 if that is not known. */
gint64 tocsin_log_follower_get_modified_us(const char *path);

/* Makes the files that checkpoints remember. */
void tocsin_log_follower_adopt_restored(TocsinLogFollower *self);

/* Follows the whole of what was rotated to @path, once the file with lineage @before is read.
 * Returns its lineage, or @before if it cannot be opened. */
guint64 tocsin_log_follower_follow_missed(TocsinLogFollower *self, const char *path,
                                          guint64 before);

/* Between the file with lineage @before, which was at @path and last written to at @since_us, and
 * the one there now there may have been others: rotated files outside of the patterns, written to
 * later. Follows them and returns the lineage of the last, @before if there are none. */
guint64 tocsin_log_follower_follow_between(TocsinLogFollower *self, const char *path,
                                           gint64 since_us, guint64 before);

/* @file, of which nothing was read yet, has nothing to tell it by: it may have been written to,
 * copied and truncated. Returns whether there is such a copy, to be read first. */
gboolean tocsin_log_follower_has_unseen_copy(TocsinLogFollower *self, TocsinLogFile *file);

/* For TocsinLogFollower.renames. */
GPtrArray *tocsin_log_follower_new_renames(void);

/* The kernel tells that a file was renamed. */
void tocsin_log_follower_note_rename(TocsinLogFollower *self, const char *from, const char *to);

/* Follows what stood at @path and was renamed out of sight since the last look, unless it is known,
 * once the file with lineage @before is read. Returns the lineage of the last. */
guint64 tocsin_log_follower_follow_renamed(TocsinLogFollower *self, const char *path,
                                           guint64 before);

/* The same for all that is left, wherever it stood; then forgets the renames. */
void tocsin_log_follower_end_renames(TocsinLogFollower *self);

/* Looks what the patterns find now. */
void tocsin_log_follower_look(TocsinLogFollower *self);

/* The content of @file is not what it was: finds the copy that was made of it, and begins anew. */
void tocsin_log_follower_begin_anew(TocsinLogFollower *self, TocsinLogFile *file);

G_END_DECLS

#endif
