/* SPDX-License-Identifier: MIT */
/* Lists and maps: filling, counting and searching them. */
#include <string.h>

#include "template/datum-private.h"

/* Maps up to this size are searched in line: no table to build, and one compare is a memcmp(). */
#define INDEX_FROM 9u

static void
unref_member(gpointer member)
{
	tocsin_datum_unref(member);
}

TocsinDatum *
tocsin_datum_new_list(void)
{
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_LIST);

	self->as.members.values = g_ptr_array_new_with_free_func(unref_member);
	return self;
}

TocsinDatum *
tocsin_datum_new_tuple(void)
{
	TocsinDatum *self = tocsin_datum_new_list();

	self->is_tuple = TRUE;
	return self;
}

TocsinDatum *
tocsin_datum_new_map(void)
{
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_MAP);

	self->as.members.values = g_ptr_array_new_with_free_func(unref_member);
	self->as.members.keys = g_ptr_array_new_with_free_func(unref_member);
	return self;
}

static void
note_depth(TocsinDatum *self, const TocsinDatum *member)
{
	if (self->depth <= member->depth) {
		self->depth = (guint16)MIN(member->depth + 1u, G_MAXUINT16 - 1u);
	}
}

guint
tocsin_datum_depth(const TocsinDatum *self)
{
	return self->depth;
}

void
tocsin_datum_append(TocsinDatum *list, TocsinDatum *member)
{
	note_depth(list, member);
	g_ptr_array_add(list->as.members.values, member);
}

static guint
hash_key(gconstpointer key)
{
	return tocsin_datum_hash(key);
}

static gboolean
equal_keys(gconstpointer a, gconstpointer b)
{
	return tocsin_datum_equal(a, b);
}

/* The position of the key, or -1. */
static gint64
find_key(const TocsinDatum *map, const TocsinDatum *key)
{
	const GPtrArray *keys = map->as.members.keys;

	if (map->as.members.index != NULL) {
		return (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(map->as.members.index, key)) -
		       1;
	}
	for (guint i = 0; i < keys->len; i++) {
		if (tocsin_datum_equal(keys->pdata[i], key)) {
			return i;
		}
	}
	return -1;
}

static void
index_keys(TocsinDatum *map)
{
	GPtrArray *keys = map->as.members.keys;

	if (map->as.members.index == NULL) {
		map->as.members.index = g_hash_table_new(hash_key, equal_keys);
		for (guint i = 0; i < keys->len; i++) {
			g_hash_table_insert(map->as.members.index, keys->pdata[i],
			                    GSIZE_TO_POINTER((gsize)i + 1));
		}
		return;
	}
	g_hash_table_insert(map->as.members.index, keys->pdata[keys->len - 1],
	                    GSIZE_TO_POINTER((gsize)keys->len));
}

void
tocsin_datum_set(TocsinDatum *map, TocsinDatum *key, TocsinDatum *value)
{
	gint64 at = find_key(map, key);

	note_depth(map, key);
	note_depth(map, value);
	if (at >= 0) {
		gpointer *place = &map->as.members.values->pdata[at];

		tocsin_datum_unref(key);
		tocsin_datum_unref(*place);
		*place = value;
		return;
	}
	g_ptr_array_add(map->as.members.keys, key);
	g_ptr_array_add(map->as.members.values, value);
	if (map->as.members.keys->len >= INDEX_FROM) {
		index_keys(map);
	}
}

void
tocsin_datum_set_named(TocsinDatum *map, const char *name, TocsinDatum *value)
{
	tocsin_datum_set(map, tocsin_datum_new_string(name, -1), value);
}

void
tocsin_datum_clear(TocsinDatum *self)
{
	g_clear_pointer(&self->as.members.index, g_hash_table_unref);
	if (self->as.members.keys != NULL) {
		g_ptr_array_set_size(self->as.members.keys, 0);
	}
	g_ptr_array_set_size(self->as.members.values, 0);
}

static gboolean
has_members(const TocsinDatum *self)
{
	return self->kind == TOCSIN_DATUM_LIST || self->kind == TOCSIN_DATUM_MAP;
}

guint
tocsin_datum_count(const TocsinDatum *self)
{
	if (self->kind == TOCSIN_DATUM_STRING) {
		return (guint)g_utf8_strlen(self->as.string.bytes, (gssize)self->as.string.length);
	}
	return has_members(self) ? self->as.members.values->len : 0;
}

TocsinDatum *
tocsin_datum_nth(const TocsinDatum *self, guint index)
{
	return self->as.members.values->pdata[index];
}

TocsinDatum *
tocsin_datum_nth_key(const TocsinDatum *map, guint index)
{
	return map->as.members.keys->pdata[index];
}

TocsinDatum *
tocsin_datum_lookup(const TocsinDatum *map, const TocsinDatum *key)
{
	gint64 at = find_key(map, key);

	return at < 0 ? NULL : map->as.members.values->pdata[at];
}

TocsinDatum *
tocsin_datum_lookup_named(const TocsinDatum *map, const char *name)
{
	TocsinDatum key = {.kind = TOCSIN_DATUM_STRING,
	                   .is_static = TRUE,
	                   .as.string = {(char *)name, strlen(name)}};

	return tocsin_datum_lookup(map, &key);
}
