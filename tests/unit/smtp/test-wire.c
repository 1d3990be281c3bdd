/* SPDX-License-Identifier: MIT */
/* The one writer: what it refuses, and what a watcher is shown. */
#include <string.h>

#include "net/scripted.h"
#include "smtp/hello.h"
#include "smtp/verbs.h"
#include "smtp/wire.h"
#include "tocsin/error.h"

static void
assert_refused(TocsinWire *wire, const char *line, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) again = NULL;

	g_assert_false(tocsin_wire_add_command(wire, line, length, TRUE, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_false(tocsin_wire_add_secret(wire, "AUTH PLAIN ", line, length, &again));
	g_assert_error(again, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_cmpuint(tocsin_wire_get_added(wire), ==, 0);
}

/* Every control byte at the front, in the middle and at the end. */
static void
refuses_every_control_byte(void)
{
	g_autoptr(TocsinWire) wire = tocsin_wire_new();

	for (guint byte = 0; byte <= 0x7f; byte++) {
		if (byte >= 0x20 && byte != 0x7f) {
			continue;
		}
		for (guint at = 0; at < 3; at++) {
			char line[] = "abc";

			line[at] = (char)byte;
			assert_refused(wire, line, 3);
		}
	}
}

static void
refuses_what_is_not_utf8(void)
{
	g_autoptr(TocsinWire) wire = tocsin_wire_new();
	g_autoptr(GError) error = NULL;

	assert_refused(wire, "a\xff", 2);
	assert_refused(wire, "a\xc3", 2);
	g_assert_false(tocsin_wire_add_command(wire, "\xc3\xbc", 2, FALSE, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_true(tocsin_wire_add_command(wire, "\xc3\xbc", 2, TRUE, NULL));
	g_assert_cmpuint(tocsin_wire_get_added(wire), ==, 4);
}

static void
refuses_a_line_that_is_too_long(void)
{
	g_autoptr(TocsinWire) wire = tocsin_wire_new();
	g_autofree char *line = g_strnfill(TOCSIN_WIRE_LINE_MAX, 'x');
	g_autoptr(GError) error = NULL;

	g_assert_false(
	        tocsin_wire_add_command(wire, line, TOCSIN_WIRE_LINE_MAX - 1, FALSE, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_assert_true(tocsin_wire_add_command(wire, line, TOCSIN_WIRE_LINE_MAX - 2, FALSE, NULL));
}

/* Each function of the session that puts a caller's string into a command. */
static TocsinReply *
say(TocsinSession *session, guint which, const char *bad, GError **error)
{
	const char *const options[] = {bad, NULL};

	switch (which) {
	case 0:
		return tocsin_session_ehlo(session, bad, error);
	case 1:
		return tocsin_session_helo(session, bad, error);
	case 2:
		return tocsin_session_command(session, bad, NULL, error);
	case 3:
		return tocsin_session_command(session, "NOOP", bad, error);
	case 4:
		return tocsin_session_help(session, bad, error);
	case 5:
		return tocsin_session_vrfy(session, bad, error);
	case 6:
		return tocsin_session_expn(session, bad, error);
	case 7:
		return tocsin_session_mail(session, bad, NULL, error);
	case 8:
		return tocsin_session_rcpt(session, bad, NULL, error);
	case 9:
		return tocsin_session_mail(session, "a@x", options, error);
	default:
		return tocsin_session_rcpt(session, "a@x", options, error);
	}
}

static void
no_argument_carries_a_control_byte(void)
{
	TocsinSessionSettings settings;
	g_autoptr(TocsinSession) session = NULL;
	gsize written;

	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	session = tocsin_session_new(
	        tocsin_scripted_stream_new("C: EHLO me\nS: 250-mx\nS: 250 HELP\n"), &settings);
	g_assert_true(tocsin_session_hello(session, NULL));
	tocsin_scripted_get_written(tocsin_session_get_stream(session), &written);
	for (guint which = 0; which <= 10; which++) {
		for (guint byte = 1; byte <= 0x7f; byte++) {
			char bad[] = "a_b";
			g_autoptr(GError) error = NULL;
			gsize after;

			if (byte >= 0x20 && byte != 0x7f) {
				continue;
			}
			bad[1] = (char)byte;
			g_assert_null(say(session, which, bad, &error));
			g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
			tocsin_scripted_get_written(tocsin_session_get_stream(session), &after);
			g_assert_cmpuint(after, ==, written);
		}
	}
}

static void
note_kind(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length)
{
	g_string_append_printf(user, "%d:%.*s|", kind, (int)length, (const char *)bytes);
}

static void
says_which_bytes_are_secret(void)
{
	g_autoptr(TocsinWire) wire = tocsin_wire_new();
	g_autoptr(TocsinStream) stream =
	        tocsin_scripted_stream_new("C: NOOP\nC: AUTH PLAIN c2VjcmV0\nC: x\n");
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GString) wanted = g_string_new(NULL);

	tocsin_wire_set_trace(wire, note_kind, seen);
	g_assert_true(tocsin_wire_add_command(wire, "NOOP", 4, FALSE, NULL));
	g_assert_true(tocsin_wire_add_secret(wire, "AUTH PLAIN ", "c2VjcmV0", 8, NULL));
	tocsin_wire_add_content(wire, "x\r\n", 3);
	while (tocsin_wire_get_sent(wire) < tocsin_wire_get_added(wire)) {
		g_assert_true(tocsin_wire_flush_some(wire, stream, TOCSIN_STREAM_FOREVER, NULL));
	}
	/* A secret is nowhere but in a piece of its kind. */
	g_string_append_printf(wanted, "%d:c2VjcmV0", TOCSIN_TRACE_SENT_SECRET);
	g_assert_nonnull(strstr(seen->str, wanted->str));
	g_assert_cmpuint(g_strrstr(seen->str, "c2VjcmV0") - seen->str, ==,
	                 strstr(seen->str, "c2VjcmV0") - seen->str);
	g_string_printf(wanted, "%d:x\r\n|", TOCSIN_TRACE_SENT_CONTENT);
	g_assert_nonnull(strstr(seen->str, wanted->str));
	g_assert_cmpuint(tocsin_wire_get_added(wire), ==, tocsin_wire_get_sent(wire));
}

#define ADD(name) g_test_add_func("/smtp/wire/" #name, name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(refuses_every_control_byte);
	ADD(refuses_what_is_not_utf8);
	ADD(refuses_a_line_that_is_too_long);
	ADD(no_argument_carries_a_control_byte);
	ADD(says_which_bytes_are_secret);
	return g_test_run();
}
