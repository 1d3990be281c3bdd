/* SPDX-License-Identifier: MIT */
/* The parts of the dispatcher that decide by themselves. */
#include <string.h>

#include "engine/dispatch-alarm.h"
#include "engine/dispatch-lane.h"
#include "engine/dispatch-reach.h"
#include "engine/dispatch-verdict.h"

#define SECOND G_GINT64_CONSTANT(1000000)
#define NOW (1700000000 * SECOND)

static TocsinFate *
make_fate(TocsinFateStatus status, TocsinStage stage, guint code)
{
	return tocsin_fate_new(status, stage, code, NULL, "so", "relay", NOW);
}

static void
fates_speak_of_the_connection(void)
{
	static const struct {
		TocsinFateStatus status;
		TocsinStage stage;
		guint code;
		TocsinWord word;
	} cases[] = {
	        {TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250, TOCSIN_WORD_WORKS},
	        {TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_LOCAL, 0, TOCSIN_WORD_WORKS},
	        {TOCSIN_FATE_REFUSED, TOCSIN_STAGE_RECIPIENT, 550, TOCSIN_WORD_WORKS},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_SENDER, 451, TOCSIN_WORD_WORKS},
	        {TOCSIN_FATE_REFUSED, TOCSIN_STAGE_LOCAL, 0, TOCSIN_WORD_WORKS},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_CONNECT, 0, TOCSIN_WORD_UNREACHABLE},
	        {TOCSIN_FATE_REFUSED, TOCSIN_STAGE_TLS, 0, TOCSIN_WORD_UNREACHABLE},
	        {TOCSIN_FATE_REFUSED, TOCSIN_STAGE_GREETING, 554, TOCSIN_WORD_UNREACHABLE},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_GREETING, 421, TOCSIN_WORD_UNREACHABLE},
	        {TOCSIN_FATE_REFUSED, TOCSIN_STAGE_AUTH, 535, TOCSIN_WORD_UNREACHABLE},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_SENDER, 421, TOCSIN_WORD_DOUBT},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_LOST, 0, TOCSIN_WORD_DOUBT},
	        {TOCSIN_FATE_UNKNOWN, TOCSIN_STAGE_LOST, 0, TOCSIN_WORD_DOUBT},
	        {TOCSIN_FATE_UNKNOWN, TOCSIN_STAGE_LOCAL, 0, TOCSIN_WORD_DOUBT},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_PROTOCOL, 0, TOCSIN_WORD_DOUBT},
	        {TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_LOCAL, 0, TOCSIN_WORD_LOCAL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TocsinFate) fate =
		        make_fate(cases[i].status, cases[i].stage, cases[i].code);
		g_autoptr(TocsinFate) local =
		        make_fate(TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_LOCAL, 0);
		TocsinFate *pair[] = {local, fate};

		g_assert_cmpint(tocsin_verdict_word(fate), ==, cases[i].word);
		g_assert_cmpint(tocsin_verdict_words(pair, 2), ==, cases[i].word);
	}
}

static void
a_refusal_before_the_session_is_none_of_the_mail(void)
{
	g_autoptr(TocsinFate) login = make_fate(TOCSIN_FATE_REFUSED, TOCSIN_STAGE_AUTH, 535);
	g_autoptr(TocsinFate) soft = tocsin_verdict_soften(login);
	g_autoptr(TocsinFate) user = make_fate(TOCSIN_FATE_REFUSED, TOCSIN_STAGE_RECIPIENT, 550);
	g_autoptr(TocsinFate) same = tocsin_verdict_soften(user);

	g_assert_cmpint(soft->status, ==, TOCSIN_FATE_DEFERRED);
	g_assert_cmpuint(soft->code, ==, 535);
	g_assert_cmpint(same->status, ==, TOCSIN_FATE_REFUSED);
}

static TocsinClaim *
make_claim(guint recipients, gint64 expire_us)
{
	TocsinClaim *claim = g_new0(TocsinClaim, 1);

	claim->mail = tocsin_mail_new(NULL, "me@example.org", NOW);
	claim->mail->expire_us = expire_us;
	for (guint i = 0; i < recipients; i++) {
		g_autofree char *address = g_strdup_printf("r%u@example.org", i);

		tocsin_mail_add_recipient(claim->mail, address);
	}
	return claim;
}

static void
the_soonest_recipient_decides(void)
{
	g_autoptr(TocsinClaim) claim = make_claim(4, 0);
	g_autoptr(TocsinFate) done = make_fate(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250);
	g_autoptr(TocsinFate) refused = make_fate(TOCSIN_FATE_REFUSED, TOCSIN_STAGE_RECIPIENT, 550);
	g_autoptr(TocsinFate) later = make_fate(TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_RECIPIENT, 450);
	g_autoptr(TocsinFate) lost = make_fate(TOCSIN_FATE_UNKNOWN, TOCSIN_STAGE_LOST, 0);
	TocsinFate *fates[] = {done, refused, later, lost};
	TocsinSchedule schedule = tocsin_schedule_default;

	schedule.jitter = 0;
	g_assert_cmpint(tocsin_verdict_due(&schedule, claim, fates, NOW, 1), ==, NOW + 15 * SECOND);
	fates[3] = done;
	g_assert_cmpint(tocsin_verdict_due(&schedule, claim, fates, NOW, 1), ==, NOW + 60 * SECOND);
	claim->tries = 2;
	g_assert_cmpint(tocsin_verdict_due(&schedule, claim, fates, NOW, 1), ==,
	                NOW + 240 * SECOND);
	fates[2] = refused;
	g_assert_cmpint(tocsin_verdict_due(&schedule, claim, fates, NOW, 1), ==,
	                TOCSIN_SCHEDULE_NEVER);
	/* Who was not tried is due as before. */
	fates[2] = NULL;
	g_assert_cmpint(tocsin_verdict_due(&schedule, claim, fates, NOW, 1), ==, NOW);
}

static void
nobody_waits_past_his_time(void)
{
	g_autoptr(TocsinClaim) claim = make_claim(1, NOW + 10 * SECOND);
	const TocsinMail *mail = claim->mail;

	g_assert_cmpint(tocsin_verdict_wait(mail, NOW + SECOND, NOW), ==, NOW + SECOND);
	g_assert_cmpint(tocsin_verdict_wait(mail, NOW + 60 * SECOND, NOW), ==, NOW + 10 * SECOND);
	g_assert_cmpint(tocsin_verdict_wait(mail, NOW + 60 * SECOND, NOW + 10 * SECOND), ==,
	                TOCSIN_SCHEDULE_NEVER);
	/* A try at once is always worth it. */
	g_assert_cmpint(tocsin_verdict_wait(mail, NOW + 20 * SECOND, NOW + 20 * SECOND), ==,
	                NOW + 20 * SECOND);
}

static void
lines_say_what_follows(void)
{
	g_autoptr(TocsinFate) done = make_fate(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250);
	g_autoptr(TocsinFate) lost = make_fate(TOCSIN_FATE_UNKNOWN, TOCSIN_STAGE_LOST, 0);
	g_autofree char *first = tocsin_verdict_line("a@example.org", done, NOW);
	g_autofree char *second = tocsin_verdict_line("a@example.org", lost, NOW + SECOND / 2);
	g_autofree char *third = tocsin_verdict_line("a@example.org", lost, TOCSIN_SCHEDULE_NEVER);

	g_assert_cmpstr(first, ==, "<a@example.org> through 'relay' (data): 250 so");
	g_assert_cmpstr(second, ==,
	                "<a@example.org> through 'relay' (lost): so; next try "
	                "2023-11-14T22:13:20Z");
	g_assert_cmpstr(third, ==,
	                "<a@example.org> through 'relay' (lost): so; given up, its time is over");
}

static void
failures_are_told_but_not_thousands(void)
{
	g_autoptr(TocsinClaim) claim = make_claim(3000, 0);
	g_autoptr(TocsinFate) refused = make_fate(TOCSIN_FATE_REFUSED, TOCSIN_STAGE_RECIPIENT, 550);
	g_autoptr(TocsinFate) done = make_fate(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250);
	g_autofree TocsinFate **fates = g_new(TocsinFate *, 3000);

	for (guint i = 0; i < 3000; i++) {
		fates[i] = done;
	}
	g_assert_null(tocsin_verdict_failures(claim, fates, NOW));
	fates[1] = NULL;
	fates[7] = refused;
	g_autofree char *one = tocsin_verdict_failures(claim, fates, NOW);
	g_autofree char *two = tocsin_verdict_failures(claim, fates, TOCSIN_SCHEDULE_NEVER);

	g_assert_cmpstr(one, ==, "<r7@example.org> through 'relay' (recipient): 550 so");
	g_assert_cmpstr(two, ==,
	                "<r1@example.org>: its time is over; "
	                "<r7@example.org> through 'relay' (recipient): 550 so");
	for (guint i = 0; i < 3000; i++) {
		fates[i] = refused;
	}
	g_autofree char *all = tocsin_verdict_failures(claim, fates, NOW);

	g_assert_cmpuint(strlen(all), <, 2000);
	g_assert_true(g_str_has_suffix(all, "; and 2990 more"));
}

static void
doubts_about_two_mails_are_about_the_account(void)
{
	TocsinReach reach = {0};
	const TocsinSchedule *schedule = &tocsin_schedule_default;

	g_assert_false(tocsin_reach_note_doubt(&reach, schedule, NOW, 1, "m1", "lost"));
	g_assert_false(tocsin_reach_is_resting(&reach, schedule, NOW));
	g_assert_false(tocsin_reach_note_progress(&reach));
	g_assert_false(tocsin_reach_note_doubt(&reach, schedule, NOW, 1, "m1", "lost"));
	/* The same mail again may be at fault itself. */
	g_assert_false(tocsin_reach_note_doubt(&reach, schedule, NOW, 1, "m1", "lost"));
	g_assert_true(tocsin_reach_note_doubt(&reach, schedule, NOW, 1, "m2", "lost again"));
	g_assert_true(tocsin_reach_is_resting(&reach, schedule, NOW));
	g_assert_cmpstr(reach.failure, ==, "lost again");
	g_assert_false(tocsin_reach_note_doubt(&reach, schedule, NOW, 1, NULL, "lost"));
	g_assert_cmpuint(reach.failures, ==, 2);
	g_assert_true(tocsin_reach_note_progress(&reach));
	g_assert_false(tocsin_reach_is_resting(&reach, schedule, NOW));
	tocsin_reach_clear(&reach);
}

static void
a_clock_that_is_set_back_ends_a_rest(void)
{
	TocsinReach reach = {0};
	const TocsinSchedule *schedule = &tocsin_schedule_default;

	for (guint i = 0; i < 100; i++) {
		tocsin_reach_note_failure(&reach, schedule, NOW, G_MAXUINT32, "down");
	}
	g_assert_true(tocsin_reach_is_resting(&reach, schedule, NOW));
	g_assert_cmpint(reach.rest_until_us, <=, NOW + 2 * 3600 * SECOND);
	g_assert_false(tocsin_reach_is_resting(&reach, schedule, NOW - 86400 * SECOND));
	tocsin_reach_clear(&reach);
}

/* Large mails are claimed few at a time. */
static void
a_lane_minds_the_memory(void)
{
	TocsinLane *lane = tocsin_lane_new("a");
	g_autoptr(GPtrArray) claims = g_ptr_array_new();
	g_autoptr(TocsinClaim) claim = make_claim(1, 0);
	g_autofree char *bytes = g_malloc0(3 << 20);

	lane->target = TOCSIN_LANE_READY_MAX;
	g_assert_cmpuint(tocsin_lane_wants(lane, 0), ==, TOCSIN_LANE_READY_MAX);
	claim->mail->content = g_bytes_new_static(bytes, 3 << 20);
	g_ptr_array_add(claims, claim);
	tocsin_lane_note_claims(lane, claims, FALSE);
	g_assert_cmpuint(tocsin_lane_wants(lane, 0), ==, 2);
	tocsin_lane_free(lane);
}

typedef struct {
	GMainLoop *loop;
	gint64 rung_us;
	guint count;
} Bell;

static gboolean
on_alarm(gpointer data)
{
	Bell *bell = data;

	bell->rung_us = tocsin_clock_wall_us(tocsin_clock_system());
	bell->count++;
	g_main_loop_quit(bell->loop);
	return G_SOURCE_REMOVE;
}

static gboolean
on_end(gpointer data)
{
	g_main_loop_quit(data);
	return G_SOURCE_REMOVE;
}

static void
an_alarm_rings_at_its_time(void)
{
	Bell bell = {.loop = g_main_loop_new(NULL, FALSE)};
	TocsinAlarm *alarm = tocsin_alarm_new(NULL, on_alarm, &bell);
	gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());

	tocsin_alarm_set(alarm, now_us + 3600 * SECOND);
	tocsin_alarm_set(alarm, now_us + SECOND / 20);
	g_main_loop_run(bell.loop);
	g_assert_cmpint(bell.rung_us, >=, now_us + SECOND / 20);
	/* What is over rings at once, and once. */
	tocsin_alarm_set(alarm, now_us);
	g_main_loop_run(bell.loop);
	g_assert_cmpuint(bell.count, ==, 2);
	/* What was called off does not ring. */
	now_us = tocsin_clock_wall_us(tocsin_clock_system());
	tocsin_alarm_set(alarm, now_us + SECOND / 20);
	tocsin_alarm_set(alarm, G_MAXINT64);
	g_timeout_add(100, on_end, bell.loop);
	g_main_loop_run(bell.loop);
	g_assert_cmpuint(bell.count, ==, 2);
	tocsin_alarm_free(alarm);
	g_main_loop_unref(bell.loop);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/dispatch-parts/" #name, name)
	ADD(fates_speak_of_the_connection);
	ADD(a_refusal_before_the_session_is_none_of_the_mail);
	ADD(the_soonest_recipient_decides);
	ADD(nobody_waits_past_his_time);
	ADD(lines_say_what_follows);
	ADD(failures_are_told_but_not_thousands);
	ADD(doubts_about_two_mails_are_about_the_account);
	ADD(a_clock_that_is_set_back_ends_a_rest);
	ADD(a_lane_minds_the_memory);
	ADD(an_alarm_rings_at_its_time);
	return g_test_run();
}
