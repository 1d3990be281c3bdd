/* SPDX-License-Identifier: MIT */
/* for, and what "loop" knows. */
#include <string.h>

#include "template/evaluate.h"
#include "template/template-private.h"

typedef struct {
	guint references; /* of the loop and its methods as values */
	TocsinDatum *items;
	guint at;
	guint level;
	TocsinDatum *changed; /* what changed() was last given, or NULL */
	const TocsinTree *node;
	TocsinFrame *frame; /* around a recursive loop; NULL otherwise */
} Loop;

static void
free_loop(gpointer self)
{
	Loop *loop = self;

	if (--loop->references > 0) {
		return;
	}
	tocsin_datum_unref(loop->items);
	tocsin_datum_unref(loop->changed);
	tocsin_frame_unref(loop->frame);
	g_free(loop);
}

static Loop *
ref_loop(Loop *self)
{
	self->references++;
	return self;
}

static gboolean run_loop(TocsinRun *run, const TocsinTree *node, TocsinDatum *items, guint level);

static TocsinDatum *
call_cycle(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	Loop *loop = self;
	guint count = tocsin_arguments_count(arguments);

	if (count == 0) {
		return tocsin_run_fail(run, "cycle needs at least one argument");
	}
	return tocsin_datum_ref(tocsin_arguments_nth(arguments, loop->at % count));
}

static TocsinDatum *
call_changed(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	Loop *loop = self;
	TocsinDatum *now = tocsin_datum_new_tuple();
	gboolean is_same;

	for (guint i = 0; i < tocsin_arguments_count(arguments); i++) {
		tocsin_datum_append(now, tocsin_datum_ref(tocsin_arguments_nth(arguments, i)));
	}
	is_same = loop->changed != NULL && tocsin_datum_equal(loop->changed, now);
	tocsin_datum_unref(loop->changed);
	loop->changed = now;
	return tocsin_datum_new_bool(!is_same);
}

/* loop(items) in a recursive loop. */
static TocsinDatum *
call_loop(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	Loop *loop = self;
	TocsinFrame *frame = run->frame;
	GString *outer = run->out;
	GString *inner = NULL;
	g_autoptr(TocsinDatum) items = NULL;
	gboolean is_fine;

	if (loop->frame == NULL || tocsin_arguments_count(arguments) != 1) {
		return tocsin_run_fail(run, "loop() needs a loop marked 'recursive' and one list");
	}
	items = tocsin_run_to_list(run, tocsin_arguments_nth(arguments, 0));
	if (items == NULL) {
		return NULL;
	}
	inner = g_string_new(NULL);
	run->out = inner;
	run->frame = loop->frame;
	is_fine = run_loop(run, loop->node, items, loop->level + 1);
	run->out = outer;
	run->frame = frame;
	if (!is_fine) {
		g_string_free(inner, TRUE);
		return NULL;
	}
	return tocsin_run_gstring_take(run, inner, run->escape == TOCSIN_ESCAPE_HTML);
}

static const TocsinObjectClass cycle_class = {"cycle", NULL, call_cycle, free_loop};
static const TocsinObjectClass changed_class = {"changed", NULL, call_changed, free_loop};

static TocsinDatum *
get_neighbour(const Loop *loop, gint64 at, const char *message)
{
	return at >= 0 && at < tocsin_datum_count(loop->items)
	               ? tocsin_datum_ref(tocsin_datum_nth(loop->items, (guint)at))
	               : tocsin_datum_new_undefined(message);
}

static TocsinDatum *
get_loop(gpointer self, const char *name)
{
	Loop *loop = self;
	gint64 count = tocsin_datum_count(loop->items);
	const struct {
		const char *name;
		gint64 value;
	} numbers[] = {
	        {"index", (gint64)loop->at + 1},
	        {"index0", loop->at},
	        {"revindex", count - loop->at},
	        {"revindex0", count - loop->at - 1},
	        {"length", count},
	        {"depth", (gint64)loop->level + 1},
	        {"depth0", loop->level},
	};

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (strcmp(numbers[i].name, name) == 0) {
			return tocsin_datum_new_int(numbers[i].value);
		}
	}
	if (strcmp(name, "first") == 0 || strcmp(name, "last") == 0) {
		return tocsin_datum_new_bool(loop->at == (*name == 'f' ? 0 : count - 1));
	}
	if (strcmp(name, "previtem") == 0) {
		return get_neighbour(loop, (gint64)loop->at - 1, "there is no previous item");
	}
	if (strcmp(name, "nextitem") == 0) {
		return get_neighbour(loop, (gint64)loop->at + 1, "there is no next item");
	}
	return NULL;
}

static TocsinDatum *
get_loop_or_method(gpointer self, const char *name)
{
	if (strcmp(name, "cycle") == 0) {
		return tocsin_datum_new_object(&cycle_class, ref_loop(self));
	}
	if (strcmp(name, "changed") == 0) {
		return tocsin_datum_new_object(&changed_class, ref_loop(self));
	}
	return get_loop(self, name);
}

static const TocsinObjectClass loop_class = {"loop", get_loop_or_method, call_loop, free_loop};

/* The items for which the loop's "if" holds. */
static TocsinDatum *
choose_items(TocsinRun *run, const TocsinTree *node, TocsinDatum *items)
{
	TocsinFrame *outer = run->frame;
	g_autoptr(TocsinDatum) chosen = tocsin_datum_new_list();

	if (node->c == NULL) {
		return tocsin_datum_ref(items);
	}
	for (guint i = 0; i < tocsin_datum_count(items) && run->error == NULL; i++) {
		TocsinDatum *item = tocsin_datum_nth(items, i);
		gboolean is_wanted = FALSE;

		run->frame = tocsin_frame_new(outer);
		if (tocsin_render_assign(run, node->a, tocsin_datum_ref(item)) &&
		    tocsin_evaluate_truth(run, node->c, &is_wanted) && is_wanted) {
			tocsin_datum_append(chosen, tocsin_datum_ref(item));
		}
		tocsin_frame_unref(run->frame);
		run->frame = outer;
	}
	return run->error == NULL ? g_steal_pointer(&chosen) : NULL;
}

static gboolean
run_once(TocsinRun *run, const TocsinTree *node, TocsinDatum *loop, TocsinDatum *item)
{
	TocsinFrame *outer = run->frame;
	gboolean is_fine;

	run->node = node;
	if (run->iterations++ >= run->limits->iterations) {
		tocsin_run_fail_limit(run, "loops of more than %u items in all",
		                      run->limits->iterations);
		return FALSE;
	}
	run->frame = tocsin_frame_new(outer);
	tocsin_frame_set(run->frame, "loop", tocsin_datum_ref(loop));
	is_fine = tocsin_render_assign(run, node->a, tocsin_datum_ref(item)) &&
	          tocsin_render_node(run, node->list->pdata[0]);
	tocsin_frame_unref(run->frame);
	run->frame = outer;
	return is_fine;
}

static gboolean
run_loop(TocsinRun *run, const TocsinTree *node, TocsinDatum *items, guint level)
{
	g_autoptr(TocsinDatum) chosen = choose_items(run, node, items);
	g_autoptr(TocsinDatum) object = NULL;
	Loop *loop;

	if (chosen == NULL) {
		return FALSE;
	}
	if (tocsin_datum_count(chosen) == 0) {
		return node->list->len < 2 || tocsin_render_node(run, node->list->pdata[1]);
	}
	loop = g_new0(Loop, 1);
	loop->references = 1;
	loop->items = tocsin_datum_ref(chosen);
	loop->level = level;
	loop->node = node;
	loop->frame = node->is_optional ? tocsin_run_capture(run, run->frame) : NULL;
	object = tocsin_datum_new_object(&loop_class, loop);
	for (; loop->at < tocsin_datum_count(chosen); loop->at++) {
		if (!run_once(run, node, object, tocsin_datum_nth(chosen, loop->at))) {
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_render_loop(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) value = tocsin_evaluate_defined(run, node->b);
	g_autoptr(TocsinDatum) items = value != NULL ? tocsin_run_to_list(run, value) : NULL;

	return items != NULL && run_loop(run, node, items, 0);
}
