/* SPDX-License-Identifier: MIT */
/* inotify on folders, one scan after each watch is set, and the differences. */
/* lint: allow file-length: watches, scans and folders share one table; to be parted */
#include "watcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define READ_SIZE 65536u
#define READS_MAX 16u
#define SCAN_US 5000
#define MASK                                                                                     \
	(IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | \
	 IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

/* File systems whose changes may come from other machines (statfs(2)). */
static const guint32 remote_magics[] = {
        0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x65735546,
        0x01021997, 0x00c36400, 0x5346414f, 0x73757245,
};

static char *
join(const char *folder, const char *name)
{
	return strcmp(folder, "/") == 0 ? g_strconcat("/", name, NULL)
	                                : g_strconcat(folder, "/", name, NULL);
}

static gboolean
look_at_path(const char *path, TocsinFileLook *out_look)
{
	struct stat status;

	if (lstat(path, &status) != 0) {
		return FALSE;
	}
	*out_look = (TocsinFileLook){
	        .inode = status.st_ino,
	        .size = (guint64)status.st_size,
	        .mtime_us = (gint64)status.st_mtim.tv_sec * G_USEC_PER_SEC +
	                    status.st_mtim.tv_nsec / 1000,
	        .mode = status.st_mode,
	        .owner = status.st_uid,
	};
	return TRUE;
}

static void
tell(TocsinFileWatcher *self, guint what, const char *kind, const char *path, const char *old_path,
     const TocsinFileLook *look)
{
	if ((self->settings->on & what) != 0) {
		tocsin_file_raise(self->raiser, kind, TOCSIN_FILE_PLAIN, path, old_path, look);
	}
}

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

static void
judge_size(TocsinFileWatcher *self, TocsinFile *file, const char *path)
{
	guint64 larger = (guint64)self->settings->larger_than;
	guint64 smaller = (guint64)self->settings->smaller_than;

	judge_bound(self, file, path, TOCSIN_FILE_IS_LARGE, "large",
	            larger > 0 && file->look.size > larger);
	judge_bound(self, file, path, TOCSIN_FILE_IS_SMALL, "small",
	            smaller > 0 && file->look.size < smaller);
}

/* Do files of this folder belong to a path, as opposed to lying on the way to one? */
static gboolean
is_file_meant(const TocsinFileWatcher *self, const TocsinFileFolder *folder, const char *name,
              gboolean *out_is_known)
{
	gboolean is_meant = FALSE;

	*out_is_known = FALSE;
	for (guint i = 0; i < folder->roles->len; i++) {
		const TocsinFileRole *role = &g_array_index(folder->roles, TocsinFileRole, i);
		const TocsinFileRoot *root = self->settings->roots->pdata[role->root];

		if (role->depth == root->count
		            ? tocsin_file_settings_wants(self->settings, name)
		            : role->depth + 1 == root->count &&
		                      tocsin_file_root_matches(root, role->depth, name)) {
			is_meant = TRUE;
			*out_is_known |= self->is_root_known[role->root];
		}
	}
	return is_meant;
}

/* Compares a file with what is known of it. @is_closed: nobody is about to write any more. */
static void
examine(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, gboolean is_closed,
        gboolean is_quiet)
{
	g_autofree char *path = join(folder->path, name);
	TocsinFile *file = g_hash_table_lookup(folder->files, name);
	gboolean is_new = file == NULL;
	gboolean is_written, is_other;
	TocsinFileLook look;

	if (!look_at_path(path, &look) || S_ISDIR(look.mode) ||
	    (is_new && self->file_count >= TOCSIN_FILE_FILES_MAX)) {
		return;
	}
	if (is_new) {
		file = tocsin_file_folder_add(folder, name);
		file->flags = is_closed ? 0 : TOCSIN_FILE_IS_OPEN;
		self->file_count++;
	}
	file->generation = self->generation;
	is_written = is_new || file->look.inode != look.inode || file->look.size != look.size ||
	             file->look.mtime_us != look.mtime_us ||
	             (file->flags & TOCSIN_FILE_IS_OPEN) != 0;
	is_other = !is_new && (file->look.mode != look.mode || file->look.owner != look.owner);
	if (!is_written && !is_other) {
		return;
	}
	self->is_changed = TRUE;
	file->look = look;
	tocsin_file_folder_touch(folder, name);
	if (is_new && !is_quiet) {
		tell(self, TOCSIN_FILE_CREATED, "created", path, NULL, &look);
	}
	if (is_other) {
		tell(self, TOCSIN_FILE_ATTRIBUTES, "attributes", path, NULL, &look);
	}
	if (is_written && is_closed && !is_quiet) {
		tell(self, TOCSIN_FILE_WRITTEN, "written", path, NULL, &look);
	}
	if (is_closed) {
		/* One that was just created is empty, and no problem yet. */
		file->flags &= ~TOCSIN_FILE_IS_OPEN;
		judge_size(self, file, path);
	}
}

static void
forget(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, gboolean is_told)
{
	TocsinFile *file = g_hash_table_lookup(folder->files, name);

	if (file != NULL) {
		g_autofree char *path = join(folder->path, name);

		if (is_told) {
			tell(self, TOCSIN_FILE_DELETED, "deleted", path, NULL, &file->look);
		}
		tocsin_file_folder_touch(folder, name);
		self->is_changed = TRUE;
		self->file_count--;
		g_hash_table_remove(folder->files, name);
	}
}

/* Forgets the files that the last scan did not see. */
static void
forget_unseen(TocsinFileWatcher *self, TocsinFileFolder *folder, gboolean is_told)
{
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, folder->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const TocsinFile *file = value;

		if (file->generation != self->generation) {
			g_ptr_array_add(gone, g_strdup(file->name));
		}
	}
	for (guint i = 0; i < gone->len; i++) {
		forget(self, folder, gone->pdata[i], is_told);
	}
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

/* The folder is not there any more, nor what is below it. Empty ones stay, so that their positions
 * are written once more. */
static void
leave(TocsinFileWatcher *self, const char *path)
{
	gsize length = strlen(path);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (strncmp(folder->path, path, length) == 0 &&
		    (folder->path[length] == '\0' || folder->path[length] == '/')) {
			unwatch(self, folder);
			g_array_set_size(folder->roles, 0);
			self->generation++;
			forget_unseen(self, folder, TRUE);
		}
	}
	self->is_incomplete = TRUE;
}

static gboolean
is_remote(const char *path)
{
	struct statfs status;

	if (statfs(path, &status) != 0) {
		return FALSE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(remote_magics); i++) {
		if ((guint32)status.f_type == remote_magics[i]) {
			return TRUE;
		}
	}
	return FALSE;
}

static void
watch(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	guint32 mask = MASK | ((self->settings->on & TOCSIN_FILE_ATTRIBUTES) != 0 ? IN_ATTRIB : 0u);

	if (folder->watch >= 0) {
		return;
	}
	folder->watch = self->fd >= 0 ? inotify_add_watch(self->fd, folder->path, mask) : -1;
	folder->is_polled = folder->watch < 0 || is_remote(folder->path);
	if (folder->watch >= 0) {
		g_hash_table_insert(self->watches, GINT_TO_POINTER(folder->watch), folder);
	}
	self->is_incomplete |= folder->is_polled;
}

static void
queue_scan(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (!folder->is_queued) {
		folder->is_queued = TRUE;
		g_queue_push_tail(&self->scans, folder);
	}
}

/* The folder has this role, too. */
static void
enter(TocsinFileWatcher *self, const char *path, guint root, guint depth)
{
	TocsinFileFolder *folder = g_hash_table_lookup(self->folders, path);
	const TocsinFileRole role = {root, depth};

	if (folder == NULL) {
		folder = tocsin_file_folder_new(path);
		g_hash_table_insert(self->folders, folder->path, folder);
	}
	for (guint i = 0; i < folder->roles->len; i++) {
		const TocsinFileRole *other = &g_array_index(folder->roles, TocsinFileRole, i);

		if (other->root == root && other->depth == depth) {
			return;
		}
	}
	g_array_append_val(folder->roles, role);
	queue_scan(self, folder);
}

/* A folder @name is in @folder: is it one that matters? */
static void
meet_folder(TocsinFileWatcher *self, const TocsinFileFolder *folder, const char *name)
{
	for (guint i = 0; i < folder->roles->len; i++) {
		const TocsinFileRole role = g_array_index(folder->roles, TocsinFileRole, i);
		const TocsinFileRoot *root = self->settings->roots->pdata[role.root];
		g_autofree char *path = join(folder->path, name);

		if (role.depth < root->count) {
			if (tocsin_file_root_matches(root, role.depth, name)) {
				enter(self, path, role.root, role.depth + 1);
			}
		} else if (self->settings->is_recursive && strlen(path) < PATH_MAX) {
			enter(self, path, role.root, role.depth);
		}
	}
}

/* Begins at the deepest folder on the way that is there. */
static void
anchor(TocsinFileWatcher *self, guint index)
{
	const TocsinFileRoot *root = self->settings->roots->pdata[index];
	guint depth = root->literal;

	for (;;) {
		g_autoptr(GString) path = g_string_new(depth == 0 ? "/" : NULL);
		struct stat status;

		for (guint i = 0; i < depth; i++) {
			g_string_append_printf(path, "/%s", root->parts[i]);
		}
		if (stat(path->str, &status) == 0 && S_ISDIR(status.st_mode)) {
			enter(self, path->str, index, depth);
			return;
		}
		if (depth == 0) {
			return;
		}
		depth--;
	}
}

static void
anchor_all(TocsinFileWatcher *self)
{
	for (guint i = 0; i < self->settings->roots->len; i++) {
		anchor(self, i);
	}
}

void
tocsin_file_watcher_rescan(TocsinFileWatcher *self)
{
	GHashTableIter iter;
	gpointer value;

	self->generation++;
	self->is_full_scan = TRUE;
	anchor_all(self);
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (folder->roles->len > 0) {
			queue_scan(self, folder);
		}
	}
}

void
tocsin_file_watcher_poll(TocsinFileWatcher *self)
{
	GHashTableIter iter;
	gpointer value;

	self->generation++;
	anchor_all(self);
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (folder->is_polled && folder->roles->len > 0) {
			self->is_incomplete = TRUE;
			queue_scan(self, folder);
		}
	}
}

/* For file systems whose listings do not say. */
static gboolean
is_folder(const char *folder, const char *name)
{
	g_autofree char *path = join(folder, name);
	TocsinFileLook look;

	return look_at_path(path, &look) && S_ISDIR(look.mode);
}

static void
scan_folder(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	DIR *directory;
	const struct dirent *entry;

	if (folder->roles->len == 0) {
		return; /* it went before its turn came */
	}
	/* The watch comes first: what appears while the scan runs is told by it. */
	watch(self, folder);
	directory = opendir(folder->path);
	if (directory == NULL && errno != EACCES) {
		leave(self, folder->path);
		return;
	}
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		gboolean is_known;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		if (entry->d_type == DT_DIR ||
		    (entry->d_type == DT_UNKNOWN && is_folder(folder->path, entry->d_name))) {
			meet_folder(self, folder, entry->d_name);
		} else if (is_file_meant(self, folder, entry->d_name, &is_known)) {
			examine(self, folder, entry->d_name, TRUE,
			        !is_known && !g_hash_table_contains(folder->files, entry->d_name));
		}
	}
	if (directory != NULL) {
		closedir(directory);
		forget_unseen(self, folder, TRUE);
	}
}

/* Folders that are remembered, but that no path led to: those that are gone are told. */
static void
forget_unreached(TocsinFileWatcher *self)
{
	GHashTableIter iter;
	gpointer value;

	self->generation++;
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (folder->roles->len == 0) {
			forget_unseen(self, folder, !g_file_test(folder->path, G_FILE_TEST_EXISTS));
		}
	}
}

gboolean
tocsin_file_watcher_scan(TocsinFileWatcher *self)
{
	/* lint: allow banned-call: how long the main loop is kept, which no replay turns */
	gint64 end_us = g_get_monotonic_time() + SCAN_US;
	TocsinFileFolder *folder;

	/* lint: allow banned-call: as above */
	while (g_get_monotonic_time() < end_us &&
	       (folder = g_queue_pop_head(&self->scans)) != NULL) {
		folder->is_queued = FALSE;
		scan_folder(self, folder);
	}
	if (!g_queue_is_empty(&self->scans)) {
		return TRUE;
	}
	if (self->is_full_scan) {
		self->is_full_scan = FALSE;
		forget_unreached(self);
	}
	return FALSE;
}

void
tocsin_file_watcher_end_move(TocsinFileWatcher *self)
{
	if (self->move_path != NULL) {
		tell(self, TOCSIN_FILE_DELETED, "deleted", self->move_path, NULL,
		     &self->move_file->look);
		g_clear_pointer(&self->move_path, g_free);
		g_clear_pointer(&self->move_file, g_free);
	}
}

static void
on_moved_from(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, guint32 cookie)
{
	const TocsinFile *file = g_hash_table_lookup(folder->files, name);

	if (file != NULL) {
		self->move_cookie = cookie;
		self->move_path = join(folder->path, name);
		self->move_file = g_memdup2(file, sizeof *file + strlen(file->name) + 1);
		forget(self, folder, name, FALSE);
	}
}

static void
on_moved_to(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, guint32 cookie)
{
	if (self->move_path != NULL && self->move_cookie == cookie) {
		g_autofree char *path = join(folder->path, name);
		TocsinFile *file;

		forget(self, folder, name, FALSE);
		file = tocsin_file_folder_add(folder, name);
		self->file_count++;
		file->look = self->move_file->look;
		file->flags = self->move_file->flags;
		file->generation = self->generation;
		tocsin_file_folder_touch(folder, name);
		tell(self, TOCSIN_FILE_MOVED, "moved", path, self->move_path, &file->look);
		g_clear_pointer(&self->move_path, g_free);
		g_clear_pointer(&self->move_file, g_free);
		return;
	}
	examine(self, folder, name, TRUE, FALSE);
}

static void
on_folder_event(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, guint32 mask)
{
	if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
		meet_folder(self, folder, name);
	} else if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
		g_autofree char *path = join(folder->path, name);

		leave(self, path);
	}
}

static void
on_file_event(TocsinFileWatcher *self, TocsinFileFolder *folder, const struct inotify_event *event)
{
	gboolean is_known;

	if ((event->mask & IN_MOVED_TO) == 0 || self->move_cookie != event->cookie) {
		tocsin_file_watcher_end_move(self);
	}
	if (!is_file_meant(self, folder, event->name, &is_known)) {
		return;
	}
	if ((event->mask & IN_DELETE) != 0) {
		forget(self, folder, event->name, TRUE);
	} else if ((event->mask & IN_MOVED_FROM) != 0) {
		on_moved_from(self, folder, event->name, event->cookie);
	} else if ((event->mask & IN_MOVED_TO) != 0) {
		on_moved_to(self, folder, event->name, event->cookie);
	} else if ((event->mask & (IN_CREATE | IN_CLOSE_WRITE | IN_ATTRIB)) != 0) {
		examine(self, folder, event->name, (event->mask & IN_CLOSE_WRITE) != 0, FALSE);
	}
}

static void
handle(TocsinFileWatcher *self, const struct inotify_event *event)
{
	TocsinFileFolder *folder;

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		tocsin_file_watcher_end_move(self);
		tocsin_file_watcher_rescan(self);
		return;
	}
	folder = g_hash_table_lookup(self->watches, GINT_TO_POINTER(event->wd));
	if (folder == NULL) {
		return;
	}
	if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0) {
		g_autofree char *path = g_strdup(folder->path);

		leave(self, path);
		anchor_all(self);
	} else if ((event->mask & IN_ISDIR) != 0) {
		on_folder_event(self, folder, event->name, event->mask);
	} else if (event->len > 0) {
		on_file_event(self, folder, event);
	}
}

void
tocsin_file_watcher_read(TocsinFileWatcher *self)
{
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[READ_SIZE];
	} buffer;

	for (guint i = 0; i < READS_MAX; i++) {
		ssize_t length = read(self->fd, buffer.bytes, sizeof buffer.bytes);
		const char *at = buffer.bytes;

		if (length <= 0) {
			return;
		}
		while (at < buffer.bytes + length) {
			const struct inotify_event *event = (const void *)at;

			handle(self, event);
			at += sizeof *event + event->len;
		}
		if (g_queue_get_length(&self->raiser->pending) > TOCSIN_FILE_PENDING_MAX) {
			return;
		}
	}
}

void
tocsin_file_watcher_init(TocsinFileWatcher *self, const TocsinFileSettings *settings,
                         TocsinFileRaiser *raiser)
{
	*self = (TocsinFileWatcher){.settings = settings, .raiser = raiser};
	self->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	self->folders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
	                                      (GDestroyNotify)tocsin_file_folder_free);
	self->watches = g_hash_table_new(NULL, NULL);
	self->is_root_known = g_new0(gboolean, settings->roots->len + 1);
}

void
tocsin_file_watcher_clear(TocsinFileWatcher *self)
{
	if (self->fd >= 0) {
		close(self->fd);
	}
	g_queue_clear(&self->scans);
	g_hash_table_unref(self->watches);
	g_hash_table_unref(self->folders);
	g_free(self->is_root_known);
	g_free(self->move_path);
	g_free(self->move_file);
}
