/* SPDX-License-Identifier: MIT */
/* tocsin_config: typed values by name, one slot for each key. */
#include "abi/settings.h"

#include <string.h>
#include <tocsin/error.h>

#include "abi/value.h"

/* What one key holds. Which member counts is the key's type's business. */
typedef struct {
	const tocsin_key *key;
	gboolean is_set;
	gint64 number;
	char *text;           /* (nullable) */
	TocsinSecret *secret; /* (nullable) instead of text where the key is a secret */
	GPtrArray *items;     /* (nullable) of char, or of TocsinSettings */
} Slot;

struct tocsin_config {
	gatomicrefcount references;
	TocsinKeys *keys;
	GHashTable *slots;      /* of name : Slot */
	TocsinSettings *parent; /* (nullable) */
};

static void
slot_free(gpointer data)
{
	Slot *slot = data;

	g_free(slot->text);
	tocsin_secret_unref(slot->secret);
	g_clear_pointer(&slot->items, g_ptr_array_unref);
	g_free(slot);
}

static Slot *
slot_new(const tocsin_key *key)
{
	Slot *slot = g_new0(Slot, 1);

	slot->key = key;
	if (key->type == TOCSIN_KEY_LIST) {
		slot->items = g_ptr_array_new_with_free_func(g_free);
	} else if (key->type == TOCSIN_KEY_GROUP || key->type == TOCSIN_KEY_GROUPS) {
		slot->items = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_settings_unref);
	}
	return slot;
}

TocsinSettings *
tocsin_settings_new(TocsinKeys *keys)
{
	TocsinSettings *self = g_new0(TocsinSettings, 1);

	g_atomic_ref_count_init(&self->references);
	self->keys = tocsin_keys_ref(keys);
	self->slots = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, slot_free);
	for (guint i = 0; i < tocsin_keys_count(keys); i++) {
		const tocsin_key *key = tocsin_keys_at(keys, i);

		g_hash_table_insert(self->slots, (gpointer)key->name, slot_new(key));
	}
	return self;
}

TocsinSettings *
tocsin_settings_ref(TocsinSettings *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_settings_unref(TocsinSettings *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	g_hash_table_unref(self->slots);
	tocsin_keys_unref(self->keys);
	tocsin_settings_unref(self->parent);
	g_free(self);
}

void
tocsin_settings_set_parent(TocsinSettings *self, TocsinSettings *parent)
{
	self->parent = tocsin_settings_ref(parent);
}

/* (nullable) The slot to read, here or further up. */
static const Slot *
find_slot(const TocsinSettings *self, const char *name)
{
	for (; self != NULL; self = self->parent) {
		const Slot *slot = g_hash_table_lookup(self->slots, name);

		if (slot != NULL) {
			return slot;
		}
	}
	return NULL;
}

const TocsinKeys *
tocsin_settings_keys(const TocsinSettings *self)
{
	return self->keys;
}

static gboolean
fail_type(const Slot *slot, const char *found, GError **error)
{
	const char *wanted = tocsin_keys_type_name(slot->key->type);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "takes %s %s, not a %s",
	            strchr("aeiou", wanted[0]) != NULL ? "an" : "a", wanted, found);
	return FALSE;
}

/* The slot to set, or NULL with an error: no such key, or it is set already and takes only one. */
static Slot *
claim_slot(TocsinSettings *self, const char *name, GError **error)
{
	Slot *slot = g_hash_table_lookup(self->slots, name);

	if (slot == NULL) {
		const char *nearest = tocsin_keys_nearest(self->keys, name);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "unknown setting%s%s%s",
		            nearest ? "; did you mean '" : "", nearest ? nearest : "",
		            nearest ? "'" : "");
		return NULL;
	}
	if (slot->is_set && slot->key->type != TOCSIN_KEY_LIST &&
	    slot->key->type != TOCSIN_KEY_GROUPS) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "is set twice");
		return NULL;
	}
	return slot;
}

static gboolean
set_string(Slot *slot, const char *text, GError **error)
{
	if (!tocsin_value_check_choice(slot->key, text, error)) {
		return FALSE;
	}
	if (slot->key->flags & TOCSIN_KEY_SECRET) {
		slot->secret = tocsin_secret_new(text, strlen(text));
	} else {
		slot->text = g_strdup(text);
	}
	slot->is_set = TRUE;
	return TRUE;
}

gboolean
tocsin_settings_set_text(TocsinSettings *self, const char *name, const char *text, GError **error)
{
	Slot *slot = claim_slot(self, name, error);

	if (slot == NULL) {
		return FALSE;
	}
	switch (slot->key->type) {
	case TOCSIN_KEY_STRING:
		return set_string(slot, text, error);
	case TOCSIN_KEY_DURATION:
	case TOCSIN_KEY_SIZE:
		slot->is_set = tocsin_value_parse(slot->key, text, &slot->number, error);
		return slot->is_set;
	default:
		return fail_type(slot, "string", error);
	}
}

gboolean
tocsin_settings_set_number(TocsinSettings *self, const char *name, gint64 number, GError **error)
{
	Slot *slot = claim_slot(self, name, error);

	if (slot == NULL) {
		return FALSE;
	}
	/* A bare number is a size in bytes; a duration without a unit would be a guess. */
	if (slot->key->type != TOCSIN_KEY_INT && slot->key->type != TOCSIN_KEY_BOOL &&
	    slot->key->type != TOCSIN_KEY_SIZE &&
	    !(slot->key->type == TOCSIN_KEY_DURATION && number == 0)) {
		return fail_type(slot, "number", error);
	}
	if (!tocsin_value_check_bounds(slot->key, number, error)) {
		return FALSE;
	}
	slot->number = number;
	slot->is_set = TRUE;
	return TRUE;
}

gboolean
tocsin_settings_set_secret(TocsinSettings *self, const char *name, TocsinSecret *secret,
                           GError **error)
{
	Slot *slot = claim_slot(self, name, error);

	if (slot == NULL) {
		return FALSE;
	}
	if (!(slot->key->flags & TOCSIN_KEY_SECRET)) {
		return fail_type(slot, "secret", error);
	}
	slot->secret = tocsin_secret_ref(secret);
	slot->is_set = TRUE;
	return TRUE;
}

gboolean
tocsin_settings_add_item(TocsinSettings *self, const char *name, const char *text, GError **error)
{
	Slot *slot = claim_slot(self, name, error);

	if (slot == NULL) {
		return FALSE;
	}
	if (slot->key->type != TOCSIN_KEY_LIST) {
		return fail_type(slot, "list", error);
	}
	if (!tocsin_value_check_choice(slot->key, text, error)) {
		return FALSE;
	}
	g_ptr_array_add(slot->items, g_strdup(text));
	slot->is_set = TRUE;
	return TRUE;
}

TocsinSettings *
tocsin_settings_add_group(TocsinSettings *self, const char *name, GError **error)
{
	Slot *slot = claim_slot(self, name, error);
	g_autoptr(TocsinKeys) keys = NULL;

	if (slot == NULL) {
		return NULL;
	}
	if (slot->key->type != TOCSIN_KEY_GROUP && slot->key->type != TOCSIN_KEY_GROUPS) {
		fail_type(slot, "group", error);
		return NULL;
	}
	keys = tocsin_keys_new();
	if (!tocsin_keys_add(keys, slot->key->keys, error)) {
		return NULL;
	}
	TocsinSettings *group = tocsin_settings_new(keys);

	g_ptr_array_add(slot->items, group);
	slot->is_set = TRUE;
	return group;
}

static gboolean
fill_default(Slot *slot, GError **error)
{
	const char *fallback = slot->key->fallback;

	if (slot->is_set || fallback == NULL) {
		return TRUE;
	}
	if (slot->key->type == TOCSIN_KEY_STRING) {
		slot->text = g_strdup(fallback);
		return TRUE;
	}
	if (slot->key->type == TOCSIN_KEY_LIST) {
		g_ptr_array_add(slot->items, g_strdup(fallback));
		return TRUE;
	}
	return tocsin_value_parse(slot->key, fallback, &slot->number, error);
}

gboolean
tocsin_settings_finish(TocsinSettings *self, GError **error)
{
	for (guint i = 0; i < tocsin_keys_count(self->keys); i++) {
		const tocsin_key *key = tocsin_keys_at(self->keys, i);
		Slot *slot = g_hash_table_lookup(self->slots, key->name);

		if (!slot->is_set && (key->flags & TOCSIN_KEY_REQUIRED)) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, "'%s' is missing: %s",
			            key->name, key->help);
			return FALSE;
		}
		if (!fill_default(slot, error) ||
		    (slot->is_set && slot->items != NULL &&
		     !tocsin_value_check_bounds(key, slot->items->len, error))) {
			g_prefix_error(error, "'%s': ", key->name);
			return FALSE;
		}
	}
	return TRUE;
}

void
tocsin_settings_forget(TocsinSettings *self, const char *name)
{
	const tocsin_key *key = tocsin_keys_find(self->keys, name);

	if (key != NULL) {
		g_hash_table_replace(self->slots, (gpointer)key->name, slot_new(key));
	}
}

void
tocsin_settings_fill(TocsinSettings *self)
{
	GHashTableIter slots;
	gpointer slot;

	g_hash_table_iter_init(&slots, self->slots);
	while (g_hash_table_iter_next(&slots, NULL, &slot)) {
		(void)fill_default(slot, NULL);
	}
}

gboolean
tocsin_settings_is_set(const TocsinSettings *self, const char *name)
{
	const Slot *slot = find_slot(self, name);

	return slot != NULL && slot->is_set;
}

const char *
tocsin_settings_get_string(const TocsinSettings *self, const char *name)
{
	const Slot *slot = find_slot(self, name);

	if (slot == NULL) {
		return NULL;
	}
	return slot->secret != NULL ? tocsin_secret_peek(slot->secret, NULL) : slot->text;
}

gint64
tocsin_settings_get_int(const TocsinSettings *self, const char *name)
{
	const Slot *slot = find_slot(self, name);

	return slot == NULL ? 0 : slot->number;
}

/* (nullable) The @index-th item of a slot that has items of the wanted kind. */
static gpointer
get_nth(const TocsinSettings *self, const char *name, guint index, gboolean is_text)
{
	const Slot *slot = find_slot(self, name);

	if (slot == NULL || slot->items == NULL || index >= slot->items->len ||
	    (slot->key->type == TOCSIN_KEY_LIST) != is_text) {
		return NULL;
	}
	return g_ptr_array_index(slot->items, index);
}

const char *
tocsin_settings_get_item(const TocsinSettings *self, const char *name, guint index)
{
	return get_nth(self, name, index, TRUE);
}

const TocsinSettings *
tocsin_settings_get_group(const TocsinSettings *self, const char *name, guint index)
{
	return get_nth(self, name, index, FALSE);
}

guint
tocsin_settings_get_count(const TocsinSettings *self, const char *name)
{
	const Slot *slot = find_slot(self, name);

	return slot == NULL || slot->items == NULL ? 0 : slot->items->len;
}

char **
tocsin_settings_dup_items(const TocsinSettings *self, const char *name)
{
	guint count = tocsin_settings_get_count(self, name);
	char **items = count > 0 ? g_new0(char *, count + 1) : NULL;

	for (guint i = 0; i < count; i++) {
		items[i] = g_strdup(tocsin_settings_get_item(self, name, i));
	}
	return items;
}
