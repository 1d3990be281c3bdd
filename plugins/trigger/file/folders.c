/* SPDX-License-Identifier: MIT */
/* Which folders matter: from the deepest that is there on the way to a path, down to what the path
 * names and, if asked for, all below. */
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "watcher-private.h"

#define MASK                                                                                     \
	(IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | \
	 IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

/* File systems on which others may write without this kernel noticing (statfs(2)). */
static gboolean
is_remote(const char *path)
{
	static const guint32 magics[] = {
	        NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,       CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
	        FUSE_SUPER_MAGIC, CEPH_SUPER_MAGIC,      AFS_SUPER_MAGIC,  V9FS_MAGIC,
	        CODA_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC,
	};
	struct statfs status;

	if (statfs(path, &status) != 0) {
		return FALSE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(magics); i++) {
		if ((guint32)status.f_type == magics[i]) {
			return TRUE;
		}
	}
	return FALSE;
}

static void
note_limit(TocsinFileWatcher *self, const char *path)
{
	if (errno == ENOSPC && !self->is_limit_noted) {
		self->is_limit_noted = TRUE;
		tocsin_file_note(self->raiser,
		                 "cannot watch '%s': the kernel allows no more watches, so this "
		                 "and what follows is only looked at now and then: raise "
		                 "fs.inotify.max_user_watches with sysctl(8)",
		                 path);
	}
}

void
tocsin_file_watch_folder(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	guint32 mask = MASK | ((self->settings->on & TOCSIN_FILE_ATTRIBUTES) != 0 ? IN_ATTRIB : 0u);

	if (folder->watch >= 0) {
		return;
	}
	if (self->fd >= 0) {
		folder->watch = inotify_add_watch(self->fd, folder->path, mask);
	}
	if (folder->watch >= 0) {
		g_hash_table_insert(self->watches, GINT_TO_POINTER(folder->watch), folder);
	} else {
		note_limit(self, folder->path);
	}
	folder->is_polled = folder->watch < 0 || is_remote(folder->path);
	self->is_incomplete |= folder->is_polled;
}

static void
unwatch(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (folder->watch >= 0) {
		g_hash_table_remove(self->watches, GINT_TO_POINTER(folder->watch));
		inotify_rm_watch(self->fd, folder->watch);
		folder->watch = -1;
	}
}

static gboolean
has_role(const TocsinFileFolder *folder, TocsinFileRole role)
{
	for (guint i = 0; i < folder->roles->len; i++) {
		const TocsinFileRole *other = &g_array_index(folder->roles, TocsinFileRole, i);

		if (other->root == role.root && other->depth == role.depth) {
			return TRUE;
		}
	}
	return FALSE;
}

/* The folder at @path, in @above (nullable), has this role, too. */
static void
enter(TocsinFileWatcher *self, const char *path, TocsinFileFolder *above, TocsinFileRole role)
{
	TocsinFileFolder *folder = g_hash_table_lookup(self->folders, path);

	if (folder == NULL) {
		folder = tocsin_file_folder_new(path);
		g_hash_table_insert(self->folders, folder->path, folder);
	}
	if (folder->above == NULL && above != NULL) {
		folder->above = above;
		above->below_count++;
	}
	if (!has_role(folder, role)) {
		g_array_append_val(folder->roles, role);
		tocsin_file_queue_scan(self, folder);
	}
}

void
tocsin_file_meet_folder(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name)
{
	g_autofree char *path = tocsin_file_join(folder->path, name);

	for (guint i = 0; i < folder->roles->len; i++) {
		TocsinFileRole role = g_array_index(folder->roles, TocsinFileRole, i);
		const TocsinFileRoot *root = self->settings->roots->pdata[role.root];

		if (role.depth < root->count) {
			role.depth++;
			if (tocsin_file_root_matches(root, role.depth - 1, name)) {
				enter(self, path, folder, role);
			}
		} else if (self->settings->is_recursive && strlen(path) < PATH_MAX &&
		           !tocsin_file_settings_excludes(self->settings, name)) {
			enter(self, path, folder, role);
		}
	}
}

static void
leave_one(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	unwatch(self, folder);
	tocsin_file_stop_scan(self, folder);
	tocsin_file_stop_survey(self, folder);
	g_array_set_size(folder->roles, 0);
	folder->generation++;
	tocsin_file_forget_unseen(self, folder, TRUE);
	if (folder->above != NULL) {
		folder->above->below_count--;
		folder->above = NULL;
	}
	/* It stays until its positions are written once more. */
	tocsin_file_list_changed(self, folder);
}

void
tocsin_file_leave_folder(TocsinFileWatcher *self, const char *path)
{
	TocsinFileFolder *folder = g_hash_table_lookup(self->folders, path);
	gsize length = strlen(path);
	GHashTableIter iter;
	gpointer value;

	self->is_incomplete = TRUE;
	if (folder != NULL && folder->below_count == 0 && folder->roles->len > 0) {
		leave_one(self, folder);
		return;
	}
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		folder = value;
		if (strncmp(folder->path, path, length) == 0 &&
		    (folder->path[length] == '\0' || folder->path[length] == '/')) {
			leave_one(self, folder);
		}
	}
}

static void
anchor(TocsinFileWatcher *self, guint index)
{
	const TocsinFileRoot *root = self->settings->roots->pdata[index];
	guint depth = root->literal;

	for (;; depth--) {
		g_autoptr(GString) path = g_string_new(depth == 0 ? "/" : NULL);
		struct stat status;

		for (guint i = 0; i < depth; i++) {
			g_string_append_printf(path, "/%s", root->parts[i]);
		}
		if (stat(path->str, &status) == 0 && S_ISDIR(status.st_mode)) {
			enter(self, path->str, NULL, (TocsinFileRole){index, depth});
			return;
		}
		if (depth == 0) {
			return;
		}
	}
}

void
tocsin_file_anchor_all(TocsinFileWatcher *self)
{
	for (guint i = 0; i < self->settings->roots->len; i++) {
		anchor(self, i);
	}
}
