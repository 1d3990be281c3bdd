/* SPDX-License-Identifier: MIT */
/* What is known of folders and the files in them, and how that is written into positions.
 *
 * A folder's files are divided by a hash of their names into chunks; each is a position of its own,
 * so that a change writes little. Thread: the trigger's. */
#ifndef TOCSIN_FILE_MEMORY_H
#define TOCSIN_FILE_MEMORY_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_FILE_CHUNKS 64u
#define TOCSIN_FILE_CHUNK_MAX 65536u /* bytes; files that fit no more are not remembered */

/* TocsinFile.flags; those above 0xff are not remembered. */
#define TOCSIN_FILE_IS_LARGE 0x1u
#define TOCSIN_FILE_IS_SMALL 0x2u
#define TOCSIN_FILE_IS_OPEN 0x100u /* was created, and not closed since */

/* What statx(2) said of a file. */
typedef struct {
	guint64 inode;
	guint64 size;
	gint64 mtime_us;
	guint32 mode;
	guint32 owner;
} TocsinFileLook;

typedef struct {
	TocsinFileLook look;
	guint32 flags;
	guint32 generation; /* of the scan that saw it last */
	guint32 chunk;      /* that it is written into */
	char name[];
} TocsinFile;

/* Where a folder stands in one of the paths: @depth parts of it lead there. */
typedef struct {
	guint root;
	guint depth; /* as many as there are parts: what is in it belongs to the path */
} TocsinFileRole;

typedef struct {
	char *path;
	int watch;          /* -1: none */
	GArray *roles;      /* of TocsinFileRole; none: only remembered, not found yet */
	GHashTable *files;  /* of name : TocsinFile, which has the name */
	guint64 is_changed; /* bit N: chunk N is not written yet */
	gboolean is_polled; /* the kernel does not tell of changes */
	gboolean is_queued; /* for a scan */
} TocsinFileFolder;

TocsinFileFolder *tocsin_file_folder_new(const char *path);

/* Does nothing on NULL. */
void tocsin_file_folder_free(TocsinFileFolder *self);

/* A file, made if it is not there; belongs to the folder. */
TocsinFile *tocsin_file_folder_add(TocsinFileFolder *self, const char *name);

/* Marks the file's chunk as changed. */
void tocsin_file_folder_touch(TocsinFileFolder *self, const char *name);

/* The position's name of a chunk; free with g_free(). */
char *tocsin_file_folder_chunk_name(const TocsinFileFolder *self, guint chunk);

/* A chunk's bytes; empty if there is no file in it. */
GByteArray *tocsin_file_folder_pack(const TocsinFileFolder *self, guint chunk);

/* Takes a chunk into the folders (of path : TocsinFileFolder). What is not understood is left. */
void tocsin_file_memory_unpack(GHashTable *folders, const void *bytes, gsize length);

G_END_DECLS

#endif
