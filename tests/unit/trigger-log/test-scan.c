/* SPDX-License-Identifier: MIT */
/* Each engine finds what a plain search finds. */
#include <string.h>

#include "scan.h"

typedef struct {
	const TocsinLogNeedle *needles;
	const guint8 *bytes;
	gsize length;
	guint counts[128];
} Found;

static gboolean
is_at(const TocsinLogNeedle *needle, const guint8 *bytes)
{
	return needle->is_caseless
	               ? g_ascii_strncasecmp((const char *)bytes,
	                                     (const char *)needle->literal.bytes,
	                                     needle->literal.length) == 0
	               : memcmp(bytes, needle->literal.bytes, needle->literal.length) == 0;
}

static void
on_hit(guint needle, gsize at, gpointer data)
{
	Found *found = data;
	gboolean is_near = FALSE;
	gsize length = found->needles[needle].literal.length;

	g_assert_cmpuint(at, <, found->length);
	for (gsize start = at + 1 - MIN(at + 1, length); start <= at; start++) {
		is_near |= start + length <= found->length &&
		           is_at(&found->needles[needle], found->bytes + start);
	}
	g_assert_true(is_near);
	found->counts[needle]++;
}

static void
compare_engine(TocsinLogEngine engine, const TocsinLogNeedle *needles, guint count,
               const guint8 *bytes, gsize length)
{
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();
	g_autoptr(TocsinLogScanner) scanner =
	        tocsin_log_scanner_new(needles, count, frequency, engine);
	Found found = {needles, bytes, length, {0}};

	if (scanner == NULL) {
		g_assert_cmpint(engine, !=, TOCSIN_LOG_ENGINE_BEST);
		g_assert_cmpint(engine, !=, TOCSIN_LOG_ENGINE_HASH);
		return;
	}
	tocsin_log_scanner_scan(scanner, bytes, length, on_hit, &found);
	for (guint i = 0; i < count; i++) {
		guint expected = 0;

		for (gsize at = 0; at + needles[i].literal.length <= length; at++) {
			expected += is_at(&needles[i], bytes + at);
		}
		g_assert_cmpuint(found.counts[i], ==, expected);
	}
}

static void
finds_every_occurrence(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (guint round = 0; round < 400; round++) {
		guint count = (guint)g_rand_int_range(random, 1, round % 8 == 0 ? 100 : 12);
		gsize length = (gsize)g_rand_int_range(random, 0, 300);
		g_autofree TocsinLogNeedle *needles = g_new0(TocsinLogNeedle, count);
		g_autofree guint8 *bytes = g_malloc(length + 1);

		for (guint i = 0; i < count; i++) {
			needles[i].is_caseless = g_rand_boolean(random);
			needles[i].literal.length = (guint8)g_rand_int_range(random, 1, 8);
			for (guint j = 0; j < needles[i].literal.length; j++) {
				needles[i].literal.bytes[j] =
				        (guint8) "abAB \xc3z\n"[g_rand_int_range(random, 0, 8)];
			}
		}
		for (gsize i = 0; i < length; i++) {
			bytes[i] = (guint8) "abAB \xc3z\n"[g_rand_int_range(random, 0, 8)];
		}
		for (gint engine = TOCSIN_LOG_ENGINE_BEST; engine <= TOCSIN_LOG_ENGINE_HASH;
		     engine++) {
			compare_engine((TocsinLogEngine)engine, needles, count, bytes, length);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/scan/finds_every_occurrence", finds_every_occurrence);
	return g_test_run();
}
