/* SPDX-License-Identifier: MIT */
/* Collects what changed, and packs it when asked. */
#include "engine/dirty.h"

/* A group that ended; one of the same key may have begun since. */
typedef struct {
	char *rule;
	char *key;
} Ended;

struct _TocsinDirty {
	GHashTable *groups; /* of TocsinGroup : its TocsinRule */
	GHashTable *limits; /* of TocsinLimit : its TocsinRule */
	GPtrArray *ended;   /* of Ended */
};

static void
free_ended(gpointer data)
{
	Ended *ended = data;

	g_free(ended->rule);
	g_free(ended->key);
	g_free(ended);
}

TocsinDirty *
tocsin_dirty_new(void)
{
	TocsinDirty *self = g_new0(TocsinDirty, 1);

	self->groups = g_hash_table_new(NULL, NULL);
	self->limits = g_hash_table_new(NULL, NULL);
	self->ended = g_ptr_array_new_with_free_func(free_ended);
	return self;
}

void
tocsin_dirty_free(TocsinDirty *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->groups);
	g_hash_table_unref(self->limits);
	g_ptr_array_unref(self->ended);
	g_free(self);
}

void
tocsin_dirty_mark(TocsinDirty *self, const TocsinRule *rule, const TocsinGroup *group)
{
	g_hash_table_insert(self->groups, (gpointer)group, (gpointer)rule);
}

void
tocsin_dirty_mark_forgotten(TocsinDirty *self, const TocsinRule *rule, const TocsinGroup *group)
{
	Ended *ended = g_new0(Ended, 1);

	ended->rule = g_strdup(tocsin_rule_name(rule));
	ended->key = g_strdup(tocsin_group_key(group));
	g_ptr_array_add(self->ended, ended);
	g_hash_table_remove(self->groups, group);
}

void
tocsin_dirty_mark_limit(TocsinDirty *self, const TocsinRule *rule, const TocsinLimit *limit)
{
	g_hash_table_insert(self->limits, (gpointer)limit, (gpointer)rule);
}

void
tocsin_dirty_store(TocsinDirty *self, TocsinBatch *batch)
{
	GHashTableIter iterator;
	gpointer key, value;

	/* First those that ended: what follows goes after it. */
	for (guint i = 0; i < self->ended->len; i++) {
		const Ended *ended = g_ptr_array_index(self->ended, i);

		tocsin_batch_put_group(batch, ended->rule, ended->key, 0, NULL);
	}
	g_hash_table_iter_init(&iterator, self->groups);
	while (g_hash_table_iter_next(&iterator, &key, &value)) {
		g_autoptr(GBytes) state = g_byte_array_free_to_bytes(tocsin_group_pack(key, value));

		tocsin_batch_put_group(batch, tocsin_rule_name(value), tocsin_group_key(key),
		                       tocsin_group_due_us(key), state);
	}
	g_hash_table_iter_init(&iterator, self->limits);
	while (g_hash_table_iter_next(&iterator, &key, &value)) {
		g_autoptr(GBytes) state = g_byte_array_free_to_bytes(tocsin_limit_pack(key));

		tocsin_batch_put_group(batch, tocsin_rule_name(value), TOCSIN_DIRTY_LIMIT_KEY, 0,
		                       state);
	}
	g_hash_table_remove_all(self->groups);
	g_hash_table_remove_all(self->limits);
	g_ptr_array_set_size(self->ended, 0);
}
