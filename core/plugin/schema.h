/* SPDX-License-Identifier: MIT */
/* Which events a trigger can raise, as its check() told: so that a rule which names another is
 * wrong before anything happens. Filled by one thread, then immutable. */
#ifndef TOCSIN_PLUGIN_SCHEMA_H
#define TOCSIN_PLUGIN_SCHEMA_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

#define TOCSIN_SCHEMA_KINDS_MAX 1000u
#define TOCSIN_SCHEMA_FIELDS_MAX 1000u /* of one kind */
#define TOCSIN_SCHEMA_KIND_MAX 200u    /* bytes of its name */

typedef struct tocsin_schema TocsinSchema;

typedef struct {
	char *name;
	guint32 type; /* TOCSIN_FIELD_* */
	char *help;
} TocsinSchemaField;

/* One of which nothing is known. */
TocsinSchema *tocsin_schema_new(void);

/* Does nothing on NULL. */
void tocsin_schema_free(TocsinSchema *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSchema, tocsin_schema_free)

/* Did the trigger tell? If not, any kind may come, with any fields. */
gboolean tocsin_schema_is_known(const TocsinSchema *self);

/* The kinds, of char *, in the order in which they were told; belongs to the schema. */
const GPtrArray *tocsin_schema_kinds(const TocsinSchema *self);

/* (nullable: no such kind) Its help text. */
const char *tocsin_schema_help(const TocsinSchema *self, const char *kind);

/* (nullable) The field that events of @kind have; @kind NULL: that events of every kind have. */
const TocsinSchemaField *tocsin_schema_field(const TocsinSchema *self, const char *kind,
                                             const char *name);

/* Of TocsinSchemaField, without those that every kind has; NULL @kind: just these. (nullable) */
const GPtrArray *tocsin_schema_fields(const TocsinSchema *self, const char *kind);

/* What is wrong with what the plugin told, NULL if nothing. */
const char *tocsin_schema_flaw(const TocsinSchema *self);

/* "tocsin.schema/1". */
extern const tocsin_schemas tocsin_table_schema;

G_END_DECLS

#endif
