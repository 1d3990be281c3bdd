/* SPDX-License-Identifier: MIT */
/* The engine for few needles on AVX2: 32 places at once are looked up, by the nibbles of the next
 * bytes, in tables that say which of eight buckets of needles could be there. (The method is Teddy,
 * from Hyperscan.) */
#include <string.h>

#include "engine.h"
#include "needles.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define WIDTH 3u /* bytes looked at in each place */
#define BUCKETS 8u
#define BLOCK 32u

typedef struct {
	TocsinLogNeedles needles;
	guint8 low[WIDTH][BLOCK];  /* bucket bits by a byte's low nibble, twice 16 */
	guint8 high[WIDTH][BLOCK]; /* … and by its high nibble */
	guint bucket_count[BUCKETS];
	guint8 buckets[BUCKETS][TOCSIN_LOG_VECTOR_MAX];
} Vector;

static void
vector_free(gpointer data)
{
	Vector *self = data;

	tocsin_log_needles_clear(&self->needles);
	g_free(self);
}

static void
allow(Vector *self, guint column, guint8 byte, guint8 bit)
{
	guint low = byte & 15, high = byte >> 4;

	self->low[column][low] |= bit;
	self->low[column][low + 16] |= bit;
	self->high[column][high] |= bit;
	self->high[column][high + 16] |= bit;
}

static void
allow_all(Vector *self, guint column, guint8 bit)
{
	for (guint i = 0; i < BLOCK; i++) {
		self->low[column][i] |= bit;
		self->high[column][i] |= bit;
	}
}

static void
add_to_bucket(Vector *self, guint needle, guint bucket)
{
	const TocsinLogNeedle *item = &self->needles.items[needle];
	const guint8 *window = item->literal.bytes + self->needles.windows[needle];
	guint width = item->literal.length - self->needles.windows[needle];
	guint8 bit = (guint8)(1u << bucket);

	self->buckets[bucket][self->bucket_count[bucket]++] = (guint8)needle;
	for (guint column = 0; column < WIDTH; column++) {
		if (column >= width) {
			allow_all(self, column, bit);
			continue;
		}
		allow(self, column, window[column], bit);
		if (item->is_caseless && g_ascii_isalpha((char)window[column])) {
			allow(self, column, window[column] ^ 0x20, bit);
		}
	}
}

static gint
compare_windows(gconstpointer a, gconstpointer b, gpointer data)
{
	const TocsinLogNeedles *needles = data;
	guint8 x = *(const guint8 *)a, y = *(const guint8 *)b;

	return memcmp(needles->items[x].literal.bytes + needles->windows[x],
	              needles->items[y].literal.bytes + needles->windows[y], 1);
}

static gpointer
vector_new(const TocsinLogNeedle *needles, guint count, const TocsinLogFrequency *frequency)
{
	guint8 order[TOCSIN_LOG_VECTOR_MAX];
	Vector *self;

	if (count > TOCSIN_LOG_VECTOR_MAX || !__builtin_cpu_supports("avx2")) {
		return NULL;
	}
	self = g_new0(Vector, 1);
	tocsin_log_needles_init(&self->needles, needles, count, WIDTH, frequency);
	for (guint i = 0; i < count; i++) {
		order[i] = (guint8)i;
	}
	/* Needles that look alike share a bucket, so that its nibbles allow little else. */
	g_qsort_with_data(order, (gint)count, 1, compare_windows, &self->needles);
	for (guint i = 0; i < count; i++) {
		add_to_bucket(self, order[i], i * MIN(BUCKETS, count) / count);
	}
	return self;
}

/* Compares the needles of the buckets in @bits, whose windows could be at @at. */
static void
compare(const Vector *self, guint8 bits, const guint8 *bytes, gsize length, gsize at,
        TocsinLogOnHit on_hit, gpointer data)
{
	for (; bits != 0; bits &= (guint8)(bits - 1)) {
		guint bucket = (guint)__builtin_ctz(bits);

		for (guint i = 0; i < self->bucket_count[bucket]; i++) {
			guint needle = self->buckets[bucket][i];

			if (tocsin_log_needles_is_at(&self->needles, needle, bytes, length, at)) {
				on_hit(needle, at, data);
			}
		}
	}
}

/* For each of the 32 places from @p on, the buckets that could begin there. */
__attribute__((target("avx2"), always_inline)) static inline __m256i
look_up(const __m256i *low, const __m256i *high, const guint8 *p)
{
	const __m256i nibble = _mm256_set1_epi8(15);
	__m256i result = _mm256_set1_epi8(-1);

	for (guint column = 0; column < WIDTH; column++) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(p + column));
		__m256i lows = _mm256_shuffle_epi8(low[column], _mm256_and_si256(v, nibble));
		__m256i highs = _mm256_shuffle_epi8(
		        high[column], _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble));

		result = _mm256_and_si256(result, _mm256_and_si256(lows, highs));
	}
	return result;
}

__attribute__((target("avx2"))) static void
on_block(const Vector *self, __m256i found, const guint8 *bytes, gsize length, gsize at,
         TocsinLogOnHit on_hit, gpointer data)
{
	guint8 buckets[BLOCK];
	guint32 places =
	        ~(guint32)_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256()));

	_mm256_storeu_si256((__m256i *)(void *)buckets, found);
	for (; places != 0; places &= places - 1) {
		guint place = (guint)__builtin_ctz(places);

		compare(self, buckets[place], bytes, length, at + place, on_hit, data);
	}
}

__attribute__((target("avx2"))) static void
vector_scan(gpointer user, const guint8 *bytes, gsize length, TocsinLogOnHit on_hit, gpointer data)
{
	const Vector *self = user;
	__m256i low[WIDTH], high[WIDTH];
	guint8 rest[2 * BLOCK + WIDTH] = {0};
	gsize at = 0;

	for (guint i = 0; i < WIDTH; i++) {
		low[i] = _mm256_loadu_si256((const __m256i *)(const void *)self->low[i]);
		high[i] = _mm256_loadu_si256((const __m256i *)(const void *)self->high[i]);
	}
	for (; at + BLOCK + WIDTH - 1 <= length; at += BLOCK) {
		__m256i found = look_up(low, high, bytes + at);

		if (G_UNLIKELY(!_mm256_testz_si256(found, found))) {
			on_block(self, found, bytes, length, at, on_hit, data);
		}
	}
	/* The end goes through a copy with room behind it. */
	memcpy(rest, bytes + at, length - at);
	for (gsize i = 0; at + i < length; i += BLOCK) {
		on_block(self, look_up(low, high, rest + i), bytes, length, at + i, on_hit, data);
	}
}

#else

static gpointer
vector_new(const TocsinLogNeedle *needles, guint count, const TocsinLogFrequency *frequency)
{
	return NULL;
}

static void
vector_scan(gpointer user, const guint8 *bytes, gsize length, TocsinLogOnHit on_hit, gpointer data)
{
}

static void
vector_free(gpointer data)
{
}

#endif

const TocsinLogEngineOps tocsin_log_engine_vector = {
        .engine = TOCSIN_LOG_ENGINE_VECTOR,
        .new = vector_new,
        .scan = vector_scan,
        .free = vector_free,
};
