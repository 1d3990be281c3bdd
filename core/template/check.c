/* SPDX-License-Identifier: MIT */
/* Checking templates, mails and expressions against a schema, and the list of what is wrong. */
#include "template/check.h"

#include <string.h>

#include "base/text.h"
#include "template/check-private.h"
#include "template/expression-private.h"
#include "template/mail-template-private.h"
#include "template/template-private.h"

void
tocsin_check_add(TocsinCheck *self, const char *problem)
{
	if (self->problems->len < TOCSIN_CHECK_PROBLEMS_MAX &&
	    !g_ptr_array_find_with_equal_func(self->problems, problem, g_str_equal, NULL)) {
		g_ptr_array_add(self->problems, g_strdup(problem));
	}
}

void
tocsin_check_report(TocsinCheck *self, const TocsinTree *node, const char *format, ...)
{
	g_autofree char *message = NULL;
	g_autofree char *problem = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	problem = g_strdup_printf("%s:%u:%u: %s", node->file, node->line, node->column, message);
	tocsin_check_add(self, problem);
}

void
tocsin_check_report_nearest(TocsinCheck *self, const TocsinTree *node, const char *message,
                            const char *name, GPtrArray *candidates)
{
	const char *nearest;

	g_ptr_array_add(candidates, NULL);
	nearest = tocsin_text_nearest(name, (const char *const *)candidates->pdata);
	if (nearest != NULL) {
		tocsin_check_report(self, node, "%s: did you mean '%s'?", message, nearest);
	} else {
		tocsin_check_report(self, node, "%s", message);
	}
}

gboolean
tocsin_check_step(TocsinCheck *self, const TocsinTree *node)
{
	if (self->steps == self->steps_max) {
		tocsin_check_report(self, node, "too much to check: more than %u steps",
		                    self->steps_max);
		self->steps++;
	}
	if (self->steps > self->steps_max) {
		return FALSE;
	}
	self->steps++;
	return TRUE;
}

const TocsinDatum *
tocsin_check_keep(TocsinCheck *self, TocsinDatum *shape)
{
	g_ptr_array_add(self->shapes, shape);
	return shape;
}

static void
unref_datum(gpointer datum)
{
	tocsin_datum_unref(datum);
}

static void
unref_template(gpointer template)
{
	tocsin_template_unref(template);
}

static void
begin(TocsinCheck *self, const TocsinDatum *schema, const TocsinTemplateLimits *limits)
{
	self->problems = g_ptr_array_new_with_free_func(g_free);
	self->shapes = g_ptr_array_new_with_free_func(unref_datum);
	self->templates = g_ptr_array_new_with_free_func(unref_template);
	self->open = g_ptr_array_new();
	self->steps_max = limits->steps;
	self->limits = limits;
	self->root = tocsin_scope_new(NULL);
	self->scope = self->root;
	for (guint i = 0; i < tocsin_datum_count(schema); i++) {
		tocsin_scope_set(self->root, tocsin_datum_text(tocsin_datum_nth_key(schema, i)),
		                 tocsin_datum_nth(schema, i));
	}
}

static GPtrArray *
end(TocsinCheck *self)
{
	tocsin_scope_free(self->root);
	g_ptr_array_unref(self->open);
	g_ptr_array_unref(self->templates);
	g_ptr_array_unref(self->shapes);
	return self->problems;
}

GPtrArray *
tocsin_template_check(TocsinTemplate *self, const TocsinDatum *schema, TocsinTemplateLoad on_load,
                      gpointer load_data)
{
	TocsinCheck check = {.on_load = on_load, .load_data = load_data};

	begin(&check, schema, self->limits);
	tocsin_check_template(&check, self, check.root, NULL, NULL);
	return end(&check);
}

GPtrArray *
tocsin_mail_template_check(const TocsinMailTemplate *self, const TocsinDatum *schema,
                           TocsinTemplateLoad on_load, gpointer load_data)
{
	static const char *const parts[] = {"text", "html"};
	TocsinTemplateContext context = {.on_load = on_load, .load_data = load_data};
	TocsinCheck check = {.on_load = on_load, .load_data = load_data};
	gboolean has_part = FALSE;

	begin(&check, schema, self->body->limits);
	for (guint i = 0; i < self->templates->len; i++) {
		tocsin_check_template(&check, self->templates->pdata[i], check.root, NULL, NULL);
	}
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (tocsin_template_offers_block(self->body, parts[i], &context)) {
			tocsin_check_template(&check, self->body, check.root, parts[i], NULL);
			has_part = TRUE;
		}
	}
	if (!has_part) {
		tocsin_check_template(&check, self->body, check.root, NULL, NULL);
	}
	return end(&check);
}

GPtrArray *
tocsin_expression_check(const TocsinExpression *self, const TocsinDatum *schema)
{
	TocsinCheck check = {0};

	begin(&check, schema, self->limits);
	tocsin_check_expression(&check, self->root);
	return end(&check);
}
