/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

static void
fake_stands_still_until_advanced(void)
{
	g_autoptr(TocsinClock) clock = tocsin_clock_new_fake(1000);

	g_assert_cmpint(tocsin_clock_wall_us(clock), ==, 1000);
	g_assert_cmpint(tocsin_clock_monotonic_us(clock), ==, 0);
	tocsin_clock_advance(clock, 500);
	g_assert_cmpint(tocsin_clock_wall_us(clock), ==, 1500);
	g_assert_cmpint(tocsin_clock_monotonic_us(clock), ==, 500);
}

static void
setting_back_the_wall_leaves_monotonic_alone(void)
{
	g_autoptr(TocsinClock) clock = tocsin_clock_new_fake(1000);

	tocsin_clock_set_wall(clock, 400);
	g_assert_cmpint(tocsin_clock_wall_us(clock), ==, 400);
	g_assert_cmpint(tocsin_clock_monotonic_us(clock), ==, 0);
	tocsin_clock_set_wall(clock, 600);
	g_assert_cmpint(tocsin_clock_monotonic_us(clock), ==, 200);
}

static void
system_follows_glib(void)
{
	const TocsinClock *clock = tocsin_clock_system();
	gint64 before = g_get_monotonic_time();
	gint64 seen = tocsin_clock_monotonic_us(clock);

	g_assert_cmpint(seen, >=, before);
	g_assert_cmpint(seen, <=, g_get_monotonic_time());
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clock/fake_stands_still_until_advanced",
	                fake_stands_still_until_advanced);
	g_test_add_func("/clock/setting_back_the_wall_leaves_monotonic_alone",
	                setting_back_the_wall_leaves_monotonic_alone);
	g_test_add_func("/clock/system_follows_glib", system_follows_glib);
	return g_test_run();
}
