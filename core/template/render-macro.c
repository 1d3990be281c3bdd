/* SPDX-License-Identifier: MIT */
/* Macros and call blocks: bodies with parameters that keep the names around them. */
#include <string.h>

#include "template/evaluate.h"
#include "template/template-private.h"

typedef struct {
	const TocsinTree *node;
	const TocsinTree *body;
	char *name;
	TocsinFrame *frame;
} Macro;

static void
free_macro(gpointer self)
{
	Macro *macro = self;

	tocsin_frame_unref(macro->frame);
	g_free(macro->name);
	g_free(macro);
}

static TocsinDatum *
get_macro(gpointer self, const char *name)
{
	Macro *macro = self;

	return strcmp(name, "name") == 0 ? tocsin_datum_new_string(macro->name, -1) : NULL;
}

/* The value that the caller gives the parameter, or NULL. Belongs to @arguments. */
static TocsinDatum *
find_argument(const TocsinArguments *arguments, guint index, const char *name)
{
	if (index < tocsin_arguments_count(arguments)) {
		return tocsin_arguments_nth(arguments, index);
	}
	return arguments->named != NULL ? tocsin_datum_lookup_named(arguments->named, name) : NULL;
}

static gboolean
bind_one(TocsinRun *run, const TocsinTree *parameter, TocsinDatum *given)
{
	g_autofree char *message = NULL;
	TocsinDatum *value = NULL;

	if (given != NULL) {
		value = tocsin_datum_ref(given);
	} else if (parameter->a != NULL) {
		value = tocsin_evaluate(run, parameter->a);
	} else {
		message = g_strdup_printf("parameter '%s' was not provided", parameter->name);
		value = tocsin_datum_new_undefined(message);
	}
	if (value != NULL) {
		tocsin_frame_set(run->frame, parameter->name, value);
	}
	return value != NULL;
}

static gboolean
bind_all(TocsinRun *run, const Macro *macro, const TocsinArguments *arguments)
{
	const GPtrArray *parameters = macro->node->list;
	guint count = parameters != NULL ? parameters->len : 0;
	TocsinDatum *caller = arguments->named != NULL
	                              ? tocsin_datum_lookup_named(arguments->named, "caller")
	                              : NULL;
	TocsinDatum *rest = tocsin_datum_new_tuple();
	guint used = caller != NULL ? 1 : 0;

	for (guint i = count; i < tocsin_arguments_count(arguments); i++) {
		tocsin_datum_append(rest, tocsin_datum_ref(tocsin_arguments_nth(arguments, i)));
	}
	tocsin_frame_set(run->frame, "varargs", rest);
	if (caller != NULL) {
		tocsin_frame_set(run->frame, "caller", tocsin_datum_ref(caller));
	}
	for (guint i = 0; i < count; i++) {
		const TocsinTree *parameter = parameters->pdata[i];
		TocsinDatum *given = find_argument(arguments, i, parameter->name);

		used += given != NULL && i >= tocsin_arguments_count(arguments) ? 1 : 0;
		if (!bind_one(run, parameter, given)) {
			return FALSE;
		}
	}
	if (arguments->named != NULL && used != tocsin_datum_count(arguments->named)) {
		tocsin_run_fail(run, "macro '%s' is given a name that it does not know, or twice",
		                macro->name);
		return FALSE;
	}
	return TRUE;
}

static TocsinDatum *
call_macro(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	Macro *macro = self;
	TocsinFrame *outer = run->frame;
	TocsinDatum *text = NULL;

	if (!tocsin_run_enter(run)) {
		return NULL;
	}
	run->frame = tocsin_frame_new(macro->frame);
	if (bind_all(run, macro, arguments)) {
		text = tocsin_render_capture(run, macro->body);
	}
	tocsin_frame_unref(run->frame);
	run->frame = outer;
	tocsin_run_leave(run);
	return text;
}

TocsinDatum *
tocsin_render_new_macro(TocsinRun *run, const TocsinTree *node, const char *name,
                        const TocsinTree *body)
{
	static const TocsinObjectClass klass = {"macro", get_macro, call_macro, free_macro};
	Macro *macro = g_new0(Macro, 1);

	macro->node = node;
	macro->body = body;
	macro->name = g_strdup(name);
	macro->frame = tocsin_run_capture(run, run->frame);
	return tocsin_datum_new_object(&klass, macro);
}

gboolean
tocsin_render_call_block(TocsinRun *run, const TocsinTree *node)
{
	g_auto(TocsinArguments) arguments = {NULL, NULL};
	g_autoptr(TocsinDatum) callee = tocsin_evaluate_defined(run, node->a->a);
	g_autoptr(TocsinDatum) text = NULL;
	const TocsinObjectClass *klass;

	if (callee == NULL || !tocsin_evaluate_arguments(run, node->a->arguments, &arguments)) {
		return FALSE;
	}
	klass = tocsin_datum_object_class(callee);
	run->node = node;
	if (klass == NULL || klass->call != call_macro) {
		tocsin_run_fail(run, "call needs a macro, found %s",
		                tocsin_datum_kind_name(callee));
		return FALSE;
	}
	if (arguments.named == NULL) {
		arguments.named = tocsin_datum_new_map();
	}
	tocsin_datum_set_named(arguments.named, "caller",
	                       tocsin_render_new_macro(run, node, "caller", node->b));
	text = klass->call(tocsin_datum_object(callee), run, &arguments);
	return text != NULL &&
	       tocsin_render_text(run, tocsin_datum_text(text), tocsin_datum_size(text));
}
