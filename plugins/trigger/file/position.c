/* SPDX-License-Identifier: MIT */
/* A position is a head, the folder's path, and for each file its look and name; as it lies in
 * memory, since it is read where it was written. */
#include "position.h"

#include <string.h>

#define VERSION 2u
#define CHUNKS_MAX (1u << 16)

typedef struct {
	guint32 version;
	guint32 chunk_count;
	guint32 chunk;
	guint32 unused;
} Head;

typedef struct {
	TocsinFileLook look;
	guint32 flags;
	guint32 arrived_s;
} Record;

/* Makes @bytes the position of one chunk: empty if there is no file in it. */
static void
pack(const TocsinFileFolder *self, guint chunk, GByteArray *bytes)
{
	const Head head = {.version = VERSION, .chunk_count = self->chunk_count, .chunk = chunk};

	g_byte_array_set_size(bytes, 0);
	if (self->chunks[chunk] == NULL) {
		return;
	}
	g_byte_array_append(bytes, (const guint8 *)&head, sizeof head);
	g_byte_array_append(bytes, (const guint8 *)self->path, (guint)strlen(self->path) + 1);
	for (const TocsinFile *file = self->chunks[chunk]; file != NULL; file = file->next) {
		const Record record = {.look = file->look,
		                       .flags = file->flags & 0xff,
		                       .arrived_s = file->arrived_s};
		guint size = (guint)strlen(file->name) + 1;

		if (bytes->len + sizeof record + size <= TOCSIN_FILE_POSITION_MAX) {
			g_byte_array_append(bytes, (const guint8 *)&record, sizeof record);
			g_byte_array_append(bytes, (const guint8 *)file->name, size);
		}
	}
}

void
tocsin_file_folder_save(TocsinFileFolder *self, TocsinFileOnPosition on_position, gpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_sized_new(TOCSIN_FILE_CHUNK_FILES * 128);
	char name[sizeof self->position + 12];

	/* Backwards: if the program ends between those of a folder whose chunks have become more,
	 * files are remembered twice rather than not at all. */
	for (guint chunk = self->chunk_count; chunk-- > 0;) {
		if (self->is_chunk_new[chunk]) {
			self->is_chunk_new[chunk] = FALSE;
			pack(self, chunk, bytes);
			g_snprintf(name, sizeof name, "%s.%u", self->position, chunk);
			on_position(name, bytes->data, bytes->len, data);
		}
	}
}

static TocsinFileFolder *
find_folder(GHashTable *folders, const char *path)
{
	TocsinFileFolder *folder = g_hash_table_lookup(folders, path);

	if (folder == NULL) {
		folder = tocsin_file_folder_new(path);
		g_hash_table_insert(folders, folder->path, folder);
	}
	return folder;
}

static void
take(TocsinFileFolder *folder, const char *name, const Record *record, guint64 *count)
{
	TocsinFile *file = tocsin_file_folder_find(folder, name);

	if (file == NULL) {
		file = tocsin_file_folder_add(folder, name);
		++*count;
	}
	file->look = record->look;
	file->flags = record->flags & 0xff;
	file->arrived_s = record->arrived_s;
}

TocsinFileFolder *
tocsin_file_position_read(GHashTable *folders, const void *bytes, gsize length, guint64 *count)
{
	const char *at = bytes;
	const char *end = at + length;
	TocsinFileFolder *folder;
	Head head;

	if (length < sizeof head + 2) {
		return NULL;
	}
	memcpy(&head, at, sizeof head);
	at += sizeof head;
	if (head.version != VERSION || head.chunk_count > CHUNKS_MAX ||
	    (head.chunk_count & (head.chunk_count - 1)) != 0 || head.chunk >= head.chunk_count ||
	    *at != '/' || memchr(at, '\0', (gsize)(end - at)) == NULL) {
		return NULL;
	}
	folder = find_folder(folders, at);
	tocsin_file_folder_expect_chunks(folder, head.chunk_count);
	at += strlen(at) + 1;
	while ((gsize)(end - at) > sizeof(Record)) {
		const char *name = at + sizeof(Record);
		const char *stop = memchr(name, '\0', (gsize)(end - name));
		Record record;

		if (stop == NULL || stop == name) {
			break;
		}
		memcpy(&record, at, sizeof record);
		take(folder, name, &record, count);
		at = stop + 1;
	}
	return folder;
}
