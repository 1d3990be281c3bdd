/* SPDX-License-Identifier: MIT */
/* Files against what is known of them, and what is told of the difference. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "watcher-private.h"

/* Does the file belong to a path at all? @out_is_known: to one that was watched before. */
static gboolean
is_wanted(const TocsinFileWatcher *self, const TocsinFileFolder *folder, const char *name,
          gboolean *out_is_known)
{
	gboolean is_any = FALSE;

	*out_is_known = FALSE;
	for (guint i = 0; i < folder->roles->len; i++) {
		const TocsinFileRole *role = &g_array_index(folder->roles, TocsinFileRole, i);

		if (tocsin_file_is_meant(self, role, name)) {
			is_any = TRUE;
			*out_is_known |= self->is_root_known[role->root];
		}
	}
	return is_any;
}

/* Adds a file that is not known. NULL: there are too many. */
static TocsinFile *
add(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name)
{
	if (self->file_count >= TOCSIN_FILE_FILES_MAX) {
		if (!self->is_full_noted) {
			self->is_full_noted = TRUE;
			tocsin_file_note(self->raiser,
			                 "more than %u files are found, ignoring the rest (such as "
			                 "'%s' in '%s'): watch less",
			                 TOCSIN_FILE_FILES_MAX, name, folder->path);
		}
		return NULL;
	}
	self->file_count++;
	return tocsin_file_folder_add(folder, name);
}

/* How a file was met. */
typedef struct {
	int folder_fd;       /* -1: go by the folder's path */
	gboolean is_closed;  /* nobody is about to write any more */
	gboolean is_written; /* it surely was */
	gboolean is_other;   /* its attributes surely are */
	gboolean is_quiet;   /* that it is there is no news */
} Meeting;

/* Tells how @file, which is now as its look says, differs from what it was: @before, NULL if it is
 * new. */
static void
tell_changes(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file,
             const TocsinFileLook *before, const Meeting *meeting)
{
	g_autofree char *path = tocsin_file_join(folder->path, file->name);
	const TocsinFileLook *look = &file->look;
	gboolean was_unseen = (file->flags & TOCSIN_FILE_IS_UNSEEN) != 0;
	gboolean is_written =
	        before == NULL || (file->flags & TOCSIN_FILE_IS_OPEN) != 0 ||
	        (was_unseen ? meeting->is_written : tocsin_file_look_is_written(before, look));
	gboolean is_other = before != NULL && (was_unseen ? meeting->is_other
	                                                  : before->mode != look->mode ||
	                                                            before->owner != look->owner);

	if (before == NULL && !meeting->is_quiet) {
		tocsin_file_hold_tell(self->hold, TOCSIN_FILE_CREATED, folder, path, NULL, look);
	}
	if (is_other) {
		tocsin_file_hold_tell(self->hold, TOCSIN_FILE_ATTRIBUTES, folder, path, NULL, look);
	}
	if (is_written && meeting->is_closed && !meeting->is_quiet) {
		tocsin_file_hold_tell(self->hold, TOCSIN_FILE_WRITTEN, folder, path, NULL, look);
	}
	file->flags &= ~TOCSIN_FILE_IS_UNSEEN;
	if (meeting->is_closed) {
		/* One that was just created is empty, and no problem yet. */
		file->flags &= ~TOCSIN_FILE_IS_OPEN;
		tocsin_file_judge_size(self, file, path);
	}
}

/* FALSE with errno: it is not to be seen. */
static gboolean
look_at(const TocsinFileFolder *folder, int folder_fd, const char *name, TocsinFileLook *out_look)
{
	g_autofree char *path = folder_fd < 0 ? tocsin_file_join(folder->path, name) : NULL;

	if (!tocsin_file_look_at(folder_fd < 0 ? AT_FDCWD : folder_fd, path != NULL ? path : name,
	                         out_look)) {
		return FALSE;
	}
	errno = ENOENT; /* a folder is not the file */
	return !S_ISDIR(out_look->mode);
}

/* Compares a file that is known with what it is now. */
static void
compare(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file,
        const TocsinFileLook *look, const Meeting *meeting)
{
	TocsinFileLook before = file->look;

	file->flags &= ~TOCSIN_FILE_IS_DUE;
	file->generation = folder->generation;
	tocsin_file_see(self, folder, file->name, &before, look);
	if (memcmp(&before, look, sizeof before) != 0 ||
	    (file->flags & (TOCSIN_FILE_IS_OPEN | TOCSIN_FILE_IS_UNSEEN)) != 0) {
		file->look = *look;
		tocsin_file_touch(self, folder, file);
		tell_changes(self, folder, file, &before, meeting);
		tocsin_file_note_age(self, folder, file);
	}
}

/* Takes in a file that is not known. */
static void
welcome(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
        const TocsinFileLook *look, const Meeting *meeting)
{
	TocsinFile *file = add(self, folder, name);

	if (file != NULL) {
		tocsin_file_see(self, folder, name, NULL, look);
		file->look = *look;
		file->flags = meeting->is_closed ? 0 : TOCSIN_FILE_IS_OPEN;
		file->generation = folder->generation;
		tocsin_file_touch(self, folder, file);
		tell_changes(self, folder, file, NULL, meeting);
		tocsin_file_note_arrival(self, folder, file);
	}
}

static void
meet(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, const Meeting *meeting)
{
	TocsinFile *file = tocsin_file_folder_find(folder, name);
	TocsinFileLook look;

	if (!look_at(folder, meeting->folder_fd, name, &look)) {
		return;
	}
	if (file != NULL) {
		compare(self, folder, file, &look, meeting);
	} else {
		welcome(self, folder, name, &look, meeting);
	}
}

void
tocsin_file_on_event(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                     guint32 mask)
{
	gboolean is_known;

	if (is_wanted(self, folder, name, &is_known)) {
		meet(self, folder, name,
		     &(Meeting){
		             .folder_fd = -1,
		             .is_closed = (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0,
		             .is_written = (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0,
		             .is_other = (mask & IN_ATTRIB) != 0,
		     });
	}
}

void
tocsin_file_on_name(TocsinFileWatcher *self, TocsinFileFolder *folder, int folder_fd,
                    const char *name, guint64 inode)
{
	gboolean is_known;
	TocsinFile *file;

	if (!is_wanted(self, folder, name, &is_known)) {
		return;
	}
	file = tocsin_file_folder_find(folder, name);
	if (file == NULL && is_known) {
		meet(self, folder, name, &(Meeting){.folder_fd = folder_fd, .is_closed = TRUE});
		return;
	}
	if (file == NULL && (file = add(self, folder, name)) != NULL) {
		file->look.inode = inode;
		file->flags = TOCSIN_FILE_IS_UNSEEN;
		tocsin_file_touch(self, folder, file);
	}
	if (file != NULL) {
		file->generation = folder->generation;
		tocsin_file_set_due(self, folder, file);
	}
}

void
tocsin_file_on_due(TocsinFileWatcher *self, TocsinFileFolder *folder, int folder_fd,
                   TocsinFile *file)
{
	TocsinFileLook look;

	if (look_at(folder, folder_fd, file->name, &look)) {
		compare(self, folder, file, &look,
		        &(Meeting){.folder_fd = folder_fd, .is_closed = TRUE});
		return;
	}
	file->flags &= ~TOCSIN_FILE_IS_DUE;
	if (errno == ENOENT) {
		tocsin_file_forget(self, folder, file->name, TRUE);
	}
}

void
tocsin_file_forget(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                   gboolean is_told)
{
	TocsinFile *file = tocsin_file_folder_find(folder, name);

	if (file == NULL) {
		return;
	}
	if (is_told) {
		g_autofree char *path = tocsin_file_join(folder->path, name);

		tocsin_file_hold_tell(self->hold, TOCSIN_FILE_DELETED, folder, path, NULL,
		                      &file->look);
	}
	tocsin_file_see(self, folder, name, &file->look, NULL);
	tocsin_file_end_age(self, folder, file);
	tocsin_file_touch(self, folder, file);
	tocsin_file_folder_remove(folder, file);
	self->file_count--;
}

void
tocsin_file_forget_unseen(TocsinFileWatcher *self, TocsinFileFolder *folder, gboolean is_told)
{
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, folder->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const TocsinFile *file = value;

		if (file->generation != folder->generation) {
			g_ptr_array_add(gone, g_strdup(file->name));
		}
	}
	for (guint i = 0; i < gone->len; i++) {
		tocsin_file_forget(self, folder, gone->pdata[i], is_told);
	}
}

void
tocsin_file_move_out(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                     guint32 cookie)
{
	const TocsinFile *file = tocsin_file_folder_find(folder, name);

	if (file != NULL) {
		self->move_cookie = cookie;
		self->move_folder = folder;
		self->move_path = tocsin_file_join(folder->path, name);
		self->move_look = file->look;
		self->move_flags = file->flags;
		tocsin_file_forget(self, folder, name, FALSE);
	}
}

void
tocsin_file_move_in(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name,
                    guint32 cookie)
{
	g_autofree char *old_path = NULL;
	g_autofree char *path = NULL;
	gboolean is_known;
	TocsinFile *file;

	if (self->move_path == NULL || self->move_cookie != cookie ||
	    !is_wanted(self, folder, name, &is_known)) {
		tocsin_file_on_event(self, folder, name, IN_MOVED_TO);
		return;
	}
	old_path = g_steal_pointer(&self->move_path);
	path = tocsin_file_join(folder->path, name);
	tocsin_file_forget(self, folder, name, FALSE);
	if ((file = add(self, folder, name)) == NULL) {
		return;
	}
	file->look = self->move_look;
	file->flags = self->move_flags & ~(TOCSIN_FILE_IS_DUE | TOCSIN_FILE_IS_OLD);
	if ((file->flags & TOCSIN_FILE_IS_UNSEEN) != 0 && look_at(folder, -1, name, &file->look)) {
		file->flags &= ~TOCSIN_FILE_IS_UNSEEN;
	}
	file->generation = folder->generation;
	tocsin_file_see(self, folder, name, NULL, &file->look);
	tocsin_file_touch(self, folder, file);
	tocsin_file_hold_tell(self->hold, TOCSIN_FILE_MOVED, folder, path, old_path, &file->look);
	tocsin_file_note_arrival(self, folder, file);
}

gboolean
tocsin_file_watcher_awaits_move(const TocsinFileWatcher *self)
{
	return self->move_path != NULL;
}

void
tocsin_file_watcher_end_move(TocsinFileWatcher *self)
{
	g_autofree char *path = g_steal_pointer(&self->move_path);

	if (path != NULL) {
		tocsin_file_hold_tell(self->hold, TOCSIN_FILE_DELETED, self->move_folder, path,
		                      NULL, &self->move_look);
	}
}
