/* SPDX-License-Identifier: MIT */
/* Which lines belong together: a stack trace and the line it is about make one record.
 *
 * A record's first line and what follows it run through a small state machine whose edges are
 * regexes; the first line that no edge takes begins the next record. No state is kept between
 * calls. One thread at a time. */
#ifndef TOCSIN_LOG_MULTILINE_H
#define TOCSIN_LOG_MULTILINE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinLogMultiline TocsinLogMultiline;

/* The preset's names, NULL-terminated. */
extern const char *const tocsin_log_multiline_presets[];

/* A preset: java, python, go, rust, c, php or ruby. TOCSIN_ERROR_CONFIG for another name. */
TocsinLogMultiline *tocsin_log_multiline_new_preset(const char *name, GError **error);

/* By patterns, each of which may be NULL, but not all: a record begins with a line that matches
 * @begin, goes on with those that match @go_on, and ends with one that matches @end. Without @go_on
 * it goes on with all that do not match @begin. */
TocsinLogMultiline *tocsin_log_multiline_new(const char *begin, const char *go_on, const char *end,
                                             GError **error);
void tocsin_log_multiline_free(TocsinLogMultiline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogMultiline, tocsin_log_multiline_free)

/* A longer record is divided. */
void tocsin_log_multiline_set_limits(TocsinLogMultiline *self, guint lines, gsize bytes);

/* The first record in @bytes, which are whole lines: its length with the last newline, or 0 if more
 * lines are needed to know its end. With @is_final there is always one. */
gsize tocsin_log_multiline_next(TocsinLogMultiline *self, const char *bytes, gsize length,
                                gboolean is_final);

G_END_DECLS

#endif
