/* SPDX-License-Identifier: MIT */
/* Who is who among files: tables, and what is a copy of what. */
#include "roster.h"

#include <string.h>

#include "names.h"

typedef struct {
	guint64 device;
	guint64 inode;
} InodeKey;

static guint
hash_inode(gconstpointer data)
{
	const InodeKey *key = data;
	guint64 mixed = key->inode * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) ^ key->device;

	return (guint)(mixed >> 32);
}

static gboolean
equal_inode(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(InodeKey)) == 0;
}

void
tocsin_log_roster_init(TocsinLogRoster *self)
{
	self->files = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_log_file_free);
	self->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->by_inode = g_hash_table_new_full(hash_inode, equal_inode, g_free, NULL);
	self->by_lineage = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void
tocsin_log_roster_clear(TocsinLogRoster *self)
{
	g_hash_table_unref(self->by_path);
	g_hash_table_unref(self->by_inode);
	g_hash_table_unref(self->by_lineage);
	g_ptr_array_unref(self->files);
}

static void
add_path(TocsinLogRoster *self, TocsinLogFile *file)
{
	g_autofree char *real = realpath(file->path, NULL);

	g_hash_table_replace(self->by_path, g_strdup(file->path), file);
	g_clear_pointer(&file->alias, g_free);
	if (real != NULL && strcmp(real, file->path) != 0) {
		file->alias = g_steal_pointer(&real);
		g_hash_table_replace(self->by_path, g_strdup(file->alias), file);
	}
}

static void
remove_path(TocsinLogRoster *self, TocsinLogFile *file)
{
	if (g_hash_table_lookup(self->by_path, file->path) == file) {
		g_hash_table_remove(self->by_path, file->path);
	}
	if (file->alias != NULL && g_hash_table_lookup(self->by_path, file->alias) == file) {
		g_hash_table_remove(self->by_path, file->alias);
	}
}

static void
add_lineage(TocsinLogRoster *self, TocsinLogFile *file)
{
	g_hash_table_replace(self->by_lineage, g_memdup2(&file->lineage, sizeof file->lineage),
	                     file);
}

static void
remove_lineage(TocsinLogRoster *self, TocsinLogFile *file)
{
	if (g_hash_table_lookup(self->by_lineage, &file->lineage) == file) {
		g_hash_table_remove(self->by_lineage, &file->lineage);
	}
}

void
tocsin_log_roster_add(TocsinLogRoster *self, TocsinLogFile *file)
{
	InodeKey key = {file->device, file->inode};

	g_ptr_array_add(self->files, file);
	g_hash_table_replace(self->by_inode, g_memdup2(&key, sizeof key), file);
	add_path(self, file);
	add_lineage(self, file);
}

void
tocsin_log_roster_remove(TocsinLogRoster *self, TocsinLogFile *file)
{
	InodeKey key = {file->device, file->inode};

	if (g_hash_table_lookup(self->by_inode, &key) == file) {
		g_hash_table_remove(self->by_inode, &key);
	}
	remove_path(self, file);
	remove_lineage(self, file);
	g_ptr_array_remove_fast(self->files, file);
}

void
tocsin_log_roster_set_path(TocsinLogRoster *self, TocsinLogFile *file, const char *path)
{
	g_autofree char *copy = g_strdup(path);

	remove_path(self, file);
	g_free(file->path);
	file->path = g_steal_pointer(&copy);
	add_path(self, file);
}

void
tocsin_log_roster_set_lineage(TocsinLogRoster *self, TocsinLogFile *file, guint64 lineage)
{
	remove_lineage(self, file);
	file->lineage = lineage;
	add_lineage(self, file);
}

TocsinLogFile *
tocsin_log_roster_find_path(const TocsinLogRoster *self, const char *path)
{
	return g_hash_table_lookup(self->by_path, path);
}

TocsinLogFile *
tocsin_log_roster_find_inode(const TocsinLogRoster *self, guint64 device, guint64 inode)
{
	InodeKey key = {device, inode};

	return g_hash_table_lookup(self->by_inode, &key);
}

TocsinLogFile *
tocsin_log_roster_find_lineage(const TocsinLogRoster *self, guint64 lineage)
{
	return lineage != 0 ? g_hash_table_lookup(self->by_lineage, &lineage) : NULL;
}

gboolean
tocsin_log_roster_is_known(const TocsinLogRoster *self, TocsinLogSource *source,
                           const TocsinLogStatus *status)
{
	const TocsinLogFile *file =
	        tocsin_log_roster_find_inode(self, status->device, status->inode);
	TocsinLogCheckpoint place;

	if (file == NULL || (file->generation != status->generation && file->generation != 0 &&
	                     status->generation != 0)) {
		return FALSE;
	}
	tocsin_log_file_get_place(file, &place);
	/* What is compressed is written once, and costs much to compare. */
	return tocsin_log_source_is_compressed(source) ||
	       tocsin_log_source_continues(source, &place);
}

static gboolean
is_same_range(TocsinLogSource *original, TocsinLogSource *copy, guint64 offset, gsize size)
{
	guint8 left[TOCSIN_LOG_HEAD_MAX], right[TOCSIN_LOG_HEAD_MAX];
	gssize length = tocsin_log_source_read(copy, offset, right, size, NULL);

	return length > 0 &&
	       tocsin_log_source_read(original, offset, left, (gsize)length, NULL) == length &&
	       memcmp(left, right, (gsize)length) == 0;
}

/* Is @copy, as far as its head and end tell, the beginning of @original? The end of a compressed
 * file is not looked for. */
static gboolean
is_beginning(TocsinLogSource *original, TocsinLogSource *copy)
{
	TocsinLogStatus status;

	if (!is_same_range(original, copy, 0, TOCSIN_LOG_HEAD_MAX)) {
		return FALSE;
	}
	return tocsin_log_source_is_compressed(copy) ||
	       (tocsin_log_source_get_status(copy, &status, NULL) &&
	        is_same_range(original, copy, status.size - MIN(status.size, TOCSIN_LOG_TAIL_MAX),
	                      TOCSIN_LOG_TAIL_MAX));
}

/* Nothing can be read of it: it is empty, or a compressed file of which no more than the begin of
 * its first block is there. */
static gboolean
has_no_content(TocsinLogSource *source)
{
	guint8 byte;

	return tocsin_log_source_read(source, 0, &byte, 1, NULL) == 0;
}

gboolean
tocsin_log_roster_is_in_the_making(const char *path, TocsinLogSource *source)
{
	g_autofree char *plain = tocsin_log_name_without_compression(path);
	g_autoptr(TocsinLogSource) original =
	        plain != NULL ? tocsin_log_source_open(plain, NULL) : NULL;

	return original != NULL && (has_no_content(source) || is_beginning(original, source));
}

/* Is @copy what @file is now, or what it was when it was read last? */
static gboolean
is_copy_of(const TocsinLogFile *file, TocsinLogSource *copy)
{
	TocsinLogCheckpoint last;

	tocsin_log_file_get_place(file, &last);
	if (last.head.length > 0 && tocsin_log_source_continues(copy, &last)) {
		return TRUE;
	}
	/* Reading compressed content from its begin would cost much, and it does not change. */
	return file->source != NULL && !tocsin_log_source_is_compressed(file->source) &&
	       is_beginning(file->source, copy);
}

/* The same of @file, which is followed at @path, and of what lies there by now. Without content
 * @copy may become that, and there is nothing to miss by waiting. */
static gboolean
is_copy_at(const TocsinLogFile *file, const char *path, TocsinLogSource *copy)
{
	g_autoptr(TocsinLogSource) source = NULL;

	if (has_no_content(copy) || is_copy_of(file, copy)) {
		return TRUE;
	}
	source = tocsin_log_source_open(path, NULL);
	return source != NULL && is_beginning(source, copy);
}

/* Looks among those that have no name any more, but are still read. */
static gboolean
find_nameless_original(const TocsinLogRoster *self, TocsinLogSource *copy)
{
	for (guint i = 0; i < self->files->len; i++) {
		const TocsinLogFile *file = self->files->pdata[i];

		if (file->is_detached && file->source != NULL && is_copy_of(file, copy)) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_log_roster_find_original(const TocsinLogRoster *self, const char *path,
                                TocsinLogSource *copy, gboolean has_detached)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	g_auto(GStrv) originals = tocsin_log_name_find_originals(name);

	if (originals[0] == NULL) {
		return FALSE;
	}
	if (tocsin_log_roster_is_in_the_making(path, copy)) {
		return TRUE;
	}
	for (guint i = 0; originals[i] != NULL; i++) {
		g_autofree char *original = g_build_filename(folder, originals[i], NULL);
		const TocsinLogFile *file = tocsin_log_roster_find_path(self, original);

		if (file != NULL && is_copy_at(file, original, copy)) {
			return TRUE;
		}
	}
	return has_detached && find_nameless_original(self, copy);
}
