/* SPDX-License-Identifier: MIT */
/* What a template sees of a decision. */
#include "engine/letter-data.h"

#include <string.h>

#include "engine/letter-schema.h"
#include "letter-fixture.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

static const TocsinDatum *
get(const TocsinDatum *data, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ".", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		data = g_ascii_isdigit(parts[i][0])
		               ? tocsin_datum_nth(data, (guint)strtoul(parts[i], NULL, 10))
		               : tocsin_datum_lookup_named(data, parts[i]);
		if (data == NULL) {
			g_error("there is no %s in %s", parts[i], path);
		}
	}
	return data;
}

#define assert_text(data, path, expected) \
	g_assert_cmpstr(tocsin_datum_text(get(data, path)), ==, expected)
#define assert_int(data, path, expected) \
	g_assert_cmpint(tocsin_datum_int(get(data, path)), ==, expected)
#define assert_time(data, path, us)                                                                \
	g_assert_cmpint((gint64)(tocsin_datum_double(get(data, path)) * G_USEC_PER_SEC + 0.5), ==, \
	                us)

static void
events_come_oldest_first(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinDatum) data = NULL;
	static const gint64 times[] = {5, 3, 9, 3};

	fixture_init(&fixture, "ssh");
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	tocsin_tally_clear(fixture.decision.tally);
	for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
		g_autofree char *id = g_strdup_printf("e%u", i);
		g_autoptr(TocsinEvent) event = fixture_event(id, times[i] * SECOND);

		tocsin_tally_add(fixture.decision.tally, event, event->time_us, 10);
	}
	fixture.decision.tally->count = 7;
	fixture.decision.tally->late = 2;
	fixture.decision.held_back = 3;
	data = tocsin_letter_data(fixture.rule, fixture.group, &fixture.decision, FIXTURE_NOW_US);
	assert_text(data, "rule", "ssh");
	assert_text(data, "key", "10.0.0.1");
	assert_text(data, "reason", "first");
	assert_text(data, "events.0.id", "e1");
	assert_text(data, "events.1.id", "e3");
	assert_text(data, "events.2.id", "e0");
	assert_text(data, "events.3.id", "e2");
	assert_text(data, "event.id", "e2");
	assert_int(data, "count", 7);
	assert_int(data, "omitted", 3);
	assert_int(data, "late", 2);
	assert_int(data, "held_back", 3);
	assert_time(data, "first", 3 * SECOND);
	assert_time(data, "last", 9 * SECOND);
	assert_time(data, "now", FIXTURE_NOW_US);
	assert_text(data, "kinds.0.name", "auth.failed");
	assert_int(data, "kinds.0.count", 4);
	assert_text(data, "host", g_get_host_name());
}

static void
durations_are_whole_seconds(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinDatum) open = NULL;
	g_autoptr(TocsinDatum) over = NULL;
	g_autoptr(TocsinDatum) none = NULL;

	fixture_init(&fixture, "ssh");
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	none = tocsin_letter_data(fixture.rule, fixture.group, &fixture.decision, FIXTURE_NOW_US);
	assert_int(none, "duration", 0);
	assert_time(none, "since", 0);
	fixture.decision.is_open = TRUE;
	fixture.decision.since_us = FIXTURE_NOW_US - 90 * SECOND - 1;
	open = tocsin_letter_data(fixture.rule, fixture.group, &fixture.decision, FIXTURE_NOW_US);
	assert_int(open, "duration", 90);
	assert_int(open, "is_open", 1);
	fixture.decision.over_us = FIXTURE_NOW_US - 60 * SECOND;
	fixture.decision.reason = TOCSIN_REASON_RESOLVED;
	over = tocsin_letter_data(fixture.rule, fixture.group, &fixture.decision, FIXTURE_NOW_US);
	assert_int(over, "duration", 30);
	assert_time(over, "over", FIXTURE_NOW_US - 60 * SECOND);
}

static void
fields_go_before_all_but_a_few(void)
{
	static const char *const names[] = {"id",     "trigger", "kind",    "key",
	                                    "own",    "fields",  "excerpt", "attachments",
	                                    "status", "time",    "level",   "is_partial"};
	g_autoptr(TocsinEvent) event = tocsin_event_new("i", "t", "k", "y", 7 * SECOND);
	g_autoptr(TocsinDatum) data = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		tocsin_event_set_string(event, names[i], "field", -1);
	}
	event->status = TOCSIN_STATUS_PROBLEM;
	event->severity = TOCSIN_SEVERITY_CRITICAL;
	event->flags = TOCSIN_EVENT_PARTIAL;
	tocsin_event_add_line(event, TOCSIN_MARK_AFTER, "line", -1);
	tocsin_event_attach_path(event, "a.log", NULL, "/tmp/a.log");
	data = tocsin_letter_data_event(event, FIXTURE_NOW_US);
	assert_text(data, "id", "i");
	assert_text(data, "trigger", "t");
	assert_text(data, "kind", "k");
	assert_text(data, "key", "y");
	assert_text(data, "status", "field");
	assert_text(data, "time", "field");
	assert_text(data, "level", "field");
	assert_text(data, "is_partial", "field");
	assert_text(data, "severity", "critical");
	assert_text(data, "own.status", "problem");
	assert_int(data, "own.level", 5);
	assert_int(data, "own.is_partial", 1);
	assert_time(data, "own.time", 7 * SECOND);
	assert_text(data, "fields.id", "field");
	assert_text(data, "fields.excerpt", "field");
	assert_text(data, "excerpt.0.mark", "after");
	assert_text(data, "excerpt.0.text", "line");
	assert_text(data, "attachments.0", "a.log");
}

/* Every path of @schema is in @data; a list's member if there is one. */
static void
assert_covers(const TocsinDatum *schema, const TocsinDatum *data, const char *path)
{
	if (tocsin_datum_kind(schema) == TOCSIN_DATUM_LIST && tocsin_datum_count(schema) > 0 &&
	    tocsin_datum_count(data) > 0) {
		assert_covers(tocsin_datum_nth(schema, 0), tocsin_datum_nth(data, 0), path);
	}
	if (tocsin_datum_kind(schema) != TOCSIN_DATUM_MAP) {
		return;
	}
	g_assert_cmpint(tocsin_datum_kind(data), ==, TOCSIN_DATUM_MAP);
	if (g_str_has_suffix(path, ".fields")) {
		return;
	}
	for (guint i = 0; i < tocsin_datum_count(schema); i++) {
		const char *name = tocsin_datum_text(tocsin_datum_nth_key(schema, i));
		g_autofree char *inner = g_strconcat(path, ".", name, NULL);
		const TocsinDatum *member = tocsin_datum_lookup_named(data, name);

		if (member == NULL) {
			g_error("the schema promises %s", inner);
		}
		assert_covers(tocsin_datum_nth(schema, i), member, inner);
	}
}

static void
the_schema_promises_what_is_there_and_no_more(void)
{
	g_autoptr(TocsinSchema) known = tocsin_schema_new();
	const TocsinLetterSource sources[] = {{"auth", known}, {"drop", known}};
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinDatum) schema = NULL;
	g_autoptr(TocsinDatum) data = NULL;
	g_autoptr(TocsinDatum) bare = NULL;
	TocsinEvent *event = fixture_event("e1", FIXTURE_NOW_US);

	tocsin_table_schema.add_kind(known, "failed", "No.");
	tocsin_table_schema.add_field(known, "failed", "ip", TOCSIN_FIELD_TEXT, "Where from.");
	tocsin_event_add_line(event, TOCSIN_MARK_MATCH, "line", -1);
	tocsin_event_attach_path(event, "a", NULL, "/a");
	fixture_init(&fixture, "ssh");
	fixture_decide(&fixture, event);
	schema = tocsin_letter_schema(fixture.rule, sources, 2);
	data = tocsin_letter_data(fixture.rule, fixture.group, &fixture.decision, FIXTURE_NOW_US);
	assert_covers(schema, data, "data");
	assert_covers(data, schema, "schema");
	g_ptr_array_set_size(fixture.decision.tally->samples, 0);
	fixture.decision.tally->count = 0;
	bare = tocsin_letter_data(fixture.rule, NULL, &fixture.decision, FIXTURE_NOW_US);
	g_assert_cmpuint(tocsin_datum_count(bare), ==, tocsin_datum_count(data));
	assert_text(bare, "event.id", "");
	assert_text(bare, "key", "");
	assert_time(bare, "first", FIXTURE_NOW_US);
	assert_time(bare, "event.own.time", FIXTURE_NOW_US);
}

static void
members_are_those_of_the_group(void)
{
	const char *const on[] = {"check.*", NULL};
	const char *const by[] = {"rack", NULL};
	const char *const to[] = {"ops@example.org", NULL};
	TocsinCircumstances circumstances = {.now_us = FIXTURE_NOW_US};
	g_auto(TocsinDecision) decision = {0};
	g_autoptr(TocsinRule) rule = NULL;
	g_autoptr(TocsinGroup) group = tocsin_group_new("r1", "c", FIXTURE_NOW_US);
	g_autoptr(TocsinLimit) limit = tocsin_limit_new("limit");
	g_autoptr(TocsinEvent) event =
	        tocsin_event_new("e", "check", "host", "web-1", FIXTURE_NOW_US);
	g_autoptr(TocsinDatum) data = NULL;
	TocsinRuleSpec spec;

	tocsin_rule_spec_init(&spec);
	spec.name = "hosts";
	spec.on = on;
	spec.group_by = by;
	spec.audience.to = to;
	spec.states.is_on = TRUE;
	rule = tocsin_rule_new(&spec, NULL, NULL);
	event->status = TOCSIN_STATUS_PROBLEM;
	event->severity = TOCSIN_SEVERITY_ERROR;
	tocsin_decide(rule, group, limit, event, &circumstances, &decision);
	g_assert_cmpint(decision.action, ==, TOCSIN_ACTION_COMPOSE);
	data = tocsin_letter_data(rule, group, &decision, FIXTURE_NOW_US);
	assert_text(data, "members.0.key", "web-1");
	assert_text(data, "members.0.status", "error");
	assert_int(data, "members.0.is_problem", 1);
	assert_time(data, "members.0.since", FIXTURE_NOW_US);
	assert_time(data, "since", FIXTURE_NOW_US);
	assert_int(data, "is_open", 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/letter-data/events_come_oldest_first", events_come_oldest_first);
	g_test_add_func("/letter-data/durations_are_whole_seconds", durations_are_whole_seconds);
	g_test_add_func("/letter-data/fields_go_before_all_but_a_few",
	                fields_go_before_all_but_a_few);
	g_test_add_func("/letter-data/the_schema_promises_what_is_there_and_no_more",
	                the_schema_promises_what_is_there_and_no_more);
	g_test_add_func("/letter-data/members_are_those_of_the_group",
	                members_are_those_of_the_group);
	return g_test_run();
}
