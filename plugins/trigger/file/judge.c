/* SPDX-License-Identifier: MIT */
/* What is judged of files: their size, how long they have been there, and which is the newest of a
 * path. */
#include "watcher-private.h"

/* All files are gone through at most so often, whatever their ages. */
#define AGES_US G_USEC_PER_SEC

/* Tells when a file passes a bound, in either direction. */
static void
judge_bound(TocsinFileWatcher *self, TocsinFile *file, const char *path, guint32 flag,
            const char *kind, gboolean is_beyond)
{
	gboolean was_beyond = (file->flags & flag) != 0;

	if (is_beyond != was_beyond) {
		file->flags ^= flag;
		tocsin_file_raise(self->raiser, kind,
		                  is_beyond ? TOCSIN_FILE_PROBLEM : TOCSIN_FILE_OK, path, NULL,
		                  &file->look);
	}
}

void
tocsin_file_judge_size(TocsinFileWatcher *self, TocsinFile *file, const char *path)
{
	guint64 larger = (guint64)self->settings->larger_than;
	guint64 smaller = (guint64)self->settings->smaller_than;

	judge_bound(self, file, path, TOCSIN_FILE_IS_LARGE, "large",
	            larger > 0 && file->look.size > larger);
	judge_bound(self, file, path, TOCSIN_FILE_IS_SMALL, "small",
	            smaller > 0 && file->look.size < smaller);
}

gboolean
tocsin_file_is_meant(const TocsinFileWatcher *self, const TocsinFileRole *role, const char *name)
{
	const TocsinFileRoot *root = self->settings->roots->pdata[role->root];

	return role->depth == root->count
	               ? tocsin_file_settings_wants(self->settings, name)
	               : role->depth + 1 == root->count &&
	                         tocsin_file_root_matches(root, role->depth, name);
}

void
tocsin_file_see(TocsinFileWatcher *self, const TocsinFileFolder *folder, const char *name,
                const TocsinFileLook *before, const TocsinFileLook *look)
{
	if (!tocsin_file_conditions_are_wanted(self->conditions)) {
		return;
	}
	for (guint i = 0; i < folder->roles->len; i++) {
		const TocsinFileRole *role = &g_array_index(folder->roles, TocsinFileRole, i);

		if (tocsin_file_is_meant(self, role, name)) {
			tocsin_file_conditions_see(self->conditions, role->root, before, look);
		}
	}
}

void
tocsin_file_watcher_find_newest(TocsinFileWatcher *self)
{
	GHashTableIter folders, files;
	gpointer folder, value;

	for (guint i = 0; i < self->settings->roots->len; i++) {
		if (!self->conditions->paths[i].is_unsure) {
			continue;
		}
		tocsin_file_conditions_look_anew(self->conditions, i);
		g_hash_table_iter_init(&folders, self->folders);
		while (g_hash_table_iter_next(&folders, NULL, &folder)) {
			g_hash_table_iter_init(&files, ((const TocsinFileFolder *)folder)->files);
			while (g_hash_table_iter_next(&files, NULL, &value)) {
				const TocsinFile *file = value;

				tocsin_file_see(self, folder, file->name, NULL, &file->look);
			}
		}
	}
}

/* When the file has been there for too long (wall time), G_MAXINT64 if that is not known yet: since
 * it was written last, or since it came, if that is later. */
static gint64
due_of(const TocsinFileWatcher *self, const TocsinFile *file)
{
	gint64 came_us = (gint64)file->arrived_s * G_USEC_PER_SEC;

	return (file->flags & TOCSIN_FILE_IS_UNSEEN) != 0
	               ? G_MAXINT64
	               : MAX(file->look.mtime_us, came_us) + self->settings->older_than_us;
}

static gint64
now_us(const TocsinFileWatcher *self)
{
	return self->raiser->loop->wall_us(self->raiser->source);
}

static void
turn_age(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file, gboolean is_old)
{
	g_autofree char *path = tocsin_file_join(folder->path, file->name);

	judge_bound(self, file, path, TOCSIN_FILE_IS_OLD, "old", is_old);
	tocsin_file_touch(self, folder, file);
}

void
tocsin_file_note_age(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file)
{
	gint64 due_us;

	if (self->settings->older_than_us == 0) {
		return;
	}
	due_us = due_of(self, file);
	if ((file->flags & TOCSIN_FILE_IS_OLD) == 0) {
		self->ages_due_us = MIN(self->ages_due_us, due_us);
	} else if (due_us > now_us(self)) {
		turn_age(self, folder, file, FALSE);
		self->ages_due_us = MIN(self->ages_due_us, due_us);
	}
}

void
tocsin_file_note_arrival(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file)
{
	file->arrived_s = (guint32)(now_us(self) / G_USEC_PER_SEC);
	tocsin_file_note_age(self, folder, file);
}

void
tocsin_file_end_age(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file)
{
	if ((file->flags & TOCSIN_FILE_IS_OLD) != 0) {
		turn_age(self, folder, file, FALSE);
	}
}

/* Tells of the files in @folder that have become old. Returns when the next one will. */
static gint64
judge_ages_of(TocsinFileWatcher *self, TocsinFileFolder *folder, gint64 wall_us)
{
	gint64 next_us = G_MAXINT64;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, folder->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFile *file = value;
		gint64 due_us = due_of(self, file);

		if ((file->flags & TOCSIN_FILE_IS_OLD) != 0) {
			continue;
		}
		if (due_us <= wall_us) {
			turn_age(self, folder, file, TRUE);
		} else {
			next_us = MIN(next_us, due_us);
		}
	}
	return next_us;
}

gint64
tocsin_file_watcher_judge_ages(TocsinFileWatcher *self, gint64 wall_us)
{
	gint64 next_us = G_MAXINT64;
	GHashTableIter iter;
	gpointer folder;

	if (self->settings->older_than_us == 0) {
		return G_MAXINT64;
	}
	if (self->ages_due_us > wall_us) {
		return self->ages_due_us;
	}
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &folder)) {
		next_us = MIN(next_us, judge_ages_of(self, folder, wall_us));
	}
	self->ages_due_us = MAX(next_us, wall_us + AGES_US);
	return self->ages_due_us;
}
