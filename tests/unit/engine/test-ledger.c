/* SPDX-License-Identifier: MIT */
/* The ledger, and what remembers events, over a real store. */
#include "engine/chronicle.h"
#include "engine/ledger.h"
#include "engine/mutes.h"
#include "engine/seen.h"

#include <string.h>
#include <tocsin/error.h>

#include "../store/fixture.h"
#include "rule/mute.h"

/* What the ledger told. */
typedef struct {
	guint closed;
	guint64 stored; /* the last serial */
	guint troubles;
	guint recoveries;
	guint rooms;
} Heard;

static void
on_close(gpointer user, TocsinBatch *batch)
{
	Heard *heard = user;

	heard->closed++;
	tocsin_batch_add_log(batch, FIXTURE_NOW, "closing", NULL, NULL, "event", "closed");
}

static void
on_stored(gpointer user, guint64 serial, TocsinBatch *batch)
{
	Heard *heard = user;

	g_assert_cmpuint(serial, >, heard->stored);
	heard->stored = serial;
}

static void
on_trouble(gpointer user, guint64 serial, const GError *error)
{
	Heard *heard = user;

	if (error != NULL) {
		heard->troubles++;
	} else {
		heard->recoveries++;
	}
}

static void
on_room(gpointer user)
{
	Heard *heard = user;

	heard->rooms++;
}

static const TocsinLedgerCalls calls = {on_close, on_stored, on_trouble, on_room};

static void
turn_until_stored(const Heard *heard, guint64 serial)
{
	while (heard->stored < serial) {
		g_main_context_iteration(NULL, TRUE);
	}
}

static guint
count_lines(Fixture *fixture, const char *event)
{
	g_autoptr(GPtrArray) lines = NULL;

	g_assert_true(tocsin_store_query_log(fixture->store, event, NULL, 0, 1000, &lines, NULL));
	return lines->len;
}

static void
a_turn_is_one_batch(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Heard heard = {0};
	TocsinLedger *ledger = tocsin_ledger_new(fixture->store, &calls, &heard);
	TocsinBatch *first = tocsin_ledger_open(ledger);

	g_assert_cmpuint(tocsin_ledger_serial(ledger), ==, 1);
	for (guint i = 0; i < 10; i++) {
		g_assert_true(tocsin_ledger_count(ledger));
		g_assert_true(tocsin_ledger_open(ledger) == first);
	}
	g_assert_cmpuint(tocsin_ledger_waiting(ledger), ==, 10);
	turn_until_stored(&heard, 1);
	g_assert_cmpuint(heard.closed, ==, 1);
	g_assert_cmpuint(tocsin_ledger_waiting(ledger), ==, 0);
	g_assert_cmpuint(count_lines(fixture, "closing"), ==, 1);
	tocsin_ledger_free(ledger);
}

static void
a_full_one_has_no_room(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Heard heard = {0};
	TocsinLedger *ledger = tocsin_ledger_new(fixture->store, &calls, &heard);

	for (guint i = 0; i < TOCSIN_LEDGER_EVENTS_MAX; i++) {
		g_assert_true(tocsin_ledger_count(ledger));
	}
	g_assert_false(tocsin_ledger_count(ledger));
	turn_until_stored(&heard, 1);
	g_assert_true(tocsin_ledger_count(ledger));
	g_assert_true(tocsin_ledger_drain(ledger, NULL));
	g_assert_cmpuint(heard.stored, ==, 2);
	tocsin_ledger_free(ledger);
}

/* A store that is too small for the batch: it is kept, and written once there is room. */
static void
trouble_keeps_the_batch(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *large = g_strnfill(4u << 20, 'x');
	Heard heard = {0};
	TocsinLedger *ledger;

	fixture_close(fixture);
	fixture->max_bytes = 1u << 20;
	fixture_open(fixture);
	ledger = tocsin_ledger_new(fixture->store, &calls, &heard);
	g_autoptr(GBytes) state = g_bytes_new(large, 4u << 20);

	tocsin_batch_put_group(tocsin_ledger_open(ledger), "rule", "key", 0, state);
	while (heard.troubles < 1) {
		g_main_context_iteration(NULL, TRUE);
	}
	g_assert_nonnull(tocsin_ledger_trouble(ledger));
	g_assert_cmpuint(heard.stored, ==, 0);
	/* What is open meanwhile waits for it. */
	g_assert_true(tocsin_ledger_count(ledger));
	g_assert_cmpuint(tocsin_ledger_serial(ledger), ==, 2);
	/* Each failed attempt leaves it to be tried again. */
	for (guint i = 0; i < 3; i++) {
		g_assert_false(tocsin_ledger_drain(ledger, NULL));
		g_assert_nonnull(tocsin_ledger_trouble(ledger));
	}
	g_assert_cmpuint(heard.troubles, ==, 1);
	tocsin_ledger_free(ledger);
}

static void
who_was_held_hears_of_room(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Heard heard = {0};
	TocsinLedger *ledger = tocsin_ledger_new(fixture->store, &calls, &heard);

	tocsin_ledger_hold(ledger);
	g_assert_true(tocsin_ledger_is_held(ledger));
	(void)tocsin_ledger_open(ledger);
	g_assert_true(tocsin_ledger_drain(ledger, NULL));
	g_assert_cmpuint(heard.stored, ==, 1);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_assert_true(tocsin_ledger_is_held(ledger));
	g_assert_cmpuint(heard.rooms, ==, 0);
	tocsin_ledger_let_go(ledger);
	g_assert_false(tocsin_ledger_is_held(ledger));
	while (heard.rooms == 0) {
		g_main_context_iteration(NULL, TRUE);
	}
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_assert_cmpuint(heard.rooms, ==, 1);
	tocsin_ledger_free(ledger);
}

static void
events_are_seen_once(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinSeen) seen = tocsin_seen_new(fixture->store, "log", NULL);
	g_autoptr(TocsinSeen) again = NULL;
	g_autoptr(TocsinSeen) other = NULL;

	g_assert_true(tocsin_seen_add(seen, "a"));
	g_assert_false(tocsin_seen_add(seen, "a"));
	/* More parts than there may be, so that they are joined. */
	for (guint i = 0; i < 600; i++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autofree char *id = g_strdup_printf("event %u", i);

		g_assert_true(tocsin_seen_add(seen, id));
		tocsin_seen_store(seen, batch);
		g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	}
	fixture_close(fixture);
	fixture_open(fixture);
	again = tocsin_seen_new(fixture->store, "log", NULL);
	g_assert_false(tocsin_seen_add(again, "a"));
	g_assert_false(tocsin_seen_add(again, "event 0"));
	g_assert_false(tocsin_seen_add(again, "event 599"));
	g_assert_true(tocsin_seen_add(again, "event 600"));
	other = tocsin_seen_new(fixture->store, "file", NULL);
	g_assert_true(tocsin_seen_add(other, "a"));
}

static void
what_was_seen_long_ago_is_forgotten(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinSeen) seen = tocsin_seen_new(fixture->store, "log", NULL);
	g_autoptr(GPtrArray) records = NULL;
	gsize bytes = 0;

	for (guint i = 0; i < 20; i++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();

		for (guint j = 0; j < TOCSIN_SEEN_MAX / 4; j++) {
			g_autofree char *id = g_strdup_printf("%u.%u", i, j);

			g_assert_true(tocsin_seen_add(seen, id));
		}
		tocsin_seen_store(seen, batch);
		g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	}
	g_assert_true(tocsin_seen_add(seen, "0.0"));
	g_assert_false(tocsin_seen_add(seen, "19.0"));
	g_assert_false(tocsin_seen_add(seen, "16.0"));
	g_assert_true(tocsin_store_list_cursors(fixture->store, "seen:log", &records, NULL));
	for (guint i = 0; i < records->len; i++) {
		bytes += g_bytes_get_size(((TocsinStateRecord *)records->pdata[i])->state);
	}
	g_assert_cmpuint(bytes, <=, 2 * TOCSIN_SEEN_MAX * sizeof(guint64));
}

static void
many_lines_become_one(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinChronicle) chronicle = tocsin_chronicle_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GPtrArray) lines = NULL;
	const TocsinLogLine *last;

	for (guint i = 0; i < 1000; i++) {
		g_autofree char *id = g_strdup_printf("e%u", i);

		g_assert_true(tocsin_chronicle_say(chronicle, batch, chronicle, NULL, FIXTURE_NOW,
		                                   id, "r", "hold",
		                                   "why") == (i < TOCSIN_CHRONICLE_LINES_MAX));
	}
	g_assert_true(tocsin_chronicle_say(chronicle, batch, chronicle, batch, FIXTURE_NOW, "other",
	                                   "r", "hold", "why"));
	tocsin_chronicle_close(chronicle, batch, FIXTURE_NOW);
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_true(tocsin_store_query_log(fixture->store, NULL, NULL, 0, 1000, &lines, NULL));
	g_assert_cmpuint(lines->len, ==, TOCSIN_CHRONICLE_LINES_MAX + 2);
	last = g_ptr_array_index(lines, lines->len - 1);
	g_assert_cmpstr(last->event, ==, "e999");
	g_assert_cmpstr(last->action, ==, "hold");
	g_assert_nonnull(strstr(last->text, "936 more"));
}

static void
on_mutes(gpointer user)
{
	*(guint *)user += 1;
}

static void
mutes_outlive_the_program(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	guint changes = 0;
	const TocsinMuteRecord wanted = {.rule = (char *)"ssh*",
	                                 .where = (char *)"ip == '10.0.0.1'",
	                                 .comment = (char *)"patching",
	                                 .until_us = FIXTURE_NOW + 60 * FIXTURE_SECOND};
	const TocsinMuteRecord wrong = {.where = (char *)"1 +"};
	TocsinMutes *mutes =
	        tocsin_mutes_new(fixture->store, fixture->clock, on_mutes, &changes, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *id = g_strdup(tocsin_mutes_add(mutes, &wanted, &error));
	g_autoptr(GPtrArray) compiled = NULL;
	gint64 until_us = 0;

	g_assert_no_error(error);
	g_assert_cmpuint(changes, ==, 1);
	g_assert_null(tocsin_mutes_add(mutes, &wrong, &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
	tocsin_mutes_free(mutes);
	mutes = tocsin_mutes_new(fixture->store, fixture->clock, on_mutes, &changes, NULL);
	g_assert_cmpuint(tocsin_mutes_list(mutes)->len, ==, 1);
	compiled = tocsin_mutes_compile(mutes);
	g_assert_true(tocsin_mute_is_for(compiled->pdata[0], "ssh-brute-force"));
	g_assert_false(tocsin_mute_is_for(compiled->pdata[0], "disk"));
	g_assert_false(tocsin_mute_is_on(compiled->pdata[0], NULL, FIXTURE_NOW, &until_us));
	g_assert_false(tocsin_mutes_remove(mutes, "nothing", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	tocsin_clock_advance(fixture->clock, 61 * FIXTURE_SECOND);
	g_assert_cmpuint(tocsin_mutes_list(mutes)->len, ==, 0);
	tocsin_mutes_free(mutes);
	mutes = tocsin_mutes_new(fixture->store, fixture->clock, on_mutes, &changes, NULL);
	g_assert_cmpuint(tocsin_mutes_list(mutes)->len, ==, 0);
	tocsin_mutes_free(mutes);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ledger/a_turn_is_one_batch", a_turn_is_one_batch);
	g_test_add_func("/ledger/a_full_one_has_no_room", a_full_one_has_no_room);
	g_test_add_func("/ledger/trouble_keeps_the_batch", trouble_keeps_the_batch);
	g_test_add_func("/ledger/who_was_held_hears_of_room", who_was_held_hears_of_room);
	g_test_add_func("/seen/events_are_seen_once", events_are_seen_once);
	g_test_add_func("/seen/what_was_seen_long_ago_is_forgotten",
	                what_was_seen_long_ago_is_forgotten);
	g_test_add_func("/chronicle/many_lines_become_one", many_lines_become_one);
	g_test_add_func("/mutes/outlive_the_program", mutes_outlive_the_program);
	return g_test_run();
}
