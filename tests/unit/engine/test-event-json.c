/* SPDX-License-Identifier: MIT */
/* Events come out of JSON as they went in, and nothing half understood comes in. */
#include "engine/event-json.h"

#include <string.h>
#include <tocsin/error.h>

#define NOW_US (1754300000 * (gint64)G_USEC_PER_SEC)

static TocsinEvent *
read_text(const char *text, gboolean are_paths_allowed, GError **error)
{
	TocsinEventJsonDefaults defaults = {
	        .trigger = "emit", .now_us = NOW_US, .are_paths_allowed = are_paths_allowed};

	return tocsin_event_from_json(text, strlen(text), &defaults, error);
}

static void
little_is_needed(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinEvent) event = read_text("{\"kind\": \"deployed\"}", FALSE, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(event->trigger, ==, "emit");
	g_assert_cmpstr(event->kind, ==, "deployed");
	g_assert_cmpstr(event->key, ==, "");
	g_assert_cmpint(event->time_us, ==, NOW_US);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_INFO);
	g_assert_cmpint(strlen(event->id), >, 0);
}

static void
what_is_said_is_taken(void)
{
	static const char text[] =
	        "{\"id\": \"i\", \"trigger\": \"app\", \"kind\": \"error\", \"key\": \"web 1\",\n"
	        "\"time\": \"2025-08-04T11:33:20.25+02:00\", \"seen\": 1754300001.5,\n"
	        "\"severity\": \"critical\", \"status\": \"problem\", \"is_catch_up\": true,\n"
	        "\"is_partial\": true,\n"
	        "\"fields\": {\"n\": -7, \"x\": 1.5, \"ok\": false, \"none\": null,\n"
	        "  \"when\": {\"$time\": \"1970-01-01T00:00:01Z\"}, "
	        "\"l\": [1, \"a\", null, {\"k\": \"v\"}]},\n"
	        "\"excerpt\": [\"one\", {\"mark\": \"after\", \"text\": \"two\"}],\n"
	        "\"attachments\": [{\"name\": \"a.txt\", \"text\": \"x\\n\"},\n"
	        "  {\"name\": \"b\", \"type\": \"image/png\", \"base64\": \"AAE=\"}]}";
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinEvent) event = read_text(text, FALSE, &error);
	const TocsinAttachment *attachment;

	g_assert_no_error(error);
	g_assert_cmpint(event->time_us, ==, NOW_US + 250000);
	g_assert_cmpint(event->seen_us, ==, NOW_US + 1500000);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_CRITICAL);
	g_assert_cmpint(event->status, ==, TOCSIN_STATUS_PROBLEM);
	g_assert_cmpuint(event->flags, ==, TOCSIN_EVENT_CATCH_UP | TOCSIN_EVENT_PARTIAL);
	g_assert_cmpuint(tocsin_value_count(event->fields), ==, 5);
	g_assert_cmpint(tocsin_value_get_int(tocsin_event_field(event, "n")), ==, -7);
	g_assert_cmpint(tocsin_value_type(tocsin_event_field(event, "when")), ==,
	                TOCSIN_VALUE_TIME);
	g_assert_cmpint(tocsin_value_get_int(tocsin_event_field(event, "when")), ==, 1000000);
	g_assert_cmpuint(tocsin_value_count(tocsin_event_field(event, "l")), ==, 3);
	g_assert_cmpint(((TocsinLine *)event->excerpt->pdata[0])->mark, ==, TOCSIN_MARK_MATCH);
	g_assert_cmpint(((TocsinLine *)event->excerpt->pdata[1])->mark, ==, TOCSIN_MARK_AFTER);
	attachment = event->attachments->pdata[1];
	g_assert_cmpstr(attachment->type, ==, "image/png");
	g_assert_cmpmem(g_bytes_get_data(attachment->bytes, NULL),
	                g_bytes_get_size(attachment->bytes), "\0\1", 2);
}

static void
an_event_comes_back_equal(void)
{
	g_autoptr(TocsinEvent) event = tocsin_event_new("i\"<", "t", "k", "\xe2\x82\xac", -5);
	g_autoptr(GBytes) bytes = g_bytes_new("\xff\0\"", 3);
	TocsinValue *list = tocsin_value_new_list();

	event->time_us = NOW_US + 1;
	event->seen_us = NOW_US + 999999;
	event->status = TOCSIN_STATUS_OK;
	event->flags = TOCSIN_EVENT_PARTIAL;
	tocsin_value_append(list, tocsin_value_new_double(0.1));
	tocsin_value_append(list, tocsin_value_new_time(G_GINT64_CONSTANT(1700000000123456)));
	tocsin_value_append(list, tocsin_value_new_bool(TRUE));
	tocsin_event_set_field(event, "list", list);
	tocsin_event_set_int(event, "large", G_MAXINT64);
	tocsin_event_set_string(event, "text", "a\tb\r\n\x01 \xf0\x9f\x94\x94", -1);
	tocsin_event_add_line(event, TOCSIN_MARK_BEFORE, "x", -1);
	tocsin_event_attach_bytes(event, "b", NULL, bytes);
	tocsin_event_attach_path(event, "p", "text/plain", "/tmp/p");
	for (gboolean is_pretty = FALSE; is_pretty <= TRUE; is_pretty++) {
		g_autofree char *json = tocsin_event_to_json(event, is_pretty);
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinEvent) back = read_text(json, TRUE, &error);
		g_autoptr(GByteArray) before = tocsin_event_pack(event);
		g_autoptr(GByteArray) after = NULL;

		g_assert_no_error(error);
		after = tocsin_event_pack(back);
		g_assert_cmpmem(after->data, after->len, before->data, before->len);
	}
}

static void
faults_are_named(void)
{
	static const struct {
		const char *text;
		const char *told;
	} cases[] = {
	        {"", "JSON"},
	        {"[]", "JSON object"},
	        {"{", "no JSON"},
	        {"{} x", "no JSON"},
	        {"{}", "'kind' is missing"},
	        {"{\"kind\": 1}", "'kind' has to be a text"},
	        {"{\"kind\": \"a\\nb\"}", "'kind' has to be on one line"},
	        {"{\"kind\": \"k\", \"kye\": \"\"}", "'kye'; did you mean key"},
	        {"{\"kind\": \"k\", \"zzzzzz\": 1}", "goes into 'fields'"},
	        {"{\"kind\": \"k\", \"time\": \"noon\"}", "'time' has to be a time"},
	        {"{\"kind\": \"k\", \"time\": -1}", "'time' has to be a time"},
	        {"{\"kind\": \"k\", \"time\": 1e300}", "'time' has to be a time"},
	        {"{\"kind\": \"k\", \"severity\": \"bad\"}", "'severity' has to be debug"},
	        {"{\"kind\": \"k\", \"status\": \"bad\"}", "'status' has to be none"},
	        {"{\"kind\": \"k\", \"is_partial\": 1}", "'is_partial' has to be true"},
	        {"{\"kind\": \"k\", \"fields\": []}", "'fields' has to be an object"},
	        {"{\"kind\": \"k\", \"fields\": {\"\": 1}}", "no field's name"},
	        {"{\"kind\": \"k\", \"excerpt\": {}}", "'excerpt' has to be a list"},
	        {"{\"kind\": \"k\", \"excerpt\": [1]}", "each line of 'excerpt'"},
	        {"{\"kind\": \"k\", \"excerpt\": [\"a\\nb\"]}", "each line of 'excerpt'"},
	        {"{\"kind\": \"k\", \"attachments\": [{}]}", "an object with a 'name'"},
	        {"{\"kind\": \"k\", \"attachments\": [{\"name\": \"n\"}]}", "just one of"},
	        {"{\"kind\": \"k\", \"attachments\": [{\"name\": \"n\", \"path\": \"/a\"}]}",
	         "not a path"},
	        {"{\"kind\": \"k\", \"attachments\": [{\"name\": \"n\", \"base64\": \"a*b\"}]}",
	         "'base64' is none"},
	        {"{\"kind\": \"k\", /* \" */ \"key\": \"\"}", "no JSON has there"},
	        {"{'kind': 'k'}", "no JSON has there"},
	        {"{\"kind\": \"\xff\"}", "UTF-8"},
	        {"{\"kind\": \"k\", \"fields\": {\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}}",
	         "nested more than"},
	        {"{\"kind\": \"k\", \"fields\": {\"a\":[[[[[[[[[1]]]]]]]]]}}",
	         "nested more than 8"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinEvent) event = read_text(cases[i].text, FALSE, &error);

		g_assert_null(event);
		g_assert_nonnull(error);
		g_test_message("%s: %s", cases[i].text, error->message);
		g_assert_nonnull(strstr(error->message, cases[i].told));
	}
}

/* As an empty GBytes has it. */
static void
what_is_empty_need_not_be_there(void)
{
	const TocsinEventJsonDefaults defaults = {.trigger = "emit"};
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_event_from_json(NULL, 0, &defaults, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_clear_error(&error);
	g_assert_null(tocsin_event_from_json("{\0}", 3, &defaults, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

static void
too_much_is_refused_rather_than_cut(void)
{
	g_autoptr(GString) lines = g_string_new("{\"kind\": \"k\", \"excerpt\": [\"0\"");
	g_autoptr(GString) fields = g_string_new("{\"kind\": \"k\", \"fields\": {\"f\": 0");
	g_autofree char *deep = g_strnfill(1000000, '[');

	for (guint i = 1; i <= TOCSIN_EVENT_EXCERPT_MAX; i++) {
		g_string_append_printf(lines, ", \"%u\"", i);
		g_string_append_printf(fields, ", \"f%u\": 0", i);
	}
	g_string_append(lines, "]}");
	g_string_append(fields, "}}");
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(read_text(i == 0   ? lines->str
		                        : i == 1 ? fields->str
		                                 : deep,
		                        FALSE, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	}
}

static void
a_list_of_events_is_all_or_nothing(void)
{
	static const char good[] = "[{\"kind\": \"a\"}, {\"kind\": \"b\"}]";
	static const char bad[] = "[{\"kind\": \"a\"}, {\"kin\": \"b\"}]";
	TocsinEventJsonDefaults defaults = {.trigger = "emit", .now_us = NOW_US};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) events =
	        tocsin_events_from_json(good, strlen(good), &defaults, &error);
	g_autoptr(GPtrArray) none = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(events->len, ==, 2);
	g_assert_cmpstr(((TocsinEvent *)events->pdata[0])->id, !=,
	                ((TocsinEvent *)events->pdata[1])->id);
	none = tocsin_events_from_json(bad, strlen(bad), &defaults, &error);
	g_assert_null(none);
	g_assert_true(g_str_has_prefix(error->message, "number 2 of the list: event: unknown"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/event-json/little_is_needed", little_is_needed);
	g_test_add_func("/event-json/what_is_said_is_taken", what_is_said_is_taken);
	g_test_add_func("/event-json/an_event_comes_back_equal", an_event_comes_back_equal);
	g_test_add_func("/event-json/faults_are_named", faults_are_named);
	g_test_add_func("/event-json/what_is_empty_need_not_be_there",
	                what_is_empty_need_not_be_there);
	g_test_add_func("/event-json/too_much_is_refused_rather_than_cut",
	                too_much_is_refused_rather_than_cut);
	g_test_add_func("/event-json/a_list_of_events_is_all_or_nothing",
	                a_list_of_events_is_all_or_nothing);
	return g_test_run();
}
