/* SPDX-License-Identifier: MIT */
/* What is known of a part of a regex: all strings that it can match, or sets of literals that each
 * of its matches holds; and how that adds up. Pure functions; any thread. */
#ifndef TOCSIN_LOG_PART_H
#define TOCSIN_LOG_PART_H

#include <glib.h>

#include "frequency.h"
#include "literal.h"

G_BEGIN_DECLS

typedef struct {
	gboolean is_exact;         /* @exact holds all that it can match */
	TocsinLogLiteralSet exact; /* for a sequence under way: what its last atoms can match */
	GArray *required; /* of TocsinLogLiteralSet, each held by every match; NULL: none */
} TocsinLogPart;

/* The part that matches just the empty string. */
void tocsin_log_part_init(TocsinLogPart *part);
void tocsin_log_part_clear(TocsinLogPart *part);

/* The sets of which every match holds a member. */
guint tocsin_log_part_count(const TocsinLogPart *part);
const TocsinLogLiteralSet *tocsin_log_part_get(const TocsinLogPart *part, guint index);

/* Forgets which strings it matches. */
void tocsin_log_part_set_opaque(TocsinLogPart *part);

/* Ends the run of exact strings: they are required, and what follows is not adjacent to them. */
void tocsin_log_part_break(TocsinLogPart *part, const TocsinLogFrequency *frequency);

/* @sequence is followed by @atom, @minimum to @maximum times (-1: without end). */
void tocsin_log_part_append(TocsinLogPart *sequence, const TocsinLogPart *atom, gint minimum,
                            gint maximum, const TocsinLogFrequency *frequency);

/* Makes @whole what is known when either @whole or @branch matches. */
void tocsin_log_part_alternate(TocsinLogPart *whole, const TocsinLogPart *branch,
                               const TocsinLogFrequency *frequency);

G_END_DECLS

#endif
