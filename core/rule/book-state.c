/* SPDX-License-Identifier: MIT */
/* Puts stored states back into the book, and finds groups in it. */
#include "rule/book.h"

#include <tocsin/error.h>

#include "rule/group-private.h"
#include "rule/shelf.h"

/* (nullable) */
static TocsinShelf *
find_shelf(TocsinBook *self, const char *name, GError **error)
{
	TocsinShelf *shelf = g_hash_table_lookup(self->by_name, name);

	if (shelf == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there is no rule '%s' any more", name);
	}
	return shelf;
}

gboolean
tocsin_book_restore_group(TocsinBook *self, const char *name, const void *bytes, gsize length,
                          GError **error)
{
	TocsinShelf *shelf = find_shelf(self, name, error);
	TocsinGroup *group;
	TocsinSlot *slot;

	if (shelf == NULL) {
		return FALSE;
	}
	group = tocsin_group_unpack(bytes, length, shelf->rule, error);
	if (group == NULL) {
		return FALSE;
	}
	slot = g_hash_table_lookup(shelf->slots, group->key);
	if (slot != NULL) {
		tocsin_book_drop_slot(self, slot);
	}
	slot = tocsin_book_add_slot(self, shelf, group);
	tocsin_book_note_active(self, slot, 0);
	tocsin_timers_set(&self->timers, &slot->due.timer, group->due_us);
	return TRUE;
}

gboolean
tocsin_book_restore_limit(TocsinBook *self, const char *name, const void *bytes, gsize length,
                          GError **error)
{
	TocsinShelf *shelf = find_shelf(self, name, error);
	TocsinLimit *limit = shelf != NULL ? tocsin_limit_unpack(bytes, length, error) : NULL;

	if (limit == NULL) {
		return FALSE;
	}
	tocsin_limit_free(shelf->limit);
	shelf->limit = limit;
	tocsin_book_set_limit_timer(self, shelf);
	return TRUE;
}

TocsinGroup *
tocsin_book_group(const TocsinBook *self, const char *name, const char *key)
{
	const TocsinShelf *shelf = g_hash_table_lookup(self->by_name, name);
	const TocsinSlot *slot = shelf != NULL ? g_hash_table_lookup(shelf->slots, key) : NULL;

	return slot != NULL ? slot->group : NULL;
}

guint
tocsin_book_count(const TocsinBook *self)
{
	return self->count;
}

guint
tocsin_book_count_of(const TocsinBook *self, const char *name)
{
	const TocsinShelf *shelf = g_hash_table_lookup(self->by_name, name);

	return shelf != NULL ? g_hash_table_size(shelf->slots) : 0;
}
