/* SPDX-License-Identifier: MIT */
/* The names that a running template sets, in frames from the innermost out. */
#include <string.h>

#include "base/text.h"
#include "template/run.h"

#define CANDIDATES_MAX 1000u /* names that a misspelt one is compared with */

typedef struct {
	char *name;
	TocsinDatum *value;
} Variable;

struct _TocsinFrame {
	guint references;
	TocsinFrame *parent;
	GArray *variables; /* of Variable; NULL while empty */
	TocsinScopeLookup lookup;
	gpointer lookup_data;
	const TocsinDatum *data; /* asked as well, or NULL */
};

static void
clear_variable(gpointer item)
{
	Variable *variable = item;

	g_free(variable->name);
	tocsin_datum_unref(variable->value);
}

TocsinFrame *
tocsin_frame_new(TocsinFrame *parent)
{
	TocsinFrame *self = g_new0(TocsinFrame, 1);

	self->references = 1;
	self->parent = parent != NULL ? tocsin_frame_ref(parent) : NULL;
	return self;
}

TocsinFrame *
tocsin_frame_ref(TocsinFrame *self)
{
	self->references++;
	return self;
}

void
tocsin_frame_unref(TocsinFrame *self)
{
	while (self != NULL && --self->references == 0) {
		TocsinFrame *parent = self->parent;

		g_clear_pointer(&self->variables, g_array_unref);
		g_free(self);
		self = parent;
	}
}

void
tocsin_frame_set_lookup(TocsinFrame *self, TocsinScopeLookup lookup, gpointer user_data)
{
	self->lookup = lookup;
	self->lookup_data = user_data;
}

void
tocsin_frame_set_data(TocsinFrame *self, const TocsinDatum *map)
{
	self->data = map;
}

static Variable *
find_variable(const TocsinFrame *self, const char *name)
{
	for (guint i = 0; self->variables != NULL && i < self->variables->len; i++) {
		Variable *variable = &g_array_index(self->variables, Variable, i);

		if (strcmp(variable->name, name) == 0) {
			return variable;
		}
	}
	return NULL;
}

void
tocsin_frame_set(TocsinFrame *self, const char *name, TocsinDatum *value)
{
	Variable *found = find_variable(self, name);
	Variable variable = {NULL, value};

	if (found != NULL) {
		tocsin_datum_unref(found->value);
		found->value = value;
		return;
	}
	if (self->variables == NULL) {
		self->variables = g_array_new(FALSE, FALSE, sizeof(Variable));
		g_array_set_clear_func(self->variables, clear_variable);
	}
	variable.name = g_strdup(name);
	g_array_append_val(self->variables, variable);
}

TocsinDatum *
tocsin_frame_own(const TocsinFrame *self, const char *name)
{
	Variable *found = find_variable(self, name);

	return found != NULL ? found->value : NULL;
}

TocsinDatum *
tocsin_frame_find(const TocsinFrame *self, const char *name)
{
	for (; self != NULL; self = self->parent) {
		TocsinDatum *own = tocsin_frame_own(self, name);

		if (own != NULL) {
			return tocsin_datum_ref(own);
		}
		own = self->data != NULL ? tocsin_datum_lookup_named(self->data, name) : NULL;
		if (own != NULL) {
			return tocsin_datum_ref(own);
		}
		own = self->lookup != NULL ? self->lookup(self->lookup_data, name) : NULL;
		if (own != NULL) {
			return own;
		}
	}
	return NULL;
}

static void
add_names(const TocsinFrame *self, GPtrArray *names)
{
	guint count = self->data != NULL ? tocsin_datum_count(self->data) : 0;

	for (guint i = 0; self->variables != NULL && i < self->variables->len; i++) {
		g_ptr_array_add(names, g_array_index(self->variables, Variable, i).name);
	}
	for (guint i = 0; i < count && names->len < CANDIDATES_MAX; i++) {
		g_ptr_array_add(names,
		                (gpointer)tocsin_datum_text(tocsin_datum_nth_key(self->data, i)));
	}
}

const char *
tocsin_frame_nearest(const TocsinFrame *self, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (; self != NULL && names->len < CANDIDATES_MAX; self = self->parent) {
		add_names(self, names);
	}
	g_ptr_array_add(names, NULL);
	return tocsin_text_nearest(name, (const char *const *)names->pdata);
}

TocsinFrame *
tocsin_frame_root(TocsinFrame *self)
{
	while (self->parent != NULL) {
		self = self->parent;
	}
	return self;
}

TocsinFrame *
tocsin_run_capture(TocsinRun *self, TocsinFrame *frame)
{
	g_ptr_array_add(self->captured, tocsin_frame_ref(frame));
	return tocsin_frame_ref(frame);
}

static void
empty_frame(gpointer item, gpointer unused)
{
	TocsinFrame *frame = item;

	g_clear_pointer(&frame->variables, g_array_unref);
}

static void
empty_namespace(gpointer item, gpointer unused)
{
	tocsin_datum_clear(item);
}

void
tocsin_run_clear(TocsinRun *self)
{
	/* What templates make may point in circles (a macro lies in the frame that it keeps), but
	 * only through these two; and emptied one by one no chain is long. */
	g_ptr_array_foreach(self->captured, empty_frame, NULL);
	g_ptr_array_foreach(self->namespaces, empty_namespace, NULL);
	g_clear_pointer(&self->captured, g_ptr_array_unref);
	g_clear_pointer(&self->namespaces, g_ptr_array_unref);
	g_clear_pointer(&self->regexes, g_hash_table_unref);
	g_clear_pointer(&self->frame, tocsin_frame_unref);
	g_clear_error(&self->error);
}
