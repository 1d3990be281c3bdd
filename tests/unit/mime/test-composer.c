/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <tocsin/message.h>

static TocsinComposer *
make(void)
{
	TocsinComposer *composer = tocsin_composer_new();

	g_assert_true(
	        tocsin_composer_add_addresses(composer, "From", "Ann <ann@example.org>", NULL));
	g_assert_true(tocsin_composer_add_addresses(composer, "to", "bob@example.net", NULL));
	return composer;
}

static void
assert_get(TocsinMessage *message, const char *name, const char *expected)
{
	g_autofree char *value = tocsin_message_get(message, name, 0);

	g_assert_cmpstr(value, ==, expected);
}

static void
writes_what_a_message_needs(void)
{
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(TocsinMessage) message = NULL;

	tocsin_composer_set_date(composer, 0);
	g_assert_true(tocsin_composer_set_message_id(composer, "one@example.org", NULL));
	tocsin_composer_set_subject(composer, "Hello");
	tocsin_composer_set_text(composer, "text\n");
	message = tocsin_composer_finish(composer, NULL);
	assert_get(message, "From", "Ann <ann@example.org>");
	assert_get(message, "To", "bob@example.net");
	assert_get(message, "Subject", "Hello");
	assert_get(message, "Message-Id", "<one@example.org>");
	assert_get(message, "MIME-Version", "1.0");
	assert_get(message, "Content-Type", "text/plain; charset=us-ascii");
}

static void
ids_are_new_each_time_at_the_authors_domain(void)
{
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(TocsinMessage) one = tocsin_composer_finish(composer, NULL);
	g_autoptr(TocsinMessage) two = tocsin_composer_finish(composer, NULL);
	g_autofree char *first = tocsin_message_get(one, "Message-ID", 0);
	g_autofree char *second = tocsin_message_get(two, "Message-ID", 0);

	g_assert_cmpstr(first, !=, second);
	g_assert_true(g_str_has_suffix(first, "@example.org>"));
}

static void
media_types_are_such(void)
{
	static const char *const good[] = {"text/plain", "text/plain; charset=utf-8",
	                                   "application/vnd.x+json", "image/png ; a=\"b\""};
	static const char *const bad[] = {"",
	                                  "text",
	                                  "text/",
	                                  "/plain",
	                                  "text/pl\xc3\xa4in",
	                                  "te xt/html",
	                                  "a/b/c",
	                                  "text/html\n",
	                                  "text/html; a=\xff",
	                                  "a/b, c/d"};
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(GBytes) octets = g_bytes_new("x", 1);

	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_assert_true(tocsin_composer_attach(composer, "x", good[i], octets, NULL));
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_false(tocsin_composer_attach(composer, "x", bad[i], octets, NULL));
	}
}

static void
no_line_is_too_long(void)
{
	g_autofree char *long_text = g_strnfill(5000, 'x');
	const char *const html[] = {NULL, long_text, "<p>short</p>\n"};

	for (guint i = 0; i < G_N_ELEMENTS(html); i++) {
		g_autoptr(TocsinComposer) composer = make();
		g_autoptr(TocsinMessage) message = NULL;
		g_autoptr(GBytes) octets = NULL;
		g_autofree char *found = NULL;
		g_auto(GStrv) lines = NULL;

		tocsin_composer_set_text(composer, long_text);
		tocsin_composer_set_html(composer, html[i]);
		message = tocsin_composer_finish(composer, NULL);
		octets = tocsin_message_get_octets(message);
		found = g_strndup(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
		lines = g_strsplit(found, "\r\n", -1);
		for (char **each = lines; *each != NULL; each++) {
			g_assert_cmpuint(strlen(*each), <=, 998);
		}
	}
}

static void
no_injection_through_any_part(void)
{
	static const char attack[] = "x\r\nBcc: evil@example.com\r\n\r\nbody";
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(GBytes) octets = g_bytes_new_static("x", 1);
	g_autoptr(TocsinMessage) message = NULL;

	tocsin_composer_set_subject(composer, attack);
	g_assert_false(tocsin_composer_add_header(composer, "X-A", attack, NULL));
	g_assert_false(tocsin_composer_add_header(composer, attack, "x", NULL));
	g_assert_false(tocsin_composer_add_addresses(composer, "Cc", attack, NULL));
	g_assert_false(tocsin_composer_attach(composer, attack, NULL, octets, NULL));
	g_assert_false(tocsin_composer_attach(composer, "../x", NULL, octets, NULL));
	g_assert_false(tocsin_composer_attach(composer, "x", attack, octets, NULL));
	g_assert_false(tocsin_composer_set_message_id(composer, attack, NULL));
	message = tocsin_composer_finish(composer, NULL);
	g_assert_cmpuint(tocsin_message_count(message, "Bcc"), ==, 0);
	assert_get(message, "Subject", "x  Bcc: evil@example.com    body");
}

static void
our_own_fields_have_their_own_functions(void)
{
	static const char *const ours[] = {"subject", "Date",         "Message-Id",
	                                   "Bcc",     "Content-Type", "From"};
	g_autoptr(TocsinComposer) composer = make();

	for (guint i = 0; i < G_N_ELEMENTS(ours); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(tocsin_composer_add_header(composer, ours[i], "x", &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
	g_assert_false(tocsin_composer_add_addresses(composer, "X-To", "a@b", NULL));
	g_assert_true(tocsin_composer_add_header(composer, "X-Mine", "yes", NULL));
}

static void
from_takes_one_author(void)
{
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(TocsinComposer) empty = tocsin_composer_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_composer_add_addresses(composer, "From", "b@example.org", &error));
	g_assert_cmpstr(error->message, ==, "From takes one address");
	g_clear_error(&error);
	g_assert_null(tocsin_composer_finish(empty, &error));
	g_assert_cmpstr(error->message, ==, "the message has no From");
}

static void
bcc_is_for_the_envelope_only(void)
{
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(TocsinMessage) message = NULL;
	g_auto(GStrv) recipients = NULL;

	g_assert_true(tocsin_composer_add_addresses(composer, "Bcc", "c@example.net", NULL));
	message = tocsin_composer_finish(composer, NULL);
	g_assert_true(tocsin_message_get_envelope(message, NULL, &recipients, NULL));
	g_autofree char *joined = g_strjoinv(" ", recipients);

	g_assert_cmpstr(joined, ==, "bob@example.net c@example.net");
	g_autoptr(TocsinMessage) outgoing = tocsin_message_without_bcc(message);

	g_assert_cmpuint(tocsin_message_count(outgoing, "Bcc"), ==, 0);
}

static void
missing_file_is_an_error(void)
{
	g_autoptr(TocsinComposer) composer = make();
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_composer_attach_file(composer, "/nonexistent/file", NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/composer/writes_what_a_message_needs", writes_what_a_message_needs);
	g_test_add_func("/composer/ids_are_new_each_time_at_the_authors_domain",
	                ids_are_new_each_time_at_the_authors_domain);
	g_test_add_func("/composer/media_types_are_such", media_types_are_such);
	g_test_add_func("/composer/no_line_is_too_long", no_line_is_too_long);
	g_test_add_func("/composer/no_injection_through_any_part", no_injection_through_any_part);
	g_test_add_func("/composer/our_own_fields_have_their_own_functions",
	                our_own_fields_have_their_own_functions);
	g_test_add_func("/composer/from_takes_one_author", from_takes_one_author);
	g_test_add_func("/composer/bcc_is_for_the_envelope_only", bcc_is_for_the_envelope_only);
	g_test_add_func("/composer/missing_file_is_an_error", missing_file_is_an_error);
	return g_test_run();
}
