/* SPDX-License-Identifier: MIT */
#include "store/schedule.h"

#define SECOND G_GINT64_CONSTANT(1000000)

/* The middle of the jitter. */
#define MIDDLE (G_MAXUINT32 / 2)

static gint64
wait_after(TocsinStage stage, guint tries, guint32 random)
{
	return tocsin_schedule_next(&tocsin_schedule_default, TOCSIN_FATE_DEFERRED, stage, tries, 0,
	                            0, random);
}

static void
waits_double_up_to_the_longest(void)
{
	for (guint tries = 1; tries < 100; tries++) {
		gint64 expected = 60 * SECOND * (G_GINT64_CONSTANT(1) << MIN(tries - 1, 10));
		gint64 wait = wait_after(TOCSIN_STAGE_RECIPIENT, tries, MIDDLE);

		g_assert_cmpint(ABS(wait - MIN(expected, 3600 * SECOND)), <, SECOND);
	}
	g_assert_cmpint(wait_after(TOCSIN_STAGE_DATA, G_MAXUINT, MIDDLE), <, 3601 * SECOND);
}

static void
links_are_tried_sooner_than_refusals(void)
{
	g_assert_cmpint(wait_after(TOCSIN_STAGE_CONNECT, 1, MIDDLE), <, 16 * SECOND);
	g_assert_cmpint(wait_after(TOCSIN_STAGE_LOST, 1, MIDDLE), <, 16 * SECOND);
	g_assert_cmpint(wait_after(TOCSIN_STAGE_AUTH, 1, MIDDLE), >, 59 * SECOND);
}

static void
jitter_stays_within_its_part(void)
{
	g_assert_cmpint(wait_after(TOCSIN_STAGE_DATA, 1, 0), ==, 48 * SECOND);
	g_assert_cmpint(wait_after(TOCSIN_STAGE_DATA, 1, G_MAXUINT32), ==, 72 * SECOND);
	g_assert_cmpint(wait_after(TOCSIN_STAGE_DATA, 1, 7), ==,
	                wait_after(TOCSIN_STAGE_DATA, 1, 7));
}

static void
finished_recipients_are_not_tried_again(void)
{
	g_assert_cmpint(tocsin_schedule_next(&tocsin_schedule_default, TOCSIN_FATE_REFUSED,
	                                     TOCSIN_STAGE_DATA, 1, 0, 0, 0),
	                ==, TOCSIN_SCHEDULE_NEVER);
	g_assert_cmpint(tocsin_schedule_next(&tocsin_schedule_default, TOCSIN_FATE_DELIVERED,
	                                     TOCSIN_STAGE_DATA, 1, 0, 0, 0),
	                ==, TOCSIN_SCHEDULE_NEVER);
	g_assert_cmpint(tocsin_schedule_next(&tocsin_schedule_default, TOCSIN_FATE_UNKNOWN,
	                                     TOCSIN_STAGE_LOST, 1, 0, 0, 0),
	                >, 0);
}

static void
the_last_try_is_when_it_expires(void)
{
	const gint64 expire = 30 * SECOND;

	g_assert_cmpint(tocsin_schedule_next(&tocsin_schedule_default, TOCSIN_FATE_DEFERRED,
	                                     TOCSIN_STAGE_DATA, 1, 0, expire, MIDDLE),
	                ==, expire);
	g_assert_cmpint(tocsin_schedule_next(&tocsin_schedule_default, TOCSIN_FATE_DEFERRED,
	                                     TOCSIN_STAGE_DATA, 2, expire, expire, MIDDLE),
	                ==, TOCSIN_SCHEDULE_NEVER);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schedule/waits_double_up_to_the_longest", waits_double_up_to_the_longest);
	g_test_add_func("/schedule/links_are_tried_sooner_than_refusals",
	                links_are_tried_sooner_than_refusals);
	g_test_add_func("/schedule/jitter_stays_within_its_part", jitter_stays_within_its_part);
	g_test_add_func("/schedule/finished_recipients_are_not_tried_again",
	                finished_recipients_are_not_tried_again);
	g_test_add_func("/schedule/the_last_try_is_when_it_expires",
	                the_last_try_is_when_it_expires);
	return g_test_run();
}
