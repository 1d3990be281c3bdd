/* SPDX-License-Identifier: MIT */
/* What may be a copy of a followed file. While a log is copied or compressed, there is first a file
 * without content and then a part of it; so nothing is followed for new by a rotated name before it
 * has content of its own. */
#include <string.h>
#include <sys/stat.h>

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

void
tocsin_log_follower_consider(TocsinLogFollower *self, const char *path, guint64 before)
{
	const Undecided *undecided = g_hash_table_lookup(self->undecided, path);
	struct stat status;

	if (undecided != NULL && before == 0) {
		before = undecided->before;
	}
	if (stat(path, &status) == 0 &&
	    tocsin_log_roster_find_inode(&self->roster, status.st_dev, status.st_ino) == NULL) {
		if (tocsin_log_roster_find_original(&self->roster, path,
		                                    self->detached_count > 0)) {
			put_off(self, path, before, status.st_size == 0);
			return;
		}
		tocsin_log_follower_follow(self, path, before);
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

	if (!tocsin_log_roster_find_original(&self->roster, file->path, FALSE)) {
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
