/* SPDX-License-Identifier: MIT */
/* Folders as positions: one for each chunk. Thread: the trigger's. */
#ifndef TOCSIN_FILE_POSITION_H
#define TOCSIN_FILE_POSITION_H

#include <glib.h>

#include "memory.h"

G_BEGIN_DECLS

/* Bytes of a position; files that fit no more are not remembered. */
#define TOCSIN_FILE_POSITION_MAX 65536u

/* Remembers @bytes under @name; a length of 0 forgets it. */
typedef void (*TocsinFileOnPosition)(const char *name, const void *bytes, gsize length,
                                     gpointer data);

/* Hands over the chunks that changed, as of then unchanged. */
void tocsin_file_folder_save(TocsinFileFolder *self, TocsinFileOnPosition on_position,
                             gpointer data);

/* Takes a position into the folders (of path : TocsinFileFolder); returns its folder. What is not
 * understood is left, and NULL returned. @count grows by the files that were not known. */
TocsinFileFolder *tocsin_file_position_read(GHashTable *folders, const void *bytes, gsize length,
                                            guint64 *count);

G_END_DECLS

#endif
