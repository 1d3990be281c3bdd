/* SPDX-License-Identifier: MIT */
/* Hashes of event ids in numbered parts: new ones at the end, old ones dropped at the front. */
#include "engine/seen.h"

#include <string.h>

/* So many parts are joined to one. */
#define PARTS_MAX 256u

/* One record in the store. */
typedef struct {
	guint64 number;
	guint count;
} Part;

struct _TocsinSeen {
	char *owner;        /* in the store */
	GHashTable *hashes; /* of guint64, owned */
	GQueue order;       /* of the same guint64, the oldest first */
	GQueue parts;       /* of Part, likewise */
	GArray *fresh;      /* of guint64: not in a part yet */
	guint64 next_number;
};

/* 64 bits of the id's SHA-256: two of so few never collide. */
static guint64
hash_of(const char *id)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize length = sizeof digest;
	guint64 hash;

	g_checksum_update(checksum, (const guchar *)id, -1);
	g_checksum_get_digest(checksum, digest, &length);
	memcpy(&hash, digest, sizeof hash);
	return hash;
}

static gboolean
remember(TocsinSeen *self, guint64 hash)
{
	guint64 *copy;

	if (g_hash_table_contains(self->hashes, &hash)) {
		return FALSE;
	}
	copy = g_memdup2(&hash, sizeof hash);
	g_hash_table_add(self->hashes, copy);
	g_queue_push_tail(&self->order, copy);
	return TRUE;
}

static void
forget(TocsinSeen *self, guint count)
{
	for (guint i = 0; i < count && self->order.length > 0; i++) {
		g_hash_table_remove(self->hashes, g_queue_pop_head(&self->order));
	}
}

static void
add_part(TocsinSeen *self, guint64 number, guint count)
{
	Part *part = g_new0(Part, 1);

	part->number = number;
	part->count = count;
	g_queue_push_tail(&self->parts, part);
	self->next_number = MAX(self->next_number, number + 1);
}

static void
load_part(TocsinSeen *self, const TocsinStateRecord *record)
{
	guint64 number = g_ascii_strtoull(record->name, NULL, 16);
	gsize length;
	const guint8 *bytes = g_bytes_get_data(record->state, &length);

	for (gsize at = 0; at + sizeof(guint64) <= length; at += sizeof(guint64)) {
		guint64 hash;

		memcpy(&hash, bytes + at, sizeof hash);
		(void)remember(self, hash);
	}
	add_part(self, number, (guint)(length / sizeof(guint64)));
}

static gint
compare_records(gconstpointer a, gconstpointer b)
{
	const TocsinStateRecord *const *left = a;
	const TocsinStateRecord *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

TocsinSeen *
tocsin_seen_new(TocsinStore *store, const char *name, GError **error)
{
	g_autoptr(TocsinSeen) self = g_new0(TocsinSeen, 1);
	g_autoptr(GPtrArray) records = NULL;

	/* No trigger's name has a colon. */
	self->owner = g_strconcat("seen:", name, NULL);
	self->hashes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	self->fresh = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_queue_init(&self->order);
	g_queue_init(&self->parts);
	if (!tocsin_store_list_cursors(store, self->owner, &records, error)) {
		return NULL;
	}
	g_ptr_array_sort(records, compare_records);
	for (guint i = 0; i < records->len; i++) {
		load_part(self, g_ptr_array_index(records, i));
	}
	return g_steal_pointer(&self);
}

void
tocsin_seen_free(TocsinSeen *self)
{
	if (self == NULL) {
		return;
	}
	g_queue_clear(&self->order); /* the table owns what is in it */
	g_queue_clear_full(&self->parts, g_free);
	g_hash_table_unref(self->hashes);
	g_array_unref(self->fresh);
	g_free(self->owner);
	g_free(self);
}

gboolean
tocsin_seen_add(TocsinSeen *self, const char *id)
{
	guint64 hash = hash_of(id);

	if (!remember(self, hash)) {
		return FALSE;
	}
	g_array_append_val(self->fresh, hash);
	return TRUE;
}

static void
put_part(const TocsinSeen *self, TocsinBatch *batch, guint64 number, GBytes *bytes)
{
	char name[17];

	g_snprintf(name, sizeof name, "%016" G_GINT64_MODIFIER "x", number);
	tocsin_batch_put_cursor(batch, self->owner, name, bytes);
}

static void
drop_first(TocsinSeen *self, TocsinBatch *batch)
{
	g_autofree Part *part = g_queue_pop_head(&self->parts);

	put_part(self, batch, part->number, NULL);
}

/* All parts become one. */
static void
join(TocsinSeen *self, TocsinBatch *batch)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(GBytes) bytes = NULL;
	guint64 number = self->next_number;

	while (self->parts.length > 0) {
		drop_first(self, batch);
	}
	for (const GList *link = self->order.head; link != NULL; link = link->next) {
		g_array_append_vals(all, link->data, 1);
	}
	bytes = g_bytes_new(all->data, all->len * sizeof(guint64));
	put_part(self, batch, number, bytes);
	add_part(self, number, all->len);
}

void
tocsin_seen_store(TocsinSeen *self, TocsinBatch *batch)
{
	g_autoptr(GBytes) bytes = NULL;
	guint64 number = self->next_number;

	if (self->fresh->len == 0) {
		return;
	}
	while (self->parts.length > 0 &&
	       self->order.length - ((Part *)self->parts.head->data)->count >= TOCSIN_SEEN_MAX) {
		forget(self, ((Part *)self->parts.head->data)->count);
		drop_first(self, batch);
	}
	if (self->parts.length >= PARTS_MAX) {
		join(self, batch);
	} else {
		bytes = g_bytes_new(self->fresh->data, self->fresh->len * sizeof(guint64));
		put_part(self, batch, number, bytes);
		add_part(self, number, self->fresh->len);
	}
	g_array_set_size(self->fresh, 0);
}
