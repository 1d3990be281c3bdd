/* SPDX-License-Identifier: MIT */
/* The file trigger as the host runs it, on real files. */
#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file-unit.h"
#include "memory.h"
#include "trigger-host.h"

#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

typedef struct {
	TriggerHost host;
	char *folder;
} Files;

static void
set_up(Files *files, gconstpointer data)
{
	trigger_host_set_up(&files->host, &tocsin_file_unit);
	files->folder = g_dir_make_tmp("tocsin-file-XXXXXX", NULL);
	g_assert_nonnull(files->folder);
}

static int
on_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static void
tear_down(Files *files, gconstpointer data)
{
	trigger_host_tear_down(&files->host);
	g_assert_cmpint(nftw(files->folder, on_entry, 10, FTW_DEPTH | FTW_PHYS), ==, 0);
	g_free(files->folder);
}

static char *
path_of(const Files *files, const char *name)
{
	return g_build_filename(files->folder, name, NULL);
}

static void
write_file(const Files *files, const char *name, const char *text)
{
	g_autofree char *path = path_of(files, name);
	FILE *file = fopen(path, "w");

	g_assert_nonnull(file);
	g_assert_cmpint(fputs(text, file), >=, 0);
	g_assert_cmpint(fclose(file), ==, 0);
}

static void
make_folder(const Files *files, const char *name)
{
	g_autofree char *path = path_of(files, name);

	g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
}

static void
move(const Files *files, const char *from, const char *to)
{
	g_autofree char *old_path = path_of(files, from);
	g_autofree char *path = path_of(files, to);

	g_assert_cmpint(rename(old_path, path), ==, 0);
}

static void delete (const Files *files, const char *name)
{
	g_autofree char *path = path_of(files, name);

	g_assert_cmpint(remove(path), ==, 0);
}

static void
add_path(Files *files, const char *name)
{
	g_autofree char *path = path_of(files, name);

	trigger_host_add(&files->host, "paths", path);
}

/* "kind name" of each event, in order, then forgotten. */
static void
assert_events(Files *files, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);

	trigger_host_settle(&files->host);
	for (guint i = 0; i < files->host.events->len; i++) {
		const TocsinEvent *event = trigger_host_event(&files->host, i);

		g_string_append_printf(found, "%s%s %s%s", i > 0 ? ", " : "", event->kind,
		                       tocsin_event_field_string(event, "name"),
		                       (event->flags & TOCSIN_EVENT_CATCH_UP) != 0 ? "*" : "");
	}
	g_assert_cmpstr(found->str, ==, expected);
	g_ptr_array_set_size(files->host.events, 0);
}

static void
tells_what_happens_in_a_folder(Files *files, gconstpointer data)
{
	write_file(files, "old", "there before");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	write_file(files, "a", "text");
	assert_events(files, "created a, written a");
	write_file(files, "a", "more text");
	assert_events(files, "written a");
	write_file(files, "empty", "");
	assert_events(files, "created empty, written empty");
	delete (files, "old");
	assert_events(files, "deleted old");
}

static void
tells_where_a_moved_file_was(Files *files, gconstpointer data)
{
	g_autofree char *old_path = path_of(files, "a");
	const TocsinEvent *event;

	write_file(files, "a", "text");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	move(files, "a", "b");
	trigger_host_settle(&files->host);
	event = trigger_host_event(&files->host, 0);
	g_assert_cmpstr(event->kind, ==, "moved");
	g_assert_cmpstr(tocsin_event_field_string(event, "old_path"), ==, old_path);
	assert_events(files, "moved b");
}

static void
a_file_renamed_into_place_was_written(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "include", "*.dump");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	write_file(files, "x.tmp", "text");
	move(files, "x.tmp", "x.dump");
	assert_events(files, "created x.dump, written x.dump");
}

static void
a_file_moved_out_of_sight_is_gone(Files *files, gconstpointer data)
{
	make_folder(files, "in");
	write_file(files, "in/a", "text");
	add_path(files, "in");
	trigger_host_start(&files->host);
	assert_events(files, "");
	move(files, "in/a", "a");
	trigger_host_run_until(&files->host, 1);
	assert_events(files, "deleted a");
}

static void
misses_nothing_in_new_folders(Files *files, gconstpointer data)
{
	trigger_host_set_number(&files->host, "recursive", 1);
	trigger_host_add(&files->host, "on", "created");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	/* All of it is there before the first is watched. */
	make_folder(files, "one/two/three");
	write_file(files, "one/two/three/deep", "text");
	assert_events(files, "created deep");
	write_file(files, "one/two/later", "text");
	assert_events(files, "created later");
}

static void
finds_what_changed_while_it_was_down(Files *files, gconstpointer data)
{
	write_file(files, "same", "text");
	write_file(files, "changed", "text");
	write_file(files, "gone", "text");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	trigger_host_stop(&files->host);
	write_file(files, "changed", "longer text");
	delete (files, "gone");
	trigger_host_start(&files->host);
	trigger_host_settle(&files->host);
	g_assert_cmpuint(files->host.events->len, ==, 2);
	assert_events(files, "written changed*, deleted gone*");
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	assert_events(files, "");
}

static void
follows_a_path_that_comes_and_goes(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "on", "created");
	trigger_host_add(&files->host, "on", "deleted");
	add_path(files, "sub/*/x-*.log");
	trigger_host_start(&files->host);
	assert_events(files, "");
	make_folder(files, "sub/one");
	write_file(files, "sub/one/x-1.log", "text");
	write_file(files, "sub/one/y-1.log", "text");
	assert_events(files, "created x-1.log");
	delete (files, "sub/one/x-1.log");
	delete (files, "sub/one/y-1.log");
	delete (files, "sub/one");
	delete (files, "sub");
	assert_events(files, "deleted x-1.log");
	make_folder(files, "sub/two");
	write_file(files, "sub/two/x-2.log", "text");
	assert_events(files, "created x-2.log");
}

static void
tells_of_a_stale_path_and_its_recovery(Files *files, gconstpointer data)
{
	write_file(files, "dump", "text");
	trigger_host_set(&files->host, "stale_after", "26h");
	add_path(files, "dump");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	trigger_host_start(&files->host);
	trigger_host_settle(&files->host);
	trigger_host_advance(&files->host, 25 * HOUR_US);
	assert_events(files, "");
	trigger_host_advance(&files->host, 2 * HOUR_US);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, TOCSIN_STATUS_PROBLEM);
	assert_events(files, "stale dump");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	write_file(files, "dump", "new");
	trigger_host_settle(&files->host);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, TOCSIN_STATUS_OK);
	assert_events(files, "stale dump");
}

static void
tells_of_an_absent_path_and_its_recovery(Files *files, gconstpointer data)
{
	trigger_host_set(&files->host, "absent_after", "1h");
	add_path(files, "not/there/yet");
	trigger_host_start(&files->host);
	assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US);
	assert_events(files, "absent yet");
	trigger_host_stop(&files->host);
	make_folder(files, "not/there");
	write_file(files, "not/there/yet", "text");
	trigger_host_start(&files->host); /* it remembers that there was a problem */
	trigger_host_settle(&files->host);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, TOCSIN_STATUS_OK);
	assert_events(files, "absent yet");
}

static void
tells_of_sizes_out_of_bounds(Files *files, gconstpointer data)
{
	trigger_host_set(&files->host, "larger_than", "10");
	trigger_host_set(&files->host, "smaller_than", "2");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	write_file(files, "a", "much too long");
	assert_events(files, "large a");
	write_file(files, "a", "short");
	g_assert_cmpint(files->host.events->len, ==, 0);
	assert_events(files, "large a");
	write_file(files, "a", "x");
	assert_events(files, "small a");
}

static void
shows_and_attaches_the_file(Files *files, gconstpointer data)
{
	const TocsinEvent *event;

	trigger_host_add(&files->host, "on", "written");
	trigger_host_set_number(&files->host, "lines", 2);
	trigger_host_set_number(&files->host, "attach", 1);
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	write_file(files, "a", "one\ntwo\nthree\n");
	trigger_host_settle(&files->host);
	event = trigger_host_event(&files->host, 0);
	g_assert_cmpuint(event->excerpt->len, ==, 2);
	g_assert_cmpstr(((const TocsinLine *)event->excerpt->pdata[0])->text, ==, "two");
	g_assert_cmpuint(event->attachments->len, ==, 1);
}

static void
keeps_events_until_there_is_room(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "on", "written");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	files->host.room = 1;
	write_file(files, "a", "text");
	write_file(files, "b", "text");
	assert_events(files, "written a");
	write_file(files, "c", "text");
	files->host.room = 10;
	tocsin_trigger_resume(files->host.trigger);
	assert_events(files, "written b, written c");
}

static void
what_was_not_stored_is_found_again(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "on", "written");
	add_path(files, "");
	trigger_host_start(&files->host);
	assert_events(files, "");
	files->host.room = 0;
	write_file(files, "a", "text");
	assert_events(files, "");
	trigger_host_stop(&files->host);
	files->host.room = 10;
	trigger_host_start(&files->host);
	assert_events(files, "written a*");
}

static void
broken_positions_are_left(void)
{
	g_autoptr(GHashTable) folders = g_hash_table_new_full(
	        g_str_hash, g_str_equal, NULL, (GDestroyNotify)tocsin_file_folder_free);
	TocsinFileFolder *folder = tocsin_file_folder_new("/x");
	guint files = 0;

	tocsin_file_folder_add(folder, "name")->look.size = 42;
	for (guint chunk = 0; chunk < TOCSIN_FILE_CHUNKS; chunk++) {
		g_autoptr(GByteArray) bytes = tocsin_file_folder_pack(folder, chunk);

		for (guint length = 0; length < bytes->len; length++) {
			tocsin_file_memory_unpack(folders, bytes->data, length);
		}
		tocsin_file_memory_unpack(folders, bytes->data, bytes->len);
		files += bytes->len > 0 ? 1 : 0;
	}
	tocsin_file_folder_free(folder);
	g_assert_cmpuint(files, ==, 1);
	folder = g_hash_table_lookup(folders, "/x");
	g_assert_cmpuint(g_hash_table_size(folder->files), ==, 1);
	g_assert_cmpuint(tocsin_file_folder_add(folder, "name")->look.size, ==, 42);
}

static void
says_all_that_is_wrong(Files *files, gconstpointer data)
{
	g_autofree char *problem = NULL;

	trigger_host_add(&files->host, "paths", "relative");
	trigger_host_add(&files->host, "paths", "/a/**/b");
	trigger_host_add(&files->host, "include", "a/b");
	problem = trigger_host_check(&files->host);
	g_assert_nonnull(strstr(problem, "'relative' must be an absolute path"));
	g_assert_nonnull(strstr(problem, "'**' is not understood"));
	g_assert_nonnull(strstr(problem, "'a/b' must be a glob"));
}

#define ADD(name, function) \
	g_test_add("/trigger/file/" name, Files, NULL, set_up, function, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD("folder", tells_what_happens_in_a_folder);
	ADD("moved", tells_where_a_moved_file_was);
	ADD("renamed", a_file_renamed_into_place_was_written);
	ADD("moved-out", a_file_moved_out_of_sight_is_gone);
	ADD("new-folders", misses_nothing_in_new_folders);
	ADD("downtime", finds_what_changed_while_it_was_down);
	ADD("comes-and-goes", follows_a_path_that_comes_and_goes);
	ADD("stale", tells_of_a_stale_path_and_its_recovery);
	ADD("absent", tells_of_an_absent_path_and_its_recovery);
	ADD("sizes", tells_of_sizes_out_of_bounds);
	ADD("excerpt", shows_and_attaches_the_file);
	ADD("room", keeps_events_until_there_is_room);
	ADD("not-stored", what_was_not_stored_is_found_again);
	ADD("problems", says_all_that_is_wrong);
	g_test_add_func("/trigger/file/positions", broken_positions_are_left);
	return g_test_run();
}
