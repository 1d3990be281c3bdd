/* SPDX-License-Identifier: MIT */
/* Tables of tocsin_key: checking them, and finding a key. */
#include "abi/keys.h"

#include <string.h>
#include <tocsin/error.h>

#include "abi/sizes.h"
#include "abi/value.h"
#include "base/text.h"

/* A unit with more settings than this is not meant for people. */
#define TABLE_MAX 200u
#define NESTING_MAX 4u
#define NAME_MAX_LENGTH 40u

struct _TocsinKeys {
	gatomicrefcount references;
	GPtrArray *order;    /* of const tocsin_key */
	GHashTable *by_name; /* of name : const tocsin_key, both borrowed */
};

static gboolean check_table(const tocsin_key *const *table, guint depth, GError **error);

TocsinKeys *
tocsin_keys_new(void)
{
	TocsinKeys *self = g_new0(TocsinKeys, 1);

	g_atomic_ref_count_init(&self->references);
	self->order = g_ptr_array_new();
	self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	return self;
}

TocsinKeys *
tocsin_keys_ref(TocsinKeys *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_keys_unref(TocsinKeys *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	g_ptr_array_unref(self->order);
	g_hash_table_unref(self->by_name);
	g_free(self);
}

const char *
tocsin_keys_type_name(guint32 type)
{
	static const char *const names[] = {
	        [TOCSIN_KEY_STRING] = "string", [TOCSIN_KEY_INT] = "integer",
	        [TOCSIN_KEY_BOOL] = "boolean",  [TOCSIN_KEY_DURATION] = "duration",
	        [TOCSIN_KEY_SIZE] = "size",     [TOCSIN_KEY_LIST] = "list of strings",
	        [TOCSIN_KEY_GROUP] = "group",   [TOCSIN_KEY_GROUPS] = "list of groups",
	};

	return type < G_N_ELEMENTS(names) && names[type] != NULL ? names[type] : "unknown type";
}

static gboolean
is_name(const char *name)
{
	gsize length = name == NULL ? 0 : strnlen(name, NAME_MAX_LENGTH + 1);

	return length > 0 && length <= NAME_MAX_LENGTH && g_ascii_islower(name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static gboolean
has_groups(const tocsin_key *key)
{
	return key->type == TOCSIN_KEY_GROUP || key->type == TOCSIN_KEY_GROUPS;
}

/* (nullable) What is wrong with one key, apart from its fallback and the keys inside. */
static const char *
find_flaw(const tocsin_key *key)
{
	if (key->size < TOCSIN_SIZE_KEY) {
		return "is smaller than ABI 1.0 has it; set .size to sizeof(tocsin_key)";
	}
	if (!is_name(key->name)) {
		return "has a name that is not 1 to 40 of [a-z0-9_] with a letter first; rename it";
	}
	if (key->type < TOCSIN_KEY_STRING || key->type > TOCSIN_KEY_GROUPS) {
		return "has an unknown type; set .type to a TOCSIN_KEY_*";
	}
	if (key->help == NULL || key->help[0] == '\0') {
		return "has no help text; say in one sentence what it is for";
	}
	if ((key->flags & TOCSIN_KEY_SECRET) && key->type != TOCSIN_KEY_STRING) {
		return "is a secret but no string; set .type to TOCSIN_KEY_STRING";
	}
	if ((key->flags & TOCSIN_KEY_SECRET) && key->fallback != NULL) {
		return "is a secret with a default; leave .fallback NULL";
	}
	if ((key->flags & TOCSIN_KEY_REQUIRED) && key->fallback != NULL) {
		return "is required and has a default; drop one of the two";
	}
	if (key->minimum > key->maximum) {
		return "has a minimum above its maximum; swap them";
	}
	if (has_groups(key) && (key->keys == NULL || key->fallback != NULL)) {
		return "is a group without keys of its own, or with a default; set .keys and leave "
		       ".fallback NULL";
	}
	if (key->choices != NULL && key->type != TOCSIN_KEY_STRING &&
	    key->type != TOCSIN_KEY_LIST) {
		return "has choices but is neither string nor list; leave .choices NULL";
	}
	return NULL;
}

static gboolean
check_key(const tocsin_key *key, guint depth, GError **error)
{
	const char *flaw = find_flaw(key);
	g_autoptr(GError) reason = NULL;

	if (flaw == NULL && key->fallback != NULL &&
	    !tocsin_value_check(key, key->fallback, &reason)) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
		        "key '%s' has a default that its own type refuses: %s; change .fallback",
		        key->name, reason->message);
		return FALSE;
	}
	if (flaw != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN, "key '%s' %s",
		            is_name(key->name) ? key->name : "?", flaw);
		return FALSE;
	}
	if (has_groups(key) && !check_table(key->keys, depth + 1, error)) {
		g_prefix_error(error, "in '%s': ", key->name);
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_table(const tocsin_key *const *table, guint depth, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	if (depth > NESTING_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
		            "groups are nested more than %u deep; flatten them", NESTING_MAX);
		return FALSE;
	}
	for (guint i = 0; table[i] != NULL; i++) {
		if (i == TABLE_MAX) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
			            "there are more than %u keys; end the table with NULL",
			            TABLE_MAX);
			return FALSE;
		}
		if (!check_key(table[i], depth, error)) {
			return FALSE;
		}
		if (!g_hash_table_add(seen, (gpointer)table[i]->name)) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
			            "key '%s' is there twice; drop or rename one", table[i]->name);
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_keys_check_table(const tocsin_key *const *table, GError **error)
{
	return table == NULL || check_table(table, 1, error);
}

gboolean
tocsin_keys_add(TocsinKeys *self, const tocsin_key *const *table, GError **error)
{
	if (table == NULL) {
		return TRUE;
	}
	if (!check_table(table, 1, error)) {
		return FALSE;
	}
	for (; *table != NULL; table++) {
		const tocsin_key *known = tocsin_keys_find(self, (*table)->name);

		if (known == NULL) {
			g_ptr_array_add(self->order, (gpointer)*table);
			g_hash_table_insert(self->by_name, (gpointer)(*table)->name,
			                    (gpointer)*table);
		} else if (known->type != (*table)->type ||
		           ((known->flags ^ (*table)->flags) & TOCSIN_KEY_SECRET)) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
			            "key '%s' is declared as %s here and as %s elsewhere",
			            known->name, tocsin_keys_type_name((*table)->type),
			            tocsin_keys_type_name(known->type));
			return FALSE;
		}
	}
	return TRUE;
}

const tocsin_key *
tocsin_keys_find(const TocsinKeys *self, const char *name)
{
	return g_hash_table_lookup(self->by_name, name);
}

guint
tocsin_keys_count(const TocsinKeys *self)
{
	return self->order->len;
}

const tocsin_key *
tocsin_keys_at(const TocsinKeys *self, guint index)
{
	return g_ptr_array_index(self->order, index);
}

const char *
tocsin_keys_nearest(const TocsinKeys *self, const char *name)
{
	g_autofree const char **names = g_new0(const char *, self->order->len + 1);

	for (guint i = 0; i < self->order->len; i++) {
		names[i] = tocsin_keys_at(self, i)->name;
	}
	return tocsin_text_nearest(name, names);
}
