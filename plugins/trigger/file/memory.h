/* SPDX-License-Identifier: MIT */
/* What is known of folders and the files in them.
 *
 * A folder's files are divided by a hash of their names into chunks, about one for each
 * TOCSIN_FILE_CHUNK_FILES files; each is a position of its own, so that a change writes little.
 * Thread: the trigger's. */
#ifndef TOCSIN_FILE_MEMORY_H
#define TOCSIN_FILE_MEMORY_H

#include <glib.h>

#include "look.h"

G_BEGIN_DECLS

/* Files to a chunk, on average, before a folder gets twice as many chunks. */
#define TOCSIN_FILE_CHUNK_FILES 64u

/* TocsinFile.flags; those above 0xff are not remembered. */
#define TOCSIN_FILE_IS_LARGE 0x1u
#define TOCSIN_FILE_IS_SMALL 0x2u
#define TOCSIN_FILE_IS_UNSEEN 0x4u /* of its look only the inode is known: it was there before */
#define TOCSIN_FILE_IS_OLD 0x8u
#define TOCSIN_FILE_IS_OPEN 0x100u /* was created, and not closed since */
#define TOCSIN_FILE_IS_DUE 0x200u  /* its name was seen, its look is to be compared */

typedef struct _TocsinFile TocsinFile;

struct _TocsinFile {
	TocsinFile *next; /* in its chunk */
	TocsinFileLook look;
	guint32 flags;
	guint32 generation; /* of the scan that saw it last */
	guint32 hash;       /* of its name */
	guint32 arrived_s;  /* wall time; 0: it was there before */
	char name[];
};

/* Where a folder stands in one of the paths: @depth parts of it lead there. */
typedef struct {
	guint root;
	guint depth; /* as many as there are parts: what is in it belongs to the path */
} TocsinFileRole;

typedef struct _TocsinFileFolder TocsinFileFolder;

struct _TocsinFileFolder {
	char *path;
	char position[33];       /* how the names of its positions begin */
	TocsinFileFolder *above; /* the folder that it was found in (nullable) */
	guint below_count;       /* of folders of which it is the one above */
	int watch;               /* -1: none */
	GArray *roles;           /* of TocsinFileRole; none: only remembered, not found yet */
	GHashTable *files;       /* of name : TocsinFile, which has the name */
	TocsinFile **chunks;     /* the files by chunk */
	guint chunk_count;       /* a power of two */
	guint8 *is_chunk_new;    /* by chunk: its position does not say what is known */
	guint generation;        /* of its last scan */
	guint held_count;        /* of events about its files that wait for quiet */
	gboolean is_changed;     /* it has such chunks, and is listed with the watcher */
	gboolean is_polled;      /* the kernel does not tell of changes */
	gboolean is_queued;      /* for a scan */
	gboolean has_due;        /* has files that are due, and is queued for it */
	gboolean is_failing;     /* it cannot be read, which was said */
};

TocsinFileFolder *tocsin_file_folder_new(const char *path);

/* Does nothing on NULL. */
void tocsin_file_folder_free(TocsinFileFolder *self);

/* NULL: it is not known. */
TocsinFile *tocsin_file_folder_find(const TocsinFileFolder *self, const char *name);

/* Adds a file that is not known yet; it belongs to the folder. */
TocsinFile *tocsin_file_folder_add(TocsinFileFolder *self, const char *name);

/* Removes and frees it. */
void tocsin_file_folder_remove(TocsinFileFolder *self, TocsinFile *file);

/* Makes room for what was remembered in @count chunks, a power of two. If what is known already was
 * remembered in another number of them, all count as changed. */
void tocsin_file_folder_expect_chunks(TocsinFileFolder *self, guint count);

/* Is there a chunk whose position does not say what is known? */
gboolean tocsin_file_folder_has_news(const TocsinFileFolder *self);

/* Marks the chunk of @file as changed; the caller sees to it that the folder is listed. */
void tocsin_file_folder_touch(TocsinFileFolder *self, const TocsinFile *file);

G_END_DECLS

#endif
