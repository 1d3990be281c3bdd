/* SPDX-License-Identifier: MIT */
/* What can be known about a regex without running it: literals of which every match holds one, and
 * whether it can be run over many lines at once.
 *
 * Conservative: where the pattern is not understood, nothing is claimed. Pure functions; any
 * thread. */
#ifndef TOCSIN_LOG_SYNTAX_H
#define TOCSIN_LOG_SYNTAX_H

#include <glib.h>

#include "frequency.h"
#include "literal.h"

G_BEGIN_DECLS

typedef struct _TocsinLogSyntax TocsinLogSyntax;

/* Analyses the PCRE2 pattern @regex, which need not be valid. @frequency decides which literals are
 * rare. */
TocsinLogSyntax *tocsin_log_syntax_new(const char *regex, const TocsinLogFrequency *frequency);
void tocsin_log_syntax_free(TocsinLogSyntax *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogSyntax, tocsin_log_syntax_free)

/* Can nothing in the pattern take or look at a newline? Then a search through many lines, with
 * PCRE2_MULTILINE, finds in each line what a search in that line alone would. */
gboolean tocsin_log_syntax_is_line_bound(const TocsinLogSyntax *self);

/* Must the pattern be compiled with PCRE2_UTF, whatever the line is? */
gboolean tocsin_log_syntax_needs_utf(const TocsinLogSyntax *self);

/* The sets of literals, each alone enough: every line that matches holds one of its members. They
 * are in no certain order; 0 if nothing is known. */
guint tocsin_log_syntax_count(const TocsinLogSyntax *self);
const TocsinLogLiteralSet *tocsin_log_syntax_get(const TocsinLogSyntax *self, guint index);

G_END_DECLS

#endif
