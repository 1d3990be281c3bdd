/* SPDX-License-Identifier: MIT */
/* inotify on folders. */
#include "watch.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MASK                                                                                \
	(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | \
	 IN_MOVE_SELF | IN_ONLYDIR)

struct _TocsinLogWatch {
	int fd;
	GHashTable *by_folder; /* of path : watch descriptor */
	GHashTable *by_watch;  /* of watch descriptor : path, owned by by_folder */
	gboolean is_limited;

	/* The first half of a rename, until the second comes. */
	guint32 move_cookie;
	char *move_path; /* NULL: none */
};

TocsinLogWatch *
tocsin_log_watch_new(void)
{
	TocsinLogWatch *self = g_new0(TocsinLogWatch, 1);

	self->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	self->by_folder = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->by_watch = g_hash_table_new(NULL, NULL);
	return self;
}

void
tocsin_log_watch_free(TocsinLogWatch *self)
{
	if (self != NULL) {
		if (self->fd >= 0) {
			close(self->fd);
		}
		g_hash_table_unref(self->by_watch);
		g_hash_table_unref(self->by_folder);
		g_free(self->move_path);
		g_free(self);
	}
}

int
tocsin_log_watch_get_fd(const TocsinLogWatch *self)
{
	return self->fd;
}

/* File systems on which others may write without this kernel noticing. */
static gboolean
is_remote(const char *folder)
{
	static const guint32 remote[] = {
	        NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,       CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
	        V9FS_MAGIC,      OVERLAYFS_SUPER_MAGIC, FUSE_SUPER_MAGIC, CEPH_SUPER_MAGIC,
	        AFS_SUPER_MAGIC, CODA_SUPER_MAGIC,
	};
	struct statfs status;

	if (statfs(folder, &status) != 0) {
		return TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(remote); i++) {
		if ((guint32)status.f_type == remote[i]) {
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
add_folder(TocsinLogWatch *self, const char *folder)
{
	int watch = self->fd >= 0 ? inotify_add_watch(self->fd, folder, MASK) : -1;
	char *path;

	if (watch < 0) {
		self->is_limited |= self->fd >= 0 && errno == ENOSPC;
		g_debug("cannot watch '%s', looking at it now and then: %s", folder,
		        g_strerror(errno));
		return FALSE;
	}
	path = g_strdup(folder);
	g_hash_table_insert(self->by_watch, GINT_TO_POINTER(watch), path);
	g_hash_table_insert(self->by_folder, path, GINT_TO_POINTER(watch));
	return TRUE;
}

gboolean
tocsin_log_watch_set_folders(TocsinLogWatch *self, GHashTable *folders)
{
	gboolean is_complete = TRUE;
	GHashTableIter iter;
	gpointer folder, watch;

	g_hash_table_iter_init(&iter, self->by_folder);
	while (g_hash_table_iter_next(&iter, &folder, &watch)) {
		if (!g_hash_table_contains(folders, folder)) {
			inotify_rm_watch(self->fd, GPOINTER_TO_INT(watch));
			g_hash_table_remove(self->by_watch, watch);
			g_hash_table_iter_remove(&iter);
		}
	}
	g_hash_table_iter_init(&iter, folders);
	while (g_hash_table_iter_next(&iter, &folder, NULL)) {
		if (!g_hash_table_contains(self->by_folder, folder)) {
			is_complete &= add_folder(self, folder);
		}
		is_complete &= !is_remote(folder);
	}
	return is_complete;
}

gboolean
tocsin_log_watch_is_limited(const TocsinLogWatch *self)
{
	return self->is_limited;
}

static void
forget_watch(TocsinLogWatch *self, int watch)
{
	const char *folder = g_hash_table_lookup(self->by_watch, GINT_TO_POINTER(watch));

	if (folder != NULL) {
		g_hash_table_remove(self->by_watch, GINT_TO_POINTER(watch));
		g_hash_table_remove(self->by_folder, folder);
	}
}

static void
handle(TocsinLogWatch *self, const struct inotify_event *event, TocsinLogOnChange on_change,
       gpointer data)
{
	const char *folder = g_hash_table_lookup(self->by_watch, GINT_TO_POINTER(event->wd));
	g_autofree char *path = NULL;
	g_autofree char *old_path = NULL;

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		on_change(TOCSIN_LOG_CHANGE_UNKNOWN, NULL, NULL, data);
		return;
	}
	if ((event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) {
		if ((event->mask & IN_MOVE_SELF) != 0 && folder != NULL) {
			inotify_rm_watch(self->fd, event->wd);
		}
		forget_watch(self, event->wd);
		on_change(TOCSIN_LOG_CHANGE_UNKNOWN, NULL, NULL, data);
		return;
	}
	if (folder == NULL || event->len == 0) {
		return;
	}
	path = g_build_filename(folder, event->name, NULL);
	if ((event->mask & IN_MOVED_TO) != 0 && event->cookie == self->move_cookie) {
		old_path = g_steal_pointer(&self->move_path);
	}
	on_change((event->mask & IN_ISDIR) != 0    ? TOCSIN_LOG_CHANGE_FOLDER
	          : (event->mask & IN_MODIFY) != 0 ? TOCSIN_LOG_CHANGE_CONTENT
	                                           : TOCSIN_LOG_CHANGE_NAME,
	          path, old_path, data);
	if ((event->mask & IN_MOVED_FROM) != 0) {
		g_free(self->move_path);
		self->move_path = g_steal_pointer(&path);
		self->move_cookie = event->cookie;
	}
}

void
tocsin_log_watch_read(TocsinLogWatch *self, TocsinLogOnChange on_change, gpointer data)
{
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[65536];
	} buffer;
	gssize got;

	while (self->fd >= 0 && (got = read(self->fd, &buffer, sizeof buffer)) > 0) {
		for (const char *p = buffer.bytes; p < buffer.bytes + got;) {
			const struct inotify_event *event = (const void *)p;

			handle(self, event, on_change, data);
			p += sizeof *event + event->len;
		}
	}
}
