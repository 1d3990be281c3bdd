/* SPDX-License-Identifier: MIT */
/* The record of a followed file, and the names of rotated ones. */
#include <string.h>

#include "checkpoint.h"
#include "names.h"

static void
reads_back_what_was_written(void)
{
	TocsinLogCheckpoint in = {
	        .lineage = G_MAXUINT64,
	        .device = 65024,
	        .inode = 5358858,
	        .generation = 3423790948,
	        .offset = (guint64)1 << 40,
	        .head = {1024, 7},
	        .tail = {256, G_MAXUINT64},
	        .modified_us = G_MAXINT64,
	        .path = (char *)"/var/log/\xc3\xa4.log",
	};
	g_autoptr(GBytes) bytes = tocsin_log_checkpoint_write(&in);
	g_auto(TocsinLogCheckpoint) out = {0};
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);

	g_assert_true(tocsin_log_checkpoint_read(data, length, &out, NULL));
	g_assert_cmpuint(out.lineage, ==, in.lineage);
	g_assert_cmpuint(out.offset, ==, in.offset);
	g_assert_cmpuint(out.generation, ==, in.generation);
	g_assert_cmpuint(out.tail.hash, ==, in.tail.hash);
	g_assert_cmpint(out.modified_us, ==, in.modified_us);
	g_assert_cmpstr(out.path, ==, in.path);
}

static void
refuses_every_damage(void)
{
	TocsinLogCheckpoint in = {.offset = 77, .path = (char *)"/x"};
	g_autoptr(GBytes) bytes = tocsin_log_checkpoint_write(&in);
	gsize length;
	const guint8 *data = g_bytes_get_data(bytes, &length);

	for (gsize i = 0; i < length; i++) {
		g_autofree guint8 *copy = g_memdup2(data, length);
		g_autoptr(GError) error = NULL;
		TocsinLogCheckpoint out;

		copy[i] ^= 0x10;
		g_assert_false(tocsin_log_checkpoint_read(copy, length, &out, &error));
		g_assert_nonnull(error);
		g_assert_false(tocsin_log_checkpoint_read(data, i, &out, NULL));
	}
}

static void
knows_the_names_of_rotated_files(void)
{
	static const struct {
		const char *base, *name;
		gboolean is_rotation, is_later;
	} cases[] = {
	        {"app.log", "app.log.1", TRUE, TRUE},
	        {"app.log", "app.log.1.gz", TRUE, TRUE},
	        {"app.log", "app.log.gz", TRUE, TRUE},
	        {"app.log", "app.log-20261123", TRUE, TRUE},
	        {"app.log", "app.log-2026-11-23_10-11", TRUE, TRUE},
	        {"app.log", "app-20261123.log", TRUE, TRUE},
	        {"app.log", "app.2026-11-23.log.gz", TRUE, TRUE},
	        {"app.log", "app.log.old", TRUE, TRUE},
	        {"app.log.1", "app.log.2.gz", FALSE, TRUE},
	        {"app.log.1", "app.log.2", FALSE, TRUE},
	        {"app.log.2", "app.log.1", FALSE, FALSE},
	        {"app.log", "app.log", FALSE, FALSE},
	        {"app.log", "app.log1", FALSE, FALSE},
	        {"app.log", "other.log.1", FALSE, FALSE},
	        {"app-1.log", "app-2.log", FALSE, FALSE},
	        {"app.log", "app.log.1.swp", FALSE, FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) originals = tocsin_log_name_find_originals(cases[i].name);

		g_test_message("%s %s", cases[i].base, cases[i].name);
		g_assert_cmpint(tocsin_log_name_is_rotation(cases[i].base, cases[i].name), ==,
		                cases[i].is_rotation);
		g_assert_cmpint(tocsin_log_name_is_later_rotation(cases[i].base, cases[i].name), ==,
		                cases[i].is_later);
		g_assert_cmpint(g_strv_contains((const char *const *)originals, cases[i].base), ==,
		                cases[i].is_later);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/checkpoint/reads_back_what_was_written", reads_back_what_was_written);
	g_test_add_func("/log/checkpoint/refuses_every_damage", refuses_every_damage);
	g_test_add_func("/log/checkpoint/knows_the_names_of_rotated_files",
	                knows_the_names_of_rotated_files);
	return g_test_run();
}
