/* SPDX-License-Identifier: MIT */
/* What has to hold whatever happens: nothing that matched is lost or counted twice, and the order
 * of arrival changes nothing within `late`. */
#include <string.h>

#include "timeline.h"

#define ROUNDS 60u
#define EVENTS 200u
#define DAY (86400 * (gint64)G_USEC_PER_SEC)

typedef struct {
	guint64 told;
	guint64 held;
	guint mails;
} Sum;

static void
on_decision(gpointer user_data, const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit,
            const TocsinEvent *event, TocsinDecision *decision)
{
	static const char *const to[] = {"ops@example.org", NULL};
	Sum *sum = user_data;

	g_assert_cmpstr(decision->text, !=, NULL);
	if (decision->action != TOCSIN_ACTION_COMPOSE) {
		return;
	}
	sum->mails++;
	sum->told += decision->tally->count;
	sum->held += decision->held_back;
	g_assert_cmpuint(strlen(decision->cause), ==, 32);
	if (group != NULL) {
		tocsin_group_note_told(group, to, NULL, NULL, "m@example.org");
	}
}

static TocsinEvent *
make_event(guint number, gint64 time_us)
{
	static const char *const kinds[] = {"a", "b", "c"};
	g_autofree char *id = g_strdup_printf("e%u", number);
	TocsinEvent *event = tocsin_event_new(id, "t", kinds[number % 3], "k", time_us);

	tocsin_event_set_int(event, "ip", number % 7);
	return event;
}

static TocsinBook *
open_book(const char *const *lines, Sum *sum)
{
	g_autoptr(GPtrArray) rules =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_rule_unref);
	TocsinBook *book;

	g_ptr_array_add(rules, timeline_rule("r", lines));
	book = tocsin_book_new(rules, timeline_start(), on_decision, sum);
	return book;
}

static void
pass_time(TocsinBook *book, gint64 until_us)
{
	while (tocsin_book_due_us(book) <= until_us) {
		tocsin_book_tick(book, tocsin_book_due_us(book));
	}
}

/* Every event that matched is told in one mail, or counted as held back in one. */
static void
every_event_is_told_or_counted_once(void)
{
	static const char *const settings[][5] = {
	        {"interval 0", NULL},
	        {"wait 10s", "interval 1m", NULL},
	        {"group_by ip", "interval 1m", "limit 5/h", NULL},
	        {"group_by ip", "repeat 1h", "backoff 3", "limit 2/h", NULL},
	        {"digest *:0/10", NULL},
	        {"mute *:0/30 | 10m | - | tell", "interval 0", "limit 3/h", NULL},
	        {"mute *:0/30 | 10m | - | count", "interval 0", NULL},
	        {"mute *:0/30 | 10m | - | count", "mute *:15/30 | 10m | - | tell",
	         "group_by ip kind", "limit 4/h", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(settings) * ROUNDS / 8; i++) {
		Sum sum = {0};
		g_autoptr(TocsinBook) book = open_book(settings[i % G_N_ELEMENTS(settings)], &sum);
		/* Twelve minutes past the hour no mute is on. */
		g_autoptr(TocsinEvent) last =
		        make_event(EVENTS, timeline_start() + 30 * DAY + DAY / 120);
		gint64 now_us = timeline_start();

		for (guint j = 0; j < EVENTS; j++) {
			g_autoptr(TocsinEvent) event = NULL;

			now_us += g_test_rand_int_range(0, 120) * (gint64)G_USEC_PER_SEC;
			event = make_event(j, now_us - g_test_rand_int_range(0, 1000000));
			if (g_test_rand_int_range(0, 4) == 0) {
				event->flags |= TOCSIN_EVENT_CATCH_UP;
			}
			pass_time(book, now_us);
			g_assert_cmpuint(tocsin_book_feed(book, event, now_us), ==, 1);
		}
		/* What a mute only counted is named in the next mail: there is one. */
		pass_time(book, last->time_us - 1);
		tocsin_book_feed(book, last, last->time_us);
		pass_time(book, last->time_us + 30 * DAY);
		g_assert_cmpuint(sum.told + sum.held, ==, EVENTS + 1);
		g_assert_cmpuint(tocsin_book_count(book), ==, 0);
	}
}

/* How many events lie in some window that is full: slowly, straight from the definition. */
static guint
count_full(const gint64 *times, guint count, guint least, gint64 within_us)
{
	guint full = 0;

	for (guint i = 0; i < count; i++) {
		gboolean is_full = FALSE;

		for (guint j = 0; j < count && !is_full; j++) {
			guint inside = 0;

			/* A window may begin at any event from which it reaches the i-th. */
			if (times[j] > times[i] || times[i] - times[j] > within_us) {
				continue;
			}
			for (guint k = 0; k < count; k++) {
				inside += times[k] >= times[j] && times[k] - times[j] <= within_us;
			}
			is_full = inside >= least;
		}
		full += is_full;
	}
	return full;
}

static void
thresholds_tell_the_same_in_any_order(void)
{
	static const char *const settings[] = {"count 5", "within 10s", "late 10m", "interval 0",
	                                       NULL};

	for (guint i = 0; i < ROUNDS; i++) {
		Sum sum = {0};
		g_autoptr(TocsinBook) book = open_book(settings, &sum);
		gint64 times[EVENTS];
		gint64 now_us = timeline_start() + 300 * (gint64)G_USEC_PER_SEC;

		for (guint j = 0; j < EVENTS; j++) {
			g_autoptr(TocsinEvent) event = NULL;

			times[j] = timeline_start() +
			           g_test_rand_int_range(0, 300) * (gint64)G_USEC_PER_SEC;
			event = make_event(j, times[j]);
			tocsin_book_feed(book, event, now_us);
		}
		pass_time(book, now_us + DAY);
		g_assert_cmpuint(sum.told, ==,
		                 count_full(times, EVENTS, 5, 10 * (gint64)G_USEC_PER_SEC));
	}
}

static void
groups_have_a_limit(void)
{
	static const char *const limited[] = {"group_by id", "limit 1/h", NULL};
	Sum sum = {0};
	g_autoptr(TocsinBook) book = open_book(limited, &sum);
	gint64 now_us = timeline_start();

	for (guint i = 0; i < TOCSIN_BOOK_GROUPS_MAX + 100; i++) {
		g_autoptr(TocsinEvent) event = make_event(i, now_us);

		tocsin_book_feed(book, event, now_us);
	}
	g_assert_cmpuint(tocsin_book_count(book), ==, TOCSIN_BOOK_GROUPS_MAX);
	pass_time(book, now_us + DAY);
	g_assert_cmpuint(sum.mails, ==, 2);
	g_assert_cmpuint(sum.told, ==, TOCSIN_BOOK_GROUPS_MAX + 100);
}

static void
a_flood_of_one_group_is_counted(void)
{
	static const char *const settings[] = {"count 100", "within 1m", "interval 1h", NULL};
	Sum sum = {0};
	g_autoptr(TocsinBook) book = open_book(settings, &sum);
	gint64 now_us = timeline_start();

	for (guint i = 0; i < 100000; i++) {
		g_autoptr(TocsinEvent) event = NULL;

		now_us += 100;
		event = make_event(i, now_us);
		tocsin_book_feed(book, event, now_us);
	}
	pass_time(book, now_us + DAY);
	g_assert_cmpuint(sum.mails, ==, 2);
	g_assert_cmpuint(sum.told, ==, 100000);
}

static void
a_cut_state_is_refused(void)
{
	static const char *const settings[] = {"count 5", "within 10s", NULL};
	g_autoptr(TocsinRule) rule = timeline_rule("r", settings);
	g_autoptr(TocsinGroup) group = tocsin_group_new("k", "c", timeline_start());
	g_autoptr(TocsinLimit) limit = tocsin_limit_new("c");
	g_autoptr(TocsinEvent) event = make_event(1, timeline_start());
	TocsinCircumstances circumstances = {.now_us = timeline_start()};
	g_autoptr(GByteArray) packed = NULL;
	g_auto(TocsinDecision) decision = {0};

	tocsin_decide(rule, group, limit, event, &circumstances, &decision);
	packed = tocsin_group_pack(group, rule);
	for (guint length = 0; length < packed->len; length++) {
		g_assert_null(tocsin_group_unpack(packed->data, length, rule, NULL));
	}
}

/* A reload that changes how a rule gathers keeps what was gathered, and drops what was counted. */
static void
another_rule_keeps_what_was_gathered(void)
{
	static const char *const before[] = {"wait 1h", NULL};
	static const char *const after[] = {"count 5", "within 10s", NULL};
	g_autoptr(TocsinRule) old = timeline_rule("r", before);
	g_autoptr(TocsinRule) new = timeline_rule("r", after);
	g_autoptr(TocsinGroup) group = tocsin_group_new("", "c", timeline_start());
	g_autoptr(TocsinGroup) restored = NULL;
	g_autoptr(TocsinLimit) limit = tocsin_limit_new("c");
	g_autoptr(TocsinEvent) event = make_event(1, timeline_start());
	TocsinCircumstances circumstances = {.now_us = timeline_start()};
	g_autoptr(GByteArray) packed = NULL;
	g_auto(TocsinDecision) held = {0};
	g_auto(TocsinDecision) told = {0};

	tocsin_decide(old, group, limit, event, &circumstances, &held);
	g_assert_cmpint(held.action, ==, TOCSIN_ACTION_HOLD);
	packed = tocsin_group_pack(group, old);
	restored = tocsin_group_unpack(packed->data, packed->len, new, NULL);
	tocsin_decide(new, restored, limit, NULL, &circumstances, &told);
	g_assert_cmpint(told.action, ==, TOCSIN_ACTION_COMPOSE);
	g_assert_cmpuint(told.tally->count, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/properties/every_event_is_told_or_counted_once",
	                every_event_is_told_or_counted_once);
	g_test_add_func("/properties/thresholds_tell_the_same_in_any_order",
	                thresholds_tell_the_same_in_any_order);
	g_test_add_func("/properties/groups_have_a_limit", groups_have_a_limit);
	g_test_add_func("/properties/a_flood_of_one_group_is_counted",
	                a_flood_of_one_group_is_counted);
	g_test_add_func("/properties/a_cut_state_is_refused", a_cut_state_is_refused);
	g_test_add_func("/properties/another_rule_keeps_what_was_gathered",
	                another_rule_keeps_what_was_gathered);
	return g_test_run();
}
