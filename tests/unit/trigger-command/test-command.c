/* SPDX-License-Identifier: MIT */
/* The command trigger as the host runs it: real processes, a clock that the tests turn. */
#include <stdio.h>
#include <string.h>

#include "command-unit.h"
#include "output.h"
#include "trigger-host.h"

#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static void
set_up(TriggerHost *host, gconstpointer data)
{
	trigger_host_set_up(host, &tocsin_command_unit);
	trigger_host_set(host, "every", "1h");
}

static void
tear_down(TriggerHost *host, gconstpointer data)
{
	trigger_host_tear_down(host);
}

/* Waits for the run's checkpoint, whether it raised an event or not. */
static void
finish_run(TriggerHost *host)
{
	GBytes *before = g_hash_table_lookup(host->positions, "last");

	g_bytes_ref(before);
	while (g_bytes_equal(before, g_hash_table_lookup(host->positions, "last"))) {
		g_main_context_iteration(host->context, TRUE);
	}
	g_bytes_unref(before);
	g_assert_no_error(host->error);
}

static void
tells_of_a_failure_with_its_output(TriggerHost *host, gconstpointer data)
{
	const TocsinEvent *event;

	trigger_host_set(host, "shell", "echo one; echo two >&2; exit 3");
	trigger_host_start(host);
	trigger_host_run_until(host, 1);
	event = trigger_host_event(host, 0);
	g_assert_cmpstr(event->kind, ==, "failed");
	g_assert_cmpstr(event->key, ==, "app");
	g_assert_cmpint(event->status, ==, TOCSIN_STATUS_PROBLEM);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_ERROR);
	g_assert_cmpint(trigger_host_number(event, "exit_code"), ==, 3);
	g_assert_cmpstr(tocsin_event_field_string(event, "output"), ==, "one\ntwo\n");
	g_assert_cmpstr(tocsin_event_field_string(event, "reason"), ==, "exit code 3");
	g_assert_cmpuint(event->excerpt->len, ==, 2);
	g_assert_cmpstr(((const TocsinLine *)event->excerpt->pdata[1])->text, ==, "two");
}

static void
tells_of_recovery_once(TriggerHost *host, gconstpointer data)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-command-XXXXXX", NULL);
	g_autofree char *flag = g_build_filename(folder, "flag", NULL);

	trigger_host_add(host, "command", "test");
	trigger_host_add(host, "command", "-e");
	trigger_host_add(host, "command", flag);
	trigger_host_start(host);
	trigger_host_run_until(host, 1);
	trigger_host_advance(host, HOUR_US);
	trigger_host_run_until(host, 2);
	g_assert_cmpint(trigger_host_number(trigger_host_event(host, 1), "failures"), ==, 2);
	g_assert_true(g_file_set_contents(flag, "", 0, NULL));
	trigger_host_stop(host);
	trigger_host_start(host); /* it remembers that it failed */
	trigger_host_advance(host, HOUR_US);
	trigger_host_run_until(host, 1);
	g_assert_cmpstr(trigger_host_event(host, 0)->kind, ==, "recovered");
	g_assert_cmpint(trigger_host_event(host, 0)->status, ==, TOCSIN_STATUS_OK);
	trigger_host_advance(host, HOUR_US);
	finish_run(host);
	g_assert_cmpuint(host->events->len, ==, 1);
	g_assert_cmpint(remove(flag), ==, 0);
	g_assert_cmpint(remove(folder), ==, 0);
}

static void
tells_of_changed_output_only(TriggerHost *host, gconstpointer data)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-command-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "data", NULL);

	g_assert_true(g_file_set_contents(path, "a", 1, NULL));
	trigger_host_add(host, "command", "cat");
	trigger_host_add(host, "command", "data");
	trigger_host_set(host, "folder", folder);
	trigger_host_add(host, "on", "change");
	trigger_host_start(host);
	finish_run(host);
	trigger_host_advance(host, HOUR_US);
	finish_run(host);
	g_assert_cmpuint(host->events->len, ==, 0);
	g_assert_true(g_file_set_contents(path, "b", 1, NULL));
	trigger_host_advance(host, HOUR_US);
	trigger_host_run_until(host, 1);
	g_assert_cmpstr(trigger_host_event(host, 0)->kind, ==, "changed");
	g_assert_cmpstr(tocsin_event_field_string(trigger_host_event(host, 0), "output"), ==, "b");
	g_assert_cmpint(remove(path), ==, 0);
	g_assert_cmpint(remove(folder), ==, 0);
}

static void
ends_the_whole_group_after_the_timeout(TriggerHost *host, gconstpointer data)
{
	const TocsinEvent *event;

	/* The child would hold the pipe open if only the shell were ended. */
	trigger_host_set(host, "shell", "trap '' TERM; echo ready; sleep 1000 & wait; sleep 1000");
	trigger_host_set(host, "timeout", "10s");
	trigger_host_start(host);
	g_main_context_iteration(host->context, TRUE); /* it wrote, so it set its trap */
	trigger_host_advance(host, 10 * G_USEC_PER_SEC);
	trigger_host_settle(host);
	g_assert_cmpuint(host->events->len, ==, 0);
	trigger_host_advance(host, 5 * G_USEC_PER_SEC);
	trigger_host_run_until(host, 1);
	event = trigger_host_event(host, 0);
	g_assert_cmpstr(event->kind, ==, "failed");
	g_assert_cmpint(trigger_host_number(event, "exit_code"), ==, -1);
	g_assert_cmpint(trigger_host_number(event, "duration"), ==, 15 * G_USEC_PER_SEC);
	g_assert_nonnull(
	        strstr(tocsin_event_field_string(event, "reason"), "longer than 10000 ms"));
}

static void
what_cannot_be_started_is_a_failure(TriggerHost *host, gconstpointer data)
{
	trigger_host_add(host, "command", "/nonexistent/program");
	trigger_host_start(host);
	trigger_host_run_until(host, 1);
	g_assert_cmpstr(trigger_host_event(host, 0)->kind, ==, "failed");
	g_assert_nonnull(strstr(tocsin_event_field_string(trigger_host_event(host, 0), "reason"),
	                        "cannot start '/nonexistent/program'"));
}

static void
gives_a_clean_environment(TriggerHost *host, gconstpointer data)
{
	trigger_host_set(host, "shell", "echo \"$SECRET_OF_OURS,$GIVEN\"");
	trigger_host_add(host, "environment", "GIVEN=yes");
	trigger_host_add(host, "on", "always");
	trigger_host_start(host);
	trigger_host_run_until(host, 1);
	g_assert_cmpstr(tocsin_event_field_string(trigger_host_event(host, 0), "output"), ==,
	                ",yes\n");
}

static void
keeps_a_result_until_there_is_room(TriggerHost *host, gconstpointer data)
{
	host->room = 0;
	trigger_host_add(host, "command", "/nonexistent/program");
	trigger_host_start(host);
	g_assert_cmpuint(host->events->len, ==, 0);
	host->room = 5;
	tocsin_trigger_resume(host->trigger);
	g_assert_cmpuint(host->events->len, ==, 1);
}

static void
keeps_head_and_tail_of_long_output(void)
{
	g_autoptr(TocsinCommandOutput) output = tocsin_command_output_new(10);
	g_autoptr(GString) text = NULL;

	tocsin_command_output_add(output, "0123", 4);
	tocsin_command_output_add(output, "456789abcdefgh", 14);
	tocsin_command_output_add(output, "ij", 2);
	text = tocsin_command_output_text(output);
	g_assert_cmpstr(text->str, ==, "01234\n[... 10 bytes cut]\nfghij");
	g_assert_cmpuint(tocsin_command_output_size(output), ==, 20);
}

static void
says_all_that_is_wrong(TriggerHost *host, gconstpointer data)
{
	g_autofree char *problem = NULL;

	trigger_host_add(host, "success", "300");
	trigger_host_add(host, "environment", "nonsense");
	trigger_host_set(host, "folder", "here");
	problem = trigger_host_check(host);
	g_assert_nonnull(strstr(problem, "'300'"));
	g_assert_nonnull(strstr(problem, "'nonsense'"));
	g_assert_nonnull(strstr(problem, "absolute path"));
	g_assert_nonnull(strstr(problem, "one of command and shell"));
}

#define ADD(name, function) \
	g_test_add("/trigger/command/" name, TriggerHost, NULL, set_up, function, tear_down)

int
main(int argc, char *argv[])
{
	g_setenv("SECRET_OF_OURS", "leaked", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD("failure", tells_of_a_failure_with_its_output);
	ADD("recovery", tells_of_recovery_once);
	ADD("change", tells_of_changed_output_only);
	ADD("timeout", ends_the_whole_group_after_the_timeout);
	ADD("unstartable", what_cannot_be_started_is_a_failure);
	ADD("environment", gives_a_clean_environment);
	ADD("room", keeps_a_result_until_there_is_room);
	ADD("problems", says_all_that_is_wrong);
	g_test_add_func("/trigger/command/output", keeps_head_and_tail_of_long_output);
	return g_test_run();
}
