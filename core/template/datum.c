/* SPDX-License-Identifier: MIT */
/* The typed tree: making, sharing and reading it. Lists and maps are in datum-members.c, comparing
 * in datum-compare.c, printing in datum-print.c. */
#include "template/datum.h"

#include <string.h>

#include "template/datum-private.h"

/* Never written: is_static keeps every reference count away. */
static const TocsinDatum none_datum = {.kind = TOCSIN_DATUM_NONE, .is_static = TRUE};
static const TocsinDatum bool_data[2] = {
        {.kind = TOCSIN_DATUM_BOOL, .is_static = TRUE, .as.number = 0},
        {.kind = TOCSIN_DATUM_BOOL, .is_static = TRUE, .as.number = 1},
};

TocsinDatum *
tocsin_datum_new(TocsinDatumKind kind)
{
	TocsinDatum *self = g_new0(TocsinDatum, 1);

	g_atomic_ref_count_init(&self->references);
	self->kind = (guint8)kind;
	return self;
}

TocsinDatum *
tocsin_datum_new_none(void)
{
	return (TocsinDatum *)&none_datum;
}

TocsinDatum *
tocsin_datum_new_bool(gboolean value)
{
	return (TocsinDatum *)&bool_data[value ? 1 : 0];
}

TocsinDatum *
tocsin_datum_new_int(gint64 value)
{
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_INT);

	self->as.number = value;
	return self;
}

TocsinDatum *
tocsin_datum_new_double(gdouble value)
{
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_DOUBLE);

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
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_STRING);

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
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_UNDEFINED);

	self->as.string.bytes = g_strdup(message);
	self->as.string.length = strlen(message);
	return self;
}

TocsinDatum *
tocsin_datum_new_object(const TocsinObjectClass *klass, gpointer object)
{
	TocsinDatum *self = tocsin_datum_new(TOCSIN_DATUM_OBJECT);

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
