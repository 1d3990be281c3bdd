/* SPDX-License-Identifier: MIT */
/* Parsing, sharing and rendering whole templates. */
#include "template/template.h"

#include <string.h>

#include "template/escape.h"
#include "template/parser.h"
#include "template/template-private.h"

/* Of templates that extend each other: more is a circle, of which rendering tells. */
#define PARENTS_MAX 32u

TocsinTemplate *
tocsin_template_parse(const char *file, const char *source, gssize length,
                      const TocsinTemplateLimits *limits, GError **error)
{
	g_autoptr(TocsinTemplate) self = g_new0(TocsinTemplate, 1);
	g_autoptr(GArray) tokens = NULL;
	TocsinParser parser = {0};

	g_atomic_ref_count_init(&self->references);
	self->file = g_strdup(file);
	self->limits = limits != NULL ? limits : &tocsin_template_default_limits;
	self->blocks = g_hash_table_new(g_str_hash, g_str_equal);
	tokens = tocsin_lexer_split_template(self->file, source,
	                                     length < 0 ? strlen(source) : (gsize)length,
	                                     self->limits->source_bytes, error);
	if (tokens == NULL) {
		return NULL;
	}
	parser.file = self->file;
	parser.limits = self->limits;
	parser.tokens = tokens;
	parser.blocks = self->blocks;
	self->root = tocsin_parser_read_template(&parser);
	if (self->root == NULL) {
		g_propagate_error(error, parser.error);
		return NULL;
	}
	return g_steal_pointer(&self);
}

TocsinTemplate *
tocsin_template_ref(TocsinTemplate *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_template_unref(TocsinTemplate *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	g_hash_table_unref(self->blocks);
	tocsin_tree_free(self->root);
	g_free(self->file);
	g_free(self);
}

/* The template that @self extends: a new reference, or NULL if there is none or it is not known
 * before rendering. */
static TocsinTemplate *
load_parent(const TocsinTemplate *self, const TocsinTemplateContext *context)
{
	const GPtrArray *list = self->root->list;

	for (guint i = 0; context->on_load != NULL && list != NULL && i < list->len; i++) {
		const TocsinTree *node = list->pdata[i];

		if (node->kind == TOCSIN_TREE_EXTENDS && node->a->kind == TOCSIN_TREE_CONSTANT) {
			return context->on_load(context->load_data,
			                        tocsin_datum_text(node->a->value), NULL);
		}
	}
	return NULL;
}

gboolean
tocsin_template_offers_block(TocsinTemplate *self, const char *name,
                             const TocsinTemplateContext *context)
{
	g_autoptr(TocsinTemplate) at = tocsin_template_ref(self);

	for (guint i = 0; i < PARENTS_MAX && at != NULL; i++) {
		TocsinTemplate *parent;

		if (g_hash_table_contains(at->blocks, name)) {
			return TRUE;
		}
		parent = load_parent(at, context);
		tocsin_template_unref(at);
		at = parent;
	}
	return FALSE;
}

static void
unref_template(gpointer template)
{
	tocsin_template_unref(template);
}

char *
tocsin_template_render_block(TocsinTemplate *self, const char *name, const TocsinDatum *data,
                             const TocsinTemplateContext *context, GError **error)
{
	g_autoptr(GPtrArray) templates = g_ptr_array_new_with_free_func(unref_template);
	g_autoptr(GString) out = g_string_new(NULL);
	TocsinRenderer renderer = {.context = context, .templates = templates};
	g_auto(TocsinRun) run = {0};
	TocsinFrame *frame;
	gboolean is_fine;

	tocsin_run_init(&run, self->limits, context->clock);
	run.time_zone = context->time_zone;
	run.escape = context->escape;
	run.out = out;
	run.execution = &renderer;
	run.frame = tocsin_frame_new(NULL);
	tocsin_frame_set_data(run.frame, data);
	frame = tocsin_frame_new(run.frame);
	is_fine = tocsin_render_template(&run, self, frame, name);
	tocsin_frame_unref(frame);
	if (!is_fine) {
		g_propagate_error(error, g_steal_pointer(&run.error));
		return NULL;
	}
	if (context->escape == TOCSIN_ESCAPE_HEADER) {
		g_autoptr(GString) line = g_string_sized_new(out->len);

		tocsin_escape_header(out->str, line);
		return g_string_free(g_steal_pointer(&line), FALSE);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
tocsin_template_render(TocsinTemplate *self, const TocsinDatum *data,
                       const TocsinTemplateContext *context, GError **error)
{
	return tocsin_template_render_block(self, NULL, data, context, error);
}
