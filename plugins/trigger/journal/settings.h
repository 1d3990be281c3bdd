/* SPDX-License-Identifier: MIT */
/* The journal trigger's settings. Immutable but for the patterns' state; thread: the trigger's. */
#ifndef TOCSIN_JOURNAL_SETTINGS_H
#define TOCSIN_JOURNAL_SETTINGS_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "from.h"
#include "pattern-settings.h"

G_BEGIN_DECLS

/* A field of the journal that events have. */
typedef struct {
	char *name;  /* in the journal */
	char *event; /* in the event */
} TocsinJournalField;

typedef struct {
	char *path; /* NULL: this machine's journal */
	TocsinFrom from;
	gint64 since_us;
	GPtrArray *units; /* of char *; empty: all, as those below */
	GPtrArray *identifiers;
	GPtrArray *matches; /* of char *: FIELD=VALUE */
	gboolean has_unit_globs;
	int priority_max;  /* syslog's number, the largest that is wanted; 7: all */
	GPtrArray *fields; /* of TocsinJournalField */
	TocsinPatterns *patterns;
	gint64 sweep_us;
} TocsinJournalSettings;

/* All keys, NULL-ended. */
extern const tocsin_key *const tocsin_journal_keys[];

/* TOCSIN_ERROR_CONFIG names all that is wrong. @reads_files: also the pattern file. @now_us: for
 * "since". */
TocsinJournalSettings *tocsin_journal_settings_new(const tocsin_host *host,
                                                   const tocsin_config *config,
                                                   gboolean reads_files, gint64 now_us,
                                                   GError **error);

/* Does nothing on NULL. */
void tocsin_journal_settings_free(TocsinJournalSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinJournalSettings, tocsin_journal_settings_free)

G_END_DECLS

#endif
