/* SPDX-License-Identifier: MIT */
/* Random things happen to a tree of files, and what is told must lead from what was there to what
 * is there: no event may be missing, come twice or contradict another. */
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"

#define ROUNDS 40u
#define ACTIONS 150u
#define FOLDERS 6

typedef struct {
	Files files;
	GRand *random;
	GHashTable *told; /* set of paths that are there, by what was told */
	GString *history;
} World;

static void
apply(World *world, const TocsinEvent *event)
{
	const char *path = tocsin_event_field_string(event, "path");
	gboolean is_there = g_hash_table_contains(world->told, path);

	g_string_append_printf(world->history, "\n  told: %s %s", event->kind, path);
	if (strcmp(event->kind, "created") == 0) {
		g_assert_false(is_there);
		g_hash_table_add(world->told, g_strdup(path));
	} else if (strcmp(event->kind, "deleted") == 0) {
		g_assert_true(g_hash_table_remove(world->told, path));
	} else if (strcmp(event->kind, "moved") == 0) {
		g_assert_true(g_hash_table_remove(world->told,
		                                  tocsin_event_field_string(event, "old_path")));
		g_hash_table_add(world->told, g_strdup(path));
	} else {
		g_assert_true(is_there);
	}
}

static void
take_events(World *world)
{
	for (guint i = 0; i < world->files.host.events->len; i++) {
		apply(world, trigger_host_event(&world->files.host, i));
	}
	g_ptr_array_set_size(world->files.host.events, 0);
}

static guint found;
static GHashTable *expected_by_walk; /* nftw() hands nothing through */

static int
on_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	if (S_ISREG(status->st_mode)) {
		found++;
		if (!g_hash_table_contains(expected_by_walk, path)) {
			g_printerr("not told: %s\n", path);
			return 1;
		}
	}
	return 0;
}

static void
assert_all_is_told(World *world)
{
	g_autofree char *root = files_path(&world->files, "root");

	trigger_host_settle(&world->files.host);
	/* A file that moved out is gone after a while. */
	trigger_host_advance(&world->files.host, G_USEC_PER_SEC);
	trigger_host_settle(&world->files.host);
	take_events(world);
	found = 0;
	expected_by_walk = world->told;
	if (nftw(root, on_entry, 10, FTW_PHYS) != 0 || found != g_hash_table_size(world->told)) {
		g_error("%u files, %u told; %s", found, g_hash_table_size(world->told),
		        world->history->str);
	}
}

/* One of some folders, at most three deep. */
static char *
pick_folder(World *world)
{
	GString *path = g_string_new("root");
	gint32 depth = g_rand_int_range(world->random, 0, 3);

	for (gint32 i = 0; i < depth; i++) {
		g_string_append_printf(path, "/d%d", g_rand_int_range(world->random, 0, FOLDERS));
	}
	return g_string_free(path, FALSE);
}

static char *
pick_file(World *world)
{
	g_autofree char *folder = pick_folder(world);

	return g_strdup_printf("%s/f%d", folder, g_rand_int_range(world->random, 0, 10));
}

static gboolean
is_there(World *world, const char *name, GFileTest test)
{
	g_autofree char *path = files_path(&world->files, name);

	return g_file_test(path, test);
}

static void
write_one(World *world, const char *file)
{
	g_autofree char *folder = g_path_get_dirname(file);

	if (is_there(world, folder, G_FILE_TEST_IS_DIR)) {
		files_write(&world->files, file, g_rand_boolean(world->random) ? "a" : "bc");
	}
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static void
act_on_folders(World *world, gint32 die)
{
	g_autofree char *folder = pick_folder(world);
	g_autofree char *other = pick_folder(world);
	g_autofree char *path = files_path(&world->files, folder);
	g_autofree char *target = files_path(&world->files, other);

	if (die < 75) {
		files_make_folder(&world->files, folder);
	} else if (strcmp(folder, "root") == 0) {
		return;
	} else if (die < 80) {
		nftw(path, remove_entry, 10, FTW_DEPTH | FTW_PHYS);
	} else {
		/* Fails if one is in the other, or the other is not empty. */
		rename(path, target);
	}
}

static void
act(World *world)
{
	gint32 die = g_rand_int_range(world->random, 0, 100);
	g_autofree char *file = pick_file(world);
	g_autofree char *other = pick_file(world);

	g_string_append_printf(world->history, "\n%d %s %s", die, file, other);
	if (die < 35) {
		write_one(world, file);
	} else if (die < 45) {
		if (is_there(world, file, G_FILE_TEST_IS_REGULAR)) {
			files_delete(&world->files, file);
		}
	} else if (die < 60) {
		g_autofree char *folder = g_path_get_dirname(other);

		if (is_there(world, file, G_FILE_TEST_IS_REGULAR) &&
		    is_there(world, folder, G_FILE_TEST_IS_DIR) && strcmp(file, other) != 0 &&
		    !is_there(world, other, G_FILE_TEST_EXISTS)) {
			files_move(&world->files, file, other);
		}
	} else if (die < 85) {
		act_on_folders(world, die);
	} else if (die < 95) {
		trigger_host_settle(&world->files.host);
		take_events(world);
	} else {
		trigger_host_settle(&world->files.host);
		trigger_host_advance(&world->files.host, G_USEC_PER_SEC);
		trigger_host_settle(&world->files.host);
		take_events(world);
		trigger_host_stop(&world->files.host);
		for (guint i = 0; i < 5; i++) {
			g_autofree char *name = pick_file(world);

			write_one(world, name);
		}
		trigger_host_start(&world->files.host);
	}
}

static void
run_round(guint seed)
{
	World world = {.random = g_rand_new_with_seed(seed)};

	files_set_up(&world.files, NULL);
	files_make_folder(&world.files, "root");
	world.told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	world.history = g_string_new(NULL);
	trigger_host_set_number(&world.files.host, "recursive", 1);
	files_add_path(&world.files, "root");
	trigger_host_start(&world.files.host);
	trigger_host_settle(&world.files.host);
	for (guint i = 0; i < ACTIONS; i++) {
		act(&world);
	}
	assert_all_is_told(&world);
	/* A restart finds nothing new. */
	trigger_host_stop(&world.files.host);
	trigger_host_start(&world.files.host);
	files_assert_events(&world.files, "");
	files_tear_down(&world.files, NULL);
	g_rand_free(world.random);
	g_hash_table_unref(world.told);
	g_string_free(world.history, TRUE);
}

static void
tells_what_leads_to_what_is_there(void)
{
	for (guint seed = 1; seed <= ROUNDS; seed++) {
		g_test_message("seed %u", seed);
		run_round(seed);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trigger/file/random", tells_what_leads_to_what_is_there);
	return g_test_run();
}
