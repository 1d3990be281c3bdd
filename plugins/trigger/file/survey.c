/* SPDX-License-Identifier: MIT */
/* Looks at the files that are due, a chunk at a time: what a listing cannot say costs a system call
 * for each file, so that it is done when all is watched already. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "watcher-private.h"

void
tocsin_file_set_due(TocsinFileWatcher *self, TocsinFileFolder *folder, TocsinFile *file)
{
	file->flags |= TOCSIN_FILE_IS_DUE;
	if (!folder->has_due) {
		folder->has_due = TRUE;
		g_queue_push_tail(&self->surveys, folder);
	} else if (folder == self->surveying) {
		self->survey_chunk = 0;
	}
}

static void
end_survey(TocsinFileWatcher *self)
{
	if (self->surveying != NULL) {
		self->surveying->has_due = FALSE;
		self->surveying = NULL;
		close(self->survey_fd);
	}
}

void
tocsin_file_stop_survey(TocsinFileWatcher *self, TocsinFileFolder *folder)
{
	if (folder == self->surveying) {
		end_survey(self);
	} else if (folder->has_due) {
		folder->has_due = FALSE;
		g_queue_remove(&self->surveys, folder);
	}
}

/* FALSE: there is none. */
static gboolean
begin_survey(TocsinFileWatcher *self)
{
	TocsinFileFolder *folder = g_queue_pop_head(&self->surveys);

	if (folder == NULL) {
		return FALSE;
	}
	self->survey_fd = open(folder->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (self->survey_fd < 0) {
		/* It went just now, or is looked at again at the next sweep. */
		folder->has_due = FALSE;
		folder->is_polled |= errno != ENOENT;
		self->is_incomplete = TRUE;
		return TRUE;
	}
	self->surveying = folder;
	self->survey_chunk = 0;
	return TRUE;
}

gboolean
tocsin_file_survey_some(TocsinFileWatcher *self)
{
	TocsinFileFolder *folder = self->surveying;
	TocsinFile *file, *next;

	if (folder == NULL) {
		return begin_survey(self);
	}
	if (self->survey_chunk >= folder->chunk_count) {
		end_survey(self);
		return TRUE;
	}
	for (file = folder->chunks[self->survey_chunk++]; file != NULL; file = next) {
		next = file->next;
		if ((file->flags & TOCSIN_FILE_IS_DUE) != 0) {
			tocsin_file_on_due(self, folder, self->survey_fd, file);
		}
	}
	return TRUE;
}
