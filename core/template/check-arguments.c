/* SPDX-License-Identifier: MIT */
/* Looking into what filters and tests are given: whether they take it at all, and whether what is
 * constant makes sense. The latter is tried on values of several kinds, as it is wrong only if the
 * filter fails on each. */
#include <string.h>

#include "template/check-private.h"
#include "template/filter.h"
#include "template/run.h"

static void
unref_datum(gpointer datum)
{
	tocsin_datum_unref(datum);
}

static TocsinDatum *
take_constant(const TocsinTree *node, gboolean *is_constant)
{
	if (node->kind == TOCSIN_TREE_CONSTANT) {
		return tocsin_datum_ref(node->value);
	}
	*is_constant = FALSE;
	return tocsin_datum_ref((TocsinDatum *)tocsin_datum_new_none());
}

/* What @nodes stand for, with none for what is not known before it is run. */
static gboolean
take_arguments(const TocsinTreeArguments *nodes, TocsinArguments *out)
{
	gboolean is_constant = TRUE;

	out->positional = g_ptr_array_new_with_free_func(unref_datum);
	for (guint i = 0; i < nodes->positional->len; i++) {
		g_ptr_array_add(out->positional,
		                take_constant(nodes->positional->pdata[i], &is_constant));
	}
	if (nodes->names->len > 0) {
		out->named = tocsin_datum_new_map();
	}
	for (guint i = 0; i < nodes->names->len; i++) {
		tocsin_datum_set_named(out->named, nodes->names->pdata[i],
		                       take_constant(nodes->values->pdata[i], &is_constant));
	}
	return is_constant;
}

static GPtrArray *
make_probes(void)
{
	GPtrArray *probes = g_ptr_array_new_with_free_func(unref_datum);

	g_ptr_array_add(probes, tocsin_datum_new_string("1", -1));
	g_ptr_array_add(probes, tocsin_datum_new_int(1));
	g_ptr_array_add(probes, tocsin_datum_new_list());
	g_ptr_array_add(probes, tocsin_datum_new_map());
	return probes;
}

/* How much @message speaks of what was given rather than of what it was tried on. */
static guint
rank(const TocsinArguments *arguments, const char *message)
{
	for (guint i = 0; i < tocsin_arguments_count(arguments); i++) {
		const TocsinDatum *each = tocsin_arguments_nth(arguments, i);

		if (tocsin_datum_is_string(each) && *tocsin_datum_text(each) != '\0' &&
		    strstr(message, tocsin_datum_text(each)) != NULL) {
			return 3;
		}
	}
	return strstr(message, ", found ") == NULL ? 2 : 1;
}

/* (nullable) What is wrong with @arguments for every kind of input. */
static GError *
try_all(const TocsinTree *node, const TocsinFilter *filter, const char *what,
        const TocsinTemplateLimits *limits, const TocsinArguments *arguments)
{
	g_autoptr(GPtrArray) probes = make_probes();
	g_autoptr(GError) error = NULL;
	guint best = 0;

	for (guint i = 0; i < probes->len; i++) {
		g_auto(TocsinRun) run;
		g_autoptr(TocsinDatum) result = NULL;

		tocsin_run_init(&run, limits, NULL);
		run.node = node;
		result = tocsin_filter_apply(filter, what, &run, probes->pdata[i], arguments);
		if (result != NULL) {
			return NULL;
		}
		if (rank(arguments, run.error->message) > best) {
			best = rank(arguments, run.error->message);
			g_clear_error(&error);
			error = g_steal_pointer(&run.error);
		}
	}
	return g_steal_pointer(&error);
}

/* (nullable) */
static GError *
try_binding(const TocsinTree *node, const TocsinFilter *filter, const char *what,
            const TocsinTemplateLimits *limits, const TocsinArguments *arguments)
{
	TocsinDatum *given[TOCSIN_FILTER_PARAMETERS_MAX] = {NULL};
	g_auto(TocsinRun) run;

	tocsin_run_init(&run, limits, NULL);
	run.node = node;
	(void)tocsin_arguments_bind(&run, what, filter->name, filter->parameters, filter->required,
	                            arguments, given);
	return g_steal_pointer(&run.error);
}

void
tocsin_check_given_to(TocsinCheck *self, const TocsinTree *node)
{
	const TocsinFilter *filter = node->entry;
	const char *what = node->kind == TOCSIN_TREE_TEST ? "test" : "filter";
	g_auto(TocsinArguments) arguments = {NULL, NULL};
	g_autoptr(GError) error = NULL;
	gboolean is_constant;

	if (filter == NULL || node->arguments == NULL || node->arguments->more != NULL ||
	    node->arguments->more_named != NULL || strcmp(filter->parameters, "...") == 0) {
		return;
	}
	is_constant = take_arguments(node->arguments, &arguments);
	error = try_binding(node, filter, what, self->limits, &arguments);
	if (error == NULL && is_constant) {
		error = try_all(node, filter, what, self->limits, &arguments);
	}
	if (error != NULL) {
		tocsin_check_add(self, error->message);
	}
}
