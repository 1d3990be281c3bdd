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
	GHashTable *moved;        /* of path : lineage of what stood there last and is followed */
	GHashTable *unreadable;   /* set of paths of which that was said */
	GHashTable *undecided;    /* of path : what is known of a copy, or what may become one */
	guint64 looks;            /* so many times all files were looked at */
	gboolean must_reconsider; /* something undecided has changed */
	GArray *restored;         /* of TocsinLogCheckpoint, until start() */
	GPtrArray *renames;       /* out of the patterns' sight, since the last look */
	GHashTable *appeared;     /* set of paths out of the patterns' sight, since the last look */
	GPtrArray *sought;        /* what is not where it was */
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

/* Gives @file up, but not its checkpoint. */
void tocsin_log_follower_release(TocsinLogFollower *self, TocsinLogFile *file);

/* Gives @file up and forgets its checkpoint. */
void tocsin_log_follower_drop(TocsinLogFollower *self, TocsinLogFile *file);

/* No longer waits for the rest of @file's end. */
void tocsin_log_follower_stop_waiting(TocsinLogFollower *self, TocsinLogFile *file);

/* Keeps with @file, of which nothing was read yet, the last lines of @before (nullable), if that is
 * asked for. */
void tocsin_log_follower_carry(const TocsinLogFollower *self, TocsinLogFile *file,
                               const TocsinLogFile *before);

/* @file is now at @path. */
void tocsin_log_follower_move(TocsinLogFollower *self, TocsinLogFile *file, const char *path);

/* Makes @bytes the checkpoint of @lineage; (nullable): it has none any more. */
void tocsin_log_follower_keep(TocsinLogFollower *self, guint64 lineage, GBytes *bytes);

/* Forgets the checkpoint of @lineage. */
void tocsin_log_follower_forget(TocsinLogFollower *self, guint64 lineage);

/* Follows the file at @path, opened as @source and not known, once the one with lineage @before is
 * read. Takes @source over. */
void tocsin_log_follower_follow(TocsinLogFollower *self, const char *path, TocsinLogSource *source,
                                guint64 before);

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

/* No line was read of @file, which is open, or what was read has been overwritten. If it proves a
 * copy, or may become one, frees it for something undecided and returns TRUE. */
gboolean tocsin_log_follower_yield(TocsinLogFollower *self, TocsinLogFile *file);

/* The patterns do not find @file. While it is open it can be read to its end; closed, it has to be
 * found under its new name. May free it. */
void tocsin_log_follower_detach(TocsinLogFollower *self, TocsinLogFile *file);

/* Frees @file and seeks what goes on where it was left: itself under another name, or a copy,
 * perhaps compressed. */
void tocsin_log_follower_succeed(TocsinLogFollower *self, TocsinLogFile *file);

/* Makes a file of @source, which was opened at @path and goes on where @checkpoint left off, and
 * queues it. Takes @source over. NULL if there is no room. */
TocsinLogFile *tocsin_log_follower_adopt(TocsinLogFollower *self, const char *path,
                                         TocsinLogSource *source,
                                         const TocsinLogCheckpoint *checkpoint);

/* For TocsinLogFollower.sought. */
GPtrArray *tocsin_log_follower_new_sought(void);

/* From now on, and for as long as a rotated file is waited for, looks for what goes on where
 * @checkpoint left off, in the folder of its path: the file itself, or a copy by a name that
 * rotation gives; and adopts it. With @is_told it is said when that is given up. Without inode only
 * copies are looked for. */
void tocsin_log_follower_seek(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint,
                              gboolean is_told);

/* The same without inode, and nothing is said. Adopts and returns a copy that is there already. */
TocsinLogFile *tocsin_log_follower_seek_copy(TocsinLogFollower *self,
                                             const TocsinLogCheckpoint *checkpoint);

/* If @source, opened at @path and not followed, is what is sought, adopts it, takes @source over
 * and returns TRUE. To be asked before anything is followed for new. */
gboolean tocsin_log_follower_claim(TocsinLogFollower *self, const char *path,
                                   TocsinLogSource **source);

/* Looks for all that is sought. */
void tocsin_log_follower_search(TocsinLogFollower *self);

/* Forgets what has been sought for long enough. To be called after a look. */
void tocsin_log_follower_give_up(TocsinLogFollower *self);

/* When that is due next, monotonic; G_MAXINT64: never. */
gint64 tocsin_log_follower_get_give_up_us(const TocsinLogFollower *self);

/* What was read up to @offset is not found again, and there may have been more: says so. */
void tocsin_log_follower_note_lost(TocsinLogFollower *self, const char *path, guint64 offset);

/* When @file, which may be closed, was written to last; 0 if that is not known. */
gint64 tocsin_log_follower_get_modified_us(const TocsinLogFile *file);

/* Makes the files that checkpoints remember. */
void tocsin_log_follower_adopt_restored(TocsinLogFollower *self);

/* Follows the whole of what was rotated to @path, once the file with lineage @before is read: or
 * what is sought, if that is it. Returns its lineage, or @before if it is followed already or
 * cannot be opened. */
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

/* @file, rotated out of the patterns' sight, is read and will not grow any more: forgets it, and
 * sees that it is never taken for one that was missed. Frees it. */
void tocsin_log_follower_finish(TocsinLogFollower *self, TocsinLogFile *file);

/* For TocsinLogFollower.renames. */
GPtrArray *tocsin_log_follower_new_renames(void);

/* The kernel tells that a file was renamed. */
void tocsin_log_follower_note_rename(TocsinLogFollower *self, const char *from, const char *to);

/* The kernel tells that a name came or went. */
void tocsin_log_follower_note_name(TocsinLogFollower *self, const char *path);

/* A path at which there is another file than at the last look. */
typedef struct {
	const char *path;
	guint64 before;  /* lineage of the one that is to be read first */
	gint64 since_us; /* when that was written to last */
} TocsinLogRenewed;

/* Between the two files at each path of @renewed (of path : TocsinLogRenewed) others may have been
 * copied and truncated: follows what has appeared since the last look and was written to later. */
void tocsin_log_follower_follow_appeared(TocsinLogFollower *self, GHashTable *renewed);

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
