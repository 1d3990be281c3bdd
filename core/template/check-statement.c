/* SPDX-License-Identifier: MIT */
/* Looking into statements: which names they set, and for how long. */
#include <string.h>

#include "template/check-private.h"

void
tocsin_check_enter(TocsinCheck *self)
{
	self->scope = tocsin_scope_new(self->scope);
}

static void
set_anything(TocsinCheck *self, const char *name)
{
	tocsin_scope_set(self->scope, name, tocsin_datum_new_none());
}

/* A body that shows what it puts out, whatever is around it. */
static void
check_shown(TocsinCheck *self, const TocsinTree *body)
{
	gboolean was_silent = self->is_silent;

	self->is_silent = FALSE;
	tocsin_check_statement(self, body);
	self->is_silent = was_silent;
}

/* A macro, or what is between call and endcall. */
static void
check_macro(TocsinCheck *self, const TocsinTree *node)
{
	tocsin_check_enter(self);
	set_anything(self, "varargs");
	set_anything(self, "caller");
	for (guint i = 0; node->list != NULL && i < node->list->len; i++) {
		const TocsinTree *parameter = node->list->pdata[i];

		if (parameter->a != NULL) {
			tocsin_check_expression(self, parameter->a);
		}
		set_anything(self, parameter->name);
	}
	check_shown(self, node->kind == TOCSIN_TREE_MACRO ? node->a : node->b);
	tocsin_check_leave(self);
}

void
tocsin_check_leave(TocsinCheck *self)
{
	TocsinScope *scope = self->scope;

	for (guint i = 0; i < scope->macros->len; i++) {
		check_macro(self, scope->macros->pdata[i]);
	}
	self->scope = scope->parent;
	tocsin_scope_free(scope);
}

static void
assign(TocsinCheck *self, const TocsinTree *target, const TocsinDatum *shape)
{
	if (target->kind == TOCSIN_TREE_NAME) {
		tocsin_scope_set(self->scope, target->name, shape);
	} else if (target->kind == TOCSIN_TREE_ATTRIBUTE) {
		tocsin_check_expression(self, target->a);
	}
	for (guint i = 0; target->kind == TOCSIN_TREE_TUPLE && i < target->list->len; i++) {
		assign(self, target->list->pdata[i], tocsin_datum_new_none());
	}
}

/* What a condition's bodies set is there behind them as well; what its tests have shown is not. */
static void
check_body_given(TocsinCheck *self, const GPtrArray *tests, const TocsinTree *body)
{
	GHashTable *outer = self->scope->facts;
	GHashTableIter iterator;
	gpointer path;

	self->scope->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (outer != NULL) {
		g_hash_table_iter_init(&iterator, outer);
		while (g_hash_table_iter_next(&iterator, &path, NULL)) {
			g_hash_table_add(self->scope->facts, g_strdup(path));
		}
	}
	for (guint i = 0; i < tests->len; i++) {
		gboolean is_own = i + 1 == tests->len && tests->pdata[i] != NULL;

		if (tests->pdata[i] != NULL) {
			tocsin_scope_add_facts(self->scope, tests->pdata[i], is_own);
		}
	}
	tocsin_check_statement(self, body);
	g_hash_table_unref(self->scope->facts);
	self->scope->facts = outer;
}

static void
check_if(TocsinCheck *self, const TocsinTree *node)
{
	g_autoptr(GPtrArray) tests = g_ptr_array_new();

	for (guint i = 0; i + 1 < node->list->len; i += 2) {
		tocsin_check_expression(self, node->list->pdata[i]);
		g_ptr_array_add(tests, node->list->pdata[i]);
		check_body_given(self, tests, node->list->pdata[i + 1]);
	}
	if (node->c != NULL) {
		g_ptr_array_add(tests, NULL); /* all of them have failed */
		check_body_given(self, tests, node->c);
	}
}

static void
check_for(TocsinCheck *self, const TocsinTree *node)
{
	const TocsinDatum *list = tocsin_check_expression(self, node->b);

	tocsin_check_enter(self);
	assign(self, node->a, tocsin_check_member(list));
	if (node->c != NULL) {
		tocsin_check_expression(self, node->c);
		tocsin_scope_add_facts(self->scope, node->c, TRUE);
	}
	set_anything(self, "loop");
	tocsin_check_statement(self, node->list->pdata[0]);
	tocsin_check_leave(self);
	if (node->list->len > 1) {
		tocsin_check_statement(self, node->list->pdata[1]);
	}
}

static void
check_captured(TocsinCheck *self, const TocsinTree *body, const TocsinTree *filters)
{
	tocsin_check_enter(self);
	check_shown(self, body);
	tocsin_check_leave(self);
	if (filters != NULL) {
		tocsin_check_expression(self, filters);
	}
}

static void
check_with(TocsinCheck *self, const TocsinTree *node)
{
	g_autoptr(GPtrArray) shapes = g_ptr_array_new();
	guint count = node->list != NULL ? node->list->len : 0;

	/* The values know nothing of the names beside them. */
	for (guint i = 0; i < count; i++) {
		const TocsinTree *set = node->list->pdata[i];

		g_ptr_array_add(shapes, (gpointer)tocsin_check_expression(self, set->b));
	}
	tocsin_check_enter(self);
	for (guint i = 0; i < count; i++) {
		assign(self, ((const TocsinTree *)node->list->pdata[i])->a, shapes->pdata[i]);
	}
	tocsin_check_statement(self, node->a);
	tocsin_check_leave(self);
}

static void
check_all(TocsinCheck *self, const TocsinTree *body)
{
	for (guint i = 0; body->list != NULL && i < body->list->len; i++) {
		tocsin_check_statement(self, body->list->pdata[i]);
	}
}

/* The tags that hold others, or set names. */
static void
check_tag(TocsinCheck *self, const TocsinTree *node)
{
	switch (node->kind) {
	case TOCSIN_TREE_IF:
		check_if(self, node);
		break;
	case TOCSIN_TREE_FOR:
		check_for(self, node);
		break;
	case TOCSIN_TREE_SET:
		assign(self, node->a, tocsin_check_expression(self, node->b));
		break;
	case TOCSIN_TREE_SET_BLOCK:
		check_captured(self, node->b, node->c);
		assign(self, node->a, tocsin_datum_new_none());
		break;
	case TOCSIN_TREE_FILTER_BLOCK:
		check_captured(self, node->b, node->a);
		break;
	case TOCSIN_TREE_WITH:
		check_with(self, node);
		break;
	case TOCSIN_TREE_AUTOESCAPE:
		tocsin_check_expression(self, node->a);
		tocsin_check_statement(self, node->b);
		break;
	default:
		tocsin_check_reference(self, node);
		break;
	}
}

void
tocsin_check_statement(TocsinCheck *self, const TocsinTree *node)
{
	if (!tocsin_check_step(self, node)) {
		return;
	}
	switch (node->kind) {
	case TOCSIN_TREE_DATA:
		break;
	case TOCSIN_TREE_OUTPUT:
		if (!self->is_silent) {
			tocsin_check_expression(self, node->a);
		}
		break;
	case TOCSIN_TREE_BODY:
		check_all(self, node);
		break;
	case TOCSIN_TREE_MACRO:
		set_anything(self, node->name);
		g_ptr_array_add(self->scope->macros, (gpointer)node);
		break;
	case TOCSIN_TREE_CALL_BLOCK:
		tocsin_check_expression(self, node->a);
		check_macro(self, node);
		break;
	default:
		check_tag(self, node);
		break;
	}
}
