/* SPDX-License-Identifier: MIT */
/* "N in a time" means any such time. */
#include "engine/rate.h"

#include <tocsin/error.h>

#define SECOND G_GINT64_CONSTANT(1000000)

static void
a_full_window_lets_none_through(void)
{
	g_autoptr(TocsinRate) rate = tocsin_rate_new("3/min", NULL);
	gint64 now = 1000 * SECOND;

	g_assert_cmpuint(tocsin_rate_available(rate, now), ==, 3);
	for (guint i = 0; i < 3; i++) {
		g_assert_cmpint(tocsin_rate_next_us(rate, now), ==, now);
		g_assert_true(tocsin_rate_take(rate, now));
	}
	g_assert_false(tocsin_rate_take(rate, now));
	g_assert_false(tocsin_rate_take(rate, now + 60 * SECOND - 1));
	gint64 next = tocsin_rate_next_us(rate, now);

	g_assert_cmpint(next, >, now + 60 * SECOND - 1);
	g_assert_cmpint(next, <=, now + 61 * SECOND);
	g_assert_false(tocsin_rate_take(rate, next - 1));
	g_assert_cmpuint(tocsin_rate_available(rate, next), ==, 3);
}

/* Takes whenever it may, at random times, and looks back. */
static void
no_window_holds_more(void)
{
	g_autoptr(TocsinRate) rate = tocsin_rate_new("20/s", NULL);
	g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 now = 0;

	while (taken->len < 5000) {
		now += g_test_rand_int_range(0, g_test_rand_bit() ? 1000 : 100000);
		if (!tocsin_rate_take(rate, now)) {
			g_assert_cmpint(tocsin_rate_next_us(rate, now), >, now);
			continue;
		}
		g_array_append_val(taken, now);
		if (taken->len > 20) {
			gint64 before = g_array_index(taken, gint64, taken->len - 21);

			g_assert_cmpint(now - before, >=, SECOND);
		}
	}
	/* And hardly fewer: each lasts a sixtieth longer at the most. */
	g_assert_cmpint(now, <, 5000 / 20 * SECOND * 5 / 4);
}

static void
waiting_until_it_says_so_is_enough(void)
{
	g_autoptr(TocsinRate) rate = tocsin_rate_new("7/h", NULL);
	gint64 now = 12345678901;
	gint64 start = now;

	for (guint i = 0; i < 7 * 24; i++) {
		now = tocsin_rate_next_us(rate, now);
		g_assert_true(tocsin_rate_take(rate, now));
	}
	g_assert_cmpint(now - start, >=, 23 * 3600 * SECOND);
	g_assert_cmpint(now - start, <=, 24 * 3600 * SECOND);
}

static void
a_rate_must_be_one(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_rate_new("fast", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rate/a_full_window_lets_none_through", a_full_window_lets_none_through);
	g_test_add_func("/rate/no_window_holds_more", no_window_holds_more);
	g_test_add_func("/rate/waiting_until_it_says_so_is_enough",
	                waiting_until_it_says_so_is_enough);
	g_test_add_func("/rate/a_rate_must_be_one", a_rate_must_be_one);
	return g_test_run();
}
