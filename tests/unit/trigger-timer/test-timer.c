/* SPDX-License-Identifier: MIT */
/* The timer trigger as the host runs it, with a clock that the tests turn. */
#include <string.h>

#include "timer-unit.h"
#include "trigger-host.h"

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)

static void
set_up(TriggerHost *host, gconstpointer data)
{
	trigger_host_set_up(host, &tocsin_timer_unit);
}

static void
tear_down(TriggerHost *host, gconstpointer data)
{
	trigger_host_tear_down(host);
}

static void
ticks_at_an_interval(TriggerHost *host, gconstpointer data)
{
	trigger_host_set(host, "every", "15m");
	trigger_host_start(host);
	trigger_host_advance(host, 15 * MINUTE_US - 1);
	g_assert_cmpuint(host->events->len, ==, 0);
	trigger_host_advance(host, 1);
	g_assert_cmpuint(host->events->len, ==, 1);
	g_assert_cmpstr(trigger_host_event(host, 0)->kind, ==, "tick");
	g_assert_cmpint(trigger_host_event(host, 0)->time_us, ==,
	                TRIGGER_HOST_NOON_US + 15 * MINUTE_US);
	g_assert_cmpuint(trigger_host_event(host, 0)->flags, ==, 0);
	trigger_host_advance(host, 15 * MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 2);
}

static void
ticks_by_the_earliest_calendar(TriggerHost *host, gconstpointer data)
{
	trigger_host_add(host, "at", "13:30");
	trigger_host_add(host, "at", "12:10 UTC");
	trigger_host_set(host, "zone", "Europe/Berlin"); /* 13:30 there is 12:30 UTC */
	trigger_host_start(host);
	trigger_host_advance(host, 10 * MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 1);
	trigger_host_advance(host, 19 * MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 1);
	trigger_host_advance(host, MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 2);
}

static void
catches_up_once_after_a_restart(TriggerHost *host, gconstpointer data)
{
	trigger_host_add(host, "at", "hourly");
	trigger_host_start(host);
	trigger_host_advance(host, HOUR_US);
	trigger_host_stop(host);
	trigger_host_advance(host, 5 * HOUR_US + MINUTE_US);
	trigger_host_start(host);
	g_assert_cmpuint(host->events->len, ==, 1);
	g_assert_cmpuint(trigger_host_event(host, 0)->flags, ==, TOCSIN_EVENT_CATCH_UP);
	g_assert_cmpint(trigger_host_number(trigger_host_event(host, 0), "missed"), ==, 4);
	g_assert_cmpint(trigger_host_number(trigger_host_event(host, 0), "due"), ==,
	                TRIGGER_HOST_NOON_US + 6 * HOUR_US);
	trigger_host_advance(host, 59 * MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 2);
	g_assert_cmpuint(trigger_host_event(host, 1)->flags, ==, 0);
}

static void
keeps_the_intervals_grid_over_restarts(TriggerHost *host, gconstpointer data)
{
	trigger_host_set(host, "every", "1h");
	trigger_host_start(host);
	trigger_host_advance(host, 30 * MINUTE_US);
	trigger_host_stop(host);
	trigger_host_start(host);
	trigger_host_advance(host, 30 * MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 1);
	g_assert_cmpuint(trigger_host_event(host, 0)->flags, ==, 0);
}

static void
does_not_catch_up_when_told_so(TriggerHost *host, gconstpointer data)
{
	trigger_host_set(host, "every", "1h");
	trigger_host_set_number(host, "catch_up", 0);
	trigger_host_start(host);
	trigger_host_stop(host);
	trigger_host_advance(host, 10 * HOUR_US);
	trigger_host_start(host);
	g_assert_cmpuint(host->events->len, ==, 0);
	trigger_host_advance(host, HOUR_US);
	g_assert_cmpuint(host->events->len, ==, 1);
}

static void
makes_the_same_id_of_the_same_point(TriggerHost *host, gconstpointer data)
{
	g_autofree char *id = NULL;

	trigger_host_add(host, "at", "hourly");
	trigger_host_start(host);
	trigger_host_advance(host, HOUR_US);
	id = g_strdup(trigger_host_event(host, 0)->id);
	trigger_host_stop(host);
	/* The clock is set back: the point comes again. */
	tocsin_clock_set_wall(host->clock, TRIGGER_HOST_NOON_US + HOUR_US - MINUTE_US);
	trigger_host_start(host);
	trigger_host_advance(host, MINUTE_US);
	g_assert_cmpstr(trigger_host_event(host, 0)->id, ==, id);
}

static void
keeps_a_point_until_there_is_room(TriggerHost *host, gconstpointer data)
{
	trigger_host_set(host, "every", "1h");
	trigger_host_start(host);
	host->room = 0;
	trigger_host_advance(host, HOUR_US);
	g_assert_cmpuint(host->events->len, ==, 0);
	host->room = 10;
	tocsin_trigger_resume(host->trigger);
	g_assert_cmpuint(host->events->len, ==, 1);
	g_assert_cmpint(trigger_host_event(host, 0)->time_us, ==, TRIGGER_HOST_NOON_US + HOUR_US);
	trigger_host_advance(host, HOUR_US);
	g_assert_cmpuint(host->events->len, ==, 2);
}

static void
counts_no_more_than_the_limit(TriggerHost *host, gconstpointer data)
{
	trigger_host_add(host, "at", "minutely");
	trigger_host_start(host);
	trigger_host_stop(host);
	trigger_host_advance(host, 400 * 24 * HOUR_US);
	trigger_host_start(host);
	g_assert_cmpint(trigger_host_number(trigger_host_event(host, 0), "missed"), ==, 1000);
	trigger_host_advance(host, MINUTE_US);
	g_assert_cmpuint(host->events->len, ==, 2);
}

static void
says_all_that_is_wrong(TriggerHost *host, gconstpointer data)
{
	g_autofree char *problem = NULL;

	trigger_host_set(host, "every", "1h");
	trigger_host_add(host, "at", "noonish");
	trigger_host_set(host, "zone", "Nowhere/Else");
	problem = trigger_host_check(host);
	g_assert_nonnull(strstr(problem, "'noonish'"));
	g_assert_nonnull(strstr(problem, "'Nowhere/Else'"));
	g_assert_nonnull(strstr(problem, "exclude each other"));
	g_free(g_steal_pointer(&problem));
	trigger_host_reset(host);
	problem = trigger_host_check(host);
	g_assert_nonnull(strstr(problem, "there is no schedule"));
}

static void
is_content_with_good_settings(TriggerHost *host, gconstpointer data)
{
	trigger_host_add(host, "at", "Mon..Fri 08:00");
	g_assert_null(trigger_host_check(host));
}

#define ADD(name, function) \
	g_test_add("/trigger/timer/" name, TriggerHost, NULL, set_up, function, tear_down)

int
main(int argc, char *argv[])
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD("interval", ticks_at_an_interval);
	ADD("calendar", ticks_by_the_earliest_calendar);
	ADD("catch-up", catches_up_once_after_a_restart);
	ADD("grid", keeps_the_intervals_grid_over_restarts);
	ADD("no-catch-up", does_not_catch_up_when_told_so);
	ADD("id", makes_the_same_id_of_the_same_point);
	ADD("room", keeps_a_point_until_there_is_room);
	ADD("limit", counts_no_more_than_the_limit);
	ADD("problems", says_all_that_is_wrong);
	ADD("content", is_content_with_good_settings);
	return g_test_run();
}
