/* SPDX-License-Identifier: MIT */
/* Files that were begun and rotated before anybody looked: while nobody watched they are found by
 * the time of their last change, else by what the kernel tells of names. */
#include <string.h>
#include <sys/stat.h>

#include "follower-private.h"
#include "names.h"
#include "patterns.h"

/* Names remembered between two looks; with more, only those that come first are. */
#define RENAMES_MAX 10000u

/* A file that was begun and rotated while nobody watched. */
typedef struct {
	char *path;
	gint64 modified_us;
} Missed;

static void
free_missed(gpointer data)
{
	Missed *missed = data;

	g_free(missed->path);
	g_free(missed);
}

static gint
compare_missed(gconstpointer a, gconstpointer b)
{
	const Missed *const *left = a;
	const Missed *const *right = b;

	return ((*left)->modified_us > (*right)->modified_us) -
	       ((*left)->modified_us < (*right)->modified_us);
}

/* The file at @path, if nobody follows it, nor what it is a copy of, and it was written to after
 * @since_us; or NULL. */
static Missed *
look_for_missed(const TocsinLogFollower *self, const char *path, gint64 since_us)
{
	g_autoptr(TocsinLogSource) source = tocsin_log_source_open(path, NULL);
	TocsinLogStatus status;
	Missed *missed;

	if (source == NULL || !tocsin_log_source_get_status(source, &status, NULL) ||
	    status.modified_us <= since_us ||
	    tocsin_log_roster_find_inode(&self->roster, status.device, status.inode) != NULL ||
	    tocsin_log_roster_find_original(&self->roster, path, source, TRUE)) {
		return NULL;
	}
	missed = g_new0(Missed, 1);
	missed->path = g_strdup(path);
	missed->modified_us = status.modified_us;
	return missed;
}

/* All that was missed, the oldest first. */
static GPtrArray *
find_missed(const TocsinLogFollower *self, const char *path, gint64 since_us)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *base = g_path_get_basename(path);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	GPtrArray *all = g_ptr_array_new_with_free_func(free_missed);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *other = g_build_filename(folder, name, NULL);
		Missed *missed;

		if (!tocsin_log_name_is_later_rotation(base, name) ||
		    tocsin_log_patterns_match((const char *const *)self->patterns, other)) {
			continue;
		}
		missed = look_for_missed(self, other, since_us);
		if (missed != NULL) {
			g_ptr_array_add(all, missed);
		}
	}
	g_ptr_array_sort(all, compare_missed);
	return all;
}

guint64
tocsin_log_follower_follow_between(TocsinLogFollower *self, const char *path, gint64 since_us,
                                   guint64 before)
{
	/* Twice: what was just compressed may have been passed over for what it was made of, and
	 * that be gone before it was its turn. */
	for (guint pass = 0; pass < 2; pass++) {
		g_autoptr(GPtrArray) all = find_missed(self, path, since_us);

		for (guint i = 0; i < all->len; i++) {
			const Missed *missed = g_ptr_array_index(all, i);

			before = tocsin_log_follower_follow_missed(self, missed->path, before);
		}
	}
	return before;
}

void
tocsin_log_follower_note_name(TocsinLogFollower *self, const char *path)
{
	if (g_hash_table_size(self->appeared) < RENAMES_MAX &&
	    !tocsin_log_patterns_match((const char *const *)self->patterns, path)) {
		g_hash_table_add(self->appeared, g_strdup(path));
	}
}

/* Which of @renewed could have been at @path before it was rotated; NULL if none. */
static TocsinLogRenewed *
find_renewed(GHashTable *renewed, const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	g_auto(GStrv) originals = tocsin_log_name_find_originals(name);
	TocsinLogRenewed *found = NULL;

	for (guint i = 0; originals[i] != NULL && found == NULL; i++) {
		g_autofree char *original = g_build_filename(folder, originals[i], NULL);

		found = g_hash_table_lookup(renewed, original);
	}
	return found;
}

static GPtrArray *
find_appeared(const TocsinLogFollower *self, GHashTable *renewed)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_missed);
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, self->appeared);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		const TocsinLogRenewed *at = find_renewed(renewed, path);
		Missed *missed = at != NULL ? look_for_missed(self, path, at->since_us) : NULL;

		if (missed != NULL) {
			g_ptr_array_add(all, missed);
		}
	}
	g_ptr_array_sort(all, compare_missed);
	return all;
}

void
tocsin_log_follower_follow_appeared(TocsinLogFollower *self, GHashTable *renewed)
{
	/* Twice for the same reason. */
	for (guint pass = 0; pass < 2 && g_hash_table_size(renewed) > 0; pass++) {
		g_autoptr(GPtrArray) all = find_appeared(self, renewed);

		for (guint i = 0; i < all->len; i++) {
			const Missed *missed = g_ptr_array_index(all, i);
			TocsinLogRenewed *at = find_renewed(renewed, missed->path);
			TocsinLogFile *present =
			        tocsin_log_roster_find_path(&self->roster, at->path);

			at->before =
			        tocsin_log_follower_follow_missed(self, missed->path, at->before);
			if (present != NULL && present->position == 0) {
				present->before = at->before;
			}
		}
	}
}

void
tocsin_log_follower_finish(TocsinLogFollower *self, TocsinLogFile *file)
{
	g_autofree char *folder = g_path_get_dirname(file->path);
	g_autofree char *name = g_path_get_basename(file->path);
	g_auto(GStrv) originals = tocsin_log_name_find_originals(name);
	gint64 modified_us = file->modified_us;

	tocsin_log_follower_drop(self, file);
	/* It may have been written to after it was rotated, later than what came after it. */
	for (guint i = 0; originals[i] != NULL; i++) {
		g_autofree char *path = g_build_filename(folder, originals[i], NULL);
		TocsinLogFile *later = tocsin_log_roster_find_path(&self->roster, path);

		if (later != NULL && later->content_us < modified_us) {
			later->content_us = modified_us;
			later->is_changed = TRUE;
		}
	}
}

gboolean
tocsin_log_follower_has_unseen_copy(TocsinLogFollower *self, TocsinLogFile *file)
{
	gint64 since_us = file->content_us;

	if (file->position > 0 || since_us == 0 || file->modified_us <= since_us) {
		return FALSE;
	}
	file->content_us = file->modified_us;
	file->before = tocsin_log_follower_follow_between(self, file->path, since_us, 0);
	/* It must not be found again after a crash. */
	file->is_changed = TRUE;
	tocsin_log_follower_save(self, file);
	return file->before != 0;
}

/* A file that stood at @original, where the patterns find it, and is now at @path, where they do
 * not. */
typedef struct {
	char *original;
	char *path;
	guint64 before; /* lineage of what was followed at @original then; 0: nothing */
} Renamed;

static void
free_renamed(gpointer data)
{
	Renamed *renamed = data;

	g_free(renamed->original);
	g_free(renamed->path);
	g_free(renamed);
}

GPtrArray *
tocsin_log_follower_new_renames(void)
{
	return g_ptr_array_new_with_free_func(free_renamed);
}

void
tocsin_log_follower_note_rename(TocsinLogFollower *self, const char *from, const char *to)
{
	const TocsinLogFile *owner;
	Renamed *moved = NULL;

	for (guint i = self->renames->len; i-- > 0;) {
		Renamed *renamed = self->renames->pdata[i];

		if (strcmp(renamed->path, to) == 0) {
			g_ptr_array_remove_index(self->renames, i); /* it was moved over */
		} else if (strcmp(renamed->path, from) == 0) {
			moved = renamed;
		}
	}
	if (moved != NULL) {
		g_free(moved->path);
		moved->path = g_strdup(to);
	} else if (self->renames->len < RENAMES_MAX &&
	           tocsin_log_patterns_match((const char *const *)self->patterns, from) &&
	           !tocsin_log_patterns_match((const char *const *)self->patterns, to)) {
		moved = g_new0(Renamed, 1);
		owner = tocsin_log_roster_find_path(&self->roster, from);
		moved->before = owner != NULL ? owner->lineage : 0;
		moved->original = g_strdup(from);
		moved->path = g_strdup(to);
		g_ptr_array_add(self->renames, moved);
	}
}

/* Is there a file that nobody follows? */
static gboolean
is_unknown(const TocsinLogFollower *self, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	       tocsin_log_roster_find_inode(&self->roster, status.st_dev, status.st_ino) == NULL;
}

guint64
tocsin_log_follower_follow_renamed(TocsinLogFollower *self, const char *path, guint64 before)
{
	for (guint i = 0; i < self->renames->len; i++) {
		const Renamed *renamed = self->renames->pdata[i];

		if (strcmp(renamed->original, path) == 0 && is_unknown(self, renamed->path)) {
			before = tocsin_log_follower_follow_missed(self, renamed->path, before);
		}
	}
	return before;
}

void
tocsin_log_follower_end_renames(TocsinLogFollower *self)
{
	for (guint i = 0; i < self->renames->len; i++) {
		const Renamed *renamed = self->renames->pdata[i];

		if (is_unknown(self, renamed->path)) {
			tocsin_log_follower_follow_missed(self, renamed->path, renamed->before);
		}
	}
	g_ptr_array_set_size(self->renames, 0);
	g_hash_table_remove_all(self->appeared);
}
