/* SPDX-License-Identifier: MIT */
#include "net/scripted.h"

#include <string.h>

#include "tocsin/error.h"

static const gint64 soon = TOCSIN_STREAM_FOREVER;

/* Sends @text, which the script must accept. */
static void
say(TocsinStream *stream, const char *text)
{
	g_autoptr(GError) error = NULL;

	tocsin_stream_write_bytes(stream, text, strlen(text), soon, &error);
	g_assert_no_error(error);
}

/* Fills once and takes what is there. */
static char *
hear(TocsinStream *stream)
{
	g_autoptr(GError) error = NULL;
	const char *bytes;
	gsize length;
	char *text;

	tocsin_stream_fill(stream, soon, &error);
	g_assert_no_error(error);
	bytes = tocsin_stream_peek(stream, &length);
	text = g_strndup(bytes, length);
	tocsin_stream_consume(stream, length);
	return text;
}

static void
assert_heard(TocsinStream *stream, const char *expected)
{
	g_autofree char *text = hear(stream);

	g_assert_cmpstr(text, ==, expected);
}

static void
assert_wrong(TocsinStream *stream, const char *expected)
{
	g_autofree char *wrong = tocsin_scripted_check(stream);

	g_assert_cmpstr(wrong, ==, expected);
}

static void
follows_a_dialogue(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("S: 220 mx\n"
	                                                            "C: EHLO me\n"
	                                                            "S: 250-mx\n"
	                                                            "S: 250 OK\n"
	                                                            "# the end\n"
	                                                            "close\n");
	g_autoptr(GError) error = NULL;

	assert_heard(stream, "220 mx\r\n");
	say(stream, "EHLO");
	say(stream, " me\r\n");
	assert_heard(stream, "250-mx\r\n250 OK\r\n");
	g_assert_false(tocsin_stream_fill(stream, soon, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_cmpint(tocsin_stream_get_end(stream), ==, TOCSIN_STREAM_CLOSED);
	g_assert_cmpuint(tocsin_scripted_get_writes(stream), ==, 2);
	assert_wrong(stream, NULL);
}

static void
takes_a_whole_group_before_it_is_read(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("C: MAIL\n"
	                                                            "S: 250 a\n"
	                                                            "C: RCPT\n"
	                                                            "S: 250 b\n"
	                                                            "C: DATA\n"
	                                                            "S: 354\n"
	                                                            "C*\n"
	                                                            "S: 250 c\n");

	say(stream, "MAIL\r\nRCPT\r\nDATA\r\n");
	assert_heard(stream, "250 a\r\n250 b\r\n354\r\n");
	say(stream, "Subject: x\r\n\r\n..\r\n.\r\n");
	assert_heard(stream, "250 c\r\n");
	assert_wrong(stream, NULL);
}

static void
says_what_differs(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("\nC: EHLO me\nS: 250 x\n");
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_stream_write_bytes(stream, "EHLO you\r\n", 10, soon, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	assert_wrong(stream, "script line 2 wants \"EHLO me\\r\\n\", the client sent \"you\\r\\n\" "
	                     "behind 5 matching bytes");
}

static void
says_what_was_left(void)
{
	g_autoptr(TocsinStream) unread = tocsin_scripted_stream_new("S: 220 mx\nC: QUIT\n");
	g_autoptr(TocsinStream) reading = tocsin_scripted_stream_new("C: QUIT\n");
	g_autoptr(GError) error = NULL;

	assert_wrong(unread, "script line 1 sends \"220 mx\\r\\n\", the client stopped before");
	g_assert_true(tocsin_stream_fill(unread, soon, &error));
	assert_wrong(unread, "the client left \"220 mx\\r\\n\" unconsumed");
	tocsin_stream_consume(unread, tocsin_stream_buffered(unread));
	assert_wrong(unread, "script line 2 wants \"QUIT\\r\\n\", the client stopped before");
	g_assert_false(tocsin_stream_fill(reading, soon, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	assert_wrong(reading, "script line 1 wants \"QUIT\\r\\n\", the client reads");
}

static void
silence_is_a_deadline_that_passes(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("silence\nS: 220\nC: QUIT\n");
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_stream_fill(stream, tocsin_stream_deadline(-1), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	assert_heard(stream, "220\r\n");
	say(stream, "QUIT\r\n");
	assert_wrong(stream, NULL);
}

static void
silence_stops_writers_too(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("C: MAIL\nsilence\nC: RCPT\n");
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_stream_write_bytes(stream, "MAIL\r\nRCPT\r\n", 12, soon, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
}

static void
drips_and_flows(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("drip\ns: 2\\x350\nflow\n"
	                                                            "S:  a\\\\b\n");

	assert_heard(stream, "2");
	assert_heard(stream, "5");
	assert_heard(stream, "0");
	assert_heard(stream, " a\\b\r\n");
	assert_wrong(stream, NULL);
}

static void
breaks_as_told(void)
{
	g_autoptr(TocsinStream) reset = tocsin_scripted_stream_new("reset\n");
	g_autoptr(TocsinStream) cut = tocsin_scripted_stream_new("truncate\n");
	g_autoptr(TocsinStream) last = tocsin_scripted_stream_new("S: 421 bye\nclose\n");

	g_assert_false(tocsin_stream_fill(reset, soon, NULL));
	g_assert_cmpint(tocsin_stream_get_end(reset), ==, TOCSIN_STREAM_LOST);
	g_assert_false(tocsin_stream_fill(cut, soon, NULL));
	g_assert_cmpint(tocsin_stream_get_end(cut), ==, TOCSIN_STREAM_TRUNCATED);
	g_assert_false(tocsin_stream_write_bytes(last, "NOOP\r\n", 6, soon, NULL));
	g_assert_cmpuint(tocsin_stream_buffered(last), ==, strlen("421 bye\r\n"));
}

static void
says_whether_it_is_encrypted(void)
{
	g_autoptr(TocsinStream) stream = tocsin_scripted_stream_new("encrypted\nS: 220\n");

	g_assert_true(tocsin_stream_is_encrypted(stream));
	g_assert_false(tocsin_stream_is_local(stream));
	g_assert_cmpstr(tocsin_stream_get_peer(stream), ==, "script");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/scripted/follows_a_dialogue", follows_a_dialogue);
	g_test_add_func("/net/scripted/takes_a_whole_group_before_it_is_read",
	                takes_a_whole_group_before_it_is_read);
	g_test_add_func("/net/scripted/says_what_differs", says_what_differs);
	g_test_add_func("/net/scripted/says_what_was_left", says_what_was_left);
	g_test_add_func("/net/scripted/silence_is_a_deadline_that_passes",
	                silence_is_a_deadline_that_passes);
	g_test_add_func("/net/scripted/silence_stops_writers_too", silence_stops_writers_too);
	g_test_add_func("/net/scripted/drips_and_flows", drips_and_flows);
	g_test_add_func("/net/scripted/breaks_as_told", breaks_as_told);
	g_test_add_func("/net/scripted/says_whether_it_is_encrypted", says_whether_it_is_encrypted);
	return g_test_run();
}
