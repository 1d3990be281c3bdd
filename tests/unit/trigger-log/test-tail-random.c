/* SPDX-License-Identifier: MIT */
/* Random things happen to a log, and every complete line must come out just once. */
#include <string.h>

#include "tailing.h"

#define ROUNDS 60u
#define ACTIONS 120u

typedef struct {
	Tailing tailing;
	GRand *random;
	guint next_line;
	gboolean has_unfinished; /* the log ends in a line without its end */
	gboolean has_log;
	gboolean is_narrow;   /* the pattern finds no rotated files */
	GHashTable *expected; /* of complete line */
	GString *unfinished;
	GString *history; /* for the one who must find out */
} World;

static gboolean
is_running(const World *world)
{
	return world->tailing.follower != NULL;
}

/* What is about to be destroyed must have been read: nothing else could be asked for. */
static void
let_it_read(World *world)
{
	if (!is_running(world)) {
		tailing_start(&world->tailing);
	}
	tailing_settle(&world->tailing);
}

/* The log is there. Of a file that nobody ever saw nobody can know, once it is rotated, that it was
 * one: unless the pattern finds it even then. */
static void
on_log(World *world)
{
	if (!world->has_log && world->is_narrow) {
		let_it_read(world);
	}
	world->has_log = TRUE;
}

static void
append(World *world)
{
	guint count = (guint)g_rand_int_range(world->random, 1, 8);

	for (guint i = 0; i < count; i++) {
		g_autofree char *line = g_strdup_printf(
		        "%s line %u", g_rand_boolean(world->random) ? "same head" : "x",
		        world->next_line++);
		g_autofree char *text = g_strconcat(line, "\n", NULL);

		if (world->has_unfinished) {
			tailing_append(&world->tailing, "app.log", "\n", 1);
			g_hash_table_add(world->expected, g_strdup(world->unfinished->str));
			world->has_unfinished = FALSE;
		}
		tailing_append(&world->tailing, "app.log", text, -1);
		g_hash_table_add(world->expected, g_steal_pointer(&line));
	}
	on_log(world);
}

static void
append_half(World *world)
{
	g_autofree char *text = g_strdup_printf("half %u", world->next_line++);

	if (!world->has_unfinished) {
		g_string_truncate(world->unfinished, 0);
	}
	tailing_append(&world->tailing, "app.log", text, -1);
	g_string_append(world->unfinished, text);
	world->has_unfinished = TRUE;
	on_log(world);
}

static gboolean
has_file(const World *world, const char *name)
{
	g_autofree char *path = tailing_path(&world->tailing, name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* Makes app.log.1 free, by one more step of the rotation or by compressing. */
static void
make_way(World *world)
{
	if (!has_file(world, "app.log.1")) {
		return;
	}
	if (has_file(world, "app.log.2")) {
		let_it_read(world);
		if (has_file(world, "app.log.2.gz")) {
			tailing_unlink(&world->tailing, "app.log.2.gz");
		}
		if (g_rand_boolean(world->random)) {
			tailing_compress(&world->tailing, "app.log.2");
		} else {
			tailing_compress_slowly(&world->tailing, "app.log.2");
		}
		tailing_settle(&world->tailing);
	}
	tailing_rename(&world->tailing, "app.log.1", "app.log.2");
}

static void
rotate(World *world, gboolean by_copy)
{
	if (!world->has_log) {
		return;
	}
	make_way(world);
	if (by_copy) {
		/* What is unfinished stays in the copy and is never completed. */
		if (g_rand_boolean(world->random)) {
			tailing_copy(&world->tailing, "app.log", "app.log.1");
		} else {
			tailing_copy_slowly(&world->tailing, "app.log", "app.log.1", TRUE);
		}
		tailing_truncate(&world->tailing, "app.log", 0);
	} else {
		tailing_rename(&world->tailing, "app.log", "app.log.1");
		world->has_log = FALSE;
	}
	world->has_unfinished = FALSE;
}

static void
lose(World *world, gboolean by_truncation)
{
	if (!world->has_log) {
		return;
	}
	let_it_read(world);
	if (by_truncation) {
		tailing_truncate(&world->tailing, "app.log", 0);
	} else {
		tailing_unlink(&world->tailing, "app.log");
		world->has_log = FALSE;
	}
	world->has_unfinished = FALSE;
}

static void
restart(World *world)
{
	if (is_running(world)) {
		if (g_rand_boolean(world->random)) {
			tocsin_log_follower_save_all(world->tailing.follower);
		}
		tailing_kill(&world->tailing);
	} else {
		tailing_start(&world->tailing);
	}
}

static void
act(World *world)
{
	gint32 die = g_rand_int_range(world->random, 0, 100);

	g_string_append_printf(world->history, " %d", die);
	if (die < 45) {
		append(world);
	} else if (die < 53) {
		append_half(world);
	} else if (die < 60) {
		rotate(world, FALSE);
	} else if (die < 66) {
		rotate(world, TRUE);
	} else if (die < 70) {
		lose(world, TRUE);
	} else if (die < 73) {
		lose(world, FALSE);
	} else if (die < 83) {
		restart(world);
	} else if (is_running(world)) {
		tailing_wait(&world->tailing, die < 90 ? 11 * G_USEC_PER_SEC : 1000);
	}
}

static void
assert_every_line_once(World *world)
{
	const Tailing *t = &world->tailing;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer line;

	for (guint i = 0; i < t->lines->len; i++) {
		if (!g_hash_table_add(seen, t->lines->pdata[i])) {
			g_error("twice: %s; after%s", (const char *)t->lines->pdata[i],
			        world->history->str);
		}
	}
	g_hash_table_iter_init(&iter, world->expected);
	while (g_hash_table_iter_next(&iter, &line, NULL)) {
		if (!g_hash_table_contains(seen, line)) {
			g_error("lost: %s; after%s", (const char *)line, world->history->str);
		}
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, g_hash_table_size(world->expected));
}

static void
run_round(guint seed, const char *pattern)
{
	World world = {.random = g_rand_new_with_seed(seed)};

	world.is_narrow = strchr(pattern, '*') == NULL;
	tailing_set_up(&world.tailing, pattern, TOCSIN_LOG_FROM_START);
	world.tailing.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	world.tailing.stamps_files = TRUE;
	world.expected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	world.unfinished = g_string_new(NULL);
	world.history = g_string_new(NULL);
	if (seed % 3 == 0) {
		world.tailing.options.open_max = 1;
	}
	tailing_start(&world.tailing);
	for (guint i = 0; i < ACTIONS; i++) {
		act(&world);
	}
	let_it_read(&world);
	tailing_wait(&world.tailing, 11 * G_USEC_PER_SEC);
	tailing_wait(&world.tailing, 60 * G_USEC_PER_SEC);
	assert_every_line_once(&world);
	tailing_tear_down(&world.tailing);
	g_rand_free(world.random);
	g_hash_table_unref(world.expected);
	g_string_free(world.unfinished, TRUE);
	g_string_free(world.history, TRUE);
}

static void
finds_every_line_once(gconstpointer pattern)
{
	for (guint seed = 1; seed <= ROUNDS; seed++) {
		g_test_message("seed %u", seed);
		run_round(seed, pattern);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/log/tail/finds_every_line_once", "app.log*", finds_every_line_once);
	g_test_add_data_func("/log/tail/finds_every_rotated_line_once", "app.log",
	                     finds_every_line_once);
	return g_test_run();
}
