/* SPDX-License-Identifier: MIT */
/* Making, walking and freeing the tree. Its depth is bounded by the parser, so recursion is
 * safe. */
#include "template/node.h"

static void
free_node(gpointer node)
{
	tocsin_node_free(node);
}

TocsinNode *
tocsin_node_new(TocsinNodeKind kind, const char *file, guint line, guint column)
{
	TocsinNode *self = g_new0(TocsinNode, 1);

	self->kind = kind;
	self->file = file;
	self->line = line;
	self->column = column;
	self->depth = 1;
	return self;
}

TocsinNodeArguments *
tocsin_node_arguments_new(void)
{
	TocsinNodeArguments *self = g_new0(TocsinNodeArguments, 1);

	self->positional = g_ptr_array_new_with_free_func(free_node);
	self->names = g_ptr_array_new_with_free_func(g_free);
	self->values = g_ptr_array_new_with_free_func(free_node);
	return self;
}

void
tocsin_node_arguments_free(TocsinNodeArguments *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->positional);
	g_ptr_array_unref(self->names);
	g_ptr_array_unref(self->values);
	tocsin_node_free(self->more);
	tocsin_node_free(self->more_named);
	g_free(self);
}

void
tocsin_node_free(TocsinNode *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->name);
	tocsin_datum_unref(self->value);
	tocsin_node_free(self->a);
	tocsin_node_free(self->b);
	tocsin_node_free(self->c);
	g_clear_pointer(&self->list, g_ptr_array_unref);
	tocsin_node_arguments_free(self->arguments);
	g_clear_pointer(&self->regex, g_regex_unref);
	g_free(self);
}

void
tocsin_node_add(TocsinNode *self, TocsinNode *child)
{
	if (self->list == NULL) {
		self->list = g_ptr_array_new_with_free_func(free_node);
	}
	g_ptr_array_add(self->list, child);
}

static void
visit_one(const TocsinNode *child, TocsinNodeVisit on_child, gpointer user_data)
{
	if (child != NULL) {
		on_child(child, user_data);
	}
}

static void
visit_all(const GPtrArray *children, TocsinNodeVisit on_child, gpointer user_data)
{
	for (guint i = 0; children != NULL && i < children->len; i++) {
		visit_one(children->pdata[i], on_child, user_data);
	}
}

void
tocsin_node_visit(const TocsinNode *self, TocsinNodeVisit on_child, gpointer user_data)
{
	const TocsinNodeArguments *arguments = self->arguments;

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
note_depth(const TocsinNode *child, gpointer depth)
{
	*(guint *)depth = MAX(*(guint *)depth, child->depth);
}

guint
tocsin_node_measure(TocsinNode *self)
{
	guint deepest = 0;

	tocsin_node_visit(self, note_depth, &deepest);
	self->depth = deepest + 1;
	return self->depth;
}
