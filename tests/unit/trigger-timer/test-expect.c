/* SPDX-License-Identifier: MIT */
/* The timer trigger as a dead man's switch, with a clock that the tests turn and a file that they
 * touch. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "timer-unit.h"
#include "trigger-host.h"

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)

typedef struct {
	TriggerHost host;
	char *folder;
	char *sign;
} Switch;

static void
set_up(Switch *self, gconstpointer data)
{
	trigger_host_set_up(&self->host, &tocsin_timer_unit);
	self->folder = g_dir_make_tmp("tocsin-timer-XXXXXX", NULL);
	g_assert_nonnull(self->folder);
	self->sign = g_build_filename(self->folder, "backup", NULL);
	trigger_host_set(&self->host, "expect", self->sign);
	trigger_host_set(&self->host, "grace", "30m");
}

static void
tear_down(Switch *self, gconstpointer data)
{
	trigger_host_tear_down(&self->host);
	g_unlink(self->sign);
	g_assert_cmpint(g_rmdir(self->folder), ==, 0);
	g_free(self->sign);
	g_free(self->folder);
}

/* As touch(1) does it, at the time of the tests' clock. */
static void
touch(Switch *self, gint64 ago_us)
{
	gint64 us = tocsin_clock_wall_us(self->host.clock) - ago_us;
	struct timespec times[2] = {{.tv_sec = us / G_USEC_PER_SEC},
	                            {.tv_sec = us / G_USEC_PER_SEC}};

	g_assert_true(g_file_set_contents(self->sign, "", 0, NULL));
	g_assert_cmpint(utimensat(AT_FDCWD, self->sign, times, 0), ==, 0);
}

/* The events since the last call are "kind" each; forgets them. */
static void
assert_events(Switch *self, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);

	for (guint i = 0; i < self->host.events->len; i++) {
		const TocsinEvent *event = trigger_host_event(&self->host, i);

		g_string_append_printf(found, "%s%s%s", i > 0 ? " " : "", event->kind,
		                       (event->flags & TOCSIN_EVENT_CATCH_UP) != 0 ? "*" : "");
	}
	g_assert_cmpstr(found->str, ==, expected);
	g_ptr_array_set_size(self->host.events, 0);
}

static void
tells_when_nothing_came(Switch *self, gconstpointer data)
{
	const TocsinEvent *event;

	trigger_host_set(&self->host, "every", "24h");
	trigger_host_start(&self->host);
	trigger_host_advance(&self->host, 24 * HOUR_US);
	assert_events(self, "");
	trigger_host_advance(&self->host, 30 * MINUTE_US);
	event = trigger_host_event(&self->host, 0);
	g_assert_cmpint(event->status, ==, TOCSIN_STATUS_PROBLEM);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_ERROR);
	g_assert_cmpstr(event->key, ==, self->sign);
	g_assert_cmpint(trigger_host_number(event, "due"), ==, TRIGGER_HOST_NOON_US + 24 * HOUR_US);
	g_assert_cmpint(trigger_host_number(event, "late"), ==, 30 * MINUTE_US);
	g_assert_null(tocsin_event_field(event, "last"));
	assert_events(self, "missing");
	/* Once is enough. */
	trigger_host_advance(&self->host, 24 * HOUR_US);
	trigger_host_advance(&self->host, 24 * HOUR_US);
	assert_events(self, "");
}

static void
is_content_while_it_is_touched(Switch *self, gconstpointer data)
{
	trigger_host_set(&self->host, "every", "24h");
	trigger_host_start(&self->host);
	for (guint day = 0; day < 5; day++) {
		trigger_host_advance(&self->host, 24 * HOUR_US + 20 * MINUTE_US);
		touch(self, 0);
		trigger_host_advance(&self->host, 9 * MINUTE_US);
	}
	assert_events(self, "");
}

static void
tells_when_it_comes_again(Switch *self, gconstpointer data)
{
	const TocsinEvent *event;

	trigger_host_set(&self->host, "every", "24h");
	touch(self, HOUR_US);
	trigger_host_start(&self->host);
	trigger_host_advance(&self->host, 23 * HOUR_US + 30 * MINUTE_US);
	g_assert_cmpint(trigger_host_number(trigger_host_event(&self->host, 0), "last"), ==,
	                TRIGGER_HOST_NOON_US - HOUR_US);
	assert_events(self, "missing");
	trigger_host_advance(&self->host, HOUR_US);
	touch(self, 0);
	trigger_host_advance(&self->host, 10 * G_USEC_PER_SEC);
	event = trigger_host_event(&self->host, 0);
	g_assert_cmpint(event->status, ==, TOCSIN_STATUS_OK);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_INFO);
	g_assert_cmpint(trigger_host_number(event, "late"), ==, HOUR_US + 30 * MINUTE_US);
	assert_events(self, "arrived");
	trigger_host_advance(&self->host, 24 * HOUR_US + 30 * MINUTE_US);
	assert_events(self, "missing");
}

static void
waits_by_the_calendar(Switch *self, gconstpointer data)
{
	trigger_host_add(&self->host, "at", "Mon..Fri 18:00");
	trigger_host_start(&self->host); /* Monday, 23 November 2026, noon */
	trigger_host_advance(&self->host, 5 * HOUR_US + 50 * MINUTE_US);
	touch(self, 0); /* too early: this is not what was waited for */
	trigger_host_advance(&self->host, 40 * MINUTE_US);
	assert_events(self, "missing");
	touch(self, 0);
	trigger_host_advance(&self->host, MINUTE_US);
	assert_events(self, "arrived");
	for (guint day = 0; day < 4; day++) {
		trigger_host_advance(&self->host,
		                     24 * HOUR_US - 2 * MINUTE_US); /* a little earlier each day */
		touch(self, 0);
	}
	trigger_host_advance(&self->host, 48 * HOUR_US); /* a weekend */
	assert_events(self, "");
}

static void
remembers_over_restarts(Switch *self, gconstpointer data)
{
	trigger_host_set(&self->host, "every", "24h");
	trigger_host_start(&self->host);
	trigger_host_advance(&self->host, 12 * HOUR_US);
	trigger_host_stop(&self->host);
	trigger_host_advance(&self->host, 12 * HOUR_US + 30 * MINUTE_US);
	trigger_host_start(&self->host);
	assert_events(self, "missing*");
	trigger_host_stop(&self->host);
	trigger_host_start(&self->host);
	assert_events(self, "");
	trigger_host_stop(&self->host);
	touch(self, 0);
	trigger_host_advance(&self->host, HOUR_US);
	trigger_host_start(&self->host);
	assert_events(self, "arrived*");
	/* The sign counts although its file is gone. */
	trigger_host_stop(&self->host);
	g_assert_cmpint(g_unlink(self->sign), ==, 0);
	trigger_host_start(&self->host);
	trigger_host_advance(&self->host, 23 * HOUR_US);
	assert_events(self, "");
	trigger_host_advance(&self->host, 30 * MINUTE_US);
	assert_events(self, "missing");
}

static void
takes_no_time_that_is_yet_to_come(Switch *self, gconstpointer data)
{
	trigger_host_set(&self->host, "every", "24h");
	touch(self, -1000 * HOUR_US);
	trigger_host_start(&self->host);
	trigger_host_advance(&self->host, 24 * HOUR_US + 30 * MINUTE_US);
	assert_events(self, "missing");
}

static void
keeps_an_event_until_there_is_room(Switch *self, gconstpointer data)
{
	trigger_host_set(&self->host, "every", "24h");
	trigger_host_start(&self->host);
	self->host.room = 0;
	trigger_host_advance(&self->host, 25 * HOUR_US);
	assert_events(self, "");
	trigger_host_stop(&self->host);
	self->host.room = 9;
	trigger_host_start(&self->host);
	assert_events(self, "missing*");
}

static void
says_what_is_wrong(Switch *self, gconstpointer data)
{
	g_autofree char *problem = NULL;

	trigger_host_reset(&self->host);
	trigger_host_set(&self->host, "every", "24h");
	trigger_host_set(&self->host, "expect", "backup");
	problem = trigger_host_check(&self->host);
	g_assert_nonnull(strstr(problem, "'backup' must be an absolute path"));
	g_free(g_steal_pointer(&problem));
	trigger_host_reset(&self->host);
	trigger_host_set(&self->host, "every", "24h");
	trigger_host_set(&self->host, "grace", "1h");
	problem = trigger_host_check(&self->host);
	g_assert_nonnull(strstr(problem, "give expect"));
	g_free(g_steal_pointer(&problem));
	trigger_host_reset(&self->host);
	trigger_host_set(&self->host, "every", "24h");
	trigger_host_set(&self->host, "expect", self->sign);
	g_assert_null(trigger_host_check(&self->host));
}

#define ADD(name) g_test_add("/trigger/timer/expect/" #name, Switch, NULL, set_up, name, tear_down)

int
main(int argc, char *argv[])
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD(tells_when_nothing_came);
	ADD(is_content_while_it_is_touched);
	ADD(tells_when_it_comes_again);
	ADD(waits_by_the_calendar);
	ADD(remembers_over_restarts);
	ADD(takes_no_time_that_is_yet_to_come);
	ADD(keeps_an_event_until_there_is_room);
	ADD(says_what_is_wrong);
	return g_test_run();
}
