/* SPDX-License-Identifier: MIT */
/* A typed value: what an event's fields hold. */
#include "model/value.h"

#include <string.h>

/* A list holds members only; a map holds names beside them. Maps are searched in order: an event
 * has a dozen fields, for which that beats hashing. */
typedef struct {
	GPtrArray *members; /* of TocsinValue */
	GPtrArray *names;   /* of char *, NULL in a list */
} Tree;

struct _TocsinValue {
	TocsinValueType type;
	guint depth;  /* lists and maps on the longest way down, this one counted */
	gsize weight; /* bytes packed, nearly: 8 a number, strings and names by length */
	union {
		gboolean truth;
		gint64 number; /* int and time */
		gdouble real;
		Tree tree;
	} as;
	char text[]; /* strings only */
};

static TocsinValue *
new_value(TocsinValueType type, gsize text_size)
{
	TocsinValue *self = g_atomic_rc_box_alloc0(sizeof *self + text_size);

	self->type = type;
	self->weight = MAX(text_size, sizeof self->as.number);
	return self;
}

TocsinValue *
tocsin_value_new_bool(gboolean value)
{
	TocsinValue *self = new_value(TOCSIN_VALUE_BOOL, 0);

	self->as.truth = value != FALSE;
	return self;
}

TocsinValue *
tocsin_value_new_int(gint64 value)
{
	TocsinValue *self = new_value(TOCSIN_VALUE_INT, 0);

	self->as.number = value;
	return self;
}

TocsinValue *
tocsin_value_new_double(gdouble value)
{
	TocsinValue *self = new_value(TOCSIN_VALUE_DOUBLE, 0);

	self->as.real = value;
	return self;
}

TocsinValue *
tocsin_value_new_time(gint64 time_us)
{
	TocsinValue *self = new_value(TOCSIN_VALUE_TIME, 0);

	self->as.number = time_us;
	return self;
}

TocsinValue *
tocsin_value_new_string(const char *text, gssize length)
{
	gsize bytes = length < 0 ? strlen(text) : (gsize)length;
	g_autofree char *valid = NULL;

	if (!g_utf8_validate_len(text, bytes, NULL)) {
		valid = g_utf8_make_valid(text, (gssize)bytes);
		text = valid;
		bytes = strlen(valid);
	}
	TocsinValue *self = new_value(TOCSIN_VALUE_STRING, bytes + 1);

	memcpy(self->text, text, bytes);
	return self;
}

static void
unref_member(gpointer data)
{
	tocsin_value_unref(data);
}

TocsinValue *
tocsin_value_new_list(void)
{
	TocsinValue *self = new_value(TOCSIN_VALUE_LIST, 0);

	self->depth = 1;
	self->as.tree.members = g_ptr_array_new_with_free_func(unref_member);
	return self;
}

TocsinValue *
tocsin_value_new_map(void)
{
	TocsinValue *self = new_value(TOCSIN_VALUE_MAP, 0);

	self->depth = 1;
	self->as.tree.members = g_ptr_array_new_with_free_func(unref_member);
	self->as.tree.names = g_ptr_array_new_with_free_func(g_free);
	return self;
}

TocsinValue *
tocsin_value_ref(TocsinValue *self)
{
	return g_atomic_rc_box_acquire(self);
}

static void
clear_value(gpointer data)
{
	TocsinValue *self = data;

	if (self->type == TOCSIN_VALUE_LIST || self->type == TOCSIN_VALUE_MAP) {
		g_ptr_array_unref(self->as.tree.members);
		g_clear_pointer(&self->as.tree.names, g_ptr_array_unref);
	}
}

void
tocsin_value_unref(TocsinValue *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_value);
	}
}

/* Makes room for @member in the limits of @tree, or drops it. */
static gboolean
admit(TocsinValue *tree, TocsinValue *member, gboolean is_new)
{
	if ((is_new && tree->as.tree.members->len >= TOCSIN_VALUE_MEMBERS_MAX) ||
	    member->depth + 1 > TOCSIN_VALUE_DEPTH_MAX) {
		tocsin_value_unref(member);
		return FALSE;
	}
	tree->depth = MAX(tree->depth, member->depth + 1);
	tree->weight += member->weight;
	return TRUE;
}

gboolean
tocsin_value_append(TocsinValue *list, TocsinValue *member)
{
	g_return_val_if_fail(list->type == TOCSIN_VALUE_LIST, FALSE);

	if (!admit(list, member, TRUE)) {
		return FALSE;
	}
	g_ptr_array_add(list->as.tree.members, member);
	return TRUE;
}

static gboolean
find_name(const TocsinValue *map, const char *name, guint *out_index)
{
	const GPtrArray *names = map->as.tree.names;

	for (guint i = 0; i < names->len; i++) {
		if (strcmp(names->pdata[i], name) == 0) {
			*out_index = i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_value_set(TocsinValue *map, const char *name, TocsinValue *member)
{
	guint index;

	g_return_val_if_fail(map->type == TOCSIN_VALUE_MAP, FALSE);

	gboolean is_new = !find_name(map, name, &index);

	if (!admit(map, member, is_new)) {
		return FALSE;
	}
	if (!is_new) {
		tocsin_value_unref(map->as.tree.members->pdata[index]);
		map->as.tree.members->pdata[index] = member;
		return TRUE;
	}
	map->weight += strlen(name);
	g_ptr_array_add(map->as.tree.names, g_utf8_make_valid(name, -1));
	g_ptr_array_add(map->as.tree.members, member);
	return TRUE;
}

gsize
tocsin_value_weight(const TocsinValue *self)
{
	return self->weight;
}

TocsinValueType
tocsin_value_type(const TocsinValue *self)
{
	return self->type;
}

gboolean
tocsin_value_get_bool(const TocsinValue *self)
{
	return self->type == TOCSIN_VALUE_BOOL && self->as.truth;
}

gint64
tocsin_value_get_int(const TocsinValue *self)
{
	if (self->type != TOCSIN_VALUE_INT && self->type != TOCSIN_VALUE_TIME) {
		return 0;
	}
	return self->as.number;
}

gdouble
tocsin_value_get_double(const TocsinValue *self)
{
	return self->type == TOCSIN_VALUE_DOUBLE ? self->as.real : 0;
}

const char *
tocsin_value_get_string(const TocsinValue *self)
{
	return self->type == TOCSIN_VALUE_STRING ? self->text : "";
}

guint
tocsin_value_count(const TocsinValue *self)
{
	if (self->type != TOCSIN_VALUE_LIST && self->type != TOCSIN_VALUE_MAP) {
		return 0;
	}
	return self->as.tree.members->len;
}

TocsinValue *
tocsin_value_nth(const TocsinValue *self, guint index)
{
	g_return_val_if_fail(index < tocsin_value_count(self), NULL);
	return self->as.tree.members->pdata[index];
}

const char *
tocsin_value_nth_name(const TocsinValue *map, guint index)
{
	g_return_val_if_fail(map->type == TOCSIN_VALUE_MAP, NULL);
	g_return_val_if_fail(index < map->as.tree.names->len, NULL);
	return map->as.tree.names->pdata[index];
}

TocsinValue *
tocsin_value_lookup(const TocsinValue *map, const char *name)
{
	guint index;

	if (map->type != TOCSIN_VALUE_MAP || !find_name(map, name, &index)) {
		return NULL;
	}
	return map->as.tree.members->pdata[index];
}

static guint64
bits_of(gdouble value)
{
	guint64 bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static gboolean
equal_trees(const TocsinValue *a, const TocsinValue *b)
{
	const Tree *x = &a->as.tree;
	const Tree *y = &b->as.tree;

	if (x->members->len != y->members->len) {
		return FALSE;
	}
	for (guint i = 0; i < x->members->len; i++) {
		if (x->names != NULL && strcmp(x->names->pdata[i], y->names->pdata[i]) != 0) {
			return FALSE;
		}
		if (!tocsin_value_equal(x->members->pdata[i], y->members->pdata[i])) {
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_value_equal(const TocsinValue *a, const TocsinValue *b)
{
	if (a->type != b->type) {
		return FALSE;
	}
	switch (a->type) {
	case TOCSIN_VALUE_BOOL:
		return a->as.truth == b->as.truth;
	case TOCSIN_VALUE_INT:
	case TOCSIN_VALUE_TIME:
		return a->as.number == b->as.number;
	case TOCSIN_VALUE_DOUBLE:
		/* By bits, so that a NaN equals itself after a round trip. */
		return bits_of(a->as.real) == bits_of(b->as.real);
	case TOCSIN_VALUE_STRING:
		return strcmp(a->text, b->text) == 0;
	case TOCSIN_VALUE_LIST:
	case TOCSIN_VALUE_MAP:
		return equal_trees(a, b);
	}
	return FALSE;
}
