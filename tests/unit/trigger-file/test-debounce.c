/* SPDX-License-Identifier: MIT */
/* Events that wait until nothing has happened to the file for a while. */
#include "files.h"

#define SECOND G_USEC_PER_SEC

static void
set_up(Files *files, gconstpointer data)
{
	files_set_up(files, data);
	trigger_host_set(&files->host, "debounce", "2s");
	files_add_path(files, "in");
	files_make_folder(files, "in");
	files_write(files, "in/old", "text");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
}

static void
wait(Files *files, gint64 us)
{
	trigger_host_settle(&files->host);
	trigger_host_advance(&files->host, us);
}

static void
tells_of_many_writes_once(Files *files, gconstpointer data)
{
	for (guint i = 0; i < 5; i++) {
		files_write(files, "in/a", i % 2 == 0 ? "text" : "longer text");
		wait(files, SECOND);
		files_assert_events(files, "");
	}
	wait(files, SECOND - 1);
	files_assert_events(files, "");
	wait(files, 1);
	files_assert_events(files, "created a, written a");
}

static void
tells_of_each_file_in_its_own_time(Files *files, gconstpointer data)
{
	files_write(files, "in/a", "text");
	wait(files, SECOND);
	files_write(files, "in/old", "other text");
	wait(files, SECOND);
	files_assert_events(files, "created a, written a");
	wait(files, SECOND);
	files_assert_events(files, "written old");
}

static void
tells_of_a_file_that_never_rests(Files *files, gconstpointer data)
{
	for (guint i = 0; i < 20; i++) {
		files_write(files, "in/old", i % 2 == 0 ? "text" : "longer text");
		wait(files, SECOND);
		g_assert_cmpuint(files->host.events->len, ==, i < 19 ? 0 : 1);
	}
	files_assert_events(files, "written old");
}

static void
tells_what_came_of_it(Files *files, gconstpointer data)
{
	files_write(files, "in/came-and-went", "text");
	files_delete(files, "in/came-and-went");
	files_delete(files, "in/old");
	files_write(files, "in/old", "another file");
	files_write(files, "in/x.tmp", "text");
	trigger_host_settle(&files->host);
	files_move(files, "in/x.tmp", "in/x");
	wait(files, 2 * SECOND);
	files_assert_events(files, "written old, created x, written x");
}

static void
tells_of_the_first_place_of_a_file_that_moves(Files *files, gconstpointer data)
{
	g_autofree char *path = files_path(files, "in/old");

	files_move(files, "in/old", "in/b");
	trigger_host_settle(&files->host);
	files_move(files, "in/b", "in/c");
	wait(files, 2 * SECOND);
	g_assert_cmpstr(tocsin_event_field_string(trigger_host_event(&files->host, 0), "old_path"),
	                ==, path);
	files_assert_events(files, "moved c");
	files_move(files, "in/c", "in/d");
	trigger_host_settle(&files->host);
	files_delete(files, "in/d");
	wait(files, 2 * SECOND);
	files_assert_events(files, "deleted d");
}

static void
forgets_nothing_that_waits_when_it_ends(Files *files, gconstpointer data)
{
	files_write(files, "in/a", "text");
	files_delete(files, "in/old");
	trigger_host_settle(&files->host);
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	wait(files, 2 * SECOND);
	files_assert_events(files, "created a*, written a*, deleted old*");
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	wait(files, 2 * SECOND);
	files_assert_events(files, "");
}

static void
forgets_a_folder_that_went_meanwhile(Files *files, gconstpointer data)
{
	files_delete(files, "in/old");
	files_delete(files, "in");
	wait(files, 2 * SECOND);
	files_assert_events(files, "deleted old");
	files_make_folder(files, "in");
	files_write(files, "in/new", "text");
	wait(files, 2 * SECOND);
	files_assert_events(files, "created new, written new");
}

#define ADD(name) \
	g_test_add("/trigger/file/debounce/" #name, Files, NULL, set_up, name, files_tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD(tells_of_many_writes_once);
	ADD(tells_of_each_file_in_its_own_time);
	ADD(tells_of_a_file_that_never_rests);
	ADD(tells_what_came_of_it);
	ADD(tells_of_the_first_place_of_a_file_that_moves);
	ADD(forgets_nothing_that_waits_when_it_ends);
	ADD(forgets_a_folder_that_went_meanwhile);
	return g_test_run();
}
