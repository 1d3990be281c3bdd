/* SPDX-License-Identifier: MIT */
/* Remembers for each trigger and kind which rules are on it. */
#include "rule/index.h"

#include <string.h>

/* The key of the table: two texts that need not be joined to be looked up. */
typedef struct {
	char *trigger;
	char *kind;
} Name;

struct _TocsinIndex {
	GPtrArray *rules;
	GHashTable *known; /* of Name : GArray of guint */
	GArray *spare;     /* for names beyond the limit */
};

static guint
hash_name(gconstpointer data)
{
	const Name *name = data;

	return g_str_hash(name->trigger) * 31 + g_str_hash(name->kind);
}

static gboolean
equal_name(gconstpointer a, gconstpointer b)
{
	const Name *left = a;
	const Name *right = b;

	return strcmp(left->kind, right->kind) == 0 && strcmp(left->trigger, right->trigger) == 0;
}

static void
free_name(gpointer data)
{
	Name *name = data;

	g_free(name->trigger);
	g_free(name->kind);
	g_free(name);
}

TocsinIndex *
tocsin_index_new(GPtrArray *rules)
{
	TocsinIndex *self = g_new0(TocsinIndex, 1);

	self->rules = g_ptr_array_ref(rules);
	self->known = g_hash_table_new_full(hash_name, equal_name, free_name,
	                                    (GDestroyNotify)g_array_unref);
	self->spare = g_array_new(FALSE, FALSE, sizeof(guint));
	return self;
}

void
tocsin_index_free(TocsinIndex *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->known);
	g_array_unref(self->spare);
	g_ptr_array_unref(self->rules);
	g_free(self);
}

static void
fill(const TocsinIndex *self, const TocsinEvent *event, GArray *places)
{
	for (guint i = 0; i < self->rules->len; i++) {
		if (tocsin_rule_is_on(self->rules->pdata[i], event->trigger, event->kind)) {
			g_array_append_val(places, i);
		}
	}
}

const GArray *
tocsin_index_find(TocsinIndex *self, const TocsinEvent *event)
{
	Name probe = {.trigger = event->trigger, .kind = event->kind};
	GArray *places = g_hash_table_lookup(self->known, &probe);
	Name *name;

	if (places != NULL) {
		return places;
	}
	if (g_hash_table_size(self->known) >= TOCSIN_INDEX_NAMES_MAX) {
		g_array_set_size(self->spare, 0);
		fill(self, event, self->spare);
		return self->spare;
	}
	name = g_new0(Name, 1);
	name->trigger = g_strdup(event->trigger);
	name->kind = g_strdup(event->kind);
	places = g_array_new(FALSE, FALSE, sizeof(guint));
	fill(self, event, places);
	g_hash_table_insert(self->known, name, places);
	return places;
}
