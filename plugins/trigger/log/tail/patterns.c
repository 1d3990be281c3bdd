/* SPDX-License-Identifier: MIT */
/* glob(3), part by part. */
#include "patterns.h"

#include <fnmatch.h>
#include <glob.h>
#include <string.h>

GPtrArray *
tocsin_log_patterns_find(const char *const *patterns)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (; *patterns != NULL; patterns++) {
		glob_t found;

		if (glob(*patterns, 0, NULL, &found) != 0) {
			continue;
		}
		for (gsize i = 0; i < found.gl_pathc; i++) {
			if (!g_hash_table_contains(seen, found.gl_pathv[i])) {
				char *path = g_strdup(found.gl_pathv[i]);

				g_hash_table_add(seen, path);
				g_ptr_array_add(paths, path);
			}
		}
		globfree(&found);
	}
	return paths;
}

gboolean
tocsin_log_patterns_match(const char *const *patterns, const char *path)
{
	for (; *patterns != NULL; patterns++) {
		if (fnmatch(*patterns, path, FNM_PATHNAME | FNM_PERIOD) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Adds @folder, or the nearest one above it that is there. */
static void
add_folder(GHashTable *folders, const char *folder)
{
	g_autofree char *path = g_strdup(*folder != '\0' ? folder : "/");

	while (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
		char *above = g_path_get_dirname(path);

		g_free(path);
		path = above;
	}
	g_hash_table_add(folders, g_steal_pointer(&path));
}

static void
add_matching_folders(GHashTable *folders, const char *pattern)
{
	const char *const patterns[] = {pattern, NULL};
	g_autoptr(GPtrArray) paths = tocsin_log_patterns_find(patterns);

	for (guint i = 0; i < paths->len; i++) {
		if (g_file_test(paths->pdata[i], G_FILE_TEST_IS_DIR)) {
			g_hash_table_add(folders, g_strdup(paths->pdata[i]));
		}
	}
}

GHashTable *
tocsin_log_patterns_find_folders(const char *const *patterns)
{
	GHashTable *folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (; *patterns != NULL; patterns++) {
		gsize wild = strcspn(*patterns, "*?[\\");
		const char *slash = strrchr(*patterns, '/');
		g_autofree char *fixed = g_strndup(*patterns, wild);
		char *last = strrchr(fixed, '/');

		if (last != NULL) {
			*last = '\0';
		}
		add_folder(folders, fixed);
		/* Each wild part but the last finds folders. */
		for (const char *p = *patterns + wild; (p = strchr(p, '/')) != NULL; p++) {
			g_autofree char *part = g_strndup(*patterns, (gsize)(p - *patterns));

			add_matching_folders(folders, part);
			if (p == slash) {
				break;
			}
		}
	}
	return folders;
}
