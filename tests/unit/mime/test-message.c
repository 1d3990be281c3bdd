/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <tocsin/message.h>

static TocsinMessage *
make(const char *text)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) error = NULL;
	TocsinMessage *message = tocsin_message_new(octets, &error);

	g_assert_no_error(error);
	return message;
}

static void
assert_octets(TocsinMessage *message, const char *expected)
{
	g_autoptr(GBytes) octets = tocsin_message_get_octets(message);
	gsize length;
	const char *bytes = g_bytes_get_data(octets, &length);
	g_autofree char *text = g_strndup(bytes, length);

	g_assert_cmpstr(text, ==, expected);
}

static void
assert_field(const char *text, const char *name, guint index, const char *expected)
{
	g_autoptr(TocsinMessage) message = make(text);
	g_autofree char *value = tocsin_message_get(message, name, index);

	g_assert_cmpstr(value, ==, expected);
}

static void
finds_fields_whatever_the_line_ends(void)
{
	assert_field("To: a\r\nSubject: b\r\n\r\nSubject: body\r\n", "subject", 0, "b");
	assert_field("To: a\nSubject: b\n\nSubject: body\n", "SUBJECT", 0, "b");
	assert_field("To: a\rSubject: b\r\rSubject: body\r", "Subject", 0, "b");
	assert_field("Subject: b", "Subject", 0, "b");
	assert_field("Subject: b\n\nSubject: body\n", "Subject", 1, NULL);
	assert_field("Subject : old style\n\n", "Subject", 0, "old style");
	assert_field("Subject:\n\n", "Subject", 0, "");
}

static void
unfolds_values(void)
{
	assert_field("Subject: one\r\n two\r\n\t three \r\n\r\n", "Subject", 0, "one two three");
	assert_field("Subject:\r\n  late\r\n\r\n", "Subject", 0, "late");
	assert_field("Subject: a\x01z\r\n\r\n", "Subject", 0, "a z");
}

static void
what_is_no_field_ends_the_header(void)
{
	assert_field("To: a\nno field here\nSubject: b\n", "Subject", 0, NULL);
	assert_field(": nameless\nSubject: b\n", "Subject", 0, NULL);
	assert_field(" starts folded\nSubject: b\n", "Subject", 0, NULL);
	assert_field("", "Subject", 0, NULL);
}

static void
mailbox_line_is_left_out(void)
{
	g_autoptr(TocsinMessage) message = make("From ann Mon Jan  1\nTo: a\n\nbody\n");

	assert_octets(message, "To: a\n\nbody\n");
	g_assert_cmpuint(tocsin_message_count(message, "to"), ==, 1);
}

static void
removes_fields_octet_for_octet(void)
{
	static const char *const names[] = {"bcc", "X-None", NULL};
	g_autoptr(TocsinMessage) message =
	        make("Bcc: x\r\n y\r\nTo:  a\r\nBCC: z\nSubject: s\r\n\r\nBcc: body\r\n");
	g_autoptr(TocsinMessage) without = tocsin_message_without(message, names);
	g_autoptr(TocsinMessage) again = tocsin_message_without(without, names);

	assert_octets(without, "To:  a\r\nSubject: s\r\n\r\nBcc: body\r\n");
	g_assert_true(again == without);
	assert_octets(message, "Bcc: x\r\n y\r\nTo:  a\r\nBCC: z\nSubject: s\r\n\r\nBcc: body\r\n");
}

static void
resent_bcc_is_hidden_too(void)
{
	g_autoptr(TocsinMessage) message = make("Resent-Bcc: x\nBcc: y\nTo: a\n\n");
	g_autoptr(TocsinMessage) without = tocsin_message_without_bcc(message);

	assert_octets(without, "To: a\n\n");
}

static void
puts_fields_in_front(void)
{
	g_autoptr(TocsinMessage) message = make("To: a\r\n\r\nbody\r\n");
	g_autoptr(TocsinMessage) body = make("body alone\r\n");
	g_autoptr(TocsinMessage) empty = make("");
	g_autoptr(TocsinMessage) with = tocsin_message_with(message, "X-A", "b", NULL);
	g_autoptr(TocsinMessage) headed =
	        tocsin_message_with(body, "X-A", "gr\xc3\xbc\xc3\x9f", NULL);
	g_autoptr(TocsinMessage) alone = tocsin_message_with(empty, "X-A", "b", NULL);

	assert_octets(with, "X-A: b\r\nTo: a\r\n\r\nbody\r\n");
	assert_octets(headed, "X-A: =?UTF-8?B?Z3LDvMOf?=\r\n\r\nbody alone\r\n");
	assert_octets(alone, "X-A: b\r\n\r\n");
}

static void
nothing_gets_into_a_header(void)
{
	const struct {
		const char *name;
		const char *value;
	} bad[] = {
	        {"X-A", "b\r\nBcc: c"}, {"X-A", "b\n"}, {"X-A", "b\x7f"}, {"X-A", "\xff"},
	        {"X A", "b"},           {"X:A", "b"},   {"", "b"},        {"X\r\nBcc", "b"},
	        {"X\xc3\xa4", "b"},
	};
	g_autoptr(TocsinMessage) message = make("To: a\n\n");

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_message_with(message, bad[i].name, bad[i].value, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
}

static void
long_headers_are_folded(void)
{
	g_autoptr(TocsinMessage) message = make("\n");
	g_autoptr(GString) words = g_string_new("word");

	for (guint i = 0; i < 50; i++) {
		g_string_append(words, " word");
	}
	g_autoptr(TocsinMessage) with = tocsin_message_with(message, "X-Long", words->str, NULL);
	g_autofree char *value = tocsin_message_get(with, "X-Long", 0);
	g_autoptr(GBytes) octets = tocsin_message_get_octets(with);
	g_autofree char *text = g_strndup(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

	g_assert_cmpstr(value, ==, words->str);
	for (char **line = lines; *line != NULL; line++) {
		g_assert_cmpuint(strlen(*line), <=, 78);
	}
}

static void
huge_headers_are_refused(void)
{
	g_autofree char *wide = g_strnfill((1u << 20) + 100, 'x');
	g_autofree char *text = g_strconcat("X: ", wide, "\n\n", NULL);
	g_autoptr(GString) many = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));

	g_assert_null(tocsin_message_new(octets, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	for (guint i = 0; i < 10001; i++) {
		g_string_append(many, "X: y\n");
	}
	g_autoptr(GBytes) fields = g_bytes_new_static(many->str, many->len);

	g_clear_error(&error);
	g_assert_null(tocsin_message_new(fields, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

static void
eight_bits_become_seven(void)
{
	g_autoptr(TocsinMessage) plain = make("Subject: a\r\n\r\nascii\r\n");
	g_autoptr(TocsinMessage) same = tocsin_message_to_7bit(plain, NULL);
	g_autoptr(TocsinMessage) text = make(
	        "Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	        "Content-Transfer-Encoding: 8bit\r\n\r\ngr\xc3\xbc\xc3\x9f\r\n");
	g_autoptr(TocsinMessage) encoded = tocsin_message_to_7bit(text, NULL);

	g_assert_true(same == plain);
	assert_octets(
	        encoded,
	        "Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	        "Content-Transfer-Encoding: base64\r\n\r\nZ3LDvMOfDQo=\r\n");
}

static void
long_lines_become_short(void)
{
	g_autofree char *line = g_strnfill(999, 'x');
	g_autofree char *text = g_strconcat("Subject: a\r\n\r\n", line, "\r\n", NULL);
	g_autoptr(TocsinMessage) message = make(text);
	g_autoptr(TocsinMessage) encoded = tocsin_message_to_7bit(message, NULL);
	g_autoptr(GBytes) octets = tocsin_message_get_octets(encoded);
	g_autofree char *found =
	        g_strndup(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
	g_auto(GStrv) lines = g_strsplit(found, "\r\n", -1);

	for (char **each = lines; *each != NULL; each++) {
		g_assert_cmpuint(strlen(*each), <=, 998);
	}
	text[strlen(text) - 3] = '\0';
	g_autoptr(TocsinMessage) just = make(text);
	g_autoptr(TocsinMessage) same = tocsin_message_to_7bit(just, NULL);

	g_assert_true(same == just);
}

static void
assert_7bit(const char *text, gsize length, const char *expected)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(text, length);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, &error);
	g_autoptr(TocsinMessage) encoded = tocsin_message_to_7bit(message, &error);

	g_assert_no_error(error);
	assert_octets(encoded, expected);
}

#define ASSERT_7BIT(text, expected) assert_7bit(text, sizeof(text) - 1, expected)

/* Their bytes are kept, a lone LF among them. */
static void
binary_parts_become_base64(void)
{
	ASSERT_7BIT("MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
	            "Content-Transfer-Encoding: binary\r\n\r\n\x00\x01\n\xff",
	            "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
	            "Content-Transfer-Encoding: base64\r\n\r\nAAEK/w==\r\n");
	ASSERT_7BIT("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	            "Content-Transfer-Encoding: binary\r\n\r\n\xc3\xbc\n",
	            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	            "Content-Transfer-Encoding: base64\r\n\r\nw7wK\r\n");
}

/* What holds others does not claim to be wider than they are, at any depth. */
static void
parts_within_parts_become_seven(void)
{
	ASSERT_7BIT("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
	            "Content-Transfer-Encoding: binary\r\n\r\n"
	            "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n"
	            "Content-Transfer-Encoding: 8bit\r\n\r\n"
	            "--c\r\nContent-Transfer-Encoding: binary\r\n\r\n\xff\r\n--c--\r\n\r\n"
	            "--b\r\nContent-Type: message/rfc822\r\n"
	            "Content-Transfer-Encoding: 8bit\r\n\r\n"
	            "Subject: \xc3\xbc\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n"
	            "--d\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xff\r\n--d--\r\n\r\n--b--\r\n",
	            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	            "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
	            "--c\r\nContent-Transfer-Encoding: base64\r\n\r\n/w==\r\n\r\n--c--\r\n\r\n"
	            "--b\r\nContent-Type: message/rfc822\r\n\r\n"
	            "Subject: =?UTF-8?B?w7w=?=\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n"
	            "--d\r\nContent-Transfer-Encoding: base64\r\n\r\n/w==\r\n\r\n--d--\r\n\r\n"
	            "--b--\r\n");
}

/* Whatever charset the words name, a reader sees what was there. */
static void
eight_bit_headers_become_encoded_words(void)
{
	static const char text[] =
	        "From: J\xc3\xb6rg <a@x.example>\r\nTo: b@gr\xc3\xbcn.example\r\n"
	        "Subject: gr\xc3\xbc\xc3\x9f\r\nX-Note: \xc3\xbc\r\nMIME-Version: 1.0\r\n"
	        "Content-Type: text/plain; name=\"\xc3\xbc.txt\"\r\n\r\nascii\r\n";
	g_autoptr(TocsinMessage) message = make(text);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMessage) encoded = tocsin_message_to_7bit(message, &error);

	g_assert_no_error(error);
	g_autoptr(GBytes) octets = tocsin_message_get_octets(encoded);
	g_autofree char *found =
	        g_strndup(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
	g_autofree char *from = tocsin_message_get(encoded, "From", 0);
	g_autofree char *to = tocsin_message_get(encoded, "To", 0);
	g_autofree char *subject = tocsin_message_get(encoded, "Subject", 0);
	g_autofree char *note = tocsin_message_get(encoded, "X-Note", 0);

	g_assert_true(g_str_is_ascii(found));
	g_assert_cmpstr(from, ==, "=?iso-8859-1?b?SvZyZw==?= <a@x.example>");
	g_assert_cmpstr(to, ==, "b@xn--grn-ioa.example");
	g_assert_cmpstr(subject, ==, "=?UTF-8?B?Z3LDvMOf?=");
	g_assert_cmpstr(note, ==, "=?UTF-8?B?w7w=?=");
	g_assert_nonnull(strstr(found, "name*=iso-8859-1''%FC.txt"));
	g_assert_nonnull(strstr(found, "\r\n\r\nascii\r\n"));
}

/* What is hidden in encoded words stays hidden in them. */
static void
encoded_words_become_no_syntax(void)
{
	static const char text[] =
	        "To: =?utf-8?q?M=2C_=3Cc=40z=3E=2C?= \xc3\xbc <a@x>, \"\xc3\xbc, x\" <b@y>\r\n"
	        "Subject: \xc3\xbc =?utf-8?q?a=0D=0ABcc:_evil@x?= b\r\n\r\nx\r\n";
	g_autoptr(TocsinMessage) message = make(text);
	g_autoptr(TocsinMessage) encoded = tocsin_message_to_7bit(message, NULL);
	g_autofree char *subject = tocsin_message_get(encoded, "Subject", 0);
	g_autoptr(TocsinMessage) from = tocsin_message_with(encoded, "From", "d@x", NULL);
	g_autofree char *sender = NULL;
	g_auto(GStrv) recipients = NULL;
	g_autofree char *all = NULL;

	g_assert_cmpuint(tocsin_message_count(encoded, "Bcc"), ==, 0);
	g_assert_cmpstr(subject, ==, "=?UTF-8?B?w7w=?= =?UTF-8?Q?a=0D=0ABcc:_evil@x?= b");
	g_assert_true(tocsin_message_get_envelope(from, &sender, &recipients, NULL));
	all = g_strjoinv(" ", recipients);
	g_assert_cmpstr(all, ==, "a@x b@y");
}

static void
what_cannot_be_encoded_is_refused(void)
{
	static const char *const texts[] = {
	        "From: j\xc3\xb6rg@x.example\r\n\r\nascii\r\n",
	        "Content-Type: multipart/mixed; boundary=b\r\n\r\npre\xc3\xa4mble\r\n--b\r\n\r\n"
	        "ascii\r\n--b--\r\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(TocsinMessage) message = make(texts[i]);
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_message_to_7bit(message, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/message/finds_fields_whatever_the_line_ends",
	                finds_fields_whatever_the_line_ends);
	g_test_add_func("/message/unfolds_values", unfolds_values);
	g_test_add_func("/message/what_is_no_field_ends_the_header",
	                what_is_no_field_ends_the_header);
	g_test_add_func("/message/mailbox_line_is_left_out", mailbox_line_is_left_out);
	g_test_add_func("/message/removes_fields_octet_for_octet", removes_fields_octet_for_octet);
	g_test_add_func("/message/resent_bcc_is_hidden_too", resent_bcc_is_hidden_too);
	g_test_add_func("/message/puts_fields_in_front", puts_fields_in_front);
	g_test_add_func("/message/nothing_gets_into_a_header", nothing_gets_into_a_header);
	g_test_add_func("/message/long_headers_are_folded", long_headers_are_folded);
	g_test_add_func("/message/huge_headers_are_refused", huge_headers_are_refused);
	g_test_add_func("/message/eight_bits_become_seven", eight_bits_become_seven);
	g_test_add_func("/message/long_lines_become_short", long_lines_become_short);
	g_test_add_func("/message/binary_parts_become_base64", binary_parts_become_base64);
	g_test_add_func("/message/parts_within_parts_become_seven",
	                parts_within_parts_become_seven);
	g_test_add_func("/message/eight_bit_headers_become_encoded_words",
	                eight_bit_headers_become_encoded_words);
	g_test_add_func("/message/encoded_words_become_no_syntax", encoded_words_become_no_syntax);
	g_test_add_func("/message/what_cannot_be_encoded_is_refused",
	                what_cannot_be_encoded_is_refused);
	return g_test_run();
}
