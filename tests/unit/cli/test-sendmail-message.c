/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "cli/sendmail-message.h"

/* What is read when @text comes through a pipe. */
static GBytes *
read_text(const char *text, gboolean ends_at_dot)
{
	g_autoptr(GError) error = NULL;
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(write(ends[1], text, strlen(text)), ==, (gssize)strlen(text));
	close(ends[1]);
	GBytes *octets = tocsin_sendmail_read(ends[0], ends_at_dot, &error);

	g_assert_no_error(error);
	close(ends[0]);
	return octets;
}

static void
assert_reads(const char *text, gboolean ends_at_dot, const char *expected)
{
	g_autoptr(GBytes) octets = read_text(text, ends_at_dot);

	g_assert_cmpmem(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets), expected,
	                strlen(expected));
}

static void
ends_at_a_lone_dot(void)
{
	assert_reads("S: x\n\na\n.\nb\n", TRUE, "S: x\n\na\n");
	assert_reads("a\r\n.\r\nb\r\n", TRUE, "a\r\n");
	assert_reads("a\n..\n.b\n .\nb.\n", TRUE, "a\n..\n.b\n .\nb.\n");
	assert_reads("a\n.", TRUE, "a\n");
	assert_reads(".\n", TRUE, "");
}

static void
keeps_dots_if_told_to(void)
{
	assert_reads("a\n.\nb\n", FALSE, "a\n.\nb\n");
	assert_reads("a\n.", FALSE, "a\n.");
}

static void
finds_the_end_in_pieces(void)
{
	const char *text = "a\nbc\n.\r\nrest";
	gsize line_start = 0;

	for (gsize length = 0; length < 8; length++) {
		g_assert_false(tocsin_sendmail_find_end(text, length, &line_start));
	}
	g_assert_true(tocsin_sendmail_find_end(text, 8, &line_start));
	g_assert_cmpuint(line_start, ==, 5);
}

static TocsinMessage *
complete(const char *text)
{
	g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, &error);

	g_assert_no_error(error);
	TocsinMessage *whole =
	        tocsin_sendmail_complete(message, "J\xc3\xb6 <jo@h.example>", "h.example", &error);

	g_assert_no_error(error);
	return whole;
}

static void
assert_field(const TocsinMessage *message, const char *name, const char *expected)
{
	g_autofree char *value = tocsin_message_get(message, name, 0);

	g_assert_cmpstr(value, ==, expected);
}

static void
assert_ends(const TocsinMessage *message, const char *tail)
{
	g_autoptr(GBytes) octets = tocsin_message_get_octets(message);
	gsize length;
	const char *all = g_bytes_get_data(octets, &length);

	g_assert_cmpuint(length, >=, strlen(tail));
	g_assert_cmpmem(all + length - strlen(tail), strlen(tail), tail, strlen(tail));
}

static void
adds_what_is_missing(void)
{
	g_autoptr(TocsinMessage) whole = complete("Subject: x\n\nbody\n");
	g_autofree char *id = tocsin_message_get(whole, "Message-ID", 0);
	g_autofree char *date = tocsin_message_get(whole, "Date", 0);

	assert_field(whole, "From", "=?iso-8859-1?B?SvY=?= <jo@h.example>");
	assert_field(whole, "To", "undisclosed-recipients:;");
	g_assert_true(g_str_has_suffix(id, "@h.example>"));
	g_assert_cmpuint(strlen(date), >, strlen("Mon, 1 Jan 2024"));
	assert_ends(whole, "Subject: x\n\nbody\n");
}

static void
adds_nothing_to_a_whole_message(void)
{
	const char *text = "Date: Mon, 1 Jan 2024 00:00:00 +0000\nFrom: a@example.org\n"
	                   "Message-Id: <x@example.org>\nCC: b@example.org\n\nbody\n";
	g_autoptr(TocsinMessage) whole = complete(text);
	g_autoptr(GBytes) octets = tocsin_message_get_octets(whole);

	g_assert_cmpmem(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets), text,
	                strlen(text));
}

static void
parts_header_and_body(void)
{
	g_autoptr(TocsinMessage) whole = complete("just text\n");

	assert_ends(whole, "\r\n\r\njust text\n");
}

static void
qualifies_addresses(void)
{
	g_autoptr(TocsinMessage) whole = complete(
	        "From: root (Cron Daemon)\nTo: root\nTo: ann@example.org\nBcc: bob\n\nx\n");

	assert_field(whole, "From", "root@h.example (Cron Daemon)");
	assert_field(whole, "To", "root@h.example, ann@example.org");
	assert_field(whole, "Bcc", "bob@h.example");
	g_assert_cmpuint(tocsin_message_count(whole, "To"), ==, 1);
}

static void
keeps_what_it_cannot_write_anew(void)
{
	g_autoptr(TocsinMessage) whole = complete("From: J\xf6 <root>\nTo: a@example.org\n\nx\n");

	assert_ends(whole, "From: J\xf6 <root>\nTo: a@example.org\n\nx\n");
}

static void
refuses_an_author_that_is_none(void)
{
	g_autoptr(GBytes) octets = g_bytes_new_static("\nx\n", 3);
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_sendmail_complete(message, "a@example.org\nBcc: b@example.org",
	                                       "h.example", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/sendmail-message/ends_at_a_lone_dot", ends_at_a_lone_dot);
	g_test_add_func("/cli/sendmail-message/keeps_dots_if_told_to", keeps_dots_if_told_to);
	g_test_add_func("/cli/sendmail-message/finds_the_end_in_pieces", finds_the_end_in_pieces);
	g_test_add_func("/cli/sendmail-message/adds_what_is_missing", adds_what_is_missing);
	g_test_add_func("/cli/sendmail-message/adds_nothing_to_a_whole_message",
	                adds_nothing_to_a_whole_message);
	g_test_add_func("/cli/sendmail-message/parts_header_and_body", parts_header_and_body);
	g_test_add_func("/cli/sendmail-message/qualifies_addresses", qualifies_addresses);
	g_test_add_func("/cli/sendmail-message/keeps_what_it_cannot_write_anew",
	                keeps_what_it_cannot_write_anew);
	g_test_add_func("/cli/sendmail-message/refuses_an_author_that_is_none",
	                refuses_an_author_that_is_none);
	return g_test_run();
}
