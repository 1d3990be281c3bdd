/* SPDX-License-Identifier: MIT */
/* What the watcher's parts share: compare.c knows files, judge.c their bounds, folders.c which
 * folders matter, scan.c reads their names, survey.c looks at the files, notice.c hears the kernel,
 * watcher.c keeps it all. */
#ifndef TOCSIN_FILE_WATCHER_PRIVATE_H
#define TOCSIN_FILE_WATCHER_PRIVATE_H

#include <dirent.h>

#include "watcher.h"

G_BEGIN_DECLS

struct _TocsinFileWatcher {
	const TocsinFileSettings *settings;
	TocsinFileRaiser *raiser;
	TocsinFileHold *hold;
	TocsinFileConditions *conditions;
	int fd;                  /* inotify; -1: none, all is polled */
	GHashTable *folders;     /* of path : TocsinFileFolder */
	GHashTable *watches;     /* of watch : TocsinFileFolder */
	GPtrArray *changed;      /* of folders with positions to write */
	gboolean *is_root_known; /* by root: what is new there is told */
	guint64 file_count;
	gboolean is_incomplete;  /* a folder cannot be watched, or a path is not there */
	gboolean is_limit_noted; /* that the kernel takes no more watches was said */
	gboolean is_full_noted;  /* … that there are too many files */

	GQueue scans;               /* of folders to scan */
	TocsinFileFolder *scanning; /* the one that is being read (nullable) */
	DIR *listing;               /* … by this */
	gboolean is_full_scan;      /* all that has a role is queued */
	gboolean is_first_scan;     /* what is found now happened before the start */
	gboolean is_ready;          /* all names have been seen once */

	gint64 ages_due_us; /* wall time: no file becomes old before */

	GQueue surveys;              /* of folders with files that are due */
	TocsinFileFolder *surveying; /* the one at hand (nullable) */
	int survey_fd;               /* … opened */
	guint survey_chunk;          /* … up to this chunk */

	/* The last file that moved out of sight, until it is known whether it comes in again. */
	guint32 move_cookie;
	char *move_path; /* NULL: none */
	TocsinFileFolder *move_folder;
	TocsinFileLook move_look;
	guint32 move_flags;
};

/* compare.c */

/* Something happened to the file, by an event of this mask (inotify(7)). */
void tocsin_file_on_event(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                          guint32 mask);

/* A listing has this name; @folder_fd: the folder. */
void tocsin_file_on_name(TocsinFileWatcher *self, TocsinFileFolder *folder, int folder_fd,
                         const char *name, guint64 inode);

/* Looks at a file that is due. */
void tocsin_file_on_due(TocsinFileWatcher *self, TocsinFileFolder *folder, int folder_fd,
                        TocsinFile *file);

/* The file is not there any more. */
void tocsin_file_forget(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                        gboolean is_told);

/* Forgets the files that no scan since @folder's generation has seen. */
void tocsin_file_forget_unseen(TocsinFileWatcher *self, TocsinFileFolder *folder, gboolean is_told);

/* The file left, and may come in again under this cookie; or it came in. */
void tocsin_file_move_out(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                          guint32 cookie);
void tocsin_file_move_in(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                         guint32 cookie);

/* judge.c */

/* Does a file of this folder belong to the role's path, as opposed to lying on the way to one? */
gboolean tocsin_file_is_meant(const TocsinFileWatcher *self, const TocsinFileRole *role,
                              const char *name);

/* Keeps account of the newest file of each path; @before and @look as in
 * tocsin_file_conditions_see(). */
void tocsin_file_see(TocsinFileWatcher *self, const TocsinFileFolder *folder, const char *name,
                     const TocsinFileLook *before, const TocsinFileLook *look);

/* Tells when the file, which is at @path, passes a bound of size, in either direction. */
void tocsin_file_judge_size(TocsinFileWatcher *self, TocsinFile *file, const char *path);

/* The file has changed: it may be old no more, and sees to it that it is judged in time. */
void tocsin_file_note_age(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file);

/* The same for one that came just now. */
void tocsin_file_note_arrival(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file);

/* The file goes: if it was old, that is over. */
void tocsin_file_end_age(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file);

/* folders.c */

/* Begins each path at the deepest folder on the way that is there. */
void tocsin_file_anchor_all(TocsinFileWatcher *self);

/* A folder @name is in @folder: watches it, if it is one that matters. */
void tocsin_file_meet_folder(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name);

/* The folder is not there any more, nor what is below it. */
void tocsin_file_leave_folder(TocsinFileWatcher *self, const char *path);

/* Has the kernel tell of it, if that is not so yet. */
void tocsin_file_watch_folder(TocsinFileWatcher *self, TocsinFileFolder *folder);

/* scan.c */

void tocsin_file_queue_scan(TocsinFileWatcher *self, TocsinFileFolder *folder);

/* The folder is not to be scanned any more. */
void tocsin_file_stop_scan(TocsinFileWatcher *self, TocsinFileFolder *folder);

/* survey.c */

/* The file's look is to be compared. */
void tocsin_file_set_due(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file);

/* The folder's files are not to be looked at any more. */
void tocsin_file_stop_survey(TocsinFileWatcher *self, TocsinFileFolder *folder);

/* Looks at some files that are due. FALSE: there are none. */
gboolean tocsin_file_survey_some(TocsinFileWatcher *self);

/* watcher.c */

/* The folder has changed, or is over: it is seen to at the next save. */
void tocsin_file_list_changed(TocsinFileWatcher *self, TocsinFileFolder *folder);

/* The chunk of @file is to be written. */
void tocsin_file_touch(TocsinFileWatcher *self, TocsinFileFolder *folder, const TocsinFile *file);

G_END_DECLS

#endif
