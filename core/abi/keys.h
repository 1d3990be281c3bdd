/* SPDX-License-Identifier: MIT */
/* Which settings a group of the configuration may hold: one or more tables of tocsin_key.
 *
 * A TocsinKeys is immutable after it is built; any thread may read it. The tables must outlive
 * it. */
#ifndef TOCSIN_ABI_KEYS_H
#define TOCSIN_ABI_KEYS_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

typedef struct _TocsinKeys TocsinKeys;

/* An empty set. */
TocsinKeys *tocsin_keys_new(void);

/* Returns @self with one more reference. */
TocsinKeys *tocsin_keys_ref(TocsinKeys *self);

/* Does nothing on NULL. */
void tocsin_keys_unref(TocsinKeys *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinKeys, tocsin_keys_unref)

/* Adds a NULL-ended table ((nullable): adds nothing). Every key is checked: TOCSIN_ERROR_PLUGIN
 * says which is malformed, or is there already with another type. The same key twice with one type
 * is one setting. */
gboolean tocsin_keys_add(TocsinKeys *self, const tocsin_key *const *table, GError **error);

/* (nullable) The key called @name. */
const tocsin_key *tocsin_keys_find(const TocsinKeys *self, const char *name);

/* How many there are. */
guint tocsin_keys_count(const TocsinKeys *self);

/* The @index-th key, in the order of adding. */
const tocsin_key *tocsin_keys_at(const TocsinKeys *self, guint index);

/* (nullable) The key whose name is nearest to @name: "did you mean". */
const char *tocsin_keys_nearest(const TocsinKeys *self, const char *name);

/* What a type is called in messages and documents: "string", "duration", … */
const char *tocsin_keys_type_name(guint32 type);

/* Checks one table by itself, and the tables in it: what tocsin_keys_add() does, without keeping
 * it. */
gboolean tocsin_keys_check_table(const tocsin_key *const *table, GError **error);

G_END_DECLS

#endif
