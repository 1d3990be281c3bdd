/* SPDX-License-Identifier: MIT */
/* Finding again, after a time without us, what checkpoints remember: where it was, or rotated; what
 * came after it meanwhile; and telling what is not found. */
#include "follower-private.h"
#include "names.h"
#include "patterns.h"

/* Files that are gone after a time without us, of which each is told. */
#define LOST_MAX 10u

/* After which time there may have been other files at a path, which nobody saw. */
typedef struct {
	const char *path; /* the checkpoint's */
	gint64 since_us;
	guint64 before; /* lineage of the file that was there until then; 0: it is gone */
} Gap;

/* Is the file of @checkpoint still at its path, and begins with what was read of it? */
static gboolean
is_in_place(const TocsinLogCheckpoint *checkpoint)
{
	g_autoptr(TocsinLogSource) source = tocsin_log_source_open(checkpoint->path, NULL);
	TocsinLogStatus status;

	return source != NULL && tocsin_log_source_get_status(source, &status, NULL) &&
	       status.device == checkpoint->device && status.inode == checkpoint->inode &&
	       (status.generation == checkpoint->generation || status.generation == 0 ||
	        checkpoint->generation == 0) &&
	       tocsin_log_source_continues(source, checkpoint);
}

/* Finds the file of @checkpoint where it was, or where it was rotated to. FALSE: it is gone. What
 * may have come after it is added to @gaps. */
static gboolean
find_again(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint, GArray *gaps)
{
	g_autofree char *rotated = NULL;
	Gap gap = {checkpoint->path, checkpoint->modified_us, 0};
	gboolean is_found = is_in_place(checkpoint);

	if (is_found) {
		is_found = tocsin_log_follower_adopt(self, checkpoint->path, checkpoint) != NULL;
		if (checkpoint->offset > 0) {
			return is_found;
		}
		/* Nothing was read of it, so that it may have been copied and truncated since. */
	} else {
		rotated = tocsin_log_roster_find_rotated(&self->roster, checkpoint, 0);
		if (rotated != NULL &&
		    tocsin_log_follower_adopt(self, rotated, checkpoint) != NULL) {
			is_found = TRUE;
			gap.since_us = tocsin_log_follower_get_modified_us(rotated);
			gap.before = checkpoint->lineage;
		}
	}
	/* At a rotated name, outside of the patterns, nothing is begun. */
	if (gap.since_us > 0 &&
	    tocsin_log_patterns_match((const char *const *)self->patterns, checkpoint->path)) {
		g_array_append_val(gaps, gap);
	}
	return is_found;
}

/* Follows what was begun and rotated in a gap; what is at its path now has to wait for that. */
static void
fill_gap(TocsinLogFollower *self, const Gap *gap)
{
	guint64 lineage =
	        tocsin_log_follower_follow_between(self, gap->path, gap->since_us, gap->before);

	TocsinLogFile *present = tocsin_log_roster_find_path(&self->roster, gap->path);

	if (lineage == 0) {
		return;
	}
	if (present != NULL) {
		present->before = lineage;
	} else {
		g_hash_table_replace(self->moved, g_strdup(gap->path),
		                     g_memdup2(&lineage, sizeof lineage));
	}
}

/* Is what @checkpoint describes, by its name, a rotated log? It was complete when it got that name,
 * and that it is removed some day is what rotation is for. */
static gboolean
is_rotated(const TocsinLogCheckpoint *checkpoint)
{
	g_autofree char *folder = g_path_get_dirname(checkpoint->path);
	g_autofree char *name = g_path_get_basename(checkpoint->path);
	g_auto(GStrv) originals = tocsin_log_name_find_originals(name);

	for (guint i = 0; originals[i] != NULL; i++) {
		g_autofree char *original = g_build_filename(folder, originals[i], NULL);

		if (g_file_test(original, G_FILE_TEST_EXISTS)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Tells of the first ones. Returns whether there was something to tell. */
static gboolean
note_lost_while_stopped(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint,
                        guint lost_count)
{
	if (is_rotated(checkpoint)) {
		g_debug("'%s' is not there any more", checkpoint->path);
		return FALSE;
	}
	if (lost_count < LOST_MAX) {
		tocsin_log_follower_note_lost(self, checkpoint->path, checkpoint->offset);
	}
	return TRUE;
}

void
tocsin_log_follower_adopt_restored(TocsinLogFollower *self)
{
	g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(Gap));
	guint lost_count = 0;

	for (guint i = 0; i < self->restored->len; i++) {
		const TocsinLogCheckpoint *checkpoint =
		        &g_array_index(self->restored, TocsinLogCheckpoint, i);

		if (!find_again(self, checkpoint, gaps)) {
			lost_count += note_lost_while_stopped(self, checkpoint, lost_count);
			tocsin_log_follower_forget(self, checkpoint->lineage);
		}
	}
	if (lost_count > LOST_MAX) {
		tocsin_log_follower_note(self, "%u more files are not there any more",
		                         lost_count - LOST_MAX);
	}
	/* Only when all that is known has been found again, the rest is unknown. */
	for (guint i = 0; i < gaps->len; i++) {
		fill_gap(self, &g_array_index(gaps, Gap, i));
	}
	g_array_set_size(self->restored, 0);
}
