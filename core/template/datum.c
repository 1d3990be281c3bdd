/* SPDX-License-Identifier: MIT */
/* The typed tree: making, sharing and reading it. Comparing is in datum-compare.c, printing in
 * datum-print.c. */
#include "template/datum.h"

#include <string.h>

/* Maps up to this size are searched in line: no table to build, and one compare is a memcmp(). */
#define INDEX_FROM 9u

struct _TocsinDatum {
	gatomicrefcount references;
	guint8 kind;
	guint8 is_safe;
	guint8 is_tuple;
	guint8 is_static;
	guint16 depth; /* lists and maps within each other; saturates */
	union {
		gint64 number;
		gdouble real;
		struct {
			char *bytes;
			gsize length;
		} string;
		struct {
			GPtrArray *keys;   /* of TocsinDatum; NULL in a list */
			GPtrArray *values; /* of TocsinDatum */
			GHashTable *index; /* of TocsinDatum : position + 1; NULL while small */
		} members;
		struct {
			const TocsinObjectClass *klass;
			gpointer self;
		} object;
	} as;
};

static TocsinDatum none_datum = {.kind = TOCSIN_DATUM_NONE, .is_static = TRUE};
static TocsinDatum bool_data[2] = {
        {.kind = TOCSIN_DATUM_BOOL, .is_static = TRUE, .as.number = 0},
        {.kind = TOCSIN_DATUM_BOOL, .is_static = TRUE, .as.number = 1},
};

static TocsinDatum *
new_datum(TocsinDatumKind kind)
{
	TocsinDatum *self = g_new0(TocsinDatum, 1);

	g_atomic_ref_count_init(&self->references);
	self->kind = (guint8)kind;
	return self;
}

TocsinDatum *
tocsin_datum_new_none(void)
{
	return &none_datum;
}

TocsinDatum *
tocsin_datum_new_bool(gboolean value)
{
	return &bool_data[value ? 1 : 0];
}

TocsinDatum *
tocsin_datum_new_int(gint64 value)
{
	TocsinDatum *self = new_datum(TOCSIN_DATUM_INT);

	self->as.number = value;
	return self;
}

TocsinDatum *
tocsin_datum_new_double(gdouble value)
{
	TocsinDatum *self = new_datum(TOCSIN_DATUM_DOUBLE);

	self->as.real = value;
	return self;
}

TocsinDatum *
tocsin_datum_new_time(gint64 time_us)
{
	return tocsin_datum_new_double((gdouble)time_us / G_USEC_PER_SEC);
}

TocsinDatum *
tocsin_datum_new_string(const char *bytes, gssize length)
{
	gsize size = length < 0 ? strlen(bytes) : (gsize)length;
	char *text;

	if (size == 0) {
		return tocsin_datum_new_string_take(g_strdup(""), 0);
	}
	if (g_utf8_validate_len(bytes, size, NULL)) {
		return tocsin_datum_new_string_take(g_strndup(bytes, size), size);
	}
	text = g_utf8_make_valid(bytes, (gssize)size);
	return tocsin_datum_new_string_take(text, strlen(text));
}

TocsinDatum *
tocsin_datum_new_text_take(char *text, gsize length, gboolean is_safe)
{
	TocsinDatum *self = new_datum(TOCSIN_DATUM_STRING);

	self->as.string.bytes = text;
	self->as.string.length = length;
	self->is_safe = is_safe != FALSE;
	return self;
}

TocsinDatum *
tocsin_datum_new_string_take(char *text, gsize length)
{
	return tocsin_datum_new_text_take(text, length, FALSE);
}

TocsinDatum *
tocsin_datum_new_undefined(const char *message)
{
	TocsinDatum *self = new_datum(TOCSIN_DATUM_UNDEFINED);

	self->as.string.bytes = g_strdup(message);
	self->as.string.length = strlen(message);
	return self;
}

static void
unref_member(gpointer member)
{
	tocsin_datum_unref(member);
}

TocsinDatum *
tocsin_datum_new_list(void)
{
	TocsinDatum *self = new_datum(TOCSIN_DATUM_LIST);

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
	TocsinDatum *self = new_datum(TOCSIN_DATUM_MAP);

	self->as.members.values = g_ptr_array_new_with_free_func(unref_member);
	self->as.members.keys = g_ptr_array_new_with_free_func(unref_member);
	return self;
}

TocsinDatum *
tocsin_datum_new_object(const TocsinObjectClass *klass, gpointer object)
{
	TocsinDatum *self = new_datum(TOCSIN_DATUM_OBJECT);

	self->as.object.klass = klass;
	self->as.object.self = object;
	return self;
}

TocsinDatum *
tocsin_datum_ref(const TocsinDatum *self)
{
	TocsinDatum *shared = (TocsinDatum *)self;

	if (!shared->is_static) {
		g_atomic_ref_count_inc(&shared->references);
	}
	return shared;
}

static void
free_datum(TocsinDatum *self)
{
	switch (self->kind) {
	case TOCSIN_DATUM_STRING:
	case TOCSIN_DATUM_UNDEFINED:
		g_free(self->as.string.bytes);
		break;
	case TOCSIN_DATUM_LIST:
	case TOCSIN_DATUM_MAP:
		g_clear_pointer(&self->as.members.index, g_hash_table_unref);
		g_clear_pointer(&self->as.members.keys, g_ptr_array_unref);
		g_ptr_array_unref(self->as.members.values);
		break;
	case TOCSIN_DATUM_OBJECT:
		self->as.object.klass->free(self->as.object.self);
		break;
	default:
		break;
	}
	g_free(self);
}

void
tocsin_datum_unref(TocsinDatum *self)
{
	if (self != NULL && !self->is_static && g_atomic_ref_count_dec(&self->references)) {
		free_datum(self);
	}
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

TocsinDatumKind
tocsin_datum_kind(const TocsinDatum *self)
{
	return (TocsinDatumKind)self->kind;
}

const char *
tocsin_datum_kind_name(const TocsinDatum *self)
{
	static const char *const names[] = {"undefined", "none", "bool", "int",   "float",
	                                    "string",    "list", "map",  "object"};

	return self->kind == TOCSIN_DATUM_OBJECT ? self->as.object.klass->type_name
	                                         : names[self->kind];
}

gint64
tocsin_datum_int(const TocsinDatum *self)
{
	return tocsin_datum_is_integral(self) ? self->as.number : 0;
}

gdouble
tocsin_datum_double(const TocsinDatum *self)
{
	return self->kind == TOCSIN_DATUM_DOUBLE ? self->as.real : (gdouble)tocsin_datum_int(self);
}

const char *
tocsin_datum_text(const TocsinDatum *self)
{
	return self->kind == TOCSIN_DATUM_STRING || self->kind == TOCSIN_DATUM_UNDEFINED
	               ? self->as.string.bytes
	               : "";
}

gsize
tocsin_datum_size(const TocsinDatum *self)
{
	return self->kind == TOCSIN_DATUM_STRING ? self->as.string.length : 0;
}

gboolean
tocsin_datum_is_safe(const TocsinDatum *self)
{
	return self->is_safe;
}

gboolean
tocsin_datum_is_tuple(const TocsinDatum *self)
{
	return self->is_tuple;
}

gboolean
tocsin_datum_is_defined(const TocsinDatum *self)
{
	return self->kind != TOCSIN_DATUM_UNDEFINED;
}

gboolean
tocsin_datum_is_string(const TocsinDatum *self)
{
	return self->kind == TOCSIN_DATUM_STRING;
}

gboolean
tocsin_datum_is_integral(const TocsinDatum *self)
{
	return self->kind == TOCSIN_DATUM_INT || self->kind == TOCSIN_DATUM_BOOL;
}

gboolean
tocsin_datum_is_number(const TocsinDatum *self)
{
	return tocsin_datum_is_integral(self) || self->kind == TOCSIN_DATUM_DOUBLE;
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

const TocsinObjectClass *
tocsin_datum_object_class(const TocsinDatum *datum)
{
	return datum->kind == TOCSIN_DATUM_OBJECT ? datum->as.object.klass : NULL;
}

gpointer
tocsin_datum_object(const TocsinDatum *datum)
{
	return datum->kind == TOCSIN_DATUM_OBJECT ? datum->as.object.self : NULL;
}
