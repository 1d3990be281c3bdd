/* SPDX-License-Identifier: MIT */
/* The bytes of a file at any offset, whether it is compressed or not. State belongs to one thread;
 * calls read from disk and do not wait for anything else. */
#ifndef TOCSIN_LOG_SOURCE_H
#define TOCSIN_LOG_SOURCE_H

#include <glib.h>

#include "checkpoint.h"

G_BEGIN_DECLS

typedef struct _TocsinLogSource TocsinLogSource;

typedef struct {
	guint64 device;
	guint64 inode;
	guint64 generation;
	guint64 size; /* of a compressed file: as compressed */
	gint64 modified_us;
	gboolean is_linked; /* it still has a name */
} TocsinLogStatus;

/* Opens a regular file. TOCSIN_ERROR_IO says why it cannot be read. */
TocsinLogSource *tocsin_log_source_open(const char *path, GError **error);
void tocsin_log_source_free(TocsinLogSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogSource, tocsin_log_source_free)

gboolean tocsin_log_source_is_compressed(const TocsinLogSource *self);

/* Status of the open file; asks the system each time. */
gboolean tocsin_log_source_get_status(const TocsinLogSource *self, TocsinLogStatus *out_status,
                                      GError **error);

/* Reads up to @size bytes at @offset of the content. Returns how many, fewer only at the end; -1
 * with TOCSIN_ERROR_IO. Reading backwards in a compressed file begins it anew. */
gssize tocsin_log_source_read(TocsinLogSource *self, guint64 offset, void *out_bytes, gsize size,
                              GError **error);

/* Where data next begins at or after @offset, when the file system knows of a hole there; else
 * @offset. */
guint64 tocsin_log_source_skip_hole(const TocsinLogSource *self, guint64 offset);

/* The path under which the open file is found now; NULL if it has none. Free with g_free(). */
char *tocsin_log_source_find_path(const TocsinLogSource *self);

/* Hashes @length bytes at @offset. FALSE if there are not so many. */
gboolean tocsin_log_source_mark(TocsinLogSource *self, guint64 offset, guint32 length,
                                TocsinLogMark *out_mark);

/* Does the content begin and go on as @checkpoint remembers it, up to its offset? */
gboolean tocsin_log_source_continues(TocsinLogSource *self, const TocsinLogCheckpoint *checkpoint);

G_END_DECLS

#endif
