/* SPDX-License-Identifier: MIT */
/* The log trigger as the host runs it: settings in, events and positions out. */
#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

#include "log-unit.h"
#include "plugin/call-trigger.h"
#include "plugin/unit.h"
#include "tailing.h"

typedef struct {
	Tailing files; /* for its folder and writing there; its follower is not used */
	GMainContext *context;
	TocsinUnit *unit;
	TocsinSettings *settings;
	TocsinTrigger *trigger;
	GPtrArray *events;     /* of TocsinEvent */
	GPtrArray *order;      /* of names of positions, sorted */
	GHashTable *positions; /* of name : GBytes */
	guint room;            /* events that are taken before there is no room */
	GError *error;
} Host;

static gint32
on_emit(gpointer user, TocsinEvent *event, guint64 token)
{
	Host *host = user;

	if (host->room == 0) {
		return TOCSIN_E_TEMP;
	}
	host->room--;
	g_ptr_array_add(host->events, tocsin_event_ref(event));
	return TOCSIN_OK;
}

static void
on_checkpoint(gpointer user, const char *name, GBytes *position)
{
	Host *host = user;

	if (position == NULL) {
		g_hash_table_remove(host->positions, name);
	} else {
		g_hash_table_replace(host->positions, g_strdup(name), g_bytes_ref(position));
	}
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
on_restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	Host *host = user;
	GHashTableIter iter;
	gpointer name;

	if (index == 0) {
		g_ptr_array_set_size(host->order, 0);
		g_hash_table_iter_init(&iter, host->positions);
		while (g_hash_table_iter_next(&iter, &name, NULL)) {
			g_ptr_array_add(host->order, g_strdup(name));
		}
		g_ptr_array_sort(host->order, compare_names);
	}
	if (index >= host->order->len) {
		return FALSE;
	}
	*out_name = host->order->pdata[index];
	*out_position = g_hash_table_lookup(host->positions, *out_name);
	return TRUE;
}

static void
on_error(gpointer user, gint32 status, const GError *error)
{
	Host *host = user;

	if (host->error == NULL) {
		host->error = g_error_copy(error);
	}
}

static const TocsinTriggerSink sink = {on_emit, on_checkpoint, on_restore, on_error};

static void
set_up(Host *host, gconstpointer data)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	*host = (Host){.room = G_MAXUINT};
	tailing_set_up(&host->files, "*.log", TOCSIN_LOG_FROM_START);
	host->context = g_main_context_new();
	host->unit = tocsin_unit_new(&tocsin_log_unit, "trigger-log", "/trigger-log.so");
	g_assert_true(tocsin_keys_add(keys, tocsin_log_unit.keys, NULL));
	host->settings = tocsin_settings_new(keys);
	tocsin_settings_add_item(host->settings, "files", host->files.pattern, NULL);
	tocsin_settings_set_text(host->settings, "from", data != NULL ? data : "start", NULL);
	host->events = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_event_unref);
	host->order = g_ptr_array_new_with_free_func(g_free);
	host->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                        (GDestroyNotify)g_bytes_unref);
}

static void
tear_down(Host *host, gconstpointer data)
{
	tocsin_trigger_stop(host->trigger);
	tocsin_unit_free(host->unit);
	tocsin_settings_unref(host->settings);
	g_main_context_unref(host->context);
	g_ptr_array_unref(host->events);
	g_ptr_array_unref(host->order);
	g_hash_table_unref(host->positions);
	g_clear_error(&host->error);
	tailing_tear_down(&host->files);
}

static TocsinSettings *
add_pattern(Host *host, const char *name, const char *regex)
{
	TocsinSettings *group = tocsin_settings_add_group(host->settings, "patterns", NULL);

	g_assert_nonnull(group);
	tocsin_settings_set_text(group, "name", name, NULL);
	tocsin_settings_set_text(group, "regex", regex, NULL);
	return group;
}

static void
start(Host *host)
{
	g_autoptr(GError) error = NULL;

	tocsin_settings_finish(host->settings, &error);
	g_assert_no_error(error);
	host->trigger =
	        tocsin_trigger_start(host->unit, "app", host->settings, tocsin_clock_system(),
	                             host->context, &sink, host, NULL, &error);
	g_assert_no_error(error);
}

/* Turns the loop until there are @count events. */
static void
run_until(Host *host, guint count)
{
	while (host->events->len < count && host->error == NULL) {
		g_main_context_iteration(host->context, TRUE);
	}
	g_assert_no_error(host->error);
	g_assert_cmpuint(host->events->len, ==, count);
}

static const TocsinEvent *
event_at(const Host *host, guint index)
{
	g_assert_cmpuint(index, <, host->events->len);
	return host->events->pdata[index];
}

static void
raises_events_with_fields(Host *host, gconstpointer data)
{
	TocsinSettings *group =
	        add_pattern(host, "failed", "Failed password for (?<user>\\S+) from (?<ip>\\S+)");
	const TocsinEvent *event;

	tocsin_settings_set_text(group, "key", "ip", NULL);
	tocsin_settings_set_text(group, "severity", "warning", NULL);
	tailing_append(&host->files, "a.log",
	               "2026-11-23T20:24:28Z h sshd: Failed password for bob from ::1\nother\n",
	               -1);
	start(host);
	run_until(host, 1);
	event = event_at(host, 0);
	g_assert_cmpstr(event->kind, ==, "failed");
	g_assert_cmpstr(event->key, ==, "::1");
	g_assert_cmpint(event->time_us, ==, G_GINT64_CONSTANT(1795465468000000));
	g_assert_cmpuint(event->flags & TOCSIN_EVENT_CATCH_UP, !=, 0);
	g_assert_cmpstr(tocsin_event_field_string(event, "user"), ==, "bob");
	g_assert_true(g_str_has_suffix(tocsin_event_field_string(event, "file"), "/a.log"));
	tailing_append(&host->files, "b.log", "Failed password for eve from ::2\n", -1);
	run_until(host, 2);
	g_assert_cmpstr(event_at(host, 1)->key, ==, "::2");
	g_assert_cmpuint(event_at(host, 1)->flags & TOCSIN_EVENT_CATCH_UP, ==, 0);
}

static void
goes_on_after_a_restart_with_equal_ids(Host *host, gconstpointer data)
{
	g_autofree char *first = NULL;

	add_pattern(host, "x", "x\\d");
	tailing_append(&host->files, "a.log", "x1\n", -1);
	start(host);
	run_until(host, 1);
	first = g_strdup(event_at(host, 0)->id);
	g_clear_pointer(&host->trigger, tocsin_trigger_stop);
	tailing_append(&host->files, "a.log", "x2\n", -1);
	/* With from = "start" all is read again, and the first event is the same as before. */
	start(host);
	run_until(host, 3);
	g_assert_cmpstr(event_at(host, 1)->id, ==, first);
	g_assert_cmpstr(event_at(host, 2)->id, !=, first);
}

static void
waits_for_room(Host *host, gconstpointer data)
{
	add_pattern(host, "x", "x\\d");
	host->room = 1;
	tailing_append(&host->files, "a.log", "x1\nx2\nx3\n", -1);
	start(host);
	run_until(host, 1);
	while (g_main_context_iteration(host->context, FALSE)) {
	}
	g_assert_cmpuint(host->events->len, ==, 1);
	host->room = 9;
	tocsin_trigger_resume(host->trigger);
	run_until(host, 3);
}

/* The excerpt is just these lines, each with its mark's number before it. */
static void
assert_excerpt(const Host *host, guint index, const char *expected)
{
	g_autoptr(GString) shown = g_string_new(NULL);
	const TocsinEvent *event = event_at(host, index);

	for (guint i = 0; i < event->excerpt->len; i++) {
		const TocsinLine *line = event->excerpt->pdata[i];

		g_string_append_printf(shown, "%d%s ", (int)line->mark, line->text);
	}
	g_assert_cmpstr(shown->str, ==, expected);
}

static void
shows_the_lines_around(Host *host, gconstpointer data)
{
	TocsinSettings *context = tocsin_settings_add_group(host->settings, "context", NULL);

	tocsin_settings_set_number(context, "before", 2, NULL);
	tocsin_settings_set_number(context, "after", 2, NULL);
	add_pattern(host, "x", "error");
	tailing_append(&host->files, "a.log", "1\n2\n3\n", -1);
	start(host);
	tailing_append(&host->files, "a.log", "error\n", -1);
	while (g_main_context_iteration(host->context, FALSE)) {
	}
	tailing_append(&host->files, "a.log", "4\n", -1);
	while (g_main_context_iteration(host->context, FALSE)) {
	}
	g_assert_cmpuint(host->events->len, ==, 0);
	tailing_append(&host->files, "a.log", "5\n6\n", -1);
	run_until(host, 1);
	assert_excerpt(host, 0, "02 03 1error 24 25 ");
}

/* The lines before a match may be in the file before it, however the log was rotated. */
static void
shows_the_lines_before_across_a_rotation(Host *host, gconstpointer data)
{
	TocsinSettings *context = tocsin_settings_add_group(host->settings, "context", NULL);

	tocsin_settings_set_number(context, "before", 3, NULL);
	add_pattern(host, "x", "error");
	tailing_append(&host->files, "a.log", "0\n1\n2\n", -1);
	start(host);
	tailing_append(&host->files, "a.log", "3\n", -1);
	while (g_main_context_iteration(host->context, FALSE)) {
	}
	tailing_rename(&host->files, "a.log", "a.log.1");
	tailing_append(&host->files, "a.log", "error 4\n", -1);
	run_until(host, 1);
	assert_excerpt(host, 0, "01 02 03 1error 4 ");
	tailing_append(&host->files, "a.log", "5\nerror 6\n", -1);
	run_until(host, 2);
	assert_excerpt(host, 1, "03 0error 4 05 1error 6 ");
	tailing_unlink(&host->files, "a.log.1");
	tailing_copy(&host->files, "a.log", "a.log.1");
	tailing_truncate(&host->files, "a.log", 0);
	while (g_main_context_iteration(host->context, FALSE)) {
	}
	tailing_append(&host->files, "a.log", "7\nerror 8\n", -1);
	run_until(host, 3);
	assert_excerpt(host, 2, "05 0error 6 07 1error 8 ");
}

static void
raises_a_stack_trace_as_one_event(Host *host, gconstpointer data)
{
	tocsin_settings_set_text(host->settings, "multiline", "java", NULL);
	tocsin_settings_set_text(host->settings, "flush_after", "20ms", NULL);
	add_pattern(host, "io", "^Caused by: (?<cause>.*)$");
	tailing_append(&host->files, "a.log",
	               "ERROR x\njava.io.IOException: y\n\tat a(b)\nCaused by: disk full\n\tat c\n",
	               -1);
	start(host);
	run_until(host, 1);
	g_assert_cmpstr(tocsin_event_field_string(event_at(host, 0), "cause"), ==, "disk full");
	g_assert_cmpuint(event_at(host, 0)->excerpt->len, ==, 5);
	tailing_append(&host->files, "a.log", "INFO z\n", -1);
	/* What was raised as partial is not raised again when it is complete. */
	tailing_append(&host->files, "a.log", "Caused by: other\nINFO z\n", -1);
	run_until(host, 2);
	g_assert_cmpstr(tocsin_event_field_string(event_at(host, 1), "cause"), ==, "other");
}

static void
raises_a_partial_line_once(Host *host, gconstpointer data)
{
	tocsin_settings_set_text(host->settings, "flush_after", "20ms", NULL);
	add_pattern(host, "x", "x");
	tailing_append(&host->files, "a.log", "x without end", -1);
	start(host);
	run_until(host, 1);
	g_assert_cmpuint(event_at(host, 0)->flags & TOCSIN_EVENT_PARTIAL, !=, 0);
	tailing_append(&host->files, "a.log", " and now it has one\nx\n", -1);
	run_until(host, 2);
	g_assert_cmpstr(tocsin_event_field_string(event_at(host, 1), "line"), ==, "x");
}

/* What is no UTF-8, or no text at all, is matched as it stands and told as well as can be. */
static void
takes_any_bytes(Host *host, gconstpointer data)
{
	static const char text[] = "\0\0bad \xff\xfe byte\nbad \xc3\xa4 byte\r\nbad \0 byte\n";
	const char *what;

	add_pattern(host, "bad", "^bad (?<what>.+?) byte$");
	tailing_append(&host->files, "a.log", text, sizeof text - 1);
	start(host);
	run_until(host, 3);
	what = tocsin_event_field_string(event_at(host, 0), "what");
	g_assert_true(g_utf8_validate(what, -1, NULL));
	g_assert_cmpint(g_utf8_strlen(what, -1), ==, 2);
	g_assert_cmpstr(tocsin_event_field_string(event_at(host, 1), "what"), ==, "\xc3\xa4");
	g_assert_true(
	        g_utf8_validate(tocsin_event_field_string(event_at(host, 2), "line"), -1, NULL));
}

static void
names_all_that_is_wrong(Host *host, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSchema) schema = NULL;

	add_pattern(host, "a", "(");
	add_pattern(host, "b", "[");
	add_pattern(host, "b", "x");
	tocsin_settings_add_item(host->settings, "files", "relative.log", NULL);
	tocsin_settings_finish(host->settings, NULL);
	schema = tocsin_trigger_check(host->unit, "app", host->settings, &error);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_assert_null(schema);
	g_assert_nonnull(strstr(error->message, "'relative.log'"));
	g_assert_nonnull(strstr(error->message, "from:"));
	g_assert_nonnull(strstr(error->message, "pattern 'a'"));
	g_assert_nonnull(strstr(error->message, "pattern 'b': the regex"));
	g_assert_nonnull(strstr(error->message, "twice"));
}

static void
declares_its_events(Host *host, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSchema) schema = NULL;

	add_pattern(host, "failed", "for (?<user>\\S+)(?:(?J)a(?<ip>.)|b(?<ip>.))");
	tocsin_settings_finish(host->settings, NULL);
	schema = tocsin_trigger_check(host->unit, "app", host->settings, &error);
	g_assert_no_error(error);
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "user"));
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "ip"));
	g_assert_nonnull(tocsin_schema_field(schema, "failed", "line"));
	g_assert_null(tocsin_schema_field(schema, "failed", "other"));
}

static void
reads_a_pattern_file(Host *host, gconstpointer data)
{
	g_autofree char *path = tailing_path(&host->files, "app.patterns");

	tailing_append(&host->files, "app.patterns", "# comment\n\nfound\tneedle (?<n>\\d+)\n", -1);
	tocsin_settings_set_text(host->settings, "pattern_file", path, NULL);
	tailing_append(&host->files, "a.log", "a needle 42\n", -1);
	start(host);
	run_until(host, 1);
	g_assert_cmpstr(tocsin_event_field_string(event_at(host, 0), "n"), ==, "42");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add("/log/trigger/" #name, Host, NULL, set_up, name, tear_down)
	ADD(raises_events_with_fields);
	ADD(goes_on_after_a_restart_with_equal_ids);
	ADD(waits_for_room);
	ADD(shows_the_lines_around);
	ADD(shows_the_lines_before_across_a_rotation);
	ADD(raises_a_stack_trace_as_one_event);
	ADD(raises_a_partial_line_once);
	ADD(takes_any_bytes);
	g_test_add("/log/trigger/names_all_that_is_wrong", Host, "since ever", set_up,
	           names_all_that_is_wrong, tear_down);
	ADD(declares_its_events);
	ADD(reads_a_pattern_file);
	return g_test_run();
}
