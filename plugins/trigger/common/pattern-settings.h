/* SPDX-License-Identifier: MIT */
/* The settings "patterns" and "pattern_file": what triggers that read lines look for. Thread: the
 * trigger's. */
#ifndef TOCSIN_COMMON_PATTERN_SETTINGS_H
#define TOCSIN_COMMON_PATTERN_SETTINGS_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "matcher.h"

G_BEGIN_DECLS

/* One pattern, as configured. */
typedef struct {
	char *name;
	char *regex;
	char *key;             /* the capture that becomes the event's key; NULL: none */
	char *status;          /* the event's status; NULL: none */
	guint32 severity;      /* TOCSIN_LEVEL_* */
	guint64 failures_told; /* how often the regex had been given up when that was said last */
} TocsinPattern;

typedef struct {
	GPtrArray *list; /* of TocsinPattern */
	TocsinLogMatcher *matcher;
} TocsinPatterns;

/* For a unit's own table of keys. */
extern const tocsin_key tocsin_patterns_key;
extern const tocsin_key tocsin_patterns_key_file;

/* Reads these settings and compiles the patterns; what is wrong is added to @problems.
 * @reads_files: also the pattern file. */
TocsinPatterns *tocsin_patterns_new(const tocsin_host *host, const tocsin_config *config,
                                    gboolean reads_files, GString *problems);

/* Does nothing on NULL. */
void tocsin_patterns_free(TocsinPatterns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinPatterns, tocsin_patterns_free)

/* Declares a kind for each pattern, with its captures as fields but for those named in @others,
 * which is NULL-ended. */
int32_t tocsin_patterns_declare(const TocsinPatterns *self, const tocsin_host *host,
                                tocsin_schema *schema, const char *const *others,
                                tocsin_error *error);

/* Fills in the text fields of the captures that took part in @match, each name once, up to @max;
 * returns how many. What they say lies in the match's line. */
guint tocsin_patterns_take_fields(const TocsinPatterns *self, const TocsinLogMatch *match,
                                  tocsin_field *out_fields, guint max);

/* What a text field says, as the key of an event: valid UTF-8, made of up to 4 KiB of it. Free with
 * g_free(). */
char *tocsin_patterns_make_key(const tocsin_field *field);

/* The field of this name; NULL: there is none. */
const tocsin_field *tocsin_patterns_find_field(const tocsin_field *fields, guint count,
                                               const char *name);

/* A text field; both must outlive it. */
tocsin_field tocsin_patterns_text_field(const char *name, const char *text, gsize length);

/* Says in the log which regexes were given up on a line, once each time their number has grown
 * tenfold. */
void tocsin_patterns_tell_failures(TocsinPatterns *self, const tocsin_host *host);

G_END_DECLS

#endif
