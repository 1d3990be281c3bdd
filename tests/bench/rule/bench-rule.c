/* SPDX-License-Identifier: MIT */
/* How many events a second are matched and decided about, on one core: one rule, and a thousand. */
#include <stdio.h>

#include "rule/book.h"

#define EVENTS 1000000u
#define RULES 1000u

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_error("%s: %s", setting, text);
}

static void
on_decision(gpointer user_data, const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit,
            const TocsinEvent *event, TocsinDecision *decision)
{
	*(guint64 *)user_data += decision->action == TOCSIN_ACTION_COMPOSE;
}

static void
add_rule(GPtrArray *rules, const char *name, const char *on, const char *where)
{
	const char *const patterns[] = {on, NULL};
	const char *const to[] = {"ops@example.org", NULL};
	const char *const group_by[] = {"ip", NULL};
	TocsinRuleSpec spec;

	tocsin_rule_spec_init(&spec);
	spec.name = name;
	spec.on = patterns;
	spec.where = where;
	spec.group_by = group_by;
	spec.threshold.count = 5;
	spec.threshold.within_us = 60 * (gint64)G_USEC_PER_SEC;
	spec.audience.to = to;
	g_ptr_array_add(rules, tocsin_rule_new(&spec, on_fault, NULL));
}

static GPtrArray *
make_events(gint64 start_us)
{
	GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_event_unref);

	for (guint i = 0; i < 1000; i++) {
		g_autofree char *id = g_strdup_printf("e%u", i);
		g_autofree char *ip = g_strdup_printf("192.0.2.%u", i % 200);
		TocsinEvent *event = tocsin_event_new(id, "auth", "failed", "", start_us);

		tocsin_event_set_string(event, "ip", ip, -1);
		tocsin_event_set_string(event, "user", "root", -1);
		g_ptr_array_add(events, event);
	}
	return events;
}

static void
measure(const char *what, GPtrArray *rules)
{
	gint64 now_us = G_GINT64_CONSTANT(1772409600) * G_USEC_PER_SEC;
	g_autoptr(GPtrArray) events = make_events(now_us);
	guint64 mails = 0;
	g_autoptr(TocsinBook) book = tocsin_book_new(rules, now_us, on_decision, &mails);
	gint64 begin_us = g_get_monotonic_time();
	gdouble seconds;

	for (guint i = 0; i < EVENTS; i++) {
		TocsinEvent *event = g_ptr_array_index(events, i % events->len);

		now_us += 50;
		event->time_us = now_us;
		tocsin_book_feed(book, event, now_us);
		if (tocsin_book_due_us(book) <= now_us) {
			tocsin_book_tick(book, now_us);
		}
	}
	seconds = (gdouble)(g_get_monotonic_time() - begin_us) / G_USEC_PER_SEC;
	printf("%-40s %10.0f events/s, %" G_GUINT64_FORMAT " mails\n", what, EVENTS / seconds,
	       mails);
}

int
main(void)
{
	g_autoptr(GPtrArray) one =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_rule_unref);
	g_autoptr(GPtrArray) plain =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_rule_unref);
	g_autoptr(GPtrArray) many =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_rule_unref);

	add_rule(plain, "r", "auth.failed", NULL);
	add_rule(one, "r", "auth.failed", "user != 'nagios'");
	for (guint i = 0; i < RULES; i++) {
		g_autofree char *name = g_strdup_printf("r%u", i);
		g_autofree char *on =
		        i == 0 ? g_strdup("auth.failed") : g_strdup_printf("trigger%u.*", i);

		add_rule(many, name, on, "user != 'nagios'");
	}
	measure("one rule without where", plain);
	measure("one rule with where", one);
	measure("1,000 rules, one of them on the event", many);
	return 0;
}
