/* SPDX-License-Identifier: MIT */
/* Folders as positions, and back. */
#include <string.h>

#include "position.h"

#define FILES 1000u

typedef struct {
	GHashTable *positions; /* of name : GBytes */
	GHashTable *folders;
	guint64 count;
	guint room; /* positions that are taken before the program ends */
} Memory;

static void
set_up(Memory *memory, gconstpointer data)
{
	*memory = (Memory){.room = G_MAXUINT};
	memory->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                          (GDestroyNotify)g_bytes_unref);
	memory->folders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
	                                        (GDestroyNotify)tocsin_file_folder_free);
}

static void
tear_down(Memory *memory, gconstpointer data)
{
	g_hash_table_unref(memory->positions);
	g_hash_table_unref(memory->folders);
}

static void
on_position(const char *name, const void *bytes, gsize length, gpointer data)
{
	Memory *memory = data;

	if (memory->room == 0) {
		return;
	}
	memory->room--;
	if (length == 0) {
		g_hash_table_remove(memory->positions, name);
	} else {
		g_hash_table_replace(memory->positions, g_strdup(name), g_bytes_new(bytes, length));
	}
}

static void
add_files(TocsinFileFolder *folder, guint from, guint to)
{
	for (guint i = from; i < to; i++) {
		g_autofree char *name = g_strdup_printf("file-%u", i);
		TocsinFile *file = tocsin_file_folder_add(folder, name);

		file->look = (TocsinFileLook){.inode = i, .size = i * 3};
		file->flags = TOCSIN_FILE_IS_LARGE | TOCSIN_FILE_IS_OPEN;
		tocsin_file_folder_touch(folder, file);
	}
}

static TocsinFileFolder *
read_back(Memory *memory)
{
	GHashTableIter iter;
	gpointer bytes;
	TocsinFileFolder *folder = NULL;

	g_hash_table_iter_init(&iter, memory->positions);
	while (g_hash_table_iter_next(&iter, NULL, &bytes)) {
		gsize length;
		const void *data = g_bytes_get_data(bytes, &length);

		folder = tocsin_file_position_read(memory->folders, data, length, &memory->count);
		g_assert_nonnull(folder);
	}
	return folder;
}

static void
come_back_as_they_were(Memory *memory, gconstpointer data)
{
	TocsinFileFolder *folder = tocsin_file_folder_new("/x/y");
	const TocsinFileFolder *again;

	add_files(folder, 0, FILES);
	tocsin_file_folder_save(folder, on_position, memory);
	g_assert_false(tocsin_file_folder_has_news(folder));
	g_assert_cmpuint(folder->chunk_count, ==, 16);
	g_assert_cmpuint(g_hash_table_size(memory->positions), <=, 16);
	tocsin_file_folder_free(folder);

	again = read_back(memory);
	g_assert_cmpstr(again->path, ==, "/x/y");
	g_assert_cmpuint(memory->count, ==, FILES);
	for (guint i = 0; i < FILES; i++) {
		g_autofree char *name = g_strdup_printf("file-%u", i);
		const TocsinFile *file = tocsin_file_folder_find(again, name);

		g_assert_nonnull(file);
		g_assert_cmpuint(file->look.inode, ==, i);
		g_assert_cmpuint(file->look.size, ==, i * 3);
		g_assert_cmpuint(file->flags, ==, TOCSIN_FILE_IS_LARGE);
	}
	/* What was read need not be written. */
	g_assert_false(tocsin_file_folder_has_news(again));
}

static void
a_change_writes_one_of_them(Memory *memory, gconstpointer data)
{
	TocsinFileFolder *folder = tocsin_file_folder_new("/x");
	TocsinFile *file;

	add_files(folder, 0, FILES);
	tocsin_file_folder_save(folder, on_position, memory);
	g_hash_table_remove_all(memory->positions);
	file = tocsin_file_folder_find(folder, "file-7");
	tocsin_file_folder_touch(folder, file);
	tocsin_file_folder_save(folder, on_position, memory);
	g_assert_cmpuint(g_hash_table_size(memory->positions), ==, 1);
	tocsin_file_folder_free(folder);
}

static void
go_with_the_files(Memory *memory, gconstpointer data)
{
	TocsinFileFolder *folder = tocsin_file_folder_new("/x");

	add_files(folder, 0, FILES);
	tocsin_file_folder_save(folder, on_position, memory);
	for (guint i = 0; i < FILES; i++) {
		g_autofree char *name = g_strdup_printf("file-%u", i);
		TocsinFile *file = tocsin_file_folder_find(folder, name);

		tocsin_file_folder_touch(folder, file);
		tocsin_file_folder_remove(folder, file);
	}
	tocsin_file_folder_save(folder, on_position, memory);
	g_assert_cmpuint(g_hash_table_size(memory->positions), ==, 0);
	tocsin_file_folder_free(folder);
}

/* The program ended between two positions of a folder whose chunks had become more. */
static void
lose_nothing_when_cut_short(Memory *memory, gconstpointer data)
{
	TocsinFileFolder *folder = tocsin_file_folder_new("/x");

	add_files(folder, 0, TOCSIN_FILE_CHUNK_FILES);
	tocsin_file_folder_save(folder, on_position, memory);
	add_files(folder, TOCSIN_FILE_CHUNK_FILES, TOCSIN_FILE_CHUNK_FILES + 1);
	g_assert_cmpuint(folder->chunk_count, ==, 2);
	memory->room = 1;
	tocsin_file_folder_save(folder, on_position, memory);
	tocsin_file_folder_free(folder);
	folder = read_back(memory);
	for (guint i = 0; i < TOCSIN_FILE_CHUNK_FILES; i++) {
		g_autofree char *name = g_strdup_printf("file-%u", i);

		g_assert_nonnull(tocsin_file_folder_find(folder, name));
	}
	g_assert_true(tocsin_file_folder_has_news(folder));
}

static void
are_left_if_broken(Memory *memory, gconstpointer data)
{
	TocsinFileFolder *folder = tocsin_file_folder_new("/x");
	GHashTableIter iter;
	gpointer bytes;

	add_files(folder, 0, 1);
	tocsin_file_folder_save(folder, on_position, memory);
	tocsin_file_folder_free(folder);
	g_assert_cmpuint(g_hash_table_size(memory->positions), ==, 1);
	g_hash_table_iter_init(&iter, memory->positions);
	while (g_hash_table_iter_next(&iter, NULL, &bytes)) {
		gsize length;
		const guint8 *whole = g_bytes_get_data(bytes, &length);

		for (gsize cut = 0; cut < length; cut++) {
			g_autofree guint8 *part = g_memdup2(whole, cut);

			tocsin_file_position_read(memory->folders, part, cut, &memory->count);
			g_assert_cmpuint(memory->count, ==, 0);
		}
	}
	g_assert_nonnull(read_back(memory));
	g_assert_cmpuint(memory->count, ==, 1);
}

#define ADD(name) \
	g_test_add("/trigger/file/positions/" #name, Memory, NULL, set_up, name, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD(come_back_as_they_were);
	ADD(a_change_writes_one_of_them);
	ADD(go_with_the_files);
	ADD(lose_nothing_when_cut_short);
	ADD(are_left_if_broken);
	return g_test_run();
}
