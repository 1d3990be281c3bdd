/* SPDX-License-Identifier: MIT */
/* The file trigger as the host runs it, on real files. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"

#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static void
tells_what_happens_in_a_folder(Files *files, gconstpointer data)
{
	files_write(files, "old", "there before");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_write(files, "a", "text");
	files_assert_events(files, "created a, written a");
	files_write(files, "a", "more text");
	files_assert_events(files, "written a");
	files_write(files, "empty", "");
	files_assert_events(files, "created empty, written empty");
	files_delete(files, "old");
	files_assert_events(files, "deleted old");
}

static void
tells_where_a_moved_file_was(Files *files, gconstpointer data)
{
	g_autofree char *old_path = files_path(files, "a");
	const TocsinEvent *event;

	files_write(files, "a", "text");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_move(files, "a", "b");
	trigger_host_settle(&files->host);
	event = trigger_host_event(&files->host, 0);
	g_assert_cmpstr(event->kind, ==, "moved");
	g_assert_cmpstr(tocsin_event_field_string(event, "old_path"), ==, old_path);
	files_assert_events(files, "moved b");
}

static void
a_file_renamed_into_place_was_written(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "include", "*.dump");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_write(files, "x.tmp", "text");
	files_move(files, "x.tmp", "x.dump");
	files_assert_events(files, "created x.dump, written x.dump");
}

static void
a_file_moved_out_of_sight_is_gone(Files *files, gconstpointer data)
{
	files_make_folder(files, "in");
	files_write(files, "in/a", "text");
	files_add_path(files, "in");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_move(files, "in/a", "a");
	trigger_host_run_until(&files->host, 1);
	files_assert_events(files, "deleted a");
}

static void
misses_nothing_in_new_folders(Files *files, gconstpointer data)
{
	trigger_host_set_number(&files->host, "recursive", 1);
	trigger_host_add(&files->host, "on", "created");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	/* All of it is there before the first is watched. */
	files_make_folder(files, "one/two/three");
	files_write(files, "one/two/three/deep", "text");
	files_assert_events(files, "created deep");
	files_write(files, "one/two/later", "text");
	files_assert_events(files, "created later");
}

static void
finds_what_changed_while_it_was_down(Files *files, gconstpointer data)
{
	files_write(files, "same", "text");
	files_write(files, "changed", "text");
	files_write(files, "gone", "text");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	trigger_host_stop(&files->host);
	files_write(files, "changed", "longer text");
	files_delete(files, "gone");
	trigger_host_start(&files->host);
	trigger_host_settle(&files->host);
	g_assert_cmpuint(files->host.events->len, ==, 2);
	files_assert_events(files, "deleted gone*, written changed*");
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	files_assert_events(files, "");
}

static void
follows_a_path_that_comes_and_goes(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "on", "created");
	trigger_host_add(&files->host, "on", "deleted");
	files_add_path(files, "sub/*/x-*.log");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_make_folder(files, "sub/one");
	files_write(files, "sub/one/x-1.log", "text");
	files_write(files, "sub/one/y-1.log", "text");
	files_assert_events(files, "created x-1.log");
	files_delete(files, "sub/one/x-1.log");
	files_delete(files, "sub/one/y-1.log");
	files_delete(files, "sub/one");
	files_delete(files, "sub");
	files_assert_events(files, "deleted x-1.log");
	files_make_folder(files, "sub/two");
	files_write(files, "sub/two/x-2.log", "text");
	files_assert_events(files, "created x-2.log");
}

static void
tells_of_a_stale_path_and_its_recovery(Files *files, gconstpointer data)
{
	files_write(files, "dump", "text");
	trigger_host_set(&files->host, "stale_after", "26h");
	files_add_path(files, "dump");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	trigger_host_start(&files->host);
	trigger_host_settle(&files->host);
	trigger_host_advance(&files->host, 25 * HOUR_US);
	files_assert_events(files, "");
	trigger_host_advance(&files->host, 2 * HOUR_US);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, TOCSIN_STATUS_PROBLEM);
	files_assert_events(files, "stale dump");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	files_write(files, "dump", "new");
	trigger_host_settle(&files->host);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, TOCSIN_STATUS_OK);
	files_assert_events(files, "stale dump");
}

static void
tells_of_an_absent_path_and_its_recovery(Files *files, gconstpointer data)
{
	trigger_host_set(&files->host, "absent_after", "1h");
	files_add_path(files, "not/there/yet");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US);
	files_assert_events(files, "absent yet");
	trigger_host_stop(&files->host);
	files_make_folder(files, "not/there");
	files_write(files, "not/there/yet", "text");
	trigger_host_start(&files->host); /* it remembers that there was a problem */
	trigger_host_settle(&files->host);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, TOCSIN_STATUS_OK);
	files_assert_events(files, "absent yet");
}

/* The events so far are just one, of this kind, name and status. */
static void
assert_one(Files *files, TocsinStatus status, const char *expected)
{
	trigger_host_settle(&files->host);
	g_assert_cmpuint(files->host.events->len, ==, 1);
	g_assert_cmpint(trigger_host_event(&files->host, 0)->status, ==, status);
	files_assert_events(files, expected);
}

static void
start_with_old_files(Files *files)
{
	trigger_host_set(&files->host, "older_than", "1h");
	files_add_path(files, "");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	trigger_host_start(&files->host);
	files_assert_events(files, "");
}

static void
tells_of_each_file_that_stays_too_long(Files *files, gconstpointer data)
{
	start_with_old_files(files);
	files_write(files, "stuck", "text");
	files_assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US / 2);
	/* Others that come and go do not make up for it. */
	files_write(files, "other", "text");
	files_assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US / 2 + 10 * G_USEC_PER_SEC);
	assert_one(files, TOCSIN_STATUS_PROBLEM, "old stuck");
	files_delete(files, "other");
	files_assert_events(files, "");
	/* Once, also after a restart. */
	trigger_host_advance(&files->host, 10 * HOUR_US);
	files_assert_events(files, "");
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_delete(files, "stuck");
	assert_one(files, TOCSIN_STATUS_OK, "old stuck");
	trigger_host_advance(&files->host, 10 * HOUR_US);
	files_assert_events(files, "");
}

static void
counts_a_files_time_from_when_it_came(Files *files, gconstpointer data)
{
	g_autofree char *path = files_path(files, "in/long-ago");
	struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

	files_make_folder(files, "in");
	files_write(files, "in/long-ago", "text");
	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
	trigger_host_set(&files->host, "older_than", "1h");
	files_add_path(files, "in");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	trigger_host_start(&files->host);
	/* Of what was there before it is only known when it was written. */
	assert_one(files, TOCSIN_STATUS_PROBLEM, "old long-ago");
	files_move(files, "in/long-ago", "out");
	assert_one(files, TOCSIN_STATUS_OK, "old long-ago");
	files_move(files, "out", "in/long-ago");
	files_assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US / 2);
	files_assert_events(files, "");
	trigger_host_stop(&files->host);
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US / 2 + 10 * G_USEC_PER_SEC);
	assert_one(files, TOCSIN_STATUS_PROBLEM, "old long-ago");
	/* By another name it begins anew. */
	files_move(files, "in/long-ago", "in/again");
	assert_one(files, TOCSIN_STATUS_OK, "old long-ago");
	trigger_host_advance(&files->host, HOUR_US + 10 * G_USEC_PER_SEC);
	assert_one(files, TOCSIN_STATUS_PROBLEM, "old again");
}

static void
a_file_that_is_written_again_is_old_no_more(Files *files, gconstpointer data)
{
	start_with_old_files(files);
	files_write(files, "slow", "text");
	files_assert_events(files, "");
	trigger_host_advance(&files->host, HOUR_US + 10 * G_USEC_PER_SEC);
	assert_one(files, TOCSIN_STATUS_PROBLEM, "old slow");
	tocsin_clock_set_wall(files->host.clock, g_get_real_time());
	files_write(files, "slow", "more text");
	assert_one(files, TOCSIN_STATUS_OK, "old slow");
	trigger_host_advance(&files->host, HOUR_US + 10 * G_USEC_PER_SEC);
	assert_one(files, TOCSIN_STATUS_PROBLEM, "old slow");
}

static void
tells_once_of_other_attributes(Files *files, gconstpointer data)
{
	g_autofree char *path = files_path(files, "a");

	files_write(files, "a", "text");
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	trigger_host_add(&files->host, "on", "attributes");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	g_assert_cmpint(g_chmod(path, 0640), ==, 0);
	trigger_host_settle(&files->host);
	g_assert_cmpuint(files->host.events->len, ==, 1);
	g_assert_cmpstr(tocsin_event_field_string(trigger_host_event(&files->host, 0), "mode"), ==,
	                "0640");
	files_assert_events(files, "attributes a");
	/* The same again is no news, nor are a look at it and its times. */
	g_assert_cmpint(g_chmod(path, 0640), ==, 0);
	g_assert_cmpint(utimensat(AT_FDCWD, path, NULL, 0), ==, 0);
	files_write(files, "a", "other text");
	files_assert_events(files, "");
	trigger_host_stop(&files->host);
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	trigger_host_start(&files->host);
	files_assert_events(files, "attributes a*");
}

static void
tells_of_sizes_out_of_bounds(Files *files, gconstpointer data)
{
	trigger_host_set(&files->host, "larger_than", "10");
	trigger_host_set(&files->host, "smaller_than", "2");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_write(files, "a", "much too long");
	files_assert_events(files, "large a");
	files_write(files, "a", "short");
	g_assert_cmpint(files->host.events->len, ==, 0);
	files_assert_events(files, "large a");
	files_write(files, "a", "x");
	files_assert_events(files, "small a");
}

static void
shows_and_attaches_the_file(Files *files, gconstpointer data)
{
	const TocsinEvent *event;

	trigger_host_add(&files->host, "on", "written");
	trigger_host_set_number(&files->host, "lines", 2);
	trigger_host_set_number(&files->host, "attach", 1);
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_write(files, "a", "one\ntwo\nthree\n");
	trigger_host_settle(&files->host);
	event = trigger_host_event(&files->host, 0);
	g_assert_cmpuint(event->excerpt->len, ==, 2);
	g_assert_cmpstr(((const TocsinLine *)event->excerpt->pdata[0])->text, ==, "two");
	g_assert_cmpuint(event->attachments->len, ==, 1);
}

static void
shows_whole_lines_of_a_large_file(Files *files, gconstpointer data)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const TocsinEvent *event;

	for (guint i = 0; i < 30; i++) {
		g_string_append_printf(text, "%u", i % 10);
		for (guint j = 0; j < 3999; j++) {
			g_string_append_c(text, 'x');
		}
		g_string_append_c(text, '\n');
	}
	trigger_host_add(&files->host, "on", "written");
	trigger_host_set_number(&files->host, "lines", 100);
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_write(files, "a", text->str);
	trigger_host_settle(&files->host);
	event = trigger_host_event(&files->host, 0);
	g_assert_cmpuint(event->excerpt->len, ==, 16);
	for (guint i = 0; i < event->excerpt->len; i++) {
		const TocsinLine *line = event->excerpt->pdata[i];

		g_assert_cmpuint(strlen(line->text), ==, 4000);
	}
}

static void
leaves_excluded_names(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "exclude", "*.tmp");
	trigger_host_add(&files->host, "exclude", ".git");
	trigger_host_set_number(&files->host, "recursive", 1);
	files_make_folder(files, ".git");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files_write(files, "a.tmp", "text");
	files_write(files, ".git/index", "text");
	files_make_folder(files, "b/.git");
	files_write(files, "b/.git/index", "text");
	files_write(files, "b/c", "text");
	files_assert_events(files, "created c, written c");
}

static void
keeps_events_until_there_is_room(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "on", "written");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files->host.room = 1;
	files_write(files, "a", "text");
	files_write(files, "b", "text");
	files_assert_events(files, "written a");
	files_write(files, "c", "text");
	files->host.room = 10;
	tocsin_trigger_resume(files->host.trigger);
	files_assert_events(files, "written b, written c");
}

static void
what_was_not_stored_is_found_again(Files *files, gconstpointer data)
{
	trigger_host_add(&files->host, "on", "written");
	files_add_path(files, "");
	trigger_host_start(&files->host);
	files_assert_events(files, "");
	files->host.room = 0;
	files_write(files, "a", "text");
	files_assert_events(files, "");
	trigger_host_stop(&files->host);
	files->host.room = 10;
	trigger_host_start(&files->host);
	files_assert_events(files, "written a*");
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
	g_test_add("/trigger/file/" name, Files, NULL, files_set_up, function, files_tear_down)

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
	ADD("old", tells_of_each_file_that_stays_too_long);
	ADD("old-since", counts_a_files_time_from_when_it_came);
	ADD("old-no-more", a_file_that_is_written_again_is_old_no_more);
	ADD("attributes", tells_once_of_other_attributes);
	ADD("sizes", tells_of_sizes_out_of_bounds);
	ADD("excerpt", shows_and_attaches_the_file);
	ADD("whole-lines", shows_whole_lines_of_a_large_file);
	ADD("excluded", leaves_excluded_names);
	ADD("room", keeps_events_until_there_is_room);
	ADD("not-stored", what_was_not_stored_is_found_again);
	ADD("problems", says_all_that_is_wrong);
	return g_test_run();
}
