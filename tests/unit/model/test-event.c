/* SPDX-License-Identifier: MIT */
#include "model/event.h"

#include <string.h>
#include <tocsin/error.h>

static TocsinEvent *
make_event(void)
{
	TocsinEvent *event = tocsin_event_new("id-1", "auth", "failed", "192.0.2.1", 1000);
	TocsinValue *tests = tocsin_value_new_list();
	TocsinValue *test = tocsin_value_new_map();
	g_autoptr(GBytes) bytes = g_bytes_new("\0\xff", 2);

	event->seen_us = -5;
	event->severity = TOCSIN_SEVERITY_ERROR;
	event->status = TOCSIN_STATUS_PROBLEM;
	event->flags = TOCSIN_EVENT_CATCH_UP;
	tocsin_event_set_string(event, "user", "root", -1);
	tocsin_event_set_int(event, "pid", G_MININT64);
	tocsin_event_set_field(event, "load", tocsin_value_new_double(0.5));
	tocsin_event_set_field(event, "ok", tocsin_value_new_bool(TRUE));
	tocsin_event_set_field(event, "when", tocsin_value_new_time(G_MAXINT64));
	tocsin_value_set(test, "name", tocsin_value_new_string("t", -1));
	tocsin_value_append(tests, test);
	tocsin_event_set_field(event, "tests", tests);
	tocsin_event_add_line(event, TOCSIN_MARK_BEFORE, "one", -1);
	tocsin_event_add_line(event, TOCSIN_MARK_MATCH, "two", -1);
	tocsin_event_attach_bytes(event, "a.bin", NULL, bytes);
	tocsin_event_attach_path(event, "b.log", "text/plain", "/tmp/b\xff.log");
	return event;
}

static void
packed_events_read_back(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinEvent) event = make_event();
	g_autoptr(GByteArray) packed = tocsin_event_pack(event);
	g_autoptr(TocsinEvent) back = tocsin_event_unpack(packed->data, packed->len, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(back->id, ==, "id-1");
	g_assert_cmpint(back->time_us, ==, 1000);
	g_assert_cmpint(back->seen_us, ==, -5);
	g_assert_cmpstr(back->key, ==, "192.0.2.1");
	g_assert_cmpint(back->severity, ==, TOCSIN_SEVERITY_ERROR);
	g_assert_cmpint(back->status, ==, TOCSIN_STATUS_PROBLEM);
	g_assert_cmpuint(back->flags, ==, TOCSIN_EVENT_CATCH_UP);
	g_assert_true(tocsin_value_equal(event->fields, back->fields));
	g_assert_cmpuint(back->excerpt->len, ==, 2);
	g_assert_cmpstr(((TocsinLine *)back->excerpt->pdata[1])->text, ==, "two");
	g_assert_cmpuint(back->attachments->len, ==, 2);
	g_assert_cmpstr(((TocsinAttachment *)back->attachments->pdata[1])->path, ==,
	                "/tmp/b\xff.log");
	g_autoptr(GByteArray) again = tocsin_event_pack(back);

	g_assert_cmpmem(packed->data, packed->len, again->data, again->len);
}

static void
every_cut_is_noticed(void)
{
	g_autoptr(TocsinEvent) event = make_event();
	g_autoptr(GByteArray) packed = tocsin_event_pack(event);

	for (guint length = 0; length < packed->len; length++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_event_unpack(packed->data, length, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
}

static void
newer_versions_are_refused(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_event_unpack("\x02", 1, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "version 2"));
}

static void
fields_keep_their_order_and_are_replaced_in_place(void)
{
	g_autoptr(TocsinEvent) event = tocsin_event_new("i", "t", "k", NULL, 0);

	tocsin_event_set_string(event, "b", "1", -1);
	tocsin_event_set_string(event, "a", "2", -1);
	tocsin_event_set_int(event, "b", 3);
	g_assert_cmpuint(tocsin_value_count(event->fields), ==, 2);
	g_assert_cmpstr(tocsin_value_nth_name(event->fields, 0), ==, "b");
	g_assert_cmpint(tocsin_value_get_int(tocsin_event_field(event, "b")), ==, 3);
	g_assert_cmpstr(tocsin_event_field_string(event, "a"), ==, "2");
	g_assert_null(tocsin_event_field_string(event, "b"));
	g_assert_null(tocsin_event_field(event, "c"));
	g_assert_cmpstr(event->key, ==, "");
}

static void
strings_become_valid(void)
{
	g_autoptr(TocsinEvent) event = tocsin_event_new("i\xff", "t", "k", NULL, 0);

	tocsin_event_set_string(event, "x", "a\0\xff", 3);
	g_assert_cmpstr(tocsin_event_field_string(event, "x"), ==, "a\xef\xbf\xbd\xef\xbf\xbd");
	g_assert_cmpstr(event->id, ==, "i\xef\xbf\xbd");
}

static void
long_names_end_in_a_digest(void)
{
	g_autofree char *name = g_strnfill(TOCSIN_EVENT_NAME_MAX + 1, 'k');
	g_autofree char *fits = g_strnfill(TOCSIN_EVENT_NAME_MAX, 'k');

	memcpy(name + TOCSIN_EVENT_NAME_MAX - 18, "\xc3\xb6", 2); /* the cut would part it */
	g_autoptr(TocsinEvent) event = tocsin_event_new(name, "t", "k", fits, 0);

	g_assert_cmpuint(strlen(event->id), ==, TOCSIN_EVENT_NAME_MAX - 1);
	g_assert_cmpint(event->id[TOCSIN_EVENT_NAME_MAX - 18], ==, '~');
	g_assert_cmpstr(event->key, ==, fits);
	name[TOCSIN_EVENT_NAME_MAX] = 'l';
	g_autoptr(TocsinEvent) other = tocsin_event_new(name, "t", "k", fits, 0);

	g_assert_cmpstr(event->id, !=, other->id);
	g_assert_true(g_utf8_validate(other->id, -1, NULL));
}

static void
events_stop_growing_at_their_limits(void)
{
	g_autoptr(TocsinEvent) event = tocsin_event_new("i", "t", "k", NULL, 0);
	g_autofree char *big = g_strnfill(TOCSIN_EVENT_WEIGHT_MAX, 'x');

	for (guint i = 0; i < TOCSIN_EVENT_EXCERPT_MAX; i++) {
		tocsin_event_add_line(event, TOCSIN_MARK_MATCH, "x", -1);
	}
	g_assert_cmpuint(event->flags, ==, 0);
	tocsin_event_add_line(event, TOCSIN_MARK_MATCH, "x", -1);
	g_assert_cmpuint(event->excerpt->len, ==, TOCSIN_EVENT_EXCERPT_MAX);
	g_assert_cmpuint(event->flags, ==, TOCSIN_EVENT_PARTIAL);
	g_assert_false(tocsin_event_set_string(event, "big", big, -1));
	g_autoptr(TocsinEvent) other = tocsin_event_new("i", "t", "k", NULL, 0);

	for (guint i = 0; i < TOCSIN_EVENT_ATTACHMENTS_MAX; i++) {
		g_assert_true(tocsin_event_attach_path(other, "x", NULL, "/x"));
	}
	g_assert_false(tocsin_event_attach_path(other, "x", NULL, "/x"));
	g_assert_cmpuint(other->flags, ==, TOCSIN_EVENT_PARTIAL);
}

static void
values_stop_growing_at_their_limits(void)
{
	g_autoptr(TocsinValue) list = tocsin_value_new_list();
	TocsinValue *deep = tocsin_value_new_list();

	for (guint i = 0; i < TOCSIN_VALUE_MEMBERS_MAX; i++) {
		g_assert_true(tocsin_value_append(list, tocsin_value_new_int(i)));
	}
	g_assert_false(tocsin_value_append(list, tocsin_value_new_int(0)));
	for (guint i = 1; i < TOCSIN_VALUE_DEPTH_MAX; i++) {
		TocsinValue *outer = tocsin_value_new_list();

		g_assert_true(tocsin_value_append(outer, deep));
		deep = outer;
	}
	g_autoptr(TocsinValue) deepest = deep;
	g_autoptr(TocsinValue) outside = tocsin_value_new_list();
	g_autoptr(GByteArray) packed = g_byte_array_new();
	TocsinUnpack from;

	tocsin_value_pack(deepest, packed);
	tocsin_unpack_init(&from, packed->data, packed->len);
	g_autoptr(TocsinValue) back = tocsin_value_unpack(&from);

	g_assert_nonnull(back);
	g_assert_true(tocsin_value_equal(deepest, back));
	g_assert_false(tocsin_value_append(outside, tocsin_value_ref(deepest)));
}

static void
names_read_back(void)
{
	TocsinSeverity severity;
	TocsinStatus status;

	g_assert_true(tocsin_severity_parse("critical", &severity));
	g_assert_cmpstr(tocsin_severity_name(severity), ==, "critical");
	g_assert_false(tocsin_severity_parse("bad", &severity));
	g_assert_true(tocsin_status_parse("ok", &status));
	g_assert_cmpstr(tocsin_status_name(status), ==, "ok");
	g_assert_cmpstr(tocsin_mark_name(TOCSIN_MARK_AFTER), ==, "after");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/event/packed_events_read_back", packed_events_read_back);
	g_test_add_func("/event/every_cut_is_noticed", every_cut_is_noticed);
	g_test_add_func("/event/newer_versions_are_refused", newer_versions_are_refused);
	g_test_add_func("/event/fields_keep_their_order_and_are_replaced_in_place",
	                fields_keep_their_order_and_are_replaced_in_place);
	g_test_add_func("/event/strings_become_valid", strings_become_valid);
	g_test_add_func("/event/long_names_end_in_a_digest", long_names_end_in_a_digest);
	g_test_add_func("/event/events_stop_growing_at_their_limits",
	                events_stop_growing_at_their_limits);
	g_test_add_func("/event/values_stop_growing_at_their_limits",
	                values_stop_growing_at_their_limits);
	g_test_add_func("/event/names_read_back", names_read_back);
	return g_test_run();
}
