/* SPDX-License-Identifier: MIT */
/* Plays every timeline of a file: "== NAME" begins each. */
#include <string.h>

#include "timeline.h"

static void
plays_as_written_and_from_packed_states(gconstpointer data)
{
	const char *block = data;
	const char *end = strchr(block, '\n');
	g_autofree char *name = g_strndup(block, (gsize)(end - block));
	g_autofree char *plain = timeline_play(name, end + 1, TIMELINE_PLAIN);
	g_autofree char *packed = timeline_play(name, end + 1, TIMELINE_PACKED);

	g_assert_cmpstr(plain, ==, packed);
}

int
main(int argc, char **argv)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) blocks = NULL;
	g_autoptr(GError) error = NULL;

	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	g_file_get_contents(argv[1], &text, NULL, &error);
	g_assert_no_error(error);
	blocks = g_strsplit(text, "\n== ", -1);
	for (guint i = 1; blocks[i] != NULL; i++) {
		g_autofree char *name = g_strndup(blocks[i], strcspn(blocks[i], "\n"));
		g_autofree char *path = g_strconcat("/timelines/", name, NULL);

		g_test_add_data_func(path, blocks[i], plays_as_written_and_from_packed_states);
	}
	return g_test_run();
}
