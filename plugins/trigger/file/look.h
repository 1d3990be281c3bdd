/* SPDX-License-Identifier: MIT */
/* What statx(2) says of a file, and the paths it is asked by. Thread: any. */
#ifndef TOCSIN_FILE_LOOK_H
#define TOCSIN_FILE_LOOK_H

#include <glib.h>

G_BEGIN_DECLS

/* As it is written into positions, too. */
typedef struct {
	guint64 inode;
	guint64 size;
	gint64 mtime_us;
	guint32 mode;
	guint32 owner;
} TocsinFileLook;

/* Looks at @name in the folder that @folder_fd is open on; at the path @name with AT_FDCWD. A
 * symbolic link is looked at itself. FALSE if nothing is there. */
gboolean tocsin_file_look_at(int folder_fd, const char *name, TocsinFileLook *out_look);

/* Was the content touched between the two? */
gboolean tocsin_file_look_is_written(const TocsinFileLook *before, const TocsinFileLook *after);

/* FOLDER/NAME; free with g_free(). */
char *tocsin_file_join(const char *folder, const char *name);

G_END_DECLS

#endif
