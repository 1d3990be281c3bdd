/* SPDX-License-Identifier: MIT */
/* What may be a copy of a followed file. While a log is copied or compressed, there is first a file
 * without content and then a part of it; so nothing is followed for new by a rotated name before it
 * has content of its own. */
#include <string.h>

#include "follower-private.h"

/* A copy that grows is compared again so often. */
#define RECONSIDER_US (200 * G_TIME_SPAN_MILLISECOND)

typedef struct {
	guint64 before; /* lineage of the file to be read first; 0: none */
	guint64 look;   /* the look that has seen it last */
	gint64 due_us;  /* monotonic: not to be considered again earlier */
	gboolean is_changed;
} Undecided;

GHashTable *
tocsin_log_follower_new_undecided(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
put_off(TocsinLogFollower *self, const char *path, guint64 before, gboolean is_empty)
{
	Undecided *undecided = g_hash_table_lookup(self->undecided, path);
	gint64 now_us = tocsin_clock_monotonic_us(self->clock);

	if (undecided == NULL) {
		undecided = g_new0(Undecided, 1);
		g_hash_table_insert(self->undecided, g_strdup(path), undecided);
	}
	if (before != 0) {
		undecided->before = before;
	}
	undecided->look = self->looks;
	undecided->due_us = is_empty ? now_us : now_us + RECONSIDER_US;
	undecided->is_changed = FALSE;
}

/* Says once that a file which the patterns find cannot be read. */
static void
note_unreadable(TocsinLogFollower *self, const char *path, const char *reason)
{
	if (g_file_test(path, G_FILE_TEST_EXISTS) &&
	    !g_hash_table_contains(self->unreadable, path) &&
	    g_hash_table_size(self->unreadable) < self->options.files_max) {
		tocsin_log_follower_note(self, "%s; give the daemon the right to read it", reason);
		g_hash_table_add(self->unreadable, g_strdup(path));
	}
}

void
tocsin_log_follower_consider(TocsinLogFollower *self, const char *path, guint64 before)
{
	const Undecided *undecided = g_hash_table_lookup(self->undecided, path);
	g_autoptr(GError) error = NULL;
	/* All that is asked is asked of one file, whatever is renamed meanwhile. */
	g_autoptr(TocsinLogSource) source = tocsin_log_source_open(path, &error);
	TocsinLogStatus status;

	if (undecided != NULL && before == 0) {
		before = undecided->before;
	}
	if (source == NULL) {
		note_unreadable(self, path, error->message);
	} else if (tocsin_log_source_get_status(source, &status, NULL) &&
	           tocsin_log_roster_find_inode(&self->roster, status.device, status.inode) ==
	                   NULL) {
		if (tocsin_log_roster_find_original(&self->roster, path, source,
		                                    self->detached_count > 0)) {
			put_off(self, path, before, status.size == 0);
			return;
		}
		if (!tocsin_log_follower_claim(self, path, &source)) {
			tocsin_log_follower_follow(self, path, g_steal_pointer(&source), before);
		}
	}
	g_hash_table_remove(self->undecided, path);
}

void
tocsin_log_follower_begin_considering(TocsinLogFollower *self)
{
	self->looks++;
}

static gboolean
was_not_seen(gpointer path, gpointer value, gpointer data)
{
	const TocsinLogFollower *self = data;
	const Undecided *undecided = value;

	(void)path;
	return undecided->look != self->looks;
}

void
tocsin_log_follower_end_considering(TocsinLogFollower *self)
{
	g_hash_table_foreach_remove(self->undecided, was_not_seen, self);
}

void
tocsin_log_follower_note_change(TocsinLogFollower *self, const char *path)
{
	Undecided *undecided = g_hash_table_lookup(self->undecided, path);

	if (undecided != NULL) {
		undecided->is_changed = TRUE;
		self->must_reconsider = TRUE;
	}
}

void
tocsin_log_follower_reconsider(TocsinLogFollower *self, gint64 now_us)
{
	g_autoptr(GPtrArray) due = NULL;
	GHashTableIter iter;
	gpointer path, value;

	if (!self->must_reconsider) {
		return;
	}
	self->must_reconsider = FALSE;
	due = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_iter_init(&iter, self->undecided);
	while (g_hash_table_iter_next(&iter, &path, &value)) {
		const Undecided *undecided = value;

		if (undecided->is_changed && undecided->due_us <= now_us) {
			g_ptr_array_add(due, g_strdup(path));
		} else if (undecided->is_changed) {
			self->must_reconsider = TRUE;
		}
	}
	for (guint i = 0; i < due->len; i++) {
		tocsin_log_follower_consider(self, due->pdata[i], 0);
	}
}

gint64
tocsin_log_follower_get_reconsider_us(const TocsinLogFollower *self)
{
	gint64 due_us = G_MAXINT64;
	GHashTableIter iter;
	gpointer value;

	if (!self->must_reconsider) {
		return due_us;
	}
	g_hash_table_iter_init(&iter, self->undecided);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Undecided *undecided = value;

		if (undecided->is_changed) {
			due_us = MIN(due_us, undecided->due_us);
		}
	}
	return due_us;
}

gboolean
tocsin_log_follower_yield(TocsinLogFollower *self, TocsinLogFile *file)
{
	g_autofree char *path = NULL;
	guint64 before = file->before;
	gboolean is_found = file->is_found;

	/* Not of what its path leads to, which may be another one by now. */
	if (!tocsin_log_roster_find_original(&self->roster, file->path, file->source, FALSE)) {
		return FALSE;
	}
	path = g_strdup(file->path);
	tocsin_log_follower_drop(self, file);
	/* Outside of the patterns it is looked for once its original is truncated. */
	if (is_found) {
		tocsin_log_follower_consider(self, path, before);
	}
	return TRUE;
}
