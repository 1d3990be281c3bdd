/* SPDX-License-Identifier: MIT */
/* Kinds and fields, and the table by which a trigger tells them. */
#include "plugin/schema.h"

#include <string.h>

#include "abi/guard.h"
#include "base/text.h"

#define TEXT_MAX 500u
#define NAME_MAX_LENGTH 40u

typedef struct {
	char *name;
	char *help;
	GPtrArray *fields; /* of TocsinSchemaField */
} Kind;

struct tocsin_schema {
	GPtrArray *names;  /* of char *, the kinds in order, borrowed */
	GHashTable *kinds; /* of name : Kind */
	GPtrArray *common; /* of TocsinSchemaField */
	const char *flaw;  /* (nullable) constant */
};

static void
field_free(TocsinSchemaField *field)
{
	g_free(field->name);
	g_free(field->help);
	g_free(field);
}

static void
kind_free(Kind *kind)
{
	g_free(kind->name);
	g_free(kind->help);
	g_ptr_array_unref(kind->fields);
	g_free(kind);
}

TocsinSchema *
tocsin_schema_new(void)
{
	TocsinSchema *self = g_new0(TocsinSchema, 1);

	self->names = g_ptr_array_new();
	self->kinds =
	        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)kind_free);
	self->common = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
	return self;
}

void
tocsin_schema_free(TocsinSchema *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->names);
	g_hash_table_unref(self->kinds);
	g_ptr_array_unref(self->common);
	g_free(self);
}

gboolean
tocsin_schema_is_known(const TocsinSchema *self)
{
	return self->names->len > 0;
}

const GPtrArray *
tocsin_schema_kinds(const TocsinSchema *self)
{
	return self->names;
}

const char *
tocsin_schema_help(const TocsinSchema *self, const char *kind)
{
	const Kind *found = g_hash_table_lookup(self->kinds, kind);

	return found == NULL ? NULL : found->help;
}

const GPtrArray *
tocsin_schema_fields(const TocsinSchema *self, const char *kind)
{
	const Kind *found = kind == NULL ? NULL : g_hash_table_lookup(self->kinds, kind);

	if (kind == NULL) {
		return self->common;
	}
	return found == NULL ? NULL : found->fields;
}

static const TocsinSchemaField *
find_field(const GPtrArray *fields, const char *name)
{
	for (guint i = 0; fields != NULL && i < fields->len; i++) {
		const TocsinSchemaField *field = g_ptr_array_index(fields, i);

		if (strcmp(field->name, name) == 0) {
			return field;
		}
	}
	return NULL;
}

const TocsinSchemaField *
tocsin_schema_field(const TocsinSchema *self, const char *kind, const char *name)
{
	const TocsinSchemaField *field =
	        kind == NULL ? NULL : find_field(tocsin_schema_fields(self, kind), name);

	return field != NULL ? field : find_field(self->common, name);
}

const char *
tocsin_schema_flaw(const TocsinSchema *self)
{
	return self->flaw;
}

static int32_t
complain(tocsin_schema *self, const char *flaw)
{
	if (self->flaw == NULL) {
		self->flaw = flaw;
	}
	return TOCSIN_E_BUG;
}

static gboolean
is_text(const char *text, gsize limit)
{
	gsize length = text == NULL ? 0 : strnlen(text, limit + 1);

	return length > 0 && length <= limit && tocsin_text_is_printable(text, length);
}

static gboolean
is_field_name(const char *name)
{
	return is_text(name, NAME_MAX_LENGTH) && g_ascii_islower(name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static int32_t
add_kind(tocsin_schema *self, const char *kind, const char *help)
{
	if (self == NULL) {
		tocsin_guard_blame("add_kind() was given NULL");
		return TOCSIN_E_BUG;
	}
	if (!is_text(kind, TOCSIN_SCHEMA_KIND_MAX) || strchr(kind, ' ') != NULL ||
	    !is_text(help, TEXT_MAX)) {
		return complain(self, "add_kind() was given no good kind or no help");
	}
	if (self->names->len >= TOCSIN_SCHEMA_KINDS_MAX) {
		return complain(self, "add_kind() was called for too many kinds");
	}
	if (g_hash_table_contains(self->kinds, kind)) {
		return complain(self, "add_kind() was called twice for one kind");
	}
	Kind *made = g_new0(Kind, 1);

	made->name = g_strdup(kind);
	made->help = g_strdup(help);
	made->fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
	g_hash_table_insert(self->kinds, made->name, made);
	g_ptr_array_add(self->names, made->name);
	return TOCSIN_OK;
}

static int32_t
add_field(tocsin_schema *self, const char *kind, const char *name, uint32_t type, const char *help)
{
	if (self == NULL) {
		tocsin_guard_blame("add_field() was given NULL");
		return TOCSIN_E_BUG;
	}
	GPtrArray *fields = (GPtrArray *)tocsin_schema_fields(self, kind);

	if (fields == NULL) {
		return complain(self, "add_field() names a kind that was not added before");
	}
	if (!is_field_name(name) || !is_text(help, TEXT_MAX) || type < TOCSIN_FIELD_TEXT ||
	    type > TOCSIN_FIELD_SIZE) {
		return complain(self, "add_field() was given no good name, type or help");
	}
	if (fields->len >= TOCSIN_SCHEMA_FIELDS_MAX || find_field(fields, name) != NULL) {
		return complain(self, "add_field() was called twice for one field, or too often");
	}
	TocsinSchemaField *field = g_new0(TocsinSchemaField, 1);

	field->name = g_strdup(name);
	field->type = type;
	field->help = g_strdup(help);
	g_ptr_array_add(fields, field);
	return TOCSIN_OK;
}

const tocsin_schemas tocsin_table_schema = {
        .size = sizeof(tocsin_schemas),
        .add_kind = add_kind,
        .add_field = add_field,
};
