/* SPDX-License-Identifier: MIT */
/* What is not where it was. Files are renamed, compressed and removed while we look, so that one
 * look may see neither the old name nor the new one: what is remembered of such a file is kept, and
 * compared with all that comes into sight, until it is certain that the file is gone. */
#include <string.h>
#include <sys/stat.h>

#include "follower-private.h"
#include "names.h"

/* Files given up at once, of which each is told. */
#define LOST_MAX 10u

typedef struct {
	TocsinLogCheckpoint checkpoint;
	char *folder;
	char *name;
	gint64 since_us;  /* monotonic */
	gboolean is_told; /* there may have been more in it: say so when it is given up */
} Sought;

typedef enum {
	BY_INODE,   /* the file itself, whatever its name */
	BY_CONTENT, /* a copy, perhaps compressed, under a name that rotation gives */
} Likeness;

static void
free_sought(gpointer data)
{
	Sought *sought = data;

	tocsin_log_checkpoint_clear(&sought->checkpoint);
	g_free(sought->folder);
	g_free(sought->name);
	g_free(sought);
}

GPtrArray *
tocsin_log_follower_new_sought(void)
{
	return g_ptr_array_new_with_free_func(free_sought);
}

/* Something that lies in a folder. */
typedef struct {
	char *path;
	const char *name; /* within path */
	guint64 device;
	guint64 inode;
	guint64 size;
	gint64 modified_us;
} Entry;

/* Need @entry be opened to know whether it is what is sought? */
static gboolean
is_candidate(const Sought *sought, const Entry *entry, Likeness likeness)
{
	const TocsinLogCheckpoint *checkpoint = &sought->checkpoint;

	if (likeness == BY_INODE) {
		return entry->inode == checkpoint->inode && entry->device == checkpoint->device;
	}
	/* Of an empty file every file would be the continuation. */
	return checkpoint->head.length > 0 &&
	       (gsize)(entry->name - entry->path) == strlen(sought->folder) + 1 &&
	       g_str_has_prefix(entry->path, sought->folder) &&
	       tocsin_log_name_is_later_rotation(sought->name, entry->name);
}

/* Does @source, opened at @path, go on where @sought left off? */
static gboolean
is_alike(const TocsinLogRoster *roster, const Sought *sought, const char *path,
         TocsinLogSource *source, Likeness likeness)
{
	const TocsinLogCheckpoint *checkpoint = &sought->checkpoint;
	TocsinLogStatus status;

	if (!tocsin_log_source_get_status(source, &status, NULL) ||
	    (likeness == BY_INODE && checkpoint->generation != 0 && status.generation != 0 &&
	     checkpoint->generation != status.generation)) {
		return FALSE;
	}
	return tocsin_log_source_continues(source, checkpoint) &&
	       !tocsin_log_roster_is_known(roster, source, &status) &&
	       !tocsin_log_roster_is_in_the_making(path, source);
}

/* Follows @sought at @path. NULL, and it is sought further, if there is no room. */
static TocsinLogFile *
take(TocsinLogFollower *self, Sought *sought, const char *path, TocsinLogSource *source)
{
	TocsinLogFile *file = tocsin_log_follower_adopt(self, path, source, &sought->checkpoint);

	if (file != NULL) {
		g_ptr_array_remove(self->sought, sought);
	}
	return file;
}

static void
clear_entry(gpointer data)
{
	g_free(((Entry *)data)->path);
}

/* The regular files in @folder. */
static GArray *
list_folder(const char *folder)
{
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	g_array_set_clear_func(entries, clear_entry);
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct stat status;

		if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
			Entry entry = {.path = g_steal_pointer(&path),
			               .device = status.st_dev,
			               .inode = status.st_ino,
			               .size = (guint64)status.st_size,
			               .modified_us =
			                       (gint64)status.st_mtim.tv_sec * G_USEC_PER_SEC +
			                       status.st_mtim.tv_nsec / 1000};

			entry.name = strrchr(entry.path, '/') + 1;
			g_array_append_val(entries, entry);
		}
	}
	return entries;
}

/* Looks through the folder for a copy of one. */
static TocsinLogFile *
search_copy(TocsinLogFollower *self, Sought *sought)
{
	g_autoptr(GDir) dir = g_dir_open(sought->folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = NULL;
		g_autoptr(TocsinLogSource) source = NULL;

		if (!tocsin_log_name_is_later_rotation(sought->name, name)) {
			continue;
		}
		path = g_build_filename(sought->folder, name, NULL);
		source = tocsin_log_source_open(path, NULL);
		if (source != NULL && is_alike(&self->roster, sought, path, source, BY_CONTENT)) {
			return take(self, sought, path, g_steal_pointer(&source));
		}
	}
	return NULL;
}

static Sought *
add(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint, gboolean is_told)
{
	g_autoptr(GBytes) bytes = NULL;
	Sought *sought;

	if (checkpoint->inode == 0 && checkpoint->head.length == 0) {
		tocsin_log_follower_forget(self, checkpoint->lineage);
		return NULL;
	}
	/* After a crash it is to be sought again. */
	bytes = tocsin_log_checkpoint_write(checkpoint);
	tocsin_log_follower_keep(self, checkpoint->lineage, bytes);
	sought = g_new0(Sought, 1);
	sought->checkpoint = *checkpoint;
	sought->checkpoint.path = g_strdup(checkpoint->path);
	sought->folder = g_path_get_dirname(checkpoint->path);
	sought->name = g_path_get_basename(checkpoint->path);
	sought->since_us = tocsin_clock_monotonic_us(self->clock);
	sought->is_told = is_told;
	g_ptr_array_add(self->sought, sought);
	return sought;
}

void
tocsin_log_follower_seek(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint,
                         gboolean is_told)
{
	if (add(self, checkpoint, is_told) != NULL) {
		self->must_look = TRUE;
	}
}

TocsinLogFile *
tocsin_log_follower_seek_copy(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint)
{
	Sought *sought = add(self, checkpoint, FALSE);

	return sought != NULL && sought->checkpoint.head.length > 0 ? search_copy(self, sought)
	                                                            : NULL;
}

/* What is sought and could be @entry, from @at on; NULL if there is none. */
static Sought *
find_candidate(const TocsinLogFollower *self, const Entry *entry, Likeness likeness, guint *at)
{
	while (*at < self->sought->len) {
		Sought *sought = self->sought->pdata[(*at)++];

		if (is_candidate(sought, entry, likeness)) {
			return sought;
		}
	}
	return NULL;
}

static gboolean
claim_by(TocsinLogFollower *self, const Entry *entry, TocsinLogSource **source, Likeness likeness)
{
	guint at = 0;
	Sought *sought;

	while ((sought = find_candidate(self, entry, likeness, &at)) != NULL) {
		if (is_alike(&self->roster, sought, entry->path, *source, likeness)) {
			take(self, sought, entry->path, g_steal_pointer(source));
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_log_follower_claim(TocsinLogFollower *self, const char *path, TocsinLogSource **source)
{
	TocsinLogStatus status;
	Entry entry = {.path = (char *)path, .name = strrchr(path, '/') + 1};

	if (self->sought->len == 0 || !tocsin_log_source_get_status(*source, &status, NULL)) {
		return FALSE;
	}
	entry.device = status.device;
	entry.inode = status.inode;
	return claim_by(self, &entry, source, BY_INODE) ||
	       claim_by(self, &entry, source, BY_CONTENT);
}

/* Is @entry followed, and was not written over since? */
static gboolean
is_followed(const TocsinLogFollower *self, const Entry *entry)
{
	const TocsinLogFile *file =
	        tocsin_log_roster_find_inode(&self->roster, entry->device, entry->inode);

	return file != NULL && (!self->is_started || (entry->size == file->size_seen &&
	                                              entry->modified_us == file->modified_us));
}

/* Claims what lies in @folder: files themselves before copies of them. */
static void
claim_in(TocsinLogFollower *self, const char *folder)
{
	g_autoptr(GArray) entries = list_folder(folder);

	for (Likeness likeness = BY_INODE; likeness <= BY_CONTENT; likeness++) {
		for (guint i = 0; i < entries->len && self->sought->len > 0; i++) {
			const Entry *entry = &g_array_index(entries, Entry, i);
			g_autoptr(TocsinLogSource) source = NULL;
			guint at = 0;

			if (!is_followed(self, entry) &&
			    find_candidate(self, entry, likeness, &at) != NULL) {
				source = tocsin_log_source_open(entry->path, NULL);
			}
			if (source != NULL) {
				claim_by(self, entry, &source, likeness);
			}
		}
	}
}

void
tocsin_log_follower_search(TocsinLogFollower *self)
{
	g_autoptr(GHashTable) folders =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer folder;

	for (guint i = 0; i < self->sought->len; i++) {
		const Sought *sought = self->sought->pdata[i];

		g_hash_table_add(folders, g_strdup(sought->folder));
	}
	g_hash_table_iter_init(&iter, folders);
	while (g_hash_table_iter_next(&iter, &folder, NULL)) {
		claim_in(self, folder);
	}
}

static gint64
due_us(const TocsinLogFollower *self, const Sought *sought)
{
	return sought->since_us + self->options.rotate_wait_us;
}

void
tocsin_log_follower_give_up(TocsinLogFollower *self)
{
	gint64 now_us = tocsin_clock_monotonic_us(self->clock);
	guint lost_count = 0;

	for (guint i = 0; i < self->sought->len;) {
		const Sought *sought = self->sought->pdata[i];
		const TocsinLogCheckpoint *checkpoint = &sought->checkpoint;

		if (due_us(self, sought) > now_us) {
			i++;
			continue;
		}
		if (!sought->is_told) {
			g_debug("'%s' is not there any more", checkpoint->path);
		} else if (lost_count++ < LOST_MAX) {
			tocsin_log_follower_note_lost(self, checkpoint->path, checkpoint->offset);
		}
		tocsin_log_follower_forget(self, checkpoint->lineage);
		g_ptr_array_remove_index(self->sought, i);
	}
	if (lost_count > LOST_MAX) {
		tocsin_log_follower_note(self, "%u more files are not there any more",
		                         lost_count - LOST_MAX);
	}
}

gint64
tocsin_log_follower_get_give_up_us(const TocsinLogFollower *self)
{
	gint64 next_us = G_MAXINT64;

	for (guint i = 0; i < self->sought->len; i++) {
		next_us = MIN(next_us, due_us(self, self->sought->pdata[i]));
	}
	return next_us;
}
