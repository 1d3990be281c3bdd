/* SPDX-License-Identifier: MIT */
/* What the kernel tells, taken to folders and files. */
#include <sys/inotify.h>
#include <unistd.h>

#include "watcher-private.h"

#define READ_SIZE 65536u
#define READS_MAX 16u

static void
on_folder_event(TocsinFileWatcher *self, TocsinFileFolder *folder, const char *name, guint32 mask)
{
	if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
		tocsin_file_meet_folder(self, folder, name);
	} else if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
		g_autofree char *path = tocsin_file_join(folder->path, name);

		tocsin_file_leave_folder(self, path);
	}
}

static void
on_file_event(TocsinFileWatcher *self, TocsinFileFolder *folder, const struct inotify_event *event)
{
	if ((event->mask & IN_MOVED_TO) == 0 || self->move_cookie != event->cookie) {
		tocsin_file_watcher_end_move(self);
	}
	if ((event->mask & IN_DELETE) != 0) {
		tocsin_file_forget(self, folder, event->name, TRUE);
	} else if ((event->mask & IN_MOVED_FROM) != 0) {
		tocsin_file_move_out(self, folder, event->name, event->cookie);
	} else if ((event->mask & IN_MOVED_TO) != 0) {
		tocsin_file_move_in(self, folder, event->name, event->cookie);
	} else if ((event->mask & (IN_CREATE | IN_CLOSE_WRITE | IN_ATTRIB)) != 0) {
		tocsin_file_on_event(self, folder, event->name, event->mask);
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
		tocsin_file_leave_folder(self, folder->path);
		tocsin_file_anchor_all(self);
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
