/* SPDX-License-Identifier: MIT */
/* Many patterns against many lines.
 *
 * From each regex the rarest set of literals is taken of which every match holds one. Whole buffers
 * are searched for all literals at once; where one stands, its line is cut out and its regex run on
 * it. Patterns without a usable literal are run over the buffer, and only they cost more. The
 * result is that of running each regex on each line.
 *
 * A line is what stands between newlines, without NULs before it and one CR at its end. State
 * belongs to one thread. */
#ifndef TOCSIN_LOG_MATCHER_H
#define TOCSIN_LOG_MATCHER_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinLogMatcher TocsinLogMatcher;

typedef struct {
	const char *name;
	const char *regex; /* PCRE2 */
} TocsinLogPattern;

/* A pattern matches a line. Valid during the call. */
typedef struct {
	guint pattern;
	gsize offset;        /* of the line in what is scanned */
	const char *line;    /* points into what is scanned */
	gsize length;        /* of the line */
	const gsize *groups; /* pairs of start and end in the line, G_MAXSIZE if it took no part */
	guint group_count;
} TocsinLogMatch;

/* In the order of lines, within a line in that of the patterns. Returning FALSE ends the scan. */
typedef gboolean (*TocsinLogOnMatch)(const TocsinLogMatch *match, gpointer data);

#define TOCSIN_LOG_PATTERNS_MAX 10000u

/* Compiles @count patterns. TOCSIN_ERROR_CONFIG names the one that is wrong, and where. */
TocsinLogMatcher *tocsin_log_matcher_new(const TocsinLogPattern *patterns, guint count,
                                         GError **error);
void tocsin_log_matcher_free(TocsinLogMatcher *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogMatcher, tocsin_log_matcher_free)

/* Scans lines; the last one need not end in a newline. Returns @length, or the offset of the line
 * whose match ended the scan. */
gsize tocsin_log_matcher_scan(TocsinLogMatcher *self, const char *bytes, gsize length,
                              TocsinLogOnMatch on_match, gpointer data);

/* Matches @bytes as one unit, newlines and all: a record of several lines, or a shortened line. */
void tocsin_log_matcher_match_unit(TocsinLogMatcher *self, const char *bytes, gsize length,
                                   TocsinLogOnMatch on_match, gpointer data);

/* The name of capture @index of @pattern and its group; NULL past the last. */
const char *tocsin_log_matcher_get_capture(const TocsinLogMatcher *self, guint pattern, guint index,
                                           guint *out_group);

const char *tocsin_log_matcher_get_name(const TocsinLogMatcher *self, guint pattern);

/* How often @pattern was given up on a line because it backtracked too much. */
guint64 tocsin_log_matcher_get_failures(const TocsinLogMatcher *self, guint pattern);

/* Does @pattern have a usable literal? If not, it is run over everything. */
gboolean tocsin_log_matcher_has_literal(const TocsinLogMatcher *self, guint pattern);

G_END_DECLS

#endif
