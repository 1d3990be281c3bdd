/* SPDX-License-Identifier: MIT */
/* Finding again, after a time without us, what checkpoints remember: where it was, or rotated; what
 * came after it meanwhile. */
#include <string.h>

#include "follower-private.h"
#include "names.h"
#include "patterns.h"

/* After which time there may have been other files at a path, which nobody saw. */
typedef struct {
	gint64 since_us;
	guint64 before;     /* lineage of the file that was there until then; 0: it is gone */
	gboolean is_closed; /* what is there now was there when we stopped */
} Gap;

/* Goes on with the file of @checkpoint, if it is still at its path and begins with what was read of
 * it. */
static TocsinLogFile *
adopt_in_place(TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint)
{
	g_autoptr(TocsinLogSource) source = tocsin_log_source_open(checkpoint->path, NULL);
	TocsinLogStatus status;

	if (source == NULL || !tocsin_log_source_get_status(source, &status, NULL) ||
	    status.device != checkpoint->device || status.inode != checkpoint->inode ||
	    (status.generation != checkpoint->generation && status.generation != 0 &&
	     checkpoint->generation != 0) ||
	    !tocsin_log_source_continues(source, checkpoint)) {
		return NULL;
	}
	return tocsin_log_follower_adopt(self, checkpoint->path, g_steal_pointer(&source),
	                                 checkpoint);
}

/* Adds to @gaps, by path, what may have come after @checkpoint; @file is what goes on where it left
 * off, if that was found. Of several at one path the last counts: what came between them was
 * seen. */
static void
add_gap(const TocsinLogFollower *self, const TocsinLogCheckpoint *checkpoint,
        const TocsinLogFile *file, GHashTable *gaps)
{
	gboolean is_in_place = file != NULL && strcmp(file->path, checkpoint->path) == 0;
	gboolean was_empty = file == NULL && checkpoint->head.length == 0;
	Gap gap = {.since_us = checkpoint->modified_us};
	const Gap *other = g_hash_table_lookup(gaps, checkpoint->path);

	if (is_in_place) {
		/* If nothing was read of it, it may have been copied and truncated since. */
		gap.is_closed = checkpoint->offset > 0;
	} else if (file != NULL) {
		gap.since_us = tocsin_log_follower_get_modified_us(file);
		gap.before = checkpoint->lineage;
	}
	/* At a rotated name, outside of the patterns, nothing is begun; but what was there may have
	 * been filled and compressed. */
	if ((gap.since_us > 0 || gap.is_closed) &&
	    (was_empty ||
	     tocsin_log_patterns_match((const char *const *)self->patterns, checkpoint->path)) &&
	    (other == NULL ||
	     (!other->is_closed && (gap.is_closed || gap.since_us > other->since_us)))) {
		g_hash_table_replace(gaps, checkpoint->path, g_memdup2(&gap, sizeof gap));
	}
}

/* Follows what was begun and rotated in a gap; what is at its path now has to wait for that. */
static void
fill_gap(TocsinLogFollower *self, const char *path, const Gap *gap)
{
	guint64 lineage =
	        tocsin_log_follower_follow_between(self, path, gap->since_us, gap->before);
	TocsinLogFile *present = tocsin_log_roster_find_path(&self->roster, path);

	if (lineage == 0) {
		return;
	}
	if (present != NULL) {
		present->before = lineage;
	} else {
		g_hash_table_replace(self->moved, g_strdup(path),
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

void
tocsin_log_follower_adopt_restored(TocsinLogFollower *self)
{
	g_autoptr(GHashTable) gaps = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	g_autoptr(GPtrArray) away = g_ptr_array_new();
	GHashTableIter iter;
	gpointer path, gap;

	for (guint i = 0; i < self->restored->len; i++) {
		TocsinLogCheckpoint *checkpoint =
		        &g_array_index(self->restored, TocsinLogCheckpoint, i);
		const TocsinLogFile *file = adopt_in_place(self, checkpoint);

		if (file != NULL) {
			add_gap(self, checkpoint, file, gaps);
		} else {
			g_ptr_array_add(away, checkpoint);
		}
	}
	for (guint i = 0; i < away->len; i++) {
		const TocsinLogCheckpoint *checkpoint = away->pdata[i];

		tocsin_log_follower_seek(self, checkpoint,
		                         checkpoint->inode != 0 && !is_rotated(checkpoint));
	}
	tocsin_log_follower_search(self);
	for (guint i = 0; i < away->len; i++) {
		const TocsinLogCheckpoint *checkpoint = away->pdata[i];

		add_gap(self, checkpoint,
		        tocsin_log_roster_find_lineage(&self->roster, checkpoint->lineage), gaps);
	}
	/* Only when all that is known has been found again, the rest is unknown. */
	g_hash_table_iter_init(&iter, gaps);
	while (g_hash_table_iter_next(&iter, &path, &gap)) {
		if (!((const Gap *)gap)->is_closed) {
			fill_gap(self, path, gap);
		}
	}
	g_array_set_size(self->restored, 0);
}
