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
	part->required = g_array_new(FALSE, FALSE, sizeof(TocsinLogLiteralSet));
}

void
tocsin_log_part_clear(TocsinLogPart *part)
{
	g_array_unref(part->required);
}

void
tocsin_log_part_set_opaque(TocsinLogPart *part)
{
	part->is_exact = FALSE;
	tocsin_log_literals_init(&part->exact);
}

/* Keeps @set if it is useful; of too many the most frequent goes. */
static void
require(GArray *required, const TocsinLogLiteralSet *set, const TocsinLogFrequency *frequency)
{
	guint worst = 0;
	double worst_estimate = 0;

	if (!tocsin_log_literals_is_useful(set)) {
		return;
	}
	g_array_append_val(required, *set);
	if (required->len <= MAX_SETS) {
		return;
	}
	for (guint i = 0; i < required->len; i++) {
		double estimate = tocsin_log_literals_estimate(
		        &g_array_index(required, TocsinLogLiteralSet, i), frequency);

		if (estimate > worst_estimate) {
			worst_estimate = estimate;
			worst = i;
		}
	}
	g_array_remove_index(required, worst);
}

/* Ends the run of exact strings: they are required, and what follows is not adjacent to them. */
void
tocsin_log_part_break(TocsinLogPart *part, const TocsinLogFrequency *frequency)
{
	require(part->required, &part->exact, frequency);
	tocsin_log_part_set_opaque(part);
}

static void
part_append_exact(TocsinLogPart *part, const TocsinLogLiteralSet *next,
                  const TocsinLogFrequency *frequency)
{
	if (!tocsin_log_literals_append(&part->exact, next)) {
		tocsin_log_part_break(part, frequency);
		part->exact = *next;
	}
}

/* @sequence is followed by @atom, @minimum to @maximum times (-1: without end). */
void
tocsin_log_part_append(TocsinLogPart *sequence, const TocsinLogPart *atom, gint minimum,
                       gint maximum, const TocsinLogFrequency *frequency)
{
	gint copies = MIN(minimum, (gint)TOCSIN_LOG_LITERAL_MAX);

	if (minimum == 0) {
		TocsinLogLiteralSet optional = atom->exact;
		TocsinLogLiteralSet empty;

		tocsin_log_literals_init(&empty);
		if (maximum != 1 || !atom->is_exact ||
		    !tocsin_log_literals_join(&optional, &empty) ||
		    !tocsin_log_literals_append(&sequence->exact, &optional)) {
			tocsin_log_part_break(sequence, frequency);
		}
		return;
	}
	for (guint i = 0; i < atom->required->len; i++) {
		require(sequence->required, &g_array_index(atom->required, TocsinLogLiteralSet, i),
		        frequency);
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
		sequence->exact = atom->exact;
	}
}

/* The rarest set that each match of @part holds. FALSE if there is none. */
static gboolean
part_best(const TocsinLogPart *part, const TocsinLogFrequency *frequency, TocsinLogLiteralSet *out)
{
	double best = 1;

	if (part->is_exact && tocsin_log_literals_is_useful(&part->exact)) {
		*out = part->exact;
		best = tocsin_log_literals_estimate(out, frequency);
	}
	for (guint i = 0; i < part->required->len; i++) {
		const TocsinLogLiteralSet *set =
		        &g_array_index(part->required, TocsinLogLiteralSet, i);
		double estimate = tocsin_log_literals_estimate(set, frequency);

		if (estimate < best) {
			best = estimate;
			*out = *set;
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
	g_array_set_size(whole->required, 0);
	if (is_required && !whole->is_exact) {
		g_array_append_val(whole->required, left);
	}
}
