/* SPDX-License-Identifier: MIT */
/* Looking into expressions: which names they use, and what shape comes out. */
#include <string.h>

#include "template/check-private.h"
#include "template/functions.h"

/* NULL if it may have any members. */
static const TocsinDatum *
as_map(const TocsinDatum *shape)
{
	return tocsin_datum_kind(shape) == TOCSIN_DATUM_MAP ? shape : NULL;
}

const TocsinDatum *
tocsin_check_member(const TocsinDatum *list)
{
	return tocsin_datum_kind(list) == TOCSIN_DATUM_LIST && tocsin_datum_count(list) > 0
	               ? tocsin_datum_nth(list, 0)
	               : tocsin_datum_new_none();
}

static gboolean
has_fact(const TocsinCheck *self, const TocsinTree *node)
{
	g_autofree char *path = tocsin_scope_path(node);

	return path != NULL && tocsin_scope_has_fact(self->scope, path);
}

static const TocsinDatum *
check_name(TocsinCheck *self, const TocsinTree *node, gboolean is_guarded)
{
	const TocsinDatum *shape = tocsin_scope_find(self->scope, node->name);
	g_autoptr(GPtrArray) names = NULL;
	g_autofree char *message = NULL;

	if (shape != NULL) {
		return shape;
	}
	if (!is_guarded && !g_strv_contains(tocsin_functions_names(), node->name) &&
	    !has_fact(self, node)) {
		names = tocsin_scope_names(self->scope);
		for (const char *const *at = tocsin_functions_names(); *at != NULL; at++) {
			g_ptr_array_add(names, (gpointer)*at);
		}
		message = g_strdup_printf("'%s' is undefined", node->name);
		tocsin_check_report_nearest(self, node, message, node->name, names);
	}
	return tocsin_datum_new_none();
}

/* @node's member @name of something with this shape. */
static const TocsinDatum *
check_member(TocsinCheck *self, const TocsinTree *node, const TocsinDatum *owner, const char *name,
             gboolean is_guarded)
{
	const TocsinDatum *map = as_map(owner);
	const TocsinDatum *member = map != NULL ? tocsin_datum_lookup_named(map, name) : NULL;
	g_autoptr(GPtrArray) names = NULL;
	g_autofree char *path = NULL;
	g_autofree char *message = NULL;

	if (map == NULL || member != NULL || is_guarded || has_fact(self, node)) {
		return member != NULL ? member : tocsin_datum_new_none();
	}
	names = g_ptr_array_new();
	for (guint i = 0; i < tocsin_datum_count(map); i++) {
		g_ptr_array_add(names, (gpointer)tocsin_datum_text(tocsin_datum_nth_key(map, i)));
	}
	path = node->a != NULL ? tocsin_scope_path(node->a) : NULL;
	message = path != NULL ? g_strdup_printf("'%s' has no member '%s'", path, name)
	                       : g_strdup_printf("there is no member '%s'", name);
	tocsin_check_report_nearest(self, node, message, name, names);
	return tocsin_datum_new_none();
}

static const TocsinDatum *
check_subscript(TocsinCheck *self, const TocsinTree *node, gboolean is_guarded)
{
	const TocsinDatum *owner = tocsin_check_expression(self, node->a);
	const TocsinTree *index = node->b;

	if (index->kind == TOCSIN_TREE_CONSTANT && tocsin_datum_is_string(index->value)) {
		return check_member(self, node, owner, tocsin_datum_text(index->value), is_guarded);
	}
	tocsin_check_expression(self, index);
	return index->kind == TOCSIN_TREE_SLICE ? owner : tocsin_check_member(owner);
}

/* A name or member that may be missing if @is_guarded; what it is a member of may not. */
static const TocsinDatum *
check_place(TocsinCheck *self, const TocsinTree *node, gboolean is_guarded)
{
	switch (node->kind) {
	case TOCSIN_TREE_NAME:
		return check_name(self, node, is_guarded);
	case TOCSIN_TREE_ATTRIBUTE:
		return check_member(self, node, tocsin_check_expression(self, node->a), node->name,
		                    is_guarded);
	case TOCSIN_TREE_SUBSCRIPT:
		return check_subscript(self, node, is_guarded);
	default:
		return tocsin_check_expression(self, node);
	}
}

/* A path such as "user.name" that a filter follows through each member of a list. */
static const TocsinDatum *
check_path(TocsinCheck *self, const TocsinTree *node, const TocsinDatum *member)
{
	g_auto(GStrv) parts = NULL;

	if (node->kind != TOCSIN_TREE_CONSTANT || !tocsin_datum_is_string(node->value)) {
		return tocsin_datum_new_none();
	}
	parts = g_strsplit(tocsin_datum_text(node->value), ".", 64);
	for (guint i = 0; parts[i] != NULL; i++) {
		member = *parts[i] != '\0' && parts[i][strspn(parts[i], "0123456789")] == '\0'
		                 ? tocsin_check_member(member)
		                 : check_member(self, node, member, parts[i], FALSE);
	}
	return member;
}

static const TocsinTree *
find_named(const TocsinTree *node, const char *name)
{
	const TocsinTreeArguments *arguments = node->arguments;

	for (guint i = 0; arguments != NULL && i < arguments->names->len; i++) {
		if (strcmp(arguments->names->pdata[i], name) == 0) {
			return arguments->values->pdata[i];
		}
	}
	return NULL;
}

static const TocsinDatum *
check_listing(TocsinCheck *self, const TocsinTree *node, const TocsinDatum *list)
{
	static const char *const same[] = {"list",    "reject", "rejectattr",
	                                   "reverse", "select", "selectattr",
	                                   "sort",    "unique", NULL};
	static const char *const one[] = {"first", "last", "max", "min", NULL};
	const TocsinDatum *member = tocsin_check_member(list);
	const TocsinTree *path = find_named(node, "attribute");
	const TocsinDatum *reached = NULL;
	TocsinDatum *made;

	if (path == NULL && g_str_has_suffix(node->name, "attr") && node->arguments != NULL &&
	    node->arguments->positional->len > 0) {
		path = node->arguments->positional->pdata[0];
	}
	/* sort takes several paths in one, and a default stands in for what is missing. */
	if (path != NULL && strcmp(node->name, "sort") != 0 &&
	    find_named(node, "default") == NULL) {
		reached = check_path(self, path, member);
	}
	if (strcmp(node->name, "map") == 0 && reached != NULL) {
		made = tocsin_datum_new_list();
		tocsin_datum_append(made, tocsin_datum_ref(reached));
		return tocsin_check_keep(self, made);
	}
	if (g_strv_contains(same, node->name)) {
		return list;
	}
	return g_strv_contains(one, node->name) ? member : tocsin_datum_new_none();
}

static const TocsinDatum *
check_filter(TocsinCheck *self, const TocsinTree *node)
{
	gboolean is_default = strcmp(node->name, "default") == 0 || strcmp(node->name, "d") == 0;
	const TocsinDatum *input =
	        node->a != NULL ? check_place(self, node->a, is_default) : tocsin_datum_new_none();

	tocsin_check_arguments(self, node->arguments);
	tocsin_check_given_to(self, node);
	return is_default ? input : check_listing(self, node, input);
}

static void
check_test(TocsinCheck *self, const TocsinTree *node)
{
	check_place(self, node->a,
	            strcmp(node->name, "defined") == 0 || strcmp(node->name, "undefined") == 0);
	tocsin_check_arguments(self, node->arguments);
	tocsin_check_given_to(self, node);
}

static void
check_call(TocsinCheck *self, const TocsinTree *node)
{
	static const char *const methods[] = {"get", "items", "keys", "values", NULL};
	const TocsinTree *callee = node->a;

	if (callee->kind == TOCSIN_TREE_ATTRIBUTE && g_strv_contains(methods, callee->name)) {
		tocsin_check_expression(self, callee->a);
	} else {
		tocsin_check_expression(self, callee);
	}
	tocsin_check_arguments(self, node->arguments);
}

static void
check_child(const TocsinTree *child, gpointer self)
{
	tocsin_check_expression(self, child);
}

const TocsinDatum *
tocsin_check_given(TocsinCheck *self, const TocsinTree *test, gboolean outcome,
                   const TocsinTree *node)
{
	const TocsinDatum *shape;

	tocsin_check_enter(self);
	tocsin_scope_add_facts(self->scope, test, outcome);
	shape = tocsin_check_expression(self, node);
	tocsin_check_leave(self);
	return shape;
}

static const TocsinDatum *
check_condition(TocsinCheck *self, const TocsinTree *node)
{
	const TocsinDatum *one;
	const TocsinDatum *other;

	tocsin_check_expression(self, node->a);
	one = tocsin_check_given(self, node->a, TRUE, node->b);
	other = node->c != NULL ? tocsin_check_given(self, node->a, FALSE, node->c) : one;
	return one == other ? one : tocsin_datum_new_none();
}

void
tocsin_check_arguments(TocsinCheck *self, const TocsinTreeArguments *arguments)
{
	for (guint i = 0; arguments != NULL && i < arguments->positional->len; i++) {
		tocsin_check_expression(self, arguments->positional->pdata[i]);
	}
	for (guint i = 0; arguments != NULL && i < arguments->values->len; i++) {
		tocsin_check_expression(self, arguments->values->pdata[i]);
	}
	if (arguments != NULL && arguments->more != NULL) {
		tocsin_check_expression(self, arguments->more);
	}
	if (arguments != NULL && arguments->more_named != NULL) {
		tocsin_check_expression(self, arguments->more_named);
	}
}

const TocsinDatum *
tocsin_check_expression(TocsinCheck *self, const TocsinTree *node)
{
	if (!tocsin_check_step(self, node)) {
		return tocsin_datum_new_none();
	}
	switch (node->kind) {
	case TOCSIN_TREE_NAME:
	case TOCSIN_TREE_ATTRIBUTE:
	case TOCSIN_TREE_SUBSCRIPT:
		return check_place(self, node, FALSE);
	case TOCSIN_TREE_FILTER:
		return check_filter(self, node);
	case TOCSIN_TREE_TEST:
		check_test(self, node);
		break;
	case TOCSIN_TREE_CALL:
		check_call(self, node);
		break;
	case TOCSIN_TREE_CONDITION:
		return check_condition(self, node);
	case TOCSIN_TREE_AND:
	case TOCSIN_TREE_OR:
		tocsin_check_expression(self, node->a);
		tocsin_check_given(self, node->a, node->kind == TOCSIN_TREE_AND, node->b);
		break;
	default:
		tocsin_tree_visit(node, check_child, self);
		break;
	}
	return tocsin_datum_new_none();
}
