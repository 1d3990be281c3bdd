/* SPDX-License-Identifier: MIT */
/* A log is written, rotated and compressed by one thread while another follows it, is killed and
 * starts again from what was durable then: every line must come out just once. TOCSIN_HARD=full
 * runs many more rounds. */
#include <string.h>
#include <unistd.h>

#include "tailing.h"

#define ROUNDS 30u
#define ROUNDS_FULL 200u
#define ACTIONS 60u
#define OLDEST 3u
#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define PAUSE_US 4000

/* What is on disk of the store: what was handed over since the last commit goes with a kill. */
typedef struct {
	GHashTable *checkpoints;
	GHashTable *events;
	guint lines;
} Durable;

typedef struct {
	Tailing tailing; /* the main thread's, but for what writes files */
	Durable durable;
	GRand *random;  /* the main thread's */
	GRand *fortune; /* the writer's */
	guint seed;
	guint number;   /* the writer's: of lines written */
	gint is_over;   /* atomic: the writer has nothing to do any more */
	GMutex lock;    /* of what follows */
	GCond has_more; /* durable_lines has grown */
	guint durable_lines;
	GString *history; /* for the one who must find out */
} World;

static GHashTable *
copy_table(GHashTable *table, gpointer (*copy_value)(gpointer), GDestroyNotify free_value)
{
	GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_value);
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		g_hash_table_insert(copy, g_strdup(key), copy_value(value));
	}
	return copy;
}

static gpointer
copy_text(gpointer text)
{
	return g_strdup(text);
}

static gpointer
copy_bytes(gpointer bytes)
{
	return g_bytes_ref(bytes);
}

static void
free_durable(Durable *self)
{
	g_clear_pointer(&self->checkpoints, g_hash_table_unref);
	g_clear_pointer(&self->events, g_hash_table_unref);
}

static void
commit(World *world)
{
	Tailing *t = &world->tailing;

	free_durable(&world->durable);
	world->durable.checkpoints =
	        copy_table(t->checkpoints, copy_bytes, (GDestroyNotify)g_bytes_unref);
	world->durable.events = copy_table(t->events, copy_text, g_free);
	world->durable.lines = t->lines->len;
	g_mutex_lock(&world->lock);
	world->durable_lines = t->lines->len;
	g_cond_signal(&world->has_more);
	g_mutex_unlock(&world->lock);
}

static void
note(World *world, const char *action)
{
	g_mutex_lock(&world->lock);
	g_string_append_printf(world->history, " %s", action);
	g_mutex_unlock(&world->lock);
}

/* Ends the follower, and takes back what was not durable. */
static void
kill_follower(World *world)
{
	Tailing *t = &world->tailing;

	tailing_kill(t);
	g_hash_table_unref(t->checkpoints);
	g_hash_table_unref(t->events);
	t->checkpoints =
	        copy_table(world->durable.checkpoints, copy_bytes, (GDestroyNotify)g_bytes_unref);
	t->events = copy_table(world->durable.events, copy_text, g_free);
	g_ptr_array_set_size(t->lines, (gint)world->durable.lines);
	note(world, "(kill)");
}

/* The writer: all that was written is durable. */
static void
settle(World *world)
{
	gint64 deadline_us = g_get_monotonic_time() + PATIENCE_US;

	g_mutex_lock(&world->lock);
	while (world->durable_lines < world->number) {
		if (!g_cond_wait_until(&world->has_more, &world->lock, deadline_us)) {
			g_error("seed %u: %u of %u lines after%s", world->seed,
			        world->durable_lines, world->number, world->history->str);
		}
	}
	g_mutex_unlock(&world->lock);
}

/* A moment of any length, so that all is met in any state. */
static void
linger(World *world, GRand *random)
{
	gint64 end_us = g_get_monotonic_time() + g_rand_int_range(random, 0, PAUSE_US);

	g_mutex_lock(&world->lock);
	while (g_cond_wait_until(&world->has_more, &world->lock, end_us)) {
	}
	g_mutex_unlock(&world->lock);
}

static gboolean
exists(const World *world, const char *name)
{
	g_autofree char *path = tailing_path(&world->tailing, name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
append(World *world)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gint count = g_rand_int_range(world->fortune, 1, 6);

	/* Now and then so much that it takes several slices, and compressing a while. */
	for (gint i = g_rand_int_range(world->fortune, 0, 8) == 0 ? 3000 : 0; i > 0; i--) {
		g_string_append_printf(text, "%08x%08x\n", g_rand_int(world->fortune),
		                       g_rand_int(world->fortune));
		world->number++;
	}
	for (; count > 0; count--) {
		g_string_append_printf(text, "line %u\n", world->number++);
	}
	tailing_append(&world->tailing, "app.log", text->str, (gssize)text->len);
}

/* app.log.1 becomes app.log.2 and so on; what is removed was read. */
static void
make_way(World *world)
{
	for (guint place = OLDEST; place > 0; place--) {
		for (guint is_compressed = 0; is_compressed < 2; is_compressed++) {
			const char *suffix = is_compressed ? ".gz" : "";
			g_autofree char *old = g_strdup_printf("app.log.%u%s", place, suffix);
			g_autofree char *new = g_strdup_printf("app.log.%u%s", place + 1, suffix);

			if (exists(world, old) && place == OLDEST) {
				settle(world);
				tailing_unlink(&world->tailing, old);
			} else if (exists(world, old)) {
				tailing_rename(&world->tailing, old, new);
			}
		}
	}
}

static void
rotate(World *world)
{
	if (exists(world, "app.log")) {
		make_way(world);
		tailing_rename(&world->tailing, "app.log", "app.log.1");
		tailing_append(&world->tailing, "app.log", "", 0);
	}
}

static void
compress(World *world)
{
	guint place = (guint)g_rand_int_range(world->fortune, 1, OLDEST + 1);
	g_autofree char *name = g_strdup_printf("app.log.%u", place);
	g_autofree char *path = tailing_path(&world->tailing, name);
	const char *const argv[] = {"gzip", "-1", path, NULL};
	g_autoptr(GError) error = NULL;
	gint status = -1;

	if (exists(world, name)) {
		g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
		             &status, &error);
		g_assert_no_error(error);
		g_assert_cmpint(status, ==, 0);
	}
}

static gpointer
write_log(gpointer data)
{
	World *world = data;

	for (guint i = 0; i < ACTIONS; i++) {
		gint32 die = g_rand_int_range(world->fortune, 0, 100);

		if (die < 50) {
			note(world, "append");
			append(world);
		} else if (die < 65) {
			note(world, "rotate");
			rotate(world);
		} else if (die < 85) {
			note(world, "gzip");
			compress(world);
		} else {
			note(world, "pause");
			linger(world, world->fortune);
		}
	}
	settle(world);
	g_atomic_int_set(&world->is_over, 1);
	return NULL;
}

static void
follow(World *world)
{
	Tailing *t = &world->tailing;

	while (!g_atomic_int_get(&world->is_over)) {
		if (t->follower == NULL) {
			linger(world, world->random);
			tailing_begin(t);
			note(world, "(start)");
		}
		tocsin_log_follower_on_ready(t->follower);
		tocsin_log_follower_step(t->follower, 3);
		tocsin_clock_advance(t->clock, 1000);
		if (g_rand_int_range(world->random, 0, 4) == 0) {
			commit(world);
		}
		if (g_rand_int_range(world->random, 0, 200) == 0) {
			kill_follower(world);
		} else if (g_rand_int_range(world->random, 0, 30) == 0) {
			linger(world, world->random);
		}
	}
}

static void
assert_every_line_once(World *world)
{
	const Tailing *t = &world->tailing;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < t->lines->len; i++) {
		if (!g_hash_table_add(seen, t->lines->pdata[i])) {
			g_error("seed %u: twice: %s; after%s", world->seed,
			        (const char *)t->lines->pdata[i], world->history->str);
		}
	}
	g_assert_cmpuint(t->lines->len, ==, world->number);
}

static void
run_round(guint seed)
{
	World world = {.random = g_rand_new_with_seed(seed),
	               .fortune = g_rand_new_with_seed(seed + 1),
	               .seed = seed,
	               .history = g_string_new(NULL)};
	GThread *writer;

	g_mutex_init(&world.lock);
	g_cond_init(&world.has_more);
	tailing_set_up(&world.tailing, "app.log*", TOCSIN_LOG_FROM_START);
	world.tailing.options.from = TOCSIN_LOG_FROM_CHECKPOINT;
	world.tailing.options.slice_size = 8192;
	world.tailing.options.line_limit = 1024;
	if (seed % 3 == 0) {
		world.tailing.options.open_max = 1;
	}
	tailing_append(&world.tailing, "app.log", "", 0);
	tailing_start(&world.tailing);
	commit(&world);
	writer = g_thread_new("writer", write_log, &world);
	follow(&world);
	g_thread_join(writer);
	if (world.tailing.follower == NULL) {
		tailing_start(&world.tailing);
	}
	tailing_wait(&world.tailing, 11 * G_USEC_PER_SEC);
	tailing_wait(&world.tailing, 60 * G_USEC_PER_SEC);
	assert_every_line_once(&world);
	tailing_tear_down(&world.tailing);
	free_durable(&world.durable);
	g_rand_free(world.random);
	g_rand_free(world.fortune);
	g_string_free(world.history, TRUE);
	g_cond_clear(&world.has_more);
	g_mutex_clear(&world.lock);
}

static void
finds_every_line_once(void)
{
	guint rounds = g_strcmp0(g_getenv("TOCSIN_HARD"), "full") == 0 ? ROUNDS_FULL : ROUNDS;

	for (guint seed = 1; seed <= rounds; seed++) {
		g_test_message("seed %u", seed);
		run_round(seed);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/tail/race/finds_every_line_once", finds_every_line_once);
	return g_test_run();
}
