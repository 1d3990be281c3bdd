/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <tocsin/message.h>

static void
assert_envelope(const char *text, const char *sender, const char *recipients)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *found_sender = NULL;
	g_auto(GStrv) found = NULL;

	g_assert_true(tocsin_message_get_envelope(message, &found_sender, &found, &error));
	g_assert_no_error(error);
	g_autofree char *joined = g_strjoinv(" ", found);

	g_assert_cmpstr(found_sender, ==, sender);
	g_assert_cmpstr(joined, ==, recipients);
}

static void
assert_refused(const char *text, const char *part)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);
	g_autoptr(GError) error = NULL;
	char *sender = (char *)"untouched";
	char **recipients = NULL;

	g_assert_false(tocsin_message_get_envelope(message, &sender, &recipients, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_cmpstr(sender, ==, "untouched");
	if (strstr(error->message, part) == NULL) {
		g_error("'%s' does not hold '%s'", error->message, part);
	}
}

static void
sender_wins_over_from(void)
{
	assert_envelope("From: a@x\nTo: b@y\n\n", "a@x", "b@y");
	assert_envelope("From: A <a@x>, C <c@x>\nSender: s@x\nTo: b@y\n\n", "s@x", "b@y");
	assert_envelope("From: A <a@x>, C <c@x>\nTo: b@y\n\n", "a@x", "b@y");
}

static void
recipients_are_to_bcc_cc_once_each(void)
{
	assert_envelope("From: a@x\nTo: b@y, c@y\nCc: d@y, b@y\nBcc: e@y\nTo: f@y\n\n", "a@x",
	                "b@y c@y f@y e@y d@y");
}

static void
empty_fields_have_no_addresses(void)
{
	assert_envelope("From: a@x\nTo: b@y\nCc:\nBcc: \n\n", "a@x", "b@y");
	assert_envelope("From: a@x\nTo: undisclosed-recipients:;\n\n", "a@x", "");
	assert_envelope("From: a@x\n\n", "a@x", "");
}

static void
resent_fields_count_where_it_was_resent(void)
{
	assert_envelope("Resent-Date: now\nResent-From: r@x\nResent-To: s@y\nResent-Bcc: t@y\n"
	                "From: a@x\nTo: b@y\n\n",
	                "r@x", "s@y t@y");
	assert_refused("Resent-Date: 1\nResent-Date: 2\nFrom: a@x\nTo: b@y\n\n",
	               "more than one 'Resent-' header block");
}

static void
bad_addresses_name_their_field(void)
{
	assert_refused("From: a@x\nCc: b@\n\n", "Cc: ");
	assert_refused("From: nobody at all\nTo: b@y\n\n", "From: ");
	assert_refused("To: b@y\n\n", "From names no sender");
	assert_refused("From:\nTo: b@y\n\n", "From names no sender");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/envelope/sender_wins_over_from", sender_wins_over_from);
	g_test_add_func("/envelope/recipients_are_to_bcc_cc_once_each",
	                recipients_are_to_bcc_cc_once_each);
	g_test_add_func("/envelope/empty_fields_have_no_addresses", empty_fields_have_no_addresses);
	g_test_add_func("/envelope/resent_fields_count_where_it_was_resent",
	                resent_fields_count_where_it_was_resent);
	g_test_add_func("/envelope/bad_addresses_name_their_field", bad_addresses_name_their_field);
	return g_test_run();
}
