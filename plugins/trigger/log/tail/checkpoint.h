/* SPDX-License-Identifier: MIT */
/* What is remembered of a followed file: how to know it again, and how far it was read.
 *
 * Bytes of a known version, so that a later program can read an earlier one's. Pure functions; any
 * thread. */
#ifndef TOCSIN_LOG_CHECKPOINT_H
#define TOCSIN_LOG_CHECKPOINT_H

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a file's head, and before the offset, that are compared to know it again. */
#define TOCSIN_LOG_HEAD_MAX 1024u
#define TOCSIN_LOG_TAIL_MAX 256u

/* A hash of some bytes of the file; its length is kept, so that tiny files work too. */
typedef struct {
	guint32 length;
	guint64 hash;
} TocsinLogMark;

typedef struct {
	guint64 lineage; /* names one file's content through renames and copies; in event ids */
	guint64 device;
	guint64 inode;
	guint64 generation; /* FS_IOC_GETVERSION; 0 if the file system has none */
	guint64 offset;     /* where the first line begins that is not settled */
	TocsinLogMark head; /* of the file's first bytes */
	TocsinLogMark tail; /* of the bytes just before offset */
	gint64 modified_us; /* when it was written to last, as far as was seen; 0: not known */
	char *path;         /* where it was last seen; owned */
} TocsinLogCheckpoint;

void tocsin_log_checkpoint_clear(TocsinLogCheckpoint *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinLogCheckpoint, tocsin_log_checkpoint_clear)

/* The first 64 bits of SHA-256. */
TocsinLogMark tocsin_log_mark_of(const void *bytes, guint32 length);

GBytes *tocsin_log_checkpoint_write(const TocsinLogCheckpoint *self);

/* TOCSIN_ERROR_INVALID if the bytes are none, are damaged, or of a version that is not known. */
gboolean tocsin_log_checkpoint_read(const void *bytes, gsize length,
                                    TocsinLogCheckpoint *out_checkpoint, GError **error);

G_END_DECLS

#endif
