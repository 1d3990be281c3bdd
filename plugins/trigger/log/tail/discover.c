/* SPDX-License-Identifier: MIT */
/* Looking what the patterns find now, and comparing it with what is known; and what the kernel
 * tells of changes. */
#include <string.h>
#include <sys/stat.h>

#include "follower-private.h"
#include "patterns.h"

/* Sees whether the file at @path, which is known, has grown or has come here by a new name. */
static void
look_at_known(TocsinLogFollower *self, TocsinLogFile *file, const char *path,
              const struct stat *status)
{
	gint64 modified_us =
	        (gint64)status->st_mtim.tv_sec * G_USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
	struct stat old;

	file->is_found = TRUE;
	file->is_detached = FALSE;
	file->is_unproven &= strcmp(path, file->path) == 0;
	if (strcmp(path, file->path) != 0 &&
	    (stat(file->path, &old) != 0 || old.st_ino != file->inode ||
	     old.st_dev != file->device)) {
		tocsin_log_follower_move(self, file, path);
	}
	if ((guint64)status->st_size != file->size_seen || modified_us != file->modified_us) {
		tocsin_log_follower_queue(self, file);
	}
}

static gboolean
is_same_generation(const TocsinLogFile *file, const char *path)
{
	g_autoptr(TocsinLogSource) source = NULL;
	TocsinLogStatus status;

	/* While the file is open its inode cannot be given to another. */
	if (file->source != NULL || file->generation == 0) {
		return TRUE;
	}
	source = tocsin_log_source_open(path, NULL);
	return source == NULL || !tocsin_log_source_get_status(source, &status, NULL) ||
	       status.generation == 0 || status.generation == file->generation;
}

/* A path, and what is known of the file there. */
typedef struct {
	const char *path;
	struct stat status;
	TocsinLogFile *file; /* NULL: not known */
	guint64 before;      /* lineage of the file that was at this path; 0: none */
	gint64 since_us;     /* when that was written to last; 0: not known */
} Sight;

/* What is followed and was at @path last; NULL: nothing. */
static TocsinLogFile *
find_owner(const TocsinLogFollower *self, const char *path)
{
	TocsinLogFile *owner = tocsin_log_roster_find_path(&self->roster, path);
	const guint64 *moved = g_hash_table_lookup(self->moved, path);

	return owner == NULL && moved != NULL
	               ? tocsin_log_roster_find_lineage(&self->roster, *moved)
	               : owner;
}

static void
find_before(TocsinLogFollower *self, Sight *sight)
{
	TocsinLogFile *owner = find_owner(self, sight->path);

	if (owner != NULL) {
		/* There may be something in it that was not read yet. */
		owner->has_reached_end = FALSE;
		tocsin_log_follower_queue(self, owner);
		sight->before = owner->lineage;
		sight->since_us = owner->content_us;
	}
}

/* All that the patterns find, before anything is changed by it. */
static GArray *
see_all(TocsinLogFollower *self, const GPtrArray *paths)
{
	GArray *sights = g_array_new(FALSE, TRUE, sizeof(Sight));

	for (guint i = 0; i < paths->len; i++) {
		Sight sight = {.path = paths->pdata[i]};

		if (stat(sight.path, &sight.status) != 0 || !S_ISREG(sight.status.st_mode)) {
			continue;
		}
		sight.file = tocsin_log_roster_find_inode(&self->roster, sight.status.st_dev,
		                                          sight.status.st_ino);
		if (sight.file == NULL || !is_same_generation(sight.file, sight.path)) {
			sight.file = NULL;
			find_before(self, &sight);
		}
		g_array_append_val(sights, sight);
	}
	return sights;
}

static void
watch_folders(TocsinLogFollower *self)
{
	g_autoptr(GHashTable) folders =
	        tocsin_log_patterns_find_folders((const char *const *)self->patterns);

	for (guint i = 0; i < self->roster.files->len; i++) {
		const TocsinLogFile *file = self->roster.files->pdata[i];

		if (file->alias != NULL) {
			g_hash_table_add(folders, g_path_get_dirname(file->alias));
		}
	}
	self->is_told_everything = tocsin_log_watch_set_folders(self->watch, folders);
	if (tocsin_log_watch_is_limited(self->watch) && !self->is_limit_noted) {
		self->is_limit_noted = TRUE;
		tocsin_log_follower_note(self,
		                         "the kernel allows no more watches, so that some folders "
		                         "are only looked at now and then: raise "
		                         "fs.inotify.max_user_watches with sysctl(8)");
	}
}

/* Removes what no pattern finds. Backwards, since detaching can remove and add files. */
static void
detach_lost(TocsinLogFollower *self)
{
	self->detached_count = 0;
	for (guint i = self->roster.files->len; i-- > 0;) {
		TocsinLogFile *file = self->roster.files->pdata[i];

		if (file->is_found) {
			continue;
		}
		self->detached_count++;
		tocsin_log_follower_detach(self, file);
	}
}

static void
add_renewed(GHashTable *renewed, const char *path, guint64 before, gint64 since_us)
{
	if (since_us > 0 && !g_hash_table_contains(renewed, path)) {
		TocsinLogRenewed *entry = g_new0(TocsinLogRenewed, 1);

		entry->path = path;
		entry->before = before;
		entry->since_us = since_us;
		g_hash_table_insert(renewed, (gpointer)path, entry);
	}
}

/* Adds the paths that were left and where nothing is now. */
static void
add_left(TocsinLogFollower *self, GHashTable *renewed)
{
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, self->moved);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		const TocsinLogFile *owner = find_owner(self, path);

		if (owner != NULL && strcmp(owner->path, path) != 0) {
			add_renewed(renewed, path, owner->lineage, owner->content_us);
		}
	}
}

void
tocsin_log_follower_look(TocsinLogFollower *self)
{
	g_autoptr(GPtrArray) paths = tocsin_log_patterns_find((const char *const *)self->patterns);
	g_autoptr(GHashTable) renewed =
	        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	g_autoptr(GArray) sights = NULL;

	tocsin_log_follower_begin_considering(self);
	/* Watch first, so that what comes while looking is told. */
	watch_folders(self);
	for (guint i = 0; i < self->roster.files->len; i++) {
		((TocsinLogFile *)self->roster.files->pdata[i])->is_found = FALSE;
	}
	sights = see_all(self, paths);
	for (guint i = 0; i < sights->len; i++) {
		const Sight *sight = &g_array_index(sights, Sight, i);

		if (sight->file != NULL) {
			look_at_known(self, sight->file, sight->path, &sight->status);
		}
	}
	detach_lost(self);
	tocsin_log_follower_search(self);
	for (guint i = 0; i < sights->len; i++) {
		const Sight *sight = &g_array_index(sights, Sight, i);

		if (sight->file == NULL) {
			guint64 before = tocsin_log_follower_follow_renamed(self, sight->path,
			                                                    sight->before);

			tocsin_log_follower_consider(self, sight->path, before);
			add_renewed(renewed, sight->path, before, sight->since_us);
		}
	}
	add_left(self, renewed);
	tocsin_log_follower_follow_appeared(self, renewed);
	tocsin_log_follower_end_considering(self);
	tocsin_log_follower_end_renames(self);
	tocsin_log_follower_give_up(self);
}

static void
on_change(TocsinLogChange change, const char *path, const char *old_path, gpointer data)
{
	TocsinLogFollower *self = data;
	TocsinLogFile *file =
	        path != NULL ? tocsin_log_roster_find_path(&self->roster, path) : NULL;

	if (old_path != NULL) {
		tocsin_log_follower_note_rename(self, old_path, path);
		self->must_look |= tocsin_log_roster_find_path(&self->roster, old_path) != NULL;
	}
	if (change == TOCSIN_LOG_CHANGE_NAME) {
		tocsin_log_follower_note_name(self, path);
	}
	if (change == TOCSIN_LOG_CHANGE_CONTENT && file != NULL) {
		tocsin_log_follower_queue(self, file);
	} else if (change == TOCSIN_LOG_CHANGE_CONTENT) {
		tocsin_log_follower_note_change(self, path);
	} else if (change != TOCSIN_LOG_CHANGE_NAME || file != NULL || self->sought->len > 0 ||
	           tocsin_log_patterns_match((const char *const *)self->patterns, path)) {
		self->must_look = TRUE;
	}
	if (change == TOCSIN_LOG_CHANGE_UNKNOWN) {
		for (guint i = 0; i < self->roster.files->len; i++) {
			tocsin_log_follower_queue(self, self->roster.files->pdata[i]);
		}
	}
}

void
tocsin_log_follower_on_ready(TocsinLogFollower *self)
{
	tocsin_log_watch_read(self->watch, on_change, self);
}
