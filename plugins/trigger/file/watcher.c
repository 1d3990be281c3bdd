/* SPDX-License-Identifier: MIT */
/* The watcher's beginning and end, and its positions. */
#include <sys/inotify.h>
#include <unistd.h>

#include "watcher-private.h"

TocsinFileWatcher *
tocsin_file_watcher_new(const TocsinFileSettings *settings, TocsinFileRaiser *raiser,
                        TocsinFileHold *hold, TocsinFileConditions *conditions)
{
	TocsinFileWatcher *self = g_new0(TocsinFileWatcher, 1);

	self->settings = settings;
	self->raiser = raiser;
	self->hold = hold;
	self->conditions = conditions;
	self->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	self->folders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
	                                      (GDestroyNotify)tocsin_file_folder_free);
	self->watches = g_hash_table_new(NULL, NULL);
	self->changed = g_ptr_array_new();
	self->is_root_known = g_new0(gboolean, settings->roots->len + 1);
	self->is_first_scan = TRUE;
	return self;
}

void
tocsin_file_watcher_free(TocsinFileWatcher *self)
{
	if (self == NULL) {
		return;
	}
	if (self->fd >= 0) {
		close(self->fd);
	}
	if (self->listing != NULL) {
		closedir(self->listing);
	}
	if (self->surveying != NULL) {
		close(self->survey_fd);
	}
	g_queue_clear(&self->scans);
	g_queue_clear(&self->surveys);
	g_ptr_array_unref(self->changed);
	g_hash_table_unref(self->watches);
	g_hash_table_unref(self->folders);
	g_free(self->is_root_known);
	g_free(self->move_path);
	g_free(self);
}

int
tocsin_file_watcher_get_fd(const TocsinFileWatcher *self)
{
	return self->fd;
}

void
tocsin_file_watcher_know_root(TocsinFileWatcher *self, guint index)
{
	self->is_root_known[index] = TRUE;
}

void
tocsin_file_list_changed(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (!folder->is_changed) {
		folder->is_changed = TRUE;
		g_ptr_array_add(self->changed, folder);
	}
}

void
tocsin_file_touch(TocsinFileWatcher *self, TocsinFileFolder *folder, const TocsinFile *file)
{
	tocsin_file_folder_touch(folder, file);
	tocsin_file_list_changed(self, folder);
}

void
tocsin_file_watcher_restore(TocsinFileWatcher *self, const void *bytes, gsize length)
{
	TocsinFileFolder *folder =
	        tocsin_file_position_read(self->folders, bytes, length, &self->file_count);

	if (folder != NULL && tocsin_file_folder_has_news(folder)) {
		tocsin_file_list_changed(self, folder);
	}
}

/* Nothing is left of it. */
static gboolean
is_over(const TocsinFileFolder *folder)
{
	return folder->roles->len == 0 && folder->below_count == 0 &&
	       g_hash_table_size(folder->files) == 0;
}

void
tocsin_file_watcher_save(TocsinFileWatcher *self, TocsinFileOnPosition on_position, gpointer data)
{
	guint kept = 0;

	for (guint i = 0; i < self->changed->len; i++) {
		TocsinFileFolder *folder = self->changed->pdata[i];

		if (folder->held_count > 0) {
			self->changed->pdata[kept++] = folder;
			continue;
		}
		tocsin_file_folder_save(folder, on_position, data);
		folder->is_changed = FALSE;
		if (is_over(folder)) {
			g_hash_table_remove(self->folders, folder->path);
		}
	}
	g_ptr_array_set_size(self->changed, (gint)kept);
}
