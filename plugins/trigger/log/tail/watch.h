/* SPDX-License-Identifier: MIT */
/* Being told of changes in folders by inotify, and knowing where it will not tell. State belongs to
 * one thread. */
#ifndef TOCSIN_LOG_WATCH_H
#define TOCSIN_LOG_WATCH_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinLogWatch TocsinLogWatch;

typedef enum {
	TOCSIN_LOG_CHANGE_CONTENT, /* the file at path was written to */
	TOCSIN_LOG_CHANGE_NAME,    /* path came, went or was renamed */
	TOCSIN_LOG_CHANGE_FOLDER,  /* and is a folder */
	TOCSIN_LOG_CHANGE_UNKNOWN, /* anything may have changed; path is NULL */
} TocsinLogChange;

/* @old_path: where the file at @path was renamed from, if that is known; else NULL. */
typedef void (*TocsinLogOnChange)(TocsinLogChange change, const char *path, const char *old_path,
                                  gpointer data);

TocsinLogWatch *tocsin_log_watch_new(void);
void tocsin_log_watch_free(TocsinLogWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogWatch, tocsin_log_watch_free)

/* To be polled for reading; -1 if the system has none to give. */
int tocsin_log_watch_get_fd(const TocsinLogWatch *self);

/* Watches just @folders (keys of a set). Returns whether all changes will be told; FALSE where a
 * folder lies on a network file system or cannot be watched, and must be looked at now and then. */
gboolean tocsin_log_watch_set_folders(TocsinLogWatch *self, GHashTable *folders);

/* Has the kernel refused a watch since there would be too many? */
gboolean tocsin_log_watch_is_limited(const TocsinLogWatch *self);

/* Reads what has happened, without waiting. */
void tocsin_log_watch_read(TocsinLogWatch *self, TocsinLogOnChange on_change, gpointer data);

G_END_DECLS

#endif
