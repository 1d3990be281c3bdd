/* SPDX-License-Identifier: MIT */
/* Running statements: text, output, conditions, assignments. */
#include <string.h>

#include "template/escape.h"
#include "template/evaluate.h"
#include "template/functions.h"
#include "template/template-private.h"

gboolean
tocsin_render_text(TocsinRun *run, const char *text, gsize length)
{
	if (run->is_silent) {
		return TRUE;
	}
	if (length > run->limits->output_bytes - MIN(run->out->len, run->limits->output_bytes)) {
		tocsin_run_fail_limit(run, "more than %u bytes of output",
		                      run->limits->output_bytes);
		return FALSE;
	}
	g_string_append_len(run->out, text, (gssize)length);
	return TRUE;
}

static gboolean
render_output(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) value = NULL;
	g_autoptr(TocsinDatum) text = NULL;

	if (run->is_silent) {
		return TRUE;
	}
	value = tocsin_evaluate_defined(run, node->a);
	if (value == NULL) {
		return FALSE;
	}
	run->node = node->a;
	text = run->escape == TOCSIN_ESCAPE_HTML ? tocsin_run_to_markup(run, value)
	                                         : tocsin_run_to_string(run, value);
	return text != NULL &&
	       tocsin_render_text(run, tocsin_datum_text(text), tocsin_datum_size(text));
}

static gboolean
render_if(TocsinRun *run, const TocsinTree *node)
{
	for (guint i = 0; i + 1 < node->list->len; i += 2) {
		gboolean is_true = FALSE;

		if (!tocsin_evaluate_truth(run, node->list->pdata[i], &is_true)) {
			return FALSE;
		}
		if (is_true) {
			return tocsin_render_node(run, node->list->pdata[i + 1]);
		}
	}
	return node->c == NULL || tocsin_render_node(run, node->c);
}

static gboolean
assign_tuple(TocsinRun *run, const TocsinTree *target, const TocsinDatum *value)
{
	g_autoptr(TocsinDatum) members = tocsin_run_to_list(run, value);

	if (members == NULL) {
		return FALSE;
	}
	if (tocsin_datum_count(members) != target->list->len) {
		tocsin_run_fail(run, "%u values for %u names", tocsin_datum_count(members),
		                target->list->len);
		return FALSE;
	}
	for (guint i = 0; i < target->list->len; i++) {
		if (!tocsin_render_assign(run, target->list->pdata[i],
		                          tocsin_datum_ref(tocsin_datum_nth(members, i)))) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
assign_member(TocsinRun *run, const TocsinTree *target, TocsinDatum *value)
{
	g_autoptr(TocsinDatum) owner = tocsin_evaluate_defined(run, target->a);

	if (owner != NULL && tocsin_functions_set_member(owner, target->name, value)) {
		return TRUE;
	}
	tocsin_datum_unref(value);
	if (owner != NULL) {
		run->node = target;
		tocsin_run_fail(run, "only a namespace's members can be set");
	}
	return FALSE;
}

gboolean
tocsin_render_assign(TocsinRun *run, const TocsinTree *target, TocsinDatum *value)
{
	gboolean is_fine;

	run->node = target;
	if (target->kind == TOCSIN_TREE_NAME) {
		tocsin_frame_set(run->frame, target->name, value);
		return TRUE;
	}
	if (target->kind == TOCSIN_TREE_ATTRIBUTE) {
		return assign_member(run, target, value);
	}
	is_fine = assign_tuple(run, target, value);
	tocsin_datum_unref(value);
	return is_fine;
}

static gboolean
render_set(TocsinRun *run, const TocsinTree *node)
{
	TocsinDatum *value = tocsin_evaluate(run, node->b);

	return value != NULL && tocsin_render_assign(run, node->a, value);
}

TocsinDatum *
tocsin_render_capture(TocsinRun *run, const TocsinTree *body)
{
	GString *outer = run->out;
	gboolean was_silent = run->is_silent;
	gboolean is_fine;
	GString *inner = g_string_new(NULL);

	run->out = inner;
	run->is_silent = FALSE;
	is_fine = tocsin_render_node(run, body);
	run->out = outer;
	run->is_silent = was_silent;
	if (!is_fine) {
		g_string_free(inner, TRUE);
		return NULL;
	}
	return tocsin_run_gstring_take(run, inner, run->escape == TOCSIN_ESCAPE_HTML);
}

static TocsinDatum *
capture_filtered(TocsinRun *run, const TocsinTree *body, const TocsinTree *filters)
{
	TocsinFrame *frame = run->frame;
	g_autoptr(TocsinDatum) text = NULL;

	run->frame = tocsin_frame_new(frame);
	text = tocsin_render_capture(run, body);
	tocsin_frame_unref(run->frame);
	run->frame = frame;
	return text != NULL ? tocsin_evaluate_filters(run, filters, text) : NULL;
}

static gboolean
render_set_block(TocsinRun *run, const TocsinTree *node)
{
	TocsinDatum *value = capture_filtered(run, node->b, node->c);

	return value != NULL && tocsin_render_assign(run, node->a, value);
}

static gboolean
render_filter_block(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) value = capture_filtered(run, node->b, node->a);
	g_autoptr(TocsinDatum) text = NULL;

	if (value == NULL) {
		return FALSE;
	}
	text = run->escape == TOCSIN_ESCAPE_HTML ? tocsin_run_to_markup(run, value)
	                                         : tocsin_run_to_string(run, value);
	return text != NULL &&
	       tocsin_render_text(run, tocsin_datum_text(text), tocsin_datum_size(text));
}

static gboolean
render_with(TocsinRun *run, const TocsinTree *node)
{
	TocsinFrame *outer = run->frame;
	TocsinFrame *inner = tocsin_frame_new(outer);
	gboolean is_fine = TRUE;

	/* The values are worked out before any of the names is set. */
	for (guint i = 0; node->list != NULL && i < node->list->len && is_fine; i++) {
		const TocsinTree *set = node->list->pdata[i];
		TocsinDatum *value = tocsin_evaluate(run, set->b);

		is_fine = value != NULL;
		if (is_fine) {
			tocsin_frame_set(inner, set->a->name, value);
		}
	}
	run->frame = inner;
	is_fine = is_fine && tocsin_render_node(run, node->a);
	run->frame = outer;
	tocsin_frame_unref(inner);
	return is_fine;
}

static gboolean
render_autoescape(TocsinRun *run, const TocsinTree *node)
{
	TocsinEscape outer = run->escape;
	gboolean is_on = FALSE;
	gboolean is_fine = tocsin_evaluate_truth(run, node->a, &is_on);

	if (is_fine) {
		run->escape = is_on ? TOCSIN_ESCAPE_HTML : TOCSIN_ESCAPE_NONE;
		is_fine = tocsin_render_node(run, node->b);
		run->escape = outer;
	}
	return is_fine;
}

static gboolean
render_macro(TocsinRun *run, const TocsinTree *node)
{
	tocsin_frame_set(run->frame, node->name,
	                 tocsin_render_new_macro(run, node, node->name, node->a));
	return TRUE;
}

static gboolean
render_body(TocsinRun *run, const TocsinTree *node)
{
	for (guint i = 0; node->list != NULL && i < node->list->len; i++) {
		if (!tocsin_render_node(run, node->list->pdata[i])) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
render_data(TocsinRun *run, const TocsinTree *node)
{
	return tocsin_render_text(run, tocsin_datum_text(node->value),
	                          tocsin_datum_size(node->value));
}

gboolean
tocsin_render_node(TocsinRun *run, const TocsinTree *node)
{
	static gboolean (*const renderers[])(TocsinRun *, const TocsinTree *) = {
	        [TOCSIN_TREE_DATA] = render_data,
	        [TOCSIN_TREE_OUTPUT] = render_output,
	        [TOCSIN_TREE_BODY] = render_body,
	        [TOCSIN_TREE_IF] = render_if,
	        [TOCSIN_TREE_FOR] = tocsin_render_loop,
	        [TOCSIN_TREE_SET] = render_set,
	        [TOCSIN_TREE_SET_BLOCK] = render_set_block,
	        [TOCSIN_TREE_BLOCK] = tocsin_render_block,
	        [TOCSIN_TREE_EXTENDS] = tocsin_render_extends,
	        [TOCSIN_TREE_INCLUDE] = tocsin_render_include,
	        [TOCSIN_TREE_IMPORT] = tocsin_render_import,
	        [TOCSIN_TREE_FROM] = tocsin_render_import,
	        [TOCSIN_TREE_MACRO] = render_macro,
	        [TOCSIN_TREE_CALL_BLOCK] = tocsin_render_call_block,
	        [TOCSIN_TREE_FILTER_BLOCK] = render_filter_block,
	        [TOCSIN_TREE_WITH] = render_with,
	        [TOCSIN_TREE_AUTOESCAPE] = render_autoescape,
	};
	gboolean is_fine;

	run->node = node;
	if (!tocsin_run_step(run, 1) || !tocsin_run_enter(run)) {
		return FALSE;
	}
	is_fine = renderers[node->kind](run, node);
	tocsin_run_leave(run);
	return is_fine;
}
