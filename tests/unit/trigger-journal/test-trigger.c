/* SPDX-License-Identifier: MIT */
/* The journal trigger as the host runs it, on real journal files. */
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "entries.h"
#include "journal-unit.h"
#include "trigger-host.h"

#define SECOND G_USEC_PER_SEC
#define MINUTE_US (60 * (gint64)SECOND)

typedef struct {
	TriggerHost host;
	char *folder;
	GString *stream;
} Journal;

static void
set_up(Journal *self, gconstpointer data)
{
	trigger_host_set_up(&self->host, &tocsin_journal_unit);
	self->folder = g_dir_make_tmp("tocsin-journal-XXXXXX", NULL);
	g_assert_nonnull(self->folder);
	self->stream = g_string_new(NULL);
	trigger_host_set(&self->host, "path", self->folder);
	trigger_host_set(&self->host, "from", data != NULL ? data : "start");
}

static int
on_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static void
tear_down(Journal *self, gconstpointer data)
{
	trigger_host_tear_down(&self->host);
	if (g_file_test(self->folder, G_FILE_TEST_EXISTS)) {
		g_assert_cmpint(nftw(self->folder, on_entry, 10, FTW_DEPTH | FTW_PHYS), ==, 0);
	}
	g_free(self->folder);
	g_string_free(self->stream, TRUE);
}

/* An entry at the tests' time, more microseconds than ever before behind it. */
static void
add(Journal *self, const char *fields)
{
	static gint64 passed_us;

	entries_add(self->stream, tocsin_clock_wall_us(self->host.clock) + ++passed_us, fields);
}

static void
add_message(Journal *self, const char *message)
{
	g_autofree char *fields = g_strdup_printf("MESSAGE=%s\n", message);

	add(self, fields);
}

static void
write_to(Journal *self, const char *name)
{
	entries_write(self->folder, name, self->stream);
}

static TocsinSettings *
add_pattern(Journal *self, const char *name, const char *regex)
{
	TocsinSettings *group = tocsin_settings_add_group(self->host.settings, "patterns", NULL);

	g_assert_nonnull(group);
	tocsin_settings_set_text(group, "name", name, NULL);
	tocsin_settings_set_text(group, "regex", regex, NULL);
	return group;
}

/* The messages since the last call, "*" behind those that catch up; forgets them. */
static void
assert_messages(Journal *self, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);

	trigger_host_settle(&self->host);
	for (guint i = 0; i < self->host.events->len; i++) {
		const TocsinEvent *event = trigger_host_event(&self->host, i);

		g_string_append_printf(found, "%s%s%s", i > 0 ? "|" : "",
		                       tocsin_event_field_string(event, "message"),
		                       (event->flags & TOCSIN_EVENT_CATCH_UP) != 0 ? "*" : "");
	}
	g_assert_cmpstr(found->str, ==, expected);
	g_ptr_array_set_size(self->host.events, 0);
}

static void
start(Journal *self)
{
	trigger_host_start(&self->host);
	trigger_host_settle(&self->host);
}

static void
raises_entries_with_their_fields(Journal *self, gconstpointer data)
{
	const TocsinEvent *event;

	trigger_host_add(&self->host, "fields", "CODE_FILE");
	add(self, "MESSAGE=disk full\nPRIORITY=3\n_SYSTEMD_UNIT=db.service\n_PID=42\n_UID=7\n"
	          "SYSLOG_IDENTIFIER=db\n_HOSTNAME=h\nCODE_FILE=a.c\nOTHER=x\n"
	          "_SOURCE_REALTIME_TIMESTAMP=1795435200000123\n");
	write_to(self, "a.journal");
	start(self);
	event = trigger_host_event(&self->host, 0);
	g_assert_cmpstr(event->kind, ==, "entry");
	g_assert_cmpstr(event->key, ==, "db.service");
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_ERROR);
	g_assert_cmpint(event->time_us, ==, G_GINT64_CONSTANT(1795435200000123));
	g_assert_cmpstr(tocsin_event_field_string(event, "message"), ==, "disk full");
	g_assert_cmpstr(tocsin_event_field_string(event, "unit"), ==, "db.service");
	g_assert_cmpstr(tocsin_event_field_string(event, "identifier"), ==, "db");
	g_assert_cmpstr(tocsin_event_field_string(event, "host"), ==, "h");
	g_assert_cmpstr(tocsin_event_field_string(event, "code_file"), ==, "a.c");
	g_assert_cmpint(trigger_host_number(event, "pid"), ==, 42);
	g_assert_cmpint(trigger_host_number(event, "uid"), ==, 7);
	g_assert_cmpint(trigger_host_number(event, "priority"), ==, 3);
	g_assert_null(tocsin_event_field(event, "other"));
	g_assert_cmpuint(event->excerpt->len, ==, 1);
	g_assert_cmpuint(self->host.events->len, ==, 1);
}

static void
follows_what_is_appended(Journal *self, gconstpointer data)
{
	add_message(self, "one");
	write_to(self, "a.journal");
	start(self);
	assert_messages(self, "one");
	for (guint i = 0; i < 3; i++) {
		g_autofree char *message = g_strdup_printf("more %u", i);

		add_message(self, message);
		write_to(self, "a.journal");
		trigger_host_run_until(&self->host, 1);
		assert_messages(self, message);
	}
}

static void
takes_captures_of_patterns(Journal *self, gconstpointer data)
{
	TocsinSettings *failed =
	        add_pattern(self, "failed", "Failed password for (?<user>\\S+) from (?<ip>\\S+)");
	const TocsinEvent *event;

	tocsin_settings_set_text(failed, "key", "ip", NULL);
	tocsin_settings_set_text(failed, "severity", "critical", NULL);
	tocsin_settings_set_text(failed, "status", "problem", NULL);
	add_pattern(self, "any", "password (?<message>for)");
	add_message(self, "Accepted password of bob");
	add_message(self, "Failed password for bob from ::1");
	write_to(self, "a.journal");
	start(self);
	g_assert_cmpuint(self->host.events->len, ==, 2);
	event = trigger_host_event(&self->host, 0);
	g_assert_cmpstr(event->kind, ==, "failed");
	g_assert_cmpstr(event->key, ==, "::1");
	g_assert_cmpint(event->status, ==, TOCSIN_STATUS_PROBLEM);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_CRITICAL);
	g_assert_cmpstr(tocsin_event_field_string(event, "user"), ==, "bob");
	event = trigger_host_event(&self->host, 1);
	g_assert_cmpstr(event->kind, ==, "any");
	/* A capture goes before the entry's own field. */
	g_assert_cmpstr(tocsin_event_field_string(event, "message"), ==, "for");
	g_assert_cmpstr(event->id, !=, trigger_host_event(&self->host, 0)->id);
}

static void
write_some_of_all_kinds(Journal *self)
{
	add(self, "MESSAGE=db\n_SYSTEMD_UNIT=db.service\nPRIORITY=6\nSYSLOG_IDENTIFIER=db\n");
	add(self, "MESSAGE=db failed\nUNIT=db.service\n_PID=1\nPRIORITY=4\n"
	          "SYSLOG_IDENTIFIER=systemd\n_SYSTEMD_UNIT=init.scope\n");
	add(self, "MESSAGE=not the manager\nUNIT=db.service\n_PID=2\n_SYSTEMD_UNIT=x.service\n");
	add(self, "MESSAGE=web1\n_SYSTEMD_UNIT=web@1.service\nPRIORITY=3\n"
	          "SYSLOG_IDENTIFIER=web\n");
	add(self, "MESSAGE=web2\n_SYSTEMD_UNIT=web@2.service\nPRIORITY=2\n"
	          "SYSLOG_IDENTIFIER=web\nCODE=7\n");
	add(self, "MESSAGE=kernel\n_TRANSPORT=kernel\nPRIORITY=1\nCODE=8\n");
	write_to(self, "a.journal");
}

static void
reads_only_what_is_wanted(Journal *self, gconstpointer data)
{
	static const struct {
		const char *units, *priority, *identifiers, *matches, *messages;
	} cases[] = {
	        {NULL, NULL, NULL, NULL, "db|db failed|not the manager|web1|web2|kernel"},
	        {"db", NULL, NULL, NULL, "db|db failed"},
	        {"db.service", "warning", NULL, NULL, "db failed"},
	        {"web@*", NULL, NULL, NULL, "web1|web2"},
	        {"d?.service", NULL, NULL, NULL, "db|db failed"},
	        {"db web@1", NULL, NULL, NULL, "db|db failed|web1"},
	        {NULL, "critical", NULL, NULL, "web2|kernel"},
	        {NULL, NULL, "web db", NULL, "db|web1|web2"},
	        {NULL, NULL, NULL, "CODE=7 CODE=8", "web2|kernel"},
	        {NULL, NULL, NULL, "CODE=7 _TRANSPORT=kernel", ""},
	        {"web@*", "critical", "web", "CODE=7", "web2"},
	};

	write_some_of_all_kinds(self);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const keys[] = {"units", "identifiers", "matches"};
		const char *const values[] = {cases[i].units, cases[i].identifiers,
		                              cases[i].matches};

		trigger_host_reset(&self->host);
		trigger_host_set(&self->host, "path", self->folder);
		trigger_host_set(&self->host, "from", "start");
		for (guint j = 0; j < G_N_ELEMENTS(keys); j++) {
			g_auto(GStrv) items =
			        g_strsplit(values[j] != NULL ? values[j] : "", " ", -1);

			for (guint k = 0; values[j] != NULL && items[k] != NULL; k++) {
				trigger_host_add(&self->host, keys[j], items[k]);
			}
		}
		if (cases[i].priority != NULL) {
			trigger_host_set(&self->host, "priority", cases[i].priority);
		}
		start(self);
		assert_messages(self, cases[i].messages);
		trigger_host_stop(&self->host);
	}
}

static void
goes_on_where_it_was(Journal *self, gconstpointer data)
{
	add_message(self, "old");
	write_to(self, "a.journal");
	start(self);
	assert_messages(self, ""); /* the very first start */
	add_message(self, "one");
	write_to(self, "a.journal");
	trigger_host_run_until(&self->host, 1);
	assert_messages(self, "one");
	trigger_host_stop(&self->host);
	add_message(self, "two");
	add_message(self, "three");
	write_to(self, "a.journal");
	tocsin_clock_advance(self->host.clock, SECOND);
	start(self);
	assert_messages(self, "two*|three*");
	trigger_host_stop(&self->host);
	start(self);
	assert_messages(self, "");
}

static void
begins_in_an_empty_journal(Journal *self, gconstpointer data)
{
	start(self);
	assert_messages(self, "");
	add_message(self, "one");
	write_to(self, "a.journal");
	trigger_host_run_until(&self->host, 1);
	assert_messages(self, "one");
}

static void
waits_for_a_journal_that_is_not_there(Journal *self, gconstpointer data)
{
	g_assert_cmpint(g_rmdir(self->folder), ==, 0);
	start(self);
	trigger_host_advance(&self->host, 10 * SECOND);
	assert_messages(self, "");
	g_assert_cmpint(g_mkdir(self->folder, 0700), ==, 0);
	add_message(self, "one");
	write_to(self, "a.journal");
	trigger_host_advance(&self->host, 10 * SECOND);
	assert_messages(self, "one");
	add_message(self, "two");
	write_to(self, "a.journal");
	trigger_host_run_until(&self->host, 1);
	assert_messages(self, "two");
}

static void
begins_where_it_is_told_to(Journal *self, gconstpointer data)
{
	static const struct {
		const char *from, *messages;
	} cases[] = {
	        {"start", "old*|older than that*|late*|new"},
	        {"end", "new"},
	        {"since 10m", "late*|new*|new*|new"},
	};

	add_message(self, "old");
	tocsin_clock_advance(self->host.clock, MINUTE_US);
	add_message(self, "older than that");
	tocsin_clock_advance(self->host.clock, 15 * MINUTE_US);
	add_message(self, "late");
	write_to(self, "a.journal");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		tocsin_clock_advance(self->host.clock, MINUTE_US);
		trigger_host_reset(&self->host);
		trigger_host_set(&self->host, "path", self->folder);
		trigger_host_set(&self->host, "from", cases[i].from);
		g_hash_table_remove_all(self->host.positions);
		start(self);
		add_message(self, "new");
		write_to(self, "a.journal");
		assert_messages(self, cases[i].messages);
		trigger_host_stop(&self->host);
	}
}

static void
reads_on_through_rotation(Journal *self, gconstpointer data)
{
	g_autofree char *first = g_build_filename(self->folder, "a.journal", NULL);
	g_autofree char *archived = g_build_filename(self->folder, "a@1.journal", NULL);

	add_message(self, "one");
	write_to(self, "a.journal");
	start(self);
	assert_messages(self, "one");
	/* As journald does it: the file gets another name, and a new one takes its place. */
	add_message(self, "two");
	write_to(self, "a.journal");
	g_assert_cmpint(g_rename(first, archived), ==, 0);
	add_message(self, "three");
	write_to(self, "a.journal");
	trigger_host_run_until(&self->host, 2);
	assert_messages(self, "two|three");
	/* The old one is vacuumed. */
	g_assert_cmpint(g_unlink(archived), ==, 0);
	trigger_host_settle(&self->host);
	add_message(self, "four");
	write_to(self, "a.journal");
	trigger_host_run_until(&self->host, 1);
	assert_messages(self, "four");
}

static void
does_without_the_entry_it_was_at(Journal *self, gconstpointer data)
{
	g_autofree char *first = g_build_filename(self->folder, "a.journal", NULL);

	add_message(self, "one");
	write_to(self, "a.journal");
	start(self);
	assert_messages(self, "one");
	trigger_host_stop(&self->host);
	g_assert_cmpint(g_unlink(first), ==, 0);
	add_message(self, "two");
	write_to(self, "b.journal");
	trigger_host_reset(&self->host);
	trigger_host_set(&self->host, "path", self->folder);
	start(self);
	assert_messages(self, "two");
	trigger_host_stop(&self->host);
	/* A cursor that means nothing: then the time has to do. */
	g_hash_table_replace(self->host.positions, g_strdup("place"),
	                     g_bytes_new_static("1795435200000000 rubbish", 24));
	start(self);
	assert_messages(self, "two");
	trigger_host_stop(&self->host);
	g_hash_table_replace(self->host.positions, g_strdup("place"),
	                     g_bytes_new_static("rubbish", 7));
	start(self);
	assert_messages(self, ""); /* as at the very first start */
}

static void
makes_equal_ids_of_equal_entries(Journal *self, gconstpointer data)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	add_message(self, "same");
	add_message(self, "same");
	write_to(self, "a.journal");
	start(self);
	first = g_strdup(trigger_host_event(&self->host, 0)->id);
	second = g_strdup(trigger_host_event(&self->host, 1)->id);
	g_assert_cmpstr(first, !=, second);
	trigger_host_stop(&self->host);
	start(self);
	g_assert_cmpstr(trigger_host_event(&self->host, 0)->id, ==, first);
	g_assert_cmpstr(trigger_host_event(&self->host, 1)->id, ==, second);
}

static void
waits_for_room(Journal *self, gconstpointer data)
{
	add_pattern(self, "x", "x");
	add_pattern(self, "y", "y");
	add_message(self, "x y 1");
	add_message(self, "x y 2");
	write_to(self, "a.journal");
	self->host.room = 1;
	start(self);
	assert_messages(self, "x y 1");
	add_message(self, "x y 3");
	write_to(self, "a.journal");
	trigger_host_settle(&self->host);
	self->host.room = 2;
	tocsin_trigger_resume(self->host.trigger);
	assert_messages(self, "x y 1|x y 2");
	/* What was not taken comes again after a restart, with all of its entry. */
	trigger_host_stop(&self->host);
	trigger_host_reset(&self->host);
	trigger_host_set(&self->host, "path", self->folder);
	add_pattern(self, "x", "x");
	add_pattern(self, "y", "y");
	self->host.room = 9;
	start(self);
	assert_messages(self, "x y 2|x y 2|x y 3|x y 3");
}

static void
takes_any_bytes(Journal *self, gconstpointer data)
{
	static const char binary[] = "MESSAGE\n\x07\0\0\0\0\0\0\0a\0\xff\nb\nc\n";
	g_autoptr(GString) fields = g_string_new(NULL);
	const TocsinEvent *event;

	entries_add(self->stream, tocsin_clock_wall_us(self->host.clock) + 1, "");
	g_string_truncate(self->stream, self->stream->len - 1);
	g_string_append_len(self->stream, binary, sizeof binary - 1);
	g_string_append_c(self->stream, '\n');
	add(self, "PRIORITY=9\n_PID=x\n");
	write_to(self, "a.journal");
	start(self);
	g_assert_cmpuint(self->host.events->len, ==, 2);
	event = trigger_host_event(&self->host, 0);
	g_assert_cmpuint(event->excerpt->len, ==, 3);
	event = trigger_host_event(&self->host, 1);
	g_assert_null(tocsin_event_field(event, "message"));
	g_assert_null(tocsin_event_field(event, "pid"));
}

static void
says_all_that_is_wrong(Journal *self, gconstpointer data)
{
	g_autofree char *problem = NULL;

	trigger_host_reset(&self->host);
	trigger_host_set(&self->host, "path", "relative");
	trigger_host_set(&self->host, "from", "since ever");
	trigger_host_add(&self->host, "matches", "unit=x");
	trigger_host_add(&self->host, "fields", "code_file");
	add_pattern(self, "a", "(");
	problem = trigger_host_check(&self->host);
	g_assert_nonnull(strstr(problem, "'relative' must be an absolute path"));
	g_assert_nonnull(strstr(problem, "from:"));
	g_assert_nonnull(strstr(problem, "'unit=x' must be FIELD=VALUE"));
	g_assert_nonnull(strstr(problem, "'code_file' is no field"));
	g_assert_nonnull(strstr(problem, "pattern 'a'"));
}

static void
declares_its_events(Journal *self, gconstpointer data)
{
	g_autoptr(TocsinSchema) schema = NULL;
	g_autoptr(GError) error = NULL;

	add_pattern(self, "failed", "for (?<user>\\S+) (?<message>.)");
	trigger_host_add(&self->host, "fields", "CODE_FILE");
	trigger_host_add(&self->host, "fields", "_SYSTEMD_UNIT");
	g_assert_null(trigger_host_check(&self->host));
	schema = tocsin_trigger_check(self->host.unit, "app", self->host.settings, &error);
	g_assert_no_error(error);
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "user"));
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "message"));
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "unit"));
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "code_file"));
	g_assert_null(tocsin_schema_field(schema, "failed", "other"));
}

static void
cannot_be_tested(void)
{
	g_test_skip("there is no " ENTRIES_WRITER);
}

#define ADD(from, name) \
	g_test_add("/trigger/journal/" #name, Journal, from, set_up, name, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	if (!entries_can_write()) {
		g_test_add_func("/trigger/journal/entries", cannot_be_tested);
		return g_test_run();
	}
	ADD(NULL, raises_entries_with_their_fields);
	ADD(NULL, follows_what_is_appended);
	ADD(NULL, takes_captures_of_patterns);
	ADD(NULL, reads_only_what_is_wanted);
	ADD("checkpoint", goes_on_where_it_was);
	ADD("checkpoint", begins_in_an_empty_journal);
	ADD("end", waits_for_a_journal_that_is_not_there);
	ADD(NULL, begins_where_it_is_told_to);
	ADD(NULL, reads_on_through_rotation);
	ADD(NULL, does_without_the_entry_it_was_at);
	ADD(NULL, makes_equal_ids_of_equal_entries);
	ADD(NULL, waits_for_room);
	ADD(NULL, takes_any_bytes);
	ADD(NULL, says_all_that_is_wrong);
	ADD(NULL, declares_its_events);
	return g_test_run();
}
