/* SPDX-License-Identifier: MIT */
/* Sequence, repetition and alternation of what is known of a pattern's parts. */
#include "part.h"

/* Sets kept for a part. */
#define MAX_SETS 6u
void
tocsin_log_part_init(TocsinLogPart *part)
{
	part->is_exact = TRUE;
	tocsin_log_literals_init(&part->exact);
	part->required = NULL;
}

void
tocsin_log_part_clear(TocsinLogPart *part)
{
	g_clear_pointer(&part->required, g_array_unref);
}

guint
tocsin_log_part_count(const TocsinLogPart *part)
{
	return part->required != NULL ? part->required->len : 0;
}

const TocsinLogLiteralSet *
tocsin_log_part_get(const TocsinLogPart *part, guint index)
{
	return &g_array_index(part->required, TocsinLogLiteralSet, index);
}

void
tocsin_log_part_set_opaque(TocsinLogPart *part)
{
	part->is_exact = FALSE;
	tocsin_log_literals_init(&part->exact);
}

/* Keeps @set if it is useful; of too many the most frequent goes. */
static void
require(TocsinLogPart *part, const TocsinLogLiteralSet *set, const TocsinLogFrequency *frequency)
{
	guint worst = 0;
	double worst_estimate = 0;

	if (!tocsin_log_literals_is_useful(set)) {
		return;
	}
	if (part->required == NULL) {
		part->required = g_array_new(FALSE, FALSE, sizeof(TocsinLogLiteralSet));
	}
	g_array_set_size(part->required, part->required->len + 1);
	tocsin_log_literals_copy(
	        &g_array_index(part->required, TocsinLogLiteralSet, part->required->len - 1), set);
	if (part->required->len <= MAX_SETS) {
		return;
	}
	for (guint i = 0; i < part->required->len; i++) {
		double estimate =
		        tocsin_log_literals_estimate(tocsin_log_part_get(part, i), frequency);

		if (estimate > worst_estimate) {
			worst_estimate = estimate;
			worst = i;
		}
	}
	g_array_remove_index(part->required, worst);
}

/* Ends the run of exact strings: they are required, and what follows is not adjacent to them. */
void
tocsin_log_part_break(TocsinLogPart *part, const TocsinLogFrequency *frequency)
{
	require(part, &part->exact, frequency);
	tocsin_log_part_set_opaque(part);
}

static void
part_append_exact(TocsinLogPart *part, const TocsinLogLiteralSet *next,
                  const TocsinLogFrequency *frequency)
{
	if (!tocsin_log_literals_append(&part->exact, next)) {
		tocsin_log_part_break(part, frequency);
		tocsin_log_literals_copy(&part->exact, next);
	}
}

/* @sequence is followed by @atom, @minimum to @maximum times (-1: without end). */
void
tocsin_log_part_append(TocsinLogPart *sequence, const TocsinLogPart *atom, gint minimum,
                       gint maximum, const TocsinLogFrequency *frequency)
{
	gint copies = MIN(minimum, (gint)TOCSIN_LOG_LITERAL_MAX);

	if (minimum == 0) {
		TocsinLogLiteralSet optional;
		TocsinLogLiteralSet empty;

		tocsin_log_literals_copy(&optional, &atom->exact);
		tocsin_log_literals_init(&empty);
		if (maximum != 1 || !atom->is_exact ||
		    !tocsin_log_literals_join(&optional, &empty) ||
		    !tocsin_log_literals_append(&sequence->exact, &optional)) {
			tocsin_log_part_break(sequence, frequency);
		}
		return;
	}
	for (guint i = 0; i < tocsin_log_part_count(atom); i++) {
		require(sequence, tocsin_log_part_get(atom, i), frequency);
	}
	if (!atom->is_exact) {
		tocsin_log_part_break(sequence, frequency);
		return;
	}
	for (gint i = 0; i < copies; i++) {
		part_append_exact(sequence, &atom->exact, frequency);
	}
	if (copies != maximum) {
		/* Between the first copies and the last there may be more. */
		tocsin_log_part_break(sequence, frequency);
		tocsin_log_literals_copy(&sequence->exact, &atom->exact);
	}
}

/* The rarest set that each match of @part holds. FALSE if there is none. */
static gboolean
part_best(const TocsinLogPart *part, const TocsinLogFrequency *frequency, TocsinLogLiteralSet *out)
{
	double best = 1;

	if (part->is_exact && tocsin_log_literals_is_useful(&part->exact)) {
		tocsin_log_literals_copy(out, &part->exact);
		best = tocsin_log_literals_estimate(out, frequency);
	}
	for (guint i = 0; i < tocsin_log_part_count(part); i++) {
		const TocsinLogLiteralSet *set = tocsin_log_part_get(part, i);
		double estimate = tocsin_log_literals_estimate(set, frequency);

		if (estimate < best) {
			best = estimate;
			tocsin_log_literals_copy(out, set);
		}
	}
	return best < 1;
}

/* Makes @whole what is known when either @whole or @branch matches. */
void
tocsin_log_part_alternate(TocsinLogPart *whole, const TocsinLogPart *branch,
                          const TocsinLogFrequency *frequency)
{
	TocsinLogLiteralSet left, right;
	gboolean is_required = part_best(whole, frequency, &left) &&
	                       part_best(branch, frequency, &right) &&
	                       tocsin_log_literals_join(&left, &right);

	if (!whole->is_exact || !branch->is_exact ||
	    !tocsin_log_literals_join(&whole->exact, &branch->exact)) {
		tocsin_log_part_set_opaque(whole);
	}
	tocsin_log_part_clear(whole);
	if (is_required && !whole->is_exact) {
		require(whole, &left, frequency);
	}
}
