/* SPDX-License-Identifier: MIT */
/* Mails around messages. */
#include "mime/outgoing.h"

#include <string.h>
#include <tocsin/error.h>

#define NOW G_GINT64_CONSTANT(1700000000000000)

static TocsinMessage *
parse(const char *text)
{
	g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
	TocsinMessage *message = tocsin_message_new(octets, NULL);

	g_assert_nonnull(message);
	return message;
}

static TocsinMail *
wrap(const char *text, const char *sender, const char *const *recipients, GError **error)
{
	g_autoptr(TocsinMessage) message = parse(text);

	return tocsin_outgoing_new(message, sender, recipients, NOW, error);
}

static void
has_envelope_and_content(void)
{
	static const char *const recipients[] = {"b@example.org", "c@example.org", NULL};
	const char *text = "From: a@example.org\r\nBcc: c@example.org\r\n"
	                   "Message-ID: <1@example.org>\r\n\r\nHi\r\n";
	const char *shown = "From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nHi\r\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMail) mail = wrap(text, "a@example.org", recipients, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(mail->sender, ==, "a@example.org");
	g_assert_cmpuint(mail->recipients->len, ==, 2);
	g_assert_cmpstr(tocsin_mail_recipient(mail, 1)->address, ==, "c@example.org");
	g_assert_cmpstr(mail->message_id, ==, "1@example.org");
	g_assert_cmpint(mail->created_us, ==, NOW);
	g_assert_false(mail->is_smtputf8);
	g_assert_cmpmem(g_bytes_get_data(mail->content, NULL), g_bytes_get_size(mail->content),
	                shown, strlen(shown));
}

static void
needs_utf8_for_addresses_in_it(void)
{
	static const char *const recipients[] = {"j\xc3\xb8rn@example.org", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMail) mail =
	        wrap("From: a@example.org\r\n\r\n", "a@example.org", recipients, &error);

	g_assert_no_error(error);
	g_assert_true(mail->is_smtputf8);
	g_assert_null(mail->message_id);
}

static void
refuses_what_is_no_envelope(void)
{
	static const char *const none[] = {NULL};
	static const char *const wrong[] = {"b@example.org\r\nRCPT TO:<c@example.org>", NULL};
	g_autoptr(GError) error = NULL;

	g_assert_null(wrap("From: a@example.org\r\n\r\n", "a@example.org", none, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_clear_error(&error);
	g_assert_null(wrap("From: a@example.org\r\n\r\n", "a@example.org", wrong, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outgoing/has-envelope-and-content", has_envelope_and_content);
	g_test_add_func("/outgoing/needs-utf8-for-addresses-in-it", needs_utf8_for_addresses_in_it);
	g_test_add_func("/outgoing/refuses-what-is-no-envelope", refuses_what_is_no_envelope);
	return g_test_run();
}
