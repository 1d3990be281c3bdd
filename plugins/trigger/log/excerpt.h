/* SPDX-License-Identifier: MIT */
/* The lines around a match, for the mail. Thread: main. */
#ifndef TOCSIN_LOG_EXCERPT_H
#define TOCSIN_LOG_EXCERPT_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "file.h"

G_BEGIN_DECLS

typedef struct _TocsinLogExcerpt TocsinLogExcerpt;

/* Should the match, whose line or record ends at or behind @at in @slice, wait until @after lines
 * follow it? */
gboolean tocsin_log_excerpt_must_wait(const TocsinLogSlice *slice, gsize at, guint after);

/* The match's own lines, which begin at @start in @slice and are the @length bytes of @text, with
 * up to @before and @after lines around them. @end: where the record ends in the slice; 0: with the
 * line. @slice and @text must outlive it. */
TocsinLogExcerpt *tocsin_log_excerpt_new(const TocsinLogSlice *slice, gsize start, gsize end,
                                         const char *text, gsize length, guint before, guint after);
void tocsin_log_excerpt_free(TocsinLogExcerpt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogExcerpt, tocsin_log_excerpt_free)

const tocsin_line *const *tocsin_log_excerpt_get_lines(const TocsinLogExcerpt *self);

G_END_DECLS

#endif
