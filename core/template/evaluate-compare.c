/* SPDX-License-Identifier: MIT */
/* Comparisons, alone and chained: == != < <= > >= in matches. */
#include "template/access.h"
#include "template/evaluate.h"

static gboolean
matches(TocsinRun *run, const TocsinTree *operand, const TocsinDatum *a, const TocsinDatum *b)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(run, a);
	GRegex *regex = operand->regex;

	if (text == NULL) {
		return FALSE;
	}
	if (regex == NULL && !tocsin_datum_is_string(b)) {
		tocsin_run_fail(run, "the pattern must be a string, found %s",
		                tocsin_datum_kind_name(b));
		return FALSE;
	}
	regex = regex != NULL ? regex : tocsin_run_regex(run, tocsin_datum_text(b));
	return regex != NULL && tocsin_run_search(run, regex, tocsin_datum_text(text), FALSE);
}

static gboolean
is_ordered(TocsinRun *run, int operator, const TocsinDatum * a, const TocsinDatum *b)
{
	gint order = 0;

	if (!tocsin_datum_compare(a, b, &order)) {
		tocsin_run_fail(run,
		                "%s and %s cannot be compared: one of the filters int, float "
		                "and string may help",
		                tocsin_datum_kind_name(a), tocsin_datum_kind_name(b));
		return FALSE;
	}
	switch (operator) {
	case '<':
		return order < 0;
	case '>':
		return order > 0;
	case TOCSIN_OPERATOR('<', '='):
		return order <= 0;
	default:
		return order >= 0;
	}
}

static gboolean
holds(TocsinRun *run, const TocsinTree *operand, const TocsinDatum *a, const TocsinDatum *b)
{
	gboolean is_in = FALSE;

	switch (operand->operator) {
	case TOCSIN_OPERATOR('=', '='):
		return tocsin_datum_equal(a, b);
	case TOCSIN_OPERATOR('!', '='):
		return !tocsin_datum_equal(a, b);
	case TOCSIN_OPERATOR_IN:
	case TOCSIN_OPERATOR_NOT_IN:
		tocsin_access_contains(run, b, a, &is_in);
		return is_in == (operand->operator== TOCSIN_OPERATOR_IN);
	case TOCSIN_OPERATOR_MATCHES:
		return matches(run, operand, a, b);
	case TOCSIN_OPERATOR_NOT_MATCHES:
		return !matches(run, operand, a, b);
	default:
		return is_ordered(run, operand->operator, a, b);
	}
}

TocsinDatum *
tocsin_evaluate_comparison(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) left = tocsin_evaluate_defined(run, node->a);

	for (guint i = 0; left != NULL && i < node->list->len; i++) {
		const TocsinTree *operand = node->list->pdata[i];
		TocsinDatum *right = tocsin_evaluate_defined(run, operand->a);
		gboolean is_true;

		if (right == NULL) {
			return NULL;
		}
		run->node = operand;
		is_true = holds(run, operand, left, right);
		tocsin_datum_unref(left);
		left = right;
		if (run->error != NULL || !is_true) {
			return run->error != NULL ? NULL : tocsin_datum_new_bool(FALSE);
		}
	}
	return left != NULL ? tocsin_datum_new_bool(TRUE) : NULL;
}
