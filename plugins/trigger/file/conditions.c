/* SPDX-License-Identifier: MIT */
/* Judges paths by their newest file. */
#include "conditions.h"

/* The newest file of the path; NULL if it has none. */
static const TocsinFile *
find_newest(const TocsinFileWatcher *watcher, guint index)
{
	const TocsinFileRoot *root = watcher->settings->roots->pdata[index];
	const TocsinFile *newest = NULL;
	GHashTableIter folders, files;
	gpointer value, name;

	g_hash_table_iter_init(&folders, watcher->folders);
	while (g_hash_table_iter_next(&folders, NULL, &value)) {
		const TocsinFileFolder *folder = value;
		gboolean is_inside = FALSE, is_above = FALSE;

		for (guint i = 0; i < folder->roles->len; i++) {
			const TocsinFileRole *role =
			        &g_array_index(folder->roles, TocsinFileRole, i);

			is_inside |= role->root == index && role->depth == root->count;
			is_above |= role->root == index && role->depth + 1 == root->count;
		}
		g_hash_table_iter_init(&files, folder->files);
		while ((is_inside || is_above) && g_hash_table_iter_next(&files, &name, &value)) {
			const TocsinFile *file = value;

			if ((is_inside || tocsin_file_root_matches(root, root->count - 1, name)) &&
			    (newest == NULL || file->look.mtime_us > newest->look.mtime_us)) {
				newest = file;
			}
		}
	}
	return newest;
}

/* Tells when a condition turned; returns when it may turn next by itself. */
static gint64
turn(TocsinFileRaiser *raiser, gboolean *is_problem, const char *kind, const char *path,
     const TocsinFile *newest, gint64 due_us, gint64 now_us)
{
	if (*is_problem != (due_us <= now_us)) {
		*is_problem = !*is_problem;
		tocsin_file_raise(raiser, kind, *is_problem ? TOCSIN_FILE_PROBLEM : TOCSIN_FILE_OK,
		                  path, NULL, newest != NULL ? &newest->look : NULL);
	}
	return *is_problem ? G_MAXINT64 : due_us;
}

gint64
tocsin_file_judge(TocsinFileCondition *conditions, const TocsinFileWatcher *watcher,
                  TocsinFileRaiser *raiser, gint64 now_us)
{
	const TocsinFileSettings *settings = watcher->settings;
	gint64 next_us = G_MAXINT64;

	if (settings->stale_after_us == 0 && settings->absent_after_us == 0) {
		return next_us;
	}
	for (guint i = 0; i < settings->roots->len; i++) {
		TocsinFileCondition *condition = &conditions[i];
		const TocsinFileRoot *root = settings->roots->pdata[i];
		const TocsinFile *newest = find_newest(watcher, i);
		gint64 one_us;

		if (newest != NULL) {
			condition->absent_since_us = 0;
		} else if (condition->absent_since_us == 0) {
			condition->absent_since_us = now_us;
		}
		if (settings->stale_after_us > 0) {
			one_us =
			        newest != NULL ? newest->look.mtime_us : condition->absent_since_us;
			one_us = turn(raiser, &condition->is_stale, "stale", root->text, newest,
			              one_us + settings->stale_after_us, now_us);
			next_us = MIN(next_us, one_us);
		}
		if (settings->absent_after_us > 0) {
			one_us = newest != NULL
			                 ? G_MAXINT64
			                 : condition->absent_since_us + settings->absent_after_us;
			one_us = turn(raiser, &condition->is_absent, "absent", root->text, newest,
			              one_us, now_us);
			next_us = MIN(next_us, one_us);
		}
	}
	return next_us;
}
