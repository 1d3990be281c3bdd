/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <tocsin/error.h>

static void
assert_duration(const char *text, gint64 expected)
{
	g_autoptr(GError) error = NULL;
	gint64 us = -1;

	g_assert_true(tocsin_units_parse_duration(text, &us, &error));
	g_assert_no_error(error);
	g_assert_cmpint(us, ==, expected);
}

static void
durations(void)
{
	assert_duration("0", 0);
	assert_duration("250ms", 250000);
	assert_duration("10s", 10000000);
	assert_duration("1h30m", G_GINT64_CONSTANT(5400000000));
	assert_duration("2w", G_GINT64_CONSTANT(1209600000000));
}

static void
bad_durations_leave_the_output_alone(void)
{
	const char *const bad[] = {
	        "",
	        "10",
	        "s",
	        "-1s",
	        "10 s",
	        "10x",
	        "1h30",
	        "9999999999999999999s",
	        "99999999999999w",
	        NULL,
	};

	for (const char *const *text = bad; *text != NULL; text++) {
		g_autoptr(GError) error = NULL;
		gint64 us = 42;

		g_assert_false(tocsin_units_parse_duration(*text, &us, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
		g_assert_cmpint(us, ==, 42);
	}
}

static void
sizes(void)
{
	guint64 bytes;

	g_assert_true(tocsin_units_parse_size("512", &bytes, NULL));
	g_assert_cmpuint(bytes, ==, 512);
	g_assert_true(tocsin_units_parse_size("10M", &bytes, NULL));
	g_assert_cmpuint(bytes, ==, 10485760);
	g_assert_true(tocsin_units_parse_size("1GiB", &bytes, NULL));
	g_assert_cmpuint(bytes, ==, 1073741824);
	g_assert_false(tocsin_units_parse_size("10Mb", &bytes, NULL));
	g_assert_false(tocsin_units_parse_size("1M5k", &bytes, NULL));
	g_assert_false(tocsin_units_parse_size("9223372036854775807k", &bytes, NULL));
}

static void
rates(void)
{
	guint count;
	gint64 per_us;

	g_assert_true(tocsin_units_parse_rate("100/min", &count, &per_us, NULL));
	g_assert_cmpuint(count, ==, 100);
	g_assert_cmpint(per_us, ==, 60000000);
	g_assert_false(tocsin_units_parse_rate("0/h", &count, &per_us, NULL));
	g_assert_false(tocsin_units_parse_rate("20", &count, &per_us, NULL));
	g_assert_false(tocsin_units_parse_rate("20/", &count, &per_us, NULL));
	g_assert_false(tocsin_units_parse_rate("20/fortnight", &count, &per_us, NULL));
}

static void
formatted_durations_read_back(void)
{
	const gint64 samples[] = {0, 1000, 10000000, 5400000000, 90061001000};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *text = tocsin_units_format_duration(samples[i]);

		assert_duration(text, samples[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/units/durations", durations);
	g_test_add_func("/units/bad_durations_leave_the_output_alone",
	                bad_durations_leave_the_output_alone);
	g_test_add_func("/units/sizes", sizes);
	g_test_add_func("/units/rates", rates);
	g_test_add_func("/units/formatted_durations_read_back", formatted_durations_read_back);
	return g_test_run();
}
