/* SPDX-License-Identifier: MIT */
/* Parsing and evaluating lone expressions. */
#include "template/expression.h"

#include <string.h>

#include "template/evaluate.h"
#include "template/expression-private.h"
#include "template/parser.h"

static void
collect_name(const TocsinTree *node, gpointer names)
{
	if (node->kind == TOCSIN_TREE_NAME &&
	    !g_ptr_array_find_with_equal_func(names, node->name, g_str_equal, NULL)) {
		g_ptr_array_add(names, node->name);
	}
	tocsin_tree_visit(node, collect_name, names);
}

TocsinExpression *
tocsin_expression_parse(const char *file, const char *text, const TocsinTemplateLimits *limits,
                        GError **error)
{
	g_autoptr(TocsinExpression) self = g_new0(TocsinExpression, 1);
	g_autoptr(GArray) tokens = NULL;
	TocsinParser parser = {0};

	self->file = g_strdup(file);
	self->limits = limits != NULL ? limits : &tocsin_template_default_limits;
	self->names = g_ptr_array_new();
	tokens = tocsin_lexer_split_expression(file, text, strlen(text), self->limits->source_bytes,
	                                       error);
	if (tokens == NULL) {
		return NULL;
	}
	parser.file = self->file;
	parser.limits = self->limits;
	parser.tokens = tokens;
	self->root = tocsin_parser_read_expression(&parser);
	if (self->root != NULL && tocsin_parser_token(&parser)->kind != TOCSIN_TOKEN_END) {
		tocsin_parser_fail_expected(&parser, "an operator or the end");
	}
	if (self->root == NULL || parser.error != NULL) {
		g_propagate_error(error, parser.error);
		return NULL;
	}
	collect_name(self->root, self->names);
	g_ptr_array_add(self->names, NULL);
	return g_steal_pointer(&self);
}

void
tocsin_expression_free(TocsinExpression *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_tree_free(self->root);
	g_ptr_array_unref(self->names);
	g_free(self->file);
	g_free(self);
}

TocsinDatum *
tocsin_expression_evaluate(const TocsinExpression *self, TocsinScopeLookup lookup,
                           gpointer user_data, const TocsinClock *clock, GError **error)
{
	g_auto(TocsinRun) run = {0};
	TocsinDatum *value;

	tocsin_run_init(&run, self->limits, clock);
	run.frame = tocsin_frame_new(NULL);
	if (lookup == tocsin_expression_lookup_map) {
		tocsin_frame_set_data(run.frame, user_data);
	} else {
		tocsin_frame_set_lookup(run.frame, lookup, user_data);
	}
	value = tocsin_evaluate_defined(&run, self->root);
	if (value == NULL) {
		g_propagate_error(error, g_steal_pointer(&run.error));
	}
	return value;
}

gboolean
tocsin_expression_test(const TocsinExpression *self, TocsinScopeLookup lookup, gpointer user_data,
                       const TocsinClock *clock, gboolean *out_truth, GError **error)
{
	g_autoptr(TocsinDatum) value =
	        tocsin_expression_evaluate(self, lookup, user_data, clock, error);

	if (value == NULL) {
		return FALSE;
	}
	*out_truth = tocsin_datum_truth(value);
	return TRUE;
}

const char *const *
tocsin_expression_names(const TocsinExpression *self)
{
	return (const char *const *)self->names->pdata;
}

TocsinDatum *
tocsin_expression_lookup_map(gpointer map, const char *name)
{
	TocsinDatum *value = tocsin_datum_lookup_named(map, name);

	return value != NULL ? tocsin_datum_ref(value) : NULL;
}
