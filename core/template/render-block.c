/* SPDX-License-Identifier: MIT */
/* Blocks with super(), and extends, include and import. */
#include <string.h>
#include <tocsin/error.h>

#include "template/evaluate.h"
#include "template/template-private.h"

static void
add_block(gpointer key, gpointer value, gpointer blocks)
{
	GPtrArray *chain = g_hash_table_lookup(blocks, key);

	if (chain == NULL) {
		chain = g_ptr_array_new();
		g_hash_table_insert(blocks, key, chain);
	}
	g_ptr_array_add(chain, value);
}

static gboolean render_nth(TocsinRun *run, TocsinExecution *execution, const char *name, guint nth);

/* super(): the next block of the chain. */
typedef struct {
	char *name;
	guint nth;
} Super;

static void
free_super(gpointer self)
{
	g_free(((Super *)self)->name);
	g_free(self);
}

static TocsinDatum *
call_super(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	const Super *super = self;
	TocsinExecution *execution = ((TocsinRenderer *)run->execution)->execution;
	GPtrArray *chain = g_hash_table_lookup(execution->blocks, super->name);
	GString *outer = run->out;
	GString *inner;
	gboolean is_fine;

	if (chain == NULL || super->nth >= chain->len) {
		return tocsin_run_fail(run, "there is no parent block '%s'", super->name);
	}
	inner = g_string_new(NULL);
	run->out = inner;
	is_fine = render_nth(run, execution, super->name, super->nth);
	run->out = outer;
	if (!is_fine) {
		g_string_free(inner, TRUE);
		return NULL;
	}
	return tocsin_run_gstring_take(run, inner, run->escape == TOCSIN_ESCAPE_HTML);
}

static gboolean
render_nth(TocsinRun *run, TocsinExecution *execution, const char *name, guint nth)
{
	static const TocsinObjectClass klass = {"super", NULL, call_super, free_super};
	const GPtrArray *chain = g_hash_table_lookup(execution->blocks, name);
	const TocsinTree *block = chain->pdata[nth];
	TocsinFrame *outer = run->frame;
	Super *super = NULL;
	gboolean is_fine;

	if (block->is_negated) {
		run->node = block;
		tocsin_run_fail(run, "block '%s' is required, and no template fills it", name);
		return FALSE;
	}
	super = g_new0(Super, 1);
	super->name = g_strdup(name);
	super->nth = nth + 1;
	run->frame = tocsin_frame_new(block->has_context ? outer : execution->frame);
	tocsin_frame_set(run->frame, "super", tocsin_datum_new_object(&klass, super));
	is_fine = tocsin_render_node(run, block->a);
	tocsin_frame_unref(run->frame);
	run->frame = outer;
	return is_fine;
}

gboolean
tocsin_render_block(TocsinRun *run, const TocsinTree *node)
{
	TocsinExecution *execution = ((TocsinRenderer *)run->execution)->execution;

	return run->is_silent || render_nth(run, execution, node->name, 0);
}

static TocsinTemplate *
load_named(TocsinRun *run, const char *name, gboolean is_optional)
{
	TocsinRenderer *renderer = run->execution;
	g_autoptr(GError) error = NULL;
	TocsinTemplate *template;

	if (renderer->context->on_load == NULL) {
		return is_optional ? NULL
		                   : tocsin_run_fail(run,
		                                     "there is no template '%s': no other "
		                                     "templates can be used here",
		                                     name);
	}
	template = renderer->context->on_load(renderer->context->load_data, name, &error);
	if (template != NULL) {
		g_ptr_array_add(renderer->templates, template);
	} else if (!is_optional) {
		tocsin_run_fail(run, "template '%s': %s", name, error->message);
	}
	return template;
}

/* The template that the expression names, or the first of a list that is there; NULL without an
 * error only if @node is optional. */
static TocsinTemplate *
load(TocsinRun *run, const TocsinTree *node)
{
	g_autoptr(TocsinDatum) value = tocsin_evaluate_defined(run, node->a);
	TocsinTemplate *template = NULL;

	if (value == NULL) {
		return NULL;
	}
	run->node = node;
	if (tocsin_datum_is_string(value)) {
		return load_named(run, tocsin_datum_text(value), node->is_optional);
	}
	if (tocsin_datum_kind(value) != TOCSIN_DATUM_LIST) {
		return tocsin_run_fail(run, "a template's name must be a string, found %s",
		                       tocsin_datum_kind_name(value));
	}
	for (guint i = 0; i < tocsin_datum_count(value) && template == NULL; i++) {
		template = load_named(run, tocsin_datum_text(tocsin_datum_nth(value, i)), TRUE);
	}
	return template != NULL || node->is_optional
	               ? template
	               : tocsin_run_fail(run, "none of the templates is there");
}

gboolean
tocsin_render_extends(TocsinRun *run, const TocsinTree *node)
{
	TocsinExecution *execution = ((TocsinRenderer *)run->execution)->execution;

	if (execution->parent != NULL) {
		tocsin_run_fail(run, "a template can extend only one other");
		return FALSE;
	}
	execution->parent = load(run, node);
	run->is_silent = TRUE;
	return execution->parent != NULL;
}

static void
free_chain(gpointer chain)
{
	g_ptr_array_unref(chain);
}

static gboolean
run_chain(TocsinRun *run, TocsinExecution *execution, TocsinTemplate *template, const char *block)
{
	gboolean was_silent = run->is_silent;
	gboolean is_fine = TRUE;

	while (is_fine && template != NULL) {
		execution->parent = NULL;
		g_hash_table_foreach(template->blocks, add_block, execution->blocks);
		run->is_silent = block != NULL;
		is_fine = tocsin_run_enter(run) && tocsin_render_node(run, template->root);
		template = execution->parent;
	}
	run->is_silent = was_silent;
	if (is_fine && block != NULL) {
		is_fine = g_hash_table_contains(execution->blocks, block);
		if (!is_fine) {
			tocsin_run_fail(run, "there is no block '%s'", block);
		}
		is_fine = is_fine && render_nth(run, execution, block, 0);
	}
	return is_fine;
}

gboolean
tocsin_render_template(TocsinRun *run, TocsinTemplate *template, TocsinFrame *frame,
                       const char *block)
{
	TocsinRenderer *renderer = run->execution;
	TocsinExecution execution = {.frame = frame};
	TocsinExecution *outer = renderer->execution;
	TocsinFrame *outer_frame = run->frame;
	guint depth = run->depth;
	gboolean is_fine;

	execution.blocks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_chain);
	renderer->execution = &execution;
	run->frame = frame;
	is_fine = run_chain(run, &execution, template, block);
	run->depth = depth;
	run->frame = outer_frame;
	renderer->execution = outer;
	g_hash_table_unref(execution.blocks);
	return is_fine;
}

/* The frame that the named template runs in: below the present one, or below the data alone. */
static TocsinFrame *
new_frame(TocsinRun *run, gboolean has_context)
{
	TocsinRenderer *renderer = run->execution;

	return tocsin_frame_new(has_context ? run->frame
	                                    : tocsin_frame_root(renderer->execution->frame));
}

gboolean
tocsin_render_include(TocsinRun *run, const TocsinTree *node)
{
	TocsinTemplate *template = NULL;
	TocsinFrame *frame;
	gboolean is_fine;

	if (run->is_silent) {
		return TRUE;
	}
	template = load(run, node);
	if (template == NULL) {
		return run->error == NULL;
	}
	frame = new_frame(run, node->has_context);
	is_fine = tocsin_render_template(run, template, frame, NULL);
	tocsin_frame_unref(frame);
	return is_fine;
}

static TocsinDatum *
get_export(gpointer frame, const char *name)
{
	TocsinDatum *value = tocsin_frame_own(frame, name);

	return value != NULL ? tocsin_datum_ref(value) : NULL;
}

static void
free_module(gpointer frame)
{
	tocsin_frame_unref(frame);
}

static gboolean
bind_imports(TocsinRun *run, const TocsinTree *node, TocsinFrame *frame)
{
	static const TocsinObjectClass klass = {"template", get_export, NULL, free_module};

	if (node->kind == TOCSIN_TREE_IMPORT) {
		tocsin_frame_set(run->frame, node->name,
		                 tocsin_datum_new_object(&klass, tocsin_run_capture(run, frame)));
		return TRUE;
	}
	for (guint i = 0; i < node->list->len; i++) {
		const TocsinTree *name = node->list->pdata[i];
		TocsinDatum *value = tocsin_frame_own(frame, name->name);

		if (value == NULL) {
			run->node = name;
			tocsin_run_fail(run, "the template does not define '%s'", name->name);
			return FALSE;
		}
		tocsin_frame_set(run->frame, tocsin_datum_text(name->value),
		                 tocsin_datum_ref(value));
	}
	return TRUE;
}

gboolean
tocsin_render_import(TocsinRun *run, const TocsinTree *node)
{
	TocsinTemplate *template = load(run, node);
	GString *outer = run->out;
	g_autoptr(GString) unused = NULL;
	TocsinFrame *frame;
	gboolean is_fine;

	if (template == NULL) {
		return FALSE;
	}
	unused = g_string_new(NULL);
	frame = new_frame(run, node->has_context);
	run->out = unused;
	is_fine = tocsin_render_template(run, template, frame, NULL);
	run->out = outer;
	is_fine = is_fine && bind_imports(run, node, frame);
	tocsin_frame_unref(frame);
	return is_fine;
}
