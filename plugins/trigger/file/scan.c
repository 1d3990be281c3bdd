/* SPDX-License-Identifier: MIT */
/* Reading folders, a little at a time: what is not seen is gone. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "watcher-private.h"

#define SCAN_US 2000
/* Names between two looks at the clock. */
#define NAMES 64u

void
tocsin_file_queue_scan(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (!folder->is_queued) {
		folder->is_queued = TRUE;
		g_queue_push_tail(&self->scans, folder);
	}
}

static void
end_listing(TocsinFileWatcher *self)
{
	if (self->listing != NULL) {
		closedir(self->listing);
		self->listing = NULL;
	}
	self->scanning = NULL;
}

void
tocsin_file_stop_scan(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (folder->is_queued) {
		folder->is_queued = FALSE;
		g_queue_remove(&self->scans, folder);
	}
	if (folder == self->scanning) {
		end_listing(self);
	}
}

void
tocsin_file_watcher_rescan(TocsinFileWatcher *self)
{
	GHashTableIter iter;
	gpointer value;

	self->is_full_scan = TRUE;
	tocsin_file_anchor_all(self);
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (folder->roles->len > 0) {
			tocsin_file_queue_scan(self, folder);
		}
	}
}

gboolean
tocsin_file_watcher_needs_poll(const TocsinFileWatcher *self)
{
	return self->is_incomplete;
}

void
tocsin_file_watcher_poll(TocsinFileWatcher *self)
{
	GHashTableIter iter;
	gpointer value;

	self->is_incomplete = FALSE;
	tocsin_file_anchor_all(self);
	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (folder->is_polled && folder->roles->len > 0) {
			self->is_incomplete = TRUE;
			tocsin_file_queue_scan(self, folder);
		}
	}
}

/* For file systems whose listings do not say. */
static gboolean
is_folder(int folder_fd, const char *name)
{
	TocsinFileLook look;

	return tocsin_file_look_at(folder_fd, name, &look) && S_ISDIR(look.mode);
}

/* What cannot be read now is not gone: it is tried again at the next sweep. */
static void
fail(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (!folder->is_failing) {
		tocsin_file_note(self->raiser, "cannot read the folder '%s': %s; trying again",
		                 folder->path, g_strerror(errno));
	}
	folder->is_failing = TRUE;
	folder->is_polled = TRUE;
	self->is_incomplete = TRUE;
}

/* Begins with @folder, which is left if it is not there any more. */
static void
begin_listing(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	/* The watch comes first: what appears while the scan runs is told by it. */
	tocsin_file_watch_folder(self, folder);
	self->listing = opendir(folder->path);
	if (self->listing != NULL) {
		self->scanning = folder;
		folder->generation++;
	} else if (errno == ENOENT || errno == ENOTDIR) {
		tocsin_file_leave_folder(self, folder->path);
	} else {
		fail(self, folder);
	}
}

/* Takes some names. FALSE: there are no more, or, if errno is set, no more can be read. */
static gboolean
read_names(TocsinFileWatcher *self)
{
	TocsinFileFolder *folder = self->scanning;
	int fd = dirfd(self->listing);
	const struct dirent *entry;

	for (guint i = 0; i < NAMES; i++) {
		const char *name;

		errno = 0;
		if ((entry = readdir(self->listing)) == NULL) {
			return FALSE;
		}
		name = entry->d_name;
		if (name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'))) {
			continue;
		}
		if (entry->d_type == DT_DIR ||
		    (entry->d_type == DT_UNKNOWN && is_folder(fd, name))) {
			tocsin_file_meet_folder(self, folder, name);
		} else {
			tocsin_file_on_name(self, folder, fd, name, entry->d_ino);
		}
	}
	return TRUE;
}

/* Folders that are remembered, but that no path led to: those that are gone are told. */
static void
forget_unreached(TocsinFileWatcher *self)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		if (folder->roles->len == 0) {
			folder->generation++;
			tocsin_file_forget_unseen(self, folder,
			                          !g_file_test(folder->path, G_FILE_TEST_EXISTS));
			tocsin_file_list_changed(self, folder);
		}
	}
}

/* Reads some names. FALSE: there are none to read. */
static gboolean
scan_some(TocsinFileWatcher *self)
{
	TocsinFileFolder *folder = self->scanning;

	if (folder != NULL) {
		if (read_names(self)) {
			return TRUE;
		}
		if (errno != 0) {
			fail(self, folder);
		} else {
			folder->is_failing = FALSE;
			tocsin_file_forget_unseen(self, folder, TRUE);
		}
		end_listing(self);
		return TRUE;
	}
	folder = g_queue_pop_head(&self->scans);
	if (folder == NULL) {
		return FALSE;
	}
	folder->is_queued = FALSE;
	begin_listing(self, folder);
	return TRUE;
}

/* All names have been read. */
static void
end_names(TocsinFileWatcher *self)
{
	if (self->is_full_scan) {
		self->is_full_scan = FALSE;
		forget_unreached(self);
	}
	if (!self->is_ready) {
		self->is_ready = TRUE;
		for (guint i = 0; i < self->settings->roots->len; i++) {
			self->is_root_known[i] = TRUE;
		}
	}
}

/* Does one piece of work. FALSE: there was none. */
static gboolean
work(TocsinFileWatcher *self)
{
	if (scan_some(self)) {
		return TRUE;
	}
	if (self->is_full_scan || !self->is_ready) {
		end_names(self);
		return TRUE;
	}
	return tocsin_file_survey_some(self);
}

gboolean
tocsin_file_watcher_scan(TocsinFileWatcher *self)
{
	/* lint: allow banned-call: how long the main loop is kept, which no replay turns */
	gint64 end_us = g_get_monotonic_time() + SCAN_US;
	gboolean has_more;

	self->raiser->is_catch_up = self->is_first_scan;
	/* lint: allow banned-call: as above */
	while ((has_more = work(self)) && g_get_monotonic_time() < end_us) {
	}
	self->raiser->is_catch_up = FALSE;
	self->is_first_scan &= has_more;
	return has_more;
}

gboolean
tocsin_file_watcher_is_ready(const TocsinFileWatcher *self)
{
	return self->is_ready;
}
