/* SPDX-License-Identifier: MIT */
/* The engine for every machine: a bitmap over the hash of the next four bytes, and one over the
 * next two for needles shorter than four. Where a bit is set, the needles of that hash are
 * compared. */
#include <string.h>

#include "engine.h"
#include "needles.h"

#define NONE G_MAXUINT32

/* Needles whose windows have the same width, by hash. */
typedef struct {
	guint8 bits[65536 / 8];
	guint32 first[65536]; /* needle, or NONE */
} Table;

typedef struct {
	TocsinLogNeedles needles;
	guint32 *next; /* needle of the same hash, or NONE */
	Table *quads;  /* windows of 4 bytes; NULL if there is none */
	Table *pairs;  /* of 1 or 2 */
} Hash;

/* Case is folded for all, which only makes a few more comparisons. */
static guint32
hash_quad(const guint8 *p)
{
	guint32 word;

	memcpy(&word, p, 4);
	return ((word | 0x20202020u) * 0x9e3779b1u) >> 16;
}

static guint32
hash_pair(guint8 first, guint8 second)
{
	return (guint32)((first | 0x20) << 8 | (second | 0x20));
}

static void
insert(Hash *self, Table *table, guint32 hash, guint needle)
{
	table->bits[hash / 8] |= (guint8)(1u << (hash % 8));
	self->next[needle] = table->first[hash];
	table->first[hash] = needle;
}

static Table *
ensure_table(Table **table)
{
	if (*table == NULL) {
		*table = g_new0(Table, 1);
		memset((*table)->first, 0xff, sizeof(*table)->first);
	}
	return *table;
}

static void
hash_free(gpointer data)
{
	Hash *self = data;

	tocsin_log_needles_clear(&self->needles);
	g_free(self->next);
	g_free(self->quads);
	g_free(self->pairs);
	g_free(self);
}

static gpointer
hash_new(const TocsinLogNeedle *needles, guint count, const TocsinLogFrequency *frequency)
{
	Hash *self = g_new0(Hash, 1);

	tocsin_log_needles_init(&self->needles, needles, count, 4, frequency);
	self->next = g_new0(guint32, count);
	for (guint i = 0; i < count; i++) {
		const guint8 *bytes = needles[i].literal.bytes + self->needles.windows[i];

		if (needles[i].literal.length >= 4) {
			insert(self, ensure_table(&self->quads), hash_quad(bytes), i);
		} else {
			/* A needle of three is found by its first two, one of one by its pair with
			 * anything: that is the hash of the byte and 0. */
			insert(self, ensure_table(&self->pairs),
			       hash_pair(bytes[0], needles[i].literal.length > 1 ? bytes[1] : 0),
			       i);
		}
	}
	return self;
}

static inline gboolean
has(const Table *table, guint32 hash)
{
	return ((table->bits[hash / 8] >> (hash % 8)) & 1) != 0;
}

static void
compare(const Hash *self, guint32 needle, const guint8 *bytes, gsize length, gsize at,
        TocsinLogOnHit on_hit, gpointer data)
{
	for (; needle != NONE; needle = self->next[needle]) {
		if (tocsin_log_needles_is_at(&self->needles, needle, bytes, length, at)) {
			on_hit(needle, at, data);
		}
	}
}

/* The needles of less than four bytes at @at. */
static void
compare_pairs(const Hash *self, const guint8 *bytes, gsize length, gsize at, TocsinLogOnHit on_hit,
              gpointer data)
{
	const Table *table = self->pairs;
	guint32 single = hash_pair(bytes[at], 0);
	guint32 pair = at + 1 < length ? hash_pair(bytes[at], bytes[at + 1]) : single;

	if (has(table, pair)) {
		compare(self, table->first[pair], bytes, length, at, on_hit, data);
	}
	if (pair != single && has(table, single)) {
		compare(self, table->first[single], bytes, length, at, on_hit, data);
	}
}

static void
hash_scan(gpointer user, const guint8 *bytes, gsize length, TocsinLogOnHit on_hit, gpointer data)
{
	const Hash *self = user;

	for (gsize at = 0; at < length; at++) {
		if (self->pairs != NULL) {
			compare_pairs(self, bytes, length, at, on_hit, data);
		}
		if (self->quads != NULL && at + 4 <= length) {
			guint32 hash = hash_quad(bytes + at);

			if (G_UNLIKELY(has(self->quads, hash))) {
				compare(self, self->quads->first[hash], bytes, length, at, on_hit,
				        data);
			}
		}
	}
}

const TocsinLogEngineOps tocsin_log_engine_hash = {
        .engine = TOCSIN_LOG_ENGINE_HASH,
        .new = hash_new,
        .scan = hash_scan,
        .free = hash_free,
};
