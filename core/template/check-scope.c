/* SPDX-License-Identifier: MIT */
/* Which names are known where, and what tests have shown. */
#include <string.h>

#include "template/check-private.h"

TocsinScope *
tocsin_scope_new(TocsinScope *parent)
{
	TocsinScope *self = g_new0(TocsinScope, 1);

	self->parent = parent;
	self->names = g_hash_table_new(g_str_hash, g_str_equal);
	self->macros = g_ptr_array_new();
	return self;
}

void
tocsin_scope_free(TocsinScope *self)
{
	g_hash_table_unref(self->names);
	g_clear_pointer(&self->facts, g_hash_table_unref);
	g_ptr_array_unref(self->macros);
	g_free(self);
}

void
tocsin_scope_set(TocsinScope *self, const char *name, const TocsinDatum *shape)
{
	g_hash_table_insert(self->names, (gpointer)name, (gpointer)shape);
}

const TocsinDatum *
tocsin_scope_find(const TocsinScope *self, const char *name)
{
	const TocsinDatum *shape = NULL;

	for (; self != NULL && shape == NULL; self = self->parent) {
		shape = g_hash_table_lookup(self->names, name);
	}
	return shape;
}

gboolean
tocsin_scope_has_fact(const TocsinScope *self, const char *path)
{
	for (; self != NULL; self = self->parent) {
		if (self->facts != NULL && g_hash_table_contains(self->facts, path)) {
			return TRUE;
		}
	}
	return FALSE;
}

char *
tocsin_scope_path(const TocsinTree *node)
{
	g_autofree char *owner = NULL;

	if (node->kind == TOCSIN_TREE_NAME) {
		return g_strdup(node->name);
	}
	if (node->kind == TOCSIN_TREE_ATTRIBUTE) {
		owner = tocsin_scope_path(node->a);
		return owner != NULL ? g_strconcat(owner, ".", node->name, NULL) : NULL;
	}
	if (node->kind != TOCSIN_TREE_SUBSCRIPT || node->b->kind != TOCSIN_TREE_CONSTANT ||
	    !tocsin_datum_is_string(node->b->value)) {
		return NULL;
	}
	owner = tocsin_scope_path(node->a);
	return owner != NULL ? g_strconcat(owner, ".", tocsin_datum_text(node->b->value), NULL)
	                     : NULL;
}

static void
add_fact(TocsinScope *self, const TocsinTree *node)
{
	char *path = tocsin_scope_path(node);

	if (path == NULL) {
		return;
	}
	if (self->facts == NULL) {
		self->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	}
	g_hash_table_add(self->facts, path);
}

void
tocsin_scope_add_facts(TocsinScope *self, const TocsinTree *test, gboolean outcome)
{
	if (test->kind == TOCSIN_TREE_NOT) {
		tocsin_scope_add_facts(self, test->a, !outcome);
	} else if (test->kind == (outcome ? TOCSIN_TREE_AND : TOCSIN_TREE_OR)) {
		tocsin_scope_add_facts(self, test->a, outcome);
		tocsin_scope_add_facts(self, test->b, outcome);
	} else if (test->kind == TOCSIN_TREE_TEST) {
		gboolean is_held = outcome != test->is_negated;

		if (strcmp(test->name, is_held ? "defined" : "undefined") == 0) {
			add_fact(self, test->a);
		}
	}
}

GPtrArray *
tocsin_scope_names(const TocsinScope *self)
{
	GPtrArray *all = g_ptr_array_new();

	for (; self != NULL; self = self->parent) {
		GHashTableIter iterator;
		gpointer name;

		g_hash_table_iter_init(&iterator, self->names);
		while (g_hash_table_iter_next(&iterator, &name, NULL)) {
			g_ptr_array_add(all, name);
		}
	}
	return all;
}
