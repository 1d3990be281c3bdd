/* SPDX-License-Identifier: MIT */
/* What the renderer knows of a template. */
#ifndef TOCSIN_TEMPLATE_TEMPLATE_PRIVATE_H
#define TOCSIN_TEMPLATE_TEMPLATE_PRIVATE_H

#include "template/tree.h"
#include "template/template.h"

G_BEGIN_DECLS

struct _TocsinTemplate {
	gatomicrefcount references;
	char *file;
	const TocsinTemplateLimits *limits;
	TocsinTree *root;
	GHashTable *blocks; /* of name : BLOCK node; both belong to the tree */
};

/* One template's execution, with those that it extends. */
typedef struct {
	GHashTable *blocks;     /* of name : GPtrArray of BLOCK nodes, the most derived first */
	TocsinTemplate *parent; /* what "extends" has named */
	TocsinFrame *frame;     /* the template's outermost names */
} TocsinExecution;

/* What all executions of one rendering share; the run's `execution` is the present one's. */
typedef struct {
	TocsinExecution *execution;
	const TocsinTemplateContext *context;
	GPtrArray *templates; /* of TocsinTemplate: kept until the run is over */
} TocsinRenderer;

/* Runs a statement. FALSE with the run's error set. */
gboolean tocsin_render_node(TocsinRun *run, const TocsinTree *node);
/* Runs a template in @frame, output to the run's `out`; with @block only that. */
gboolean tocsin_render_template(TocsinRun *run, TocsinTemplate *template, TocsinFrame *frame,
                                const char *block);
/* The output of @body as a string, safe if escaping is on. */
TocsinDatum *tocsin_render_capture(TocsinRun *run, const TocsinTree *body);
/* Adds to the output. */
gboolean tocsin_render_text(TocsinRun *run, const char *text, gsize length);
/* Assigns to a name, a tuple of names or a namespace's member. Takes @value. */
gboolean tocsin_render_assign(TocsinRun *run, const TocsinTree *target, TocsinDatum *value);

/* render-loop.c */
gboolean tocsin_render_loop(TocsinRun *run, const TocsinTree *node);
/* render-macro.c: the macro or call block @node as a value. */
TocsinDatum *tocsin_render_new_macro(TocsinRun *run, const TocsinTree *node, const char *name,
                                     const TocsinTree *body);
gboolean tocsin_render_call_block(TocsinRun *run, const TocsinTree *node);
/* render-block.c: blocks, and the tags that name other templates. */
gboolean tocsin_render_block(TocsinRun *run, const TocsinTree *node);
gboolean tocsin_render_extends(TocsinRun *run, const TocsinTree *node);
gboolean tocsin_render_include(TocsinRun *run, const TocsinTree *node);
gboolean tocsin_render_import(TocsinRun *run, const TocsinTree *node);

G_END_DECLS

#endif
