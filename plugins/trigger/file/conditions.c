/* SPDX-License-Identifier: MIT */
/* Judges paths by their newest file. */
#include "conditions.h"

void
tocsin_file_conditions_init(TocsinFileConditions *self, const TocsinFileSettings *settings)
{
	*self = (TocsinFileConditions){.settings = settings};
	self->paths = g_new0(TocsinFileCondition, settings->roots->len + 1);
}

void
tocsin_file_conditions_clear(TocsinFileConditions *self)
{
	g_free(self->paths);
}

gboolean
tocsin_file_conditions_are_wanted(const TocsinFileConditions *self)
{
	return self->settings->stale_after_us > 0 || self->settings->absent_after_us > 0;
}

void
tocsin_file_conditions_see(TocsinFileConditions *self, guint index, const TocsinFileLook *before,
                           const TocsinFileLook *look)
{
	TocsinFileCondition *path = &self->paths[index];

	self->is_changed = TRUE;
	if (look != NULL && (!path->has_file || look->mtime_us >= path->newest.mtime_us)) {
		path->has_file = TRUE;
		path->is_unsure = FALSE;
		path->newest = *look;
	} else if (before != NULL && path->has_file && before->mtime_us >= path->newest.mtime_us) {
		path->is_unsure = TRUE;
	}
}

void
tocsin_file_conditions_look_anew(TocsinFileConditions *self, guint index)
{
	self->paths[index].has_file = FALSE;
	self->paths[index].is_unsure = FALSE;
}

/* Tells when a condition turned; returns when it may turn next by itself. */
static gint64
turn(TocsinFileRaiser *raiser, gboolean *is_problem, const char *kind, const char *path,
     const TocsinFileCondition *condition, gint64 due_us, gint64 now_us)
{
	if (*is_problem != (due_us <= now_us)) {
		*is_problem = !*is_problem;
		tocsin_file_raise(raiser, kind, *is_problem ? TOCSIN_FILE_PROBLEM : TOCSIN_FILE_OK,
		                  path, NULL, condition->has_file ? &condition->newest : NULL);
	}
	return *is_problem ? G_MAXINT64 : due_us;
}

static gint64
judge_one(const TocsinFileSettings *settings, const char *text, TocsinFileCondition *path,
          TocsinFileRaiser *raiser, gint64 now_us)
{
	gint64 next_us = G_MAXINT64, due_us;

	if (path->has_file) {
		path->absent_since_us = 0;
	} else if (path->absent_since_us == 0) {
		path->absent_since_us = now_us;
	}
	if (settings->stale_after_us > 0) {
		due_us = path->has_file ? path->newest.mtime_us : path->absent_since_us;
		due_us = turn(raiser, &path->is_stale, "stale", text, path,
		              due_us + settings->stale_after_us, now_us);
		next_us = MIN(next_us, due_us);
	}
	if (settings->absent_after_us > 0) {
		due_us = path->has_file ? G_MAXINT64
		                        : path->absent_since_us + settings->absent_after_us;
		due_us = turn(raiser, &path->is_absent, "absent", text, path, due_us, now_us);
		next_us = MIN(next_us, due_us);
	}
	return next_us;
}

gint64
tocsin_file_conditions_judge(TocsinFileConditions *self, TocsinFileRaiser *raiser, gint64 now_us)
{
	gint64 next_us = G_MAXINT64;

	self->is_changed = FALSE;
	for (guint i = 0; tocsin_file_conditions_are_wanted(self) && i < self->settings->roots->len;
	     i++) {
		const TocsinFileRoot *root = self->settings->roots->pdata[i];

		next_us = MIN(next_us, judge_one(self->settings, root->text, &self->paths[i],
		                                 raiser, now_us));
	}
	return next_us;
}
