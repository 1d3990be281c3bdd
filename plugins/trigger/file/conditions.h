/* SPDX-License-Identifier: MIT */
/* Whether a path is stale or absent, and since when; judged by its newest file, which is kept
 * account of as files come and go. Thread: the trigger's. */
#ifndef TOCSIN_FILE_CONDITIONS_H
#define TOCSIN_FILE_CONDITIONS_H

#include <glib.h>

#include "raise.h"
#include "settings.h"

G_BEGIN_DECLS

/* Of one path. */
typedef struct {
	gboolean is_stale;
	gboolean is_absent;
	gint64 absent_since_us; /* 0: there is a file */
	gboolean has_file;
	gboolean is_unsure;    /* the newest file went, and which is the newest now is not known */
	TocsinFileLook newest; /* if has_file */
} TocsinFileCondition;

typedef struct {
	const TocsinFileSettings *settings;
	TocsinFileCondition *paths; /* one for each */
	gboolean is_changed;        /* since they were judged */
} TocsinFileConditions;

void tocsin_file_conditions_init(TocsinFileConditions *self, const TocsinFileSettings *settings);
void tocsin_file_conditions_clear(TocsinFileConditions *self);

/* Does anything depend on them? If not, the calls below need not be made. */
gboolean tocsin_file_conditions_are_wanted(const TocsinFileConditions *self);

/* A file of the path at @index was seen as @look, or, NULL, went; before it was @before, NULL if it
 * was not there. */
void tocsin_file_conditions_see(TocsinFileConditions *self, guint index,
                                const TocsinFileLook *before, const TocsinFileLook *look);

/* Forgets what the newest file is, for it to be seen again. */
void tocsin_file_conditions_look_anew(TocsinFileConditions *self, guint index);

/* Judges each path, raises what turned, and returns when one may turn next by itself (wall time),
 * G_MAXINT64 for never. None may be unsure. */
gint64 tocsin_file_conditions_judge(TocsinFileConditions *self, TocsinFileRaiser *raiser,
                                    gint64 now_us);

G_END_DECLS

#endif
