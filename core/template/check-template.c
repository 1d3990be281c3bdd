/* SPDX-License-Identifier: MIT */
/* Looking into templates as they are run: blocks where the outermost template shows them, and those
 * that others include, extend or import. */
#include <string.h>

#include "template/check-private.h"
#include "template/template-private.h"

#define DEPTH_MAX 64u

static void
free_chain(gpointer chain)
{
	g_ptr_array_unref(chain);
}

static void
add_block(gpointer name, gpointer block, gpointer blocks)
{
	GPtrArray *chain = g_hash_table_lookup(blocks, name);

	if (chain == NULL) {
		chain = g_ptr_array_new();
		g_hash_table_insert(blocks, name, chain);
	}
	g_ptr_array_add(chain, block);
}

static void
find_super(const TocsinTree *node, gpointer out_is_found)
{
	if (node->kind == TOCSIN_TREE_NAME && strcmp(node->name, "super") == 0) {
		*(gboolean *)out_is_found = TRUE;
	}
	tocsin_tree_visit(node, find_super, out_is_found);
}

/* The block and, as long as each calls super(), those that it overrides. */
static void
check_block(TocsinCheck *self, const char *name)
{
	const GPtrArray *chain = g_hash_table_lookup(self->blocks, name);
	TocsinScope *outer = self->scope;
	gboolean has_super = TRUE;

	if (self->depth >= DEPTH_MAX) {
		return;
	}
	self->depth++;
	for (guint i = 0; chain != NULL && i < chain->len && has_super; i++) {
		const TocsinTree *block = chain->pdata[i];

		if (block->is_negated) {
			tocsin_check_report(self, block,
			                    "block '%s' is required, and no template fills it",
			                    name);
		}
		has_super = FALSE;
		find_super(block->a, &has_super);
		self->scope = block->has_context ? outer : self->top;
		tocsin_check_enter(self);
		tocsin_scope_set(self->scope, "super", tocsin_datum_new_none());
		tocsin_check_statement(self, block->a);
		tocsin_check_leave(self);
	}
	self->depth--;
	self->scope = outer;
}

static TocsinTemplate *
load_named(TocsinCheck *self, const TocsinTree *node, const char *name, gboolean is_optional)
{
	g_autoptr(GError) error = NULL;
	TocsinTemplate *template =
	        self->on_load != NULL ? self->on_load(self->load_data, name, &error) : NULL;

	if (template != NULL) {
		g_ptr_array_add(self->templates, template);
	} else if (!is_optional) {
		tocsin_check_report(self, node, "there is no template '%s': %s", name,
		                    error != NULL ? error->message
		                                  : "no other templates can be used here");
	}
	return template;
}

/* The template that a constant names, or the first of a constant list that is there; NULL if it
 * cannot be known or is not there. */
static TocsinTemplate *
load(TocsinCheck *self, const TocsinTree *node)
{
	const TocsinTree *names = node->a;
	TocsinTemplate *template = NULL;

	tocsin_check_expression(self, names);
	if (names->kind == TOCSIN_TREE_CONSTANT && tocsin_datum_is_string(names->value)) {
		return load_named(self, node, tocsin_datum_text(names->value), node->is_optional);
	}
	if (names->kind != TOCSIN_TREE_LIST && names->kind != TOCSIN_TREE_TUPLE) {
		return NULL;
	}
	for (guint i = 0; names->list != NULL && i < names->list->len && template == NULL; i++) {
		const TocsinTree *name = names->list->pdata[i];

		if (name->kind != TOCSIN_TREE_CONSTANT || !tocsin_datum_is_string(name->value)) {
			return NULL;
		}
		template = load_named(self, node, tocsin_datum_text(name->value), TRUE);
	}
	if (template == NULL && !node->is_optional) {
		tocsin_check_report(self, node, "none of the templates is there");
	}
	return template;
}

static gboolean
is_open(const TocsinCheck *self, const TocsinTemplate *template)
{
	return g_ptr_array_find_with_equal_func(self->open, template->file, g_str_equal, NULL);
}

static void
check_chain(TocsinCheck *self, TocsinTemplate *template, const char *block)
{
	GHashTableIter iterator;
	gpointer name;

	while (template != NULL && !is_open(self, template)) {
		self->parent = NULL;
		self->is_silent = block != NULL;
		g_ptr_array_add(self->open, template->file);
		g_hash_table_foreach(template->blocks, add_block, self->blocks);
		tocsin_check_statement(self, template->root);
		template = self->parent;
	}
	self->is_silent = FALSE;
	if (block != NULL) {
		check_block(self, block);
	} else if (self->is_lost) {
		g_hash_table_iter_init(&iterator, self->blocks);
		while (g_hash_table_iter_next(&iterator, &name, NULL)) {
			check_block(self, name);
		}
	}
}

void
tocsin_check_template(TocsinCheck *self, TocsinTemplate *template, TocsinScope *around,
                      const char *block, TocsinDatum *exports)
{
	TocsinCheck outer = *self;
	GHashTableIter iterator;
	gpointer name;
	gpointer shape;
	guint open = self->open->len;

	if (open >= DEPTH_MAX) {
		return;
	}
	self->blocks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_chain);
	self->is_lost = FALSE;
	self->scope = around;
	tocsin_check_enter(self);
	self->top = self->scope;
	check_chain(self, template, block);
	g_hash_table_iter_init(&iterator, self->top->names);
	while (exports != NULL && g_hash_table_iter_next(&iterator, &name, &shape)) {
		tocsin_datum_set_named(exports, name, tocsin_datum_ref(shape));
	}
	tocsin_check_leave(self);
	g_hash_table_unref(self->blocks);
	g_ptr_array_set_size(self->open, (gint)open);
	self->blocks = outer.blocks;
	self->is_lost = outer.is_lost;
	self->is_silent = outer.is_silent;
	self->parent = outer.parent;
	self->scope = outer.scope;
	self->top = outer.top;
}

static void
check_extends(TocsinCheck *self, const TocsinTree *node)
{
	TocsinTemplate *parent = load(self, node);

	if (parent != NULL && is_open(self, parent)) {
		tocsin_check_report(self, node, "the template extends itself");
	}
	self->is_lost = self->is_lost || parent == NULL;
	self->parent = self->parent != NULL ? self->parent : parent;
	self->is_silent = TRUE;
}

static void
check_include(TocsinCheck *self, const TocsinTree *node)
{
	TocsinTemplate *template = self->is_silent ? NULL : load(self, node);

	if (template != NULL && !is_open(self, template)) {
		tocsin_check_template(self, template, node->has_context ? self->scope : self->root,
		                      NULL, NULL);
	}
}

static void
bind_imports(TocsinCheck *self, const TocsinTree *node, const TocsinDatum *exports)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; exports != NULL && i < tocsin_datum_count(exports); i++) {
		g_ptr_array_add(names,
		                (gpointer)tocsin_datum_text(tocsin_datum_nth_key(exports, i)));
	}
	for (guint i = 0; i < node->list->len; i++) {
		const TocsinTree *name = node->list->pdata[i];
		g_autofree char *message =
		        g_strdup_printf("the template does not define '%s'", name->name);

		if (exports != NULL && tocsin_datum_lookup_named(exports, name->name) == NULL) {
			tocsin_check_report_nearest(self, name, message, name->name, names);
		}
		tocsin_scope_set(self->scope, tocsin_datum_text(name->value),
		                 tocsin_datum_new_none());
	}
}

static void
check_import(TocsinCheck *self, const TocsinTree *node)
{
	TocsinTemplate *template = load(self, node);
	const TocsinDatum *exports = NULL;
	TocsinDatum *made;

	if (template != NULL && !is_open(self, template)) {
		made = tocsin_datum_new_map();
		tocsin_check_template(self, template, node->has_context ? self->scope : self->root,
		                      NULL, made);
		exports = tocsin_check_keep(self, made);
	}
	if (node->kind == TOCSIN_TREE_FROM) {
		bind_imports(self, node, exports);
		return;
	}
	tocsin_scope_set(self->scope, node->name,
	                 exports != NULL ? exports : tocsin_datum_new_none());
}

void
tocsin_check_reference(TocsinCheck *self, const TocsinTree *node)
{
	switch (node->kind) {
	case TOCSIN_TREE_BLOCK:
		if (!self->is_silent) {
			check_block(self, node->name);
		}
		break;
	case TOCSIN_TREE_EXTENDS:
		check_extends(self, node);
		break;
	case TOCSIN_TREE_INCLUDE:
		check_include(self, node);
		break;
	default:
		check_import(self, node);
		break;
	}
}
