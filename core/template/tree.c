/* SPDX-License-Identifier: MIT */
/* Making, walking and freeing the tree. Its depth is bounded by the parser, so recursion is
 * safe. */
#include "template/tree.h"

static void
free_node(gpointer node)
{
	tocsin_tree_free(node);
}

TocsinTree *
tocsin_tree_new(TocsinTreeKind kind, const char *file, guint line, guint column)
{
	TocsinTree *self = g_new0(TocsinTree, 1);

	self->kind = kind;
	self->file = file;
	self->line = line;
	self->column = column;
	self->depth = 1;
	return self;
}

TocsinTreeArguments *
tocsin_tree_arguments_new(void)
{
	TocsinTreeArguments *self = g_new0(TocsinTreeArguments, 1);

	self->positional = g_ptr_array_new_with_free_func(free_node);
	self->names = g_ptr_array_new_with_free_func(g_free);
	self->values = g_ptr_array_new_with_free_func(free_node);
	return self;
}

void
tocsin_tree_arguments_free(TocsinTreeArguments *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->positional);
	g_ptr_array_unref(self->names);
	g_ptr_array_unref(self->values);
	tocsin_tree_free(self->more);
	tocsin_tree_free(self->more_named);
	g_free(self);
}

void
tocsin_tree_free(TocsinTree *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->name);
	tocsin_datum_unref(self->value);
	tocsin_tree_free(self->a);
	tocsin_tree_free(self->b);
	tocsin_tree_free(self->c);
	g_clear_pointer(&self->list, g_ptr_array_unref);
	tocsin_tree_arguments_free(self->arguments);
	g_clear_pointer(&self->regex, g_regex_unref);
	g_free(self);
}

void
tocsin_tree_add(TocsinTree *self, TocsinTree *child)
{
	if (self->list == NULL) {
		self->list = g_ptr_array_new_with_free_func(free_node);
	}
	g_ptr_array_add(self->list, child);
}

static void
visit_one(const TocsinTree *child, TocsinTreeVisit on_child, gpointer user_data)
{
	if (child != NULL) {
		on_child(child, user_data);
	}
}

static void
visit_all(const GPtrArray *children, TocsinTreeVisit on_child, gpointer user_data)
{
	for (guint i = 0; children != NULL && i < children->len; i++) {
		visit_one(children->pdata[i], on_child, user_data);
	}
}

void
tocsin_tree_visit(const TocsinTree *self, TocsinTreeVisit on_child, gpointer user_data)
{
	const TocsinTreeArguments *arguments = self->arguments;

	visit_one(self->a, on_child, user_data);
	visit_one(self->b, on_child, user_data);
	visit_all(self->list, on_child, user_data);
	visit_one(self->c, on_child, user_data);
	if (arguments != NULL) {
		visit_all(arguments->positional, on_child, user_data);
		visit_all(arguments->values, on_child, user_data);
		visit_one(arguments->more, on_child, user_data);
		visit_one(arguments->more_named, on_child, user_data);
	}
}

static void
note_depth(const TocsinTree *child, gpointer depth)
{
	*(guint *)depth = MAX(*(guint *)depth, child->depth);
}

guint
tocsin_tree_measure(TocsinTree *self)
{
	guint deepest = 0;

	tocsin_tree_visit(self, note_depth, &deepest);
	self->depth = deepest + 1;
	return self->depth;
}
