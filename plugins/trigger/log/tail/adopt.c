/* SPDX-License-Identifier: MIT */
/* How a file comes to be followed, as a new one or as what became of a known one; and how it ceases
 * to be what it was. */
#include <string.h>

#include "follower-private.h"
#include "patterns.h"

/* Made durable before the file's first event, so it need not come out the same again. */
static guint64
new_lineage(void)
{
	return MAX((guint64)g_random_int() << 32 | g_random_int(), 1);
}

void
tocsin_log_follower_forget(TocsinLogFollower *self, guint64 lineage)
{
	tocsin_log_follower_keep(self, lineage, NULL);
}

void
tocsin_log_follower_note_lost(TocsinLogFollower *self, const char *path, guint64 offset)
{
	tocsin_log_follower_note(self,
	                         "'%s', read up to byte %" G_GUINT64_FORMAT
	                         ", is not there any more, nor found rotated in its folder, plain "
	                         "or as .gz: what was written to it after that is not read",
	                         path, offset);
}

/* Makes a file of @source, opened at @path, and takes that over. NULL if there is no room. */
static TocsinLogFile *
make_file(TocsinLogFollower *self, const char *path, TocsinLogSource *source, guint64 lineage)
{
	TocsinLogFile *file;

	if (self->roster.files->len >= self->options.files_max) {
		if (!self->is_full) {
			self->is_full = TRUE;
			tocsin_log_follower_note(self,
			                         "more than %u files are found, ignoring the rest "
			                         "(such as '%s')",
			                         self->options.files_max, path);
		}
		tocsin_log_source_free(source);
		return NULL;
	}
	file = tocsin_log_file_new(path, lineage);
	if (!tocsin_log_file_take_source(file, source)) {
		tocsin_log_file_free(file);
		return NULL;
	}
	self->open_count++;
	file->grown_us = file->used_us = tocsin_clock_monotonic_us(self->clock);
	return file;
}

static guint64
size_of(const TocsinLogFile *file)
{
	TocsinLogStatus status;

	return tocsin_log_source_get_status(file->source, &status, NULL) ? status.size : 0;
}

/* Before anything is read of it; of a compressed file the size is not known. */
static void
extend_head(TocsinLogFile *file)
{
	if (!tocsin_log_source_is_compressed(file->source)) {
		tocsin_log_file_extend_head(file, size_of(file));
	}
}

static void
close_surplus(TocsinLogFollower *self, TocsinLogFile *file)
{
	if (self->open_count > self->options.open_max) {
		tocsin_log_follower_close(self, file);
	}
}

TocsinLogFile *
tocsin_log_follower_adopt(TocsinLogFollower *self, const char *path, TocsinLogSource *source,
                          const TocsinLogCheckpoint *checkpoint)
{
	TocsinLogFile *file = make_file(self, path, source, checkpoint->lineage);
	TocsinLogFile *overwritten;

	if (file == NULL) {
		return NULL;
	}
	overwritten = tocsin_log_roster_find_inode(&self->roster, file->device, file->inode);
	file->head = checkpoint->head;
	file->content_us = checkpoint->modified_us;
	tocsin_log_file_seek(file, self->options.from == TOCSIN_LOG_FROM_START && !self->is_started
	                                   ? 0
	                                   : checkpoint->offset);
	/* Outside of the patterns it is read to its end, and no further. */
	file->is_found = tocsin_log_patterns_match((const char *const *)self->patterns, path);
	file->is_detached = !file->is_found;
	file->catch_up_before = self->is_started ? 0 : size_of(file);
	/* What was empty when it was seen last must be told from others from now on. */
	extend_head(file);
	tocsin_log_roster_add(&self->roster, file);
	tocsin_log_follower_queue(self, file);
	tocsin_log_follower_save(self, file);
	close_surplus(self, file);
	if (overwritten != NULL) {
		tocsin_log_follower_succeed(self, overwritten);
	}
	return file;
}

guint64
tocsin_log_follower_follow_missed(TocsinLogFollower *self, const char *path, guint64 before)
{
	g_autoptr(TocsinLogSource) source = tocsin_log_source_open(path, NULL);
	TocsinLogStatus status;
	TocsinLogFile *file;
	guint64 lineage;

	if (source == NULL || !tocsin_log_source_get_status(source, &status, NULL) ||
	    tocsin_log_roster_find_inode(&self->roster, status.device, status.inode) != NULL) {
		return before;
	}
	if (tocsin_log_follower_claim(self, path, &source)) {
		file = tocsin_log_roster_find_inode(&self->roster, status.device, status.inode);
		return file != NULL ? file->lineage : before;
	}
	file = make_file(self, path, g_steal_pointer(&source), new_lineage());
	if (file == NULL) {
		return before;
	}
	file->before = before;
	file->is_detached = TRUE;
	file->is_changed = TRUE;
	file->catch_up_before = self->is_started ? 0 : size_of(file);
	extend_head(file);
	tocsin_log_roster_add(&self->roster, file);
	tocsin_log_follower_save(self, file);
	tocsin_log_follower_queue(self, file);
	lineage = file->lineage;
	close_surplus(self, file);
	return lineage;
}

gint64
tocsin_log_follower_get_modified_us(const TocsinLogFile *file)
{
	g_autoptr(TocsinLogSource) source =
	        file->source == NULL ? tocsin_log_source_open(file->path, NULL) : NULL;
	const TocsinLogSource *open = file->source != NULL ? file->source : source;
	TocsinLogStatus status;

	return open != NULL && tocsin_log_source_get_status(open, &status, NULL)
	               ? status.modified_us
	               : 0;
}

static gboolean
begins_at_end(const TocsinLogFollower *self, const TocsinLogStatus *status)
{
	if (self->is_started) {
		return FALSE;
	}
	switch (self->options.from) {
	case TOCSIN_LOG_FROM_END:
		return TRUE;
	case TOCSIN_LOG_FROM_CHECKPOINT:
		return self->is_first_start;
	case TOCSIN_LOG_FROM_SINCE:
		return self->is_first_start && status->modified_us < self->options.since_us;
	default:
		return FALSE;
	}
}

/* The content's end; a compressed file has to be read for it. */
static guint64
find_end(TocsinLogFollower *self, TocsinLogFile *file, const TocsinLogStatus *status)
{
	guint64 end = 0;
	gssize got;

	if (!tocsin_log_source_is_compressed(file->source)) {
		return status->size;
	}
	while ((got = tocsin_log_source_read(file->source, end, self->reader.bytes,
	                                     self->reader.size, NULL)) > 0) {
		end += (guint64)got;
	}
	return end;
}

void
tocsin_log_follower_follow(TocsinLogFollower *self, const char *path, TocsinLogSource *source,
                           guint64 before)
{
	TocsinLogFile *file = make_file(self, path, source, new_lineage());
	TocsinLogStatus status;

	if (file == NULL) {
		return;
	}
	file->before = before;
	file->is_found = TRUE;
	file->is_unproven = TRUE;
	if (tocsin_log_source_get_status(file->source, &status, NULL)) {
		file->catch_up_before = self->is_started ? 0 : status.size;
		file->content_us = file->modified_us = status.modified_us;
		if (begins_at_end(self, &status)) {
			tocsin_log_file_seek(file, find_end(self, file, &status));
		}
		extend_head(file);
	}
	file->is_changed = TRUE;
	tocsin_log_roster_add(&self->roster, file);
	tocsin_log_follower_save(self, file);
	tocsin_log_follower_queue(self, file);
	close_surplus(self, file);
}

static void
checkpoint_of(TocsinLogFile *file, TocsinLogCheckpoint *out_checkpoint)
{
	g_autoptr(GBytes) bytes = tocsin_log_file_checkpoint(file);
	gsize length;
	gconstpointer data = g_bytes_get_data(bytes, &length);

	tocsin_log_checkpoint_read(data, length, out_checkpoint, NULL);
}

void
tocsin_log_follower_succeed(TocsinLogFollower *self, TocsinLogFile *file)
{
	g_auto(TocsinLogCheckpoint) checkpoint = {0};
	gboolean has_more = file->is_queued;

	checkpoint_of(file, &checkpoint);
	if (file->source != NULL && tocsin_log_file_has_no_name(file)) {
		checkpoint.device = checkpoint.inode = checkpoint.generation = 0;
	}
	tocsin_log_follower_release(self, file);
	tocsin_log_follower_seek(self, &checkpoint, has_more);
}

/* Sees that @file, which may be closed, can be read on. */
static gboolean
hold(TocsinLogFollower *self, TocsinLogFile *file)
{
	gboolean was_open = file->source != NULL;
	gboolean is_open = tocsin_log_file_open(file) == TOCSIN_LOG_READ_END;

	self->open_count += is_open && !was_open;
	return is_open;
}

void
tocsin_log_follower_detach(TocsinLogFollower *self, TocsinLogFile *file)
{
	g_autofree char *path = NULL;

	if (!file->is_detached) {
		file->is_detached = TRUE;
		file->has_reached_end = FALSE;
		file->grown_us = tocsin_clock_monotonic_us(self->clock);
	}
	if (!hold(self, file)) {
		tocsin_log_follower_succeed(self, file);
		return;
	}
	path = tocsin_log_source_find_path(file->source);
	if (path != NULL && strcmp(path, file->path) != 0) {
		tocsin_log_follower_move(self, file, path);
	}
	tocsin_log_follower_queue(self, file);
}

void
tocsin_log_follower_begin_anew(TocsinLogFollower *self, TocsinLogFile *file)
{
	g_auto(TocsinLogCheckpoint) old = {0};
	TocsinLogFile *earlier;

	tocsin_log_file_get_place(file, &old);
	old.path = g_strdup(file->path);
	old.modified_us = file->content_us;
	tocsin_log_roster_set_lineage(&self->roster, file, new_lineage());
	earlier = tocsin_log_follower_seek_copy(self, &old);
	/* It may have been copied more than once before anybody looked. */
	file->before = tocsin_log_follower_follow_between(
	        self, file->path,
	        earlier != NULL ? tocsin_log_follower_get_modified_us(earlier) : file->content_us,
	        earlier != NULL ? earlier->lineage : 0);
	if (tocsin_log_follower_yield(self, file)) {
		return;
	}
	if (file->user_free != NULL) {
		file->user_free(file->user);
		file->user = NULL;
		file->user_free = NULL;
	}
	if (file->carried != NULL) {
		g_string_free(g_steal_pointer(&file->carried), TRUE);
	}
	tocsin_log_file_seek(file, 0);
	file->content_us = file->modified_us;
	file->head = (TocsinLogMark){0};
	file->is_head_saved = FALSE;
	file->size_seen = 0;
	file->catch_up_before = 0;
	file->partial_seen = G_MAXUINT64;
	tocsin_log_follower_save(self, file);
	tocsin_log_follower_queue(self, file);
}
