/* SPDX-License-Identifier: MIT */
/* Everything that is wrong with a configuration, with its place: a check tells all of it at once.
 * One thread. */
#ifndef TOCSIN_CONF_PROBLEMS_H
#define TOCSIN_CONF_PROBLEMS_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinProblems TocsinProblems;

/* None yet. */
TocsinProblems *tocsin_problems_new(void);

/* Does nothing on NULL. */
void tocsin_problems_free(TocsinProblems *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinProblems, tocsin_problems_free)

/* Adds one. @file (nullable) and @line (0: none) say where. Past a limit they are only counted. */
void tocsin_problems_add(TocsinProblems *self, const char *file, guint line, const char *format,
                         ...) G_GNUC_PRINTF(4, 5);

/* Adds those of @others that are not among them yet: two who read the same settings tell the
 * same. */
void tocsin_problems_merge(TocsinProblems *self, const TocsinProblems *others);

/* How many there are, up to the limit. */
guint tocsin_problems_count(const TocsinProblems *self);

/* The @index-th as "file:line: text", in the order in which they were found; owned by @self. */
const char *tocsin_problems_at(const TocsinProblems *self, guint index);

/* Sets TOCSIN_ERROR_CONFIG with all of them, one a line, if there are any; else returns TRUE. */
gboolean tocsin_problems_to_error(const TocsinProblems *self, GError **error);

G_END_DECLS

#endif
