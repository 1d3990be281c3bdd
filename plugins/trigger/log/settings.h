/* SPDX-License-Identifier: MIT */
/* The log trigger's settings: declared, read and checked. Thread: main. */
#ifndef TOCSIN_LOG_SETTINGS_H
#define TOCSIN_LOG_SETTINGS_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "follower.h"
#include "multiline.h"
#include "pattern-settings.h"

G_BEGIN_DECLS

typedef struct {
	TocsinLogFollowerOptions follower; /* its patterns are @files */
	char **files;
	TocsinPatterns *patterns;
	TocsinLogMultiline *multiline; /* NULL: each line is a record */
	char *time_format;             /* NULL: times are found */
	guint before;                  /* lines of context */
	guint after;
} TocsinLogSettings;

extern const tocsin_key *const tocsin_log_keys[];

/* Reads and checks @config; all that is wrong is in one error. @reads_files: also the pattern file.
 * @now_us: for "since". */
TocsinLogSettings *tocsin_log_settings_new(const tocsin_host *host, const tocsin_config *config,
                                           gboolean reads_files, gint64 now_us, GError **error);
void tocsin_log_settings_free(TocsinLogSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogSettings, tocsin_log_settings_free)

G_END_DECLS

#endif
