/* SPDX-License-Identifier: MIT */
/* Folders and files: a table by name, and a list for each chunk. */
#include "memory.h"

#include <string.h>

TocsinFileFolder *
tocsin_file_folder_new(const char *path)
{
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, path, -1);
	TocsinFileFolder *self = g_new0(TocsinFileFolder, 1);

	self->path = g_strdup(path);
	memcpy(self->position, hash, sizeof self->position - 1);
	self->watch = -1;
	self->roles = g_array_new(FALSE, FALSE, sizeof(TocsinFileRole));
	self->files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	self->chunk_count = 1;
	self->chunks = g_new0(TocsinFile *, 1);
	self->is_chunk_new = g_new0(guint8, 1);
	return self;
}

void
tocsin_file_folder_free(TocsinFileFolder *self)
{
	if (self != NULL) {
		g_free(self->path);
		g_array_unref(self->roles);
		g_hash_table_unref(self->files);
		g_free(self->chunks);
		g_free(self->is_chunk_new);
		g_free(self);
	}
}

TocsinFile *
tocsin_file_folder_find(const TocsinFileFolder *self, const char *name)
{
	return g_hash_table_lookup(self->files, name);
}

static TocsinFile **
chunk_of(const TocsinFileFolder *self, const TocsinFile *file)
{
	return &self->chunks[file->hash & (self->chunk_count - 1)];
}

/* Divides the files anew among @count chunks, all of which are to be written then. */
static void
set_chunk_count(TocsinFileFolder *self, guint count)
{
	GHashTableIter iter;
	gpointer value;

	g_free(self->chunks);
	g_free(self->is_chunk_new);
	self->chunk_count = count;
	self->chunks = g_new0(TocsinFile *, count);
	self->is_chunk_new = g_new(guint8, count);
	memset(self->is_chunk_new, TRUE, count);
	g_hash_table_iter_init(&iter, self->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFile *file = value;
		TocsinFile **chunk = chunk_of(self, file);

		file->next = *chunk;
		*chunk = file;
	}
}

void
tocsin_file_folder_expect_chunks(TocsinFileFolder *self, guint count)
{
	gboolean is_first = g_hash_table_size(self->files) == 0;

	if (count > self->chunk_count) {
		set_chunk_count(self, count);
		memset(self->is_chunk_new, !is_first, count);
	} else if (count < self->chunk_count) {
		memset(self->is_chunk_new, TRUE, self->chunk_count);
	}
}

gboolean
tocsin_file_folder_has_news(const TocsinFileFolder *self)
{
	return memchr(self->is_chunk_new, TRUE, self->chunk_count) != NULL;
}

TocsinFile *
tocsin_file_folder_add(TocsinFileFolder *self, const char *name)
{
	gsize size = strlen(name) + 1;
	TocsinFile *file = g_malloc0(sizeof *file + size);

	memcpy(file->name, name, size);
	file->hash = g_str_hash(name);
	g_hash_table_insert(self->files, file->name, file);
	if (g_hash_table_size(self->files) > self->chunk_count * TOCSIN_FILE_CHUNK_FILES) {
		set_chunk_count(self, self->chunk_count * 2);
	} else {
		file->next = *chunk_of(self, file);
		*chunk_of(self, file) = file;
	}
	return file;
}

void
tocsin_file_folder_remove(TocsinFileFolder *self, TocsinFile *file)
{
	TocsinFile **link = chunk_of(self, file);

	while (*link != file) {
		link = &(*link)->next;
	}
	*link = file->next;
	g_hash_table_remove(self->files, file->name);
}

void
tocsin_file_folder_touch(TocsinFileFolder *self, const TocsinFile *file)
{
	self->is_chunk_new[file->hash & (self->chunk_count - 1)] = TRUE;
}
