/* SPDX-License-Identifier: MIT */
/* Folders and files; a chunk is "1", the folder's path, and for each file its look and name. */
#include "memory.h"

#include <string.h>

#define VERSION_BYTE '1'

/* Written as it lies in memory: a position is read where it was written. */
typedef struct {
	TocsinFileLook look;
	guint32 flags;
	guint32 unused;
} Record;

TocsinFileFolder *
tocsin_file_folder_new(const char *path)
{
	TocsinFileFolder *self = g_new0(TocsinFileFolder, 1);

	self->path = g_strdup(path);
	self->watch = -1;
	self->roles = g_array_new(FALSE, FALSE, sizeof(TocsinFileRole));
	self->files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	return self;
}

void
tocsin_file_folder_free(TocsinFileFolder *self)
{
	if (self != NULL) {
		g_free(self->path);
		g_array_unref(self->roles);
		g_hash_table_unref(self->files);
		g_free(self);
	}
}

static guint
chunk_of(const char *name)
{
	return g_str_hash(name) % TOCSIN_FILE_CHUNKS;
}

TocsinFile *
tocsin_file_folder_add(TocsinFileFolder *self, const char *name)
{
	TocsinFile *file = g_hash_table_lookup(self->files, name);
	gsize size = strlen(name) + 1;

	if (file == NULL) {
		file = g_malloc0(sizeof *file + size);
		memcpy(file->name, name, size);
		file->chunk = chunk_of(name);
		g_hash_table_replace(self->files, file->name, file);
	}
	return file;
}

void
tocsin_file_folder_touch(TocsinFileFolder *self, const char *name)
{
	self->is_changed |= G_GUINT64_CONSTANT(1) << chunk_of(name);
}

char *
tocsin_file_folder_chunk_name(const TocsinFileFolder *self, guint chunk)
{
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, self->path, -1);

	return g_strdup_printf("%.32s.%02u", hash, chunk);
}

GByteArray *
tocsin_file_folder_pack(const TocsinFileFolder *self, guint chunk)
{
	GByteArray *bytes = g_byte_array_new();
	const guint8 version = VERSION_BYTE;
	GHashTableIter iter;
	gpointer value;
	gsize empty;

	g_byte_array_append(bytes, &version, 1);
	g_byte_array_append(bytes, (const guint8 *)self->path, (guint)strlen(self->path) + 1);
	empty = bytes->len;
	g_hash_table_iter_init(&iter, self->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const TocsinFile *file = value;
		Record record;
		gsize size;

		if (file->chunk != chunk) {
			continue;
		}
		record = (Record){.look = file->look, .flags = file->flags & 0xff};
		size = strlen(file->name) + 1;
		if (bytes->len + sizeof record + size <= TOCSIN_FILE_CHUNK_MAX) {
			g_byte_array_append(bytes, (const guint8 *)&record, sizeof record);
			g_byte_array_append(bytes, (const guint8 *)file->name, (guint)size);
		}
	}
	if (bytes->len == empty) {
		g_byte_array_set_size(bytes, 0);
	}
	return bytes;
}

void
tocsin_file_memory_unpack(GHashTable *folders, const void *bytes, gsize length)
{
	const char *at = bytes;
	const char *end = at + length;
	TocsinFileFolder *folder;
	const char *path = at + 1;

	if (length < 3 || *at != VERSION_BYTE || path[0] != '/' ||
	    (at = memchr(path, '\0', length - 1)) == NULL) {
		return;
	}
	at++;
	folder = g_hash_table_lookup(folders, path);
	if (folder == NULL) {
		folder = tocsin_file_folder_new(path);
		g_hash_table_insert(folders, folder->path, folder);
	}
	while ((gsize)(end - at) > sizeof(Record)) {
		const char *name = at + sizeof(Record);
		const char *stop = memchr(name, '\0', (gsize)(end - name));
		Record record;
		TocsinFile *file;

		if (stop == NULL || stop == name) {
			return;
		}
		memcpy(&record, at, sizeof record);
		file = tocsin_file_folder_add(folder, name);
		file->look = record.look;
		file->flags = record.flags & 0xff;
		at = stop + 1;
	}
}
