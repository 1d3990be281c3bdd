/* SPDX-License-Identifier: MIT */
/* The reply parser: what it accepts, what it refuses, and where a reply ends. */
#include <string.h>

#include "smtp/reply.h"
#include "tocsin/error.h"

typedef struct {
	const char *bytes;
	int code;
	const char *text;
	guint flags;
	const char *enhanced; /* "" for none */
	gsize rest;           /* bytes behind the reply */
} Good;

static const Good goods[] = {
        {"250 ok\r\n", 250, "ok", 0, "", 0},
        {"250\r\n", 250, "", 0, "", 0},
        {"250 \r\n", 250, "", 0, "", 0},
        {"250-\r\n250 b\r\n", 250, "\nb", 0, "", 0},
        {"220-a\r\n220 b\r\n", 220, "a\nb", 0, "", 0},
        {"250-a\n250 b\n", 250, "a\nb", TOCSIN_REPLY_BARE_LF, "", 0},
        {"250-a\r\n550 b\r\n", 550, "a\nb", TOCSIN_REPLY_MIXED | TOCSIN_REPLY_MIXED_CLASS, "", 0},
        {"250-a\r\n251 b\r\n", 251, "a\nb", TOCSIN_REPLY_MIXED, "", 0},
        {"571 5.7.1 no\r\n", 571, "5.7.1 no", 0, "5.7.1", 0},
        {"250 5.7.1 liar\r\n", 250, "5.7.1 liar", 0, "", 0},
        {"550 5.7.1\r\n", 550, "5.7.1", 0, "5.7.1", 0},
        {"550 5.7.1234 no\r\n", 550, "5.7.1234 no", 0, "", 0},
        {"550 5.7.1x no\r\n", 550, "5.7.1x no", 0, "", 0},
        {"550-5.1.1 a\r\n550 5.1.2 b\r\n", 550, "5.1.1 a\n5.1.2 b", 0, "5.1.2", 0},
        {"354 3.0.0 go\r\n", 354, "3.0.0 go", 0, "", 0},
        {"999 x\r\n", 999, "x", 0, "", 0},
        {"250 \xce\xd2\r\n", 250, "\xce\xd2", TOCSIN_REPLY_EIGHT_BIT, "", 0},
        {"250 a\rb\r\n", 250, "a\rb", 0, "", 0},
        {"250 one\r\n550 two\r\n", 250, "one", 0, "", 9},
        {"250\tx\r\n", 250, "x", 0, "", 0},
};

static void
check_good(const Good *good)
{
	TocsinReplyParser parser = {0};
	TocsinReply reply;
	g_autoptr(GError) error = NULL;
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX] = "";
	gsize length = strlen(good->bytes);
	gsize text_length;
	g_autofree char *text = NULL;

	g_assert_cmpint(tocsin_reply_parse(&parser, good->bytes, length, &reply, &error), ==,
	                TOCSIN_REPLY_COMPLETE);
	g_assert_no_error(error);
	text = tocsin_reply_dup_text(&reply, &text_length);
	g_assert_cmpint(reply.code, ==, good->code);
	g_assert_cmpmem(text, text_length, good->text, strlen(good->text));
	g_assert_cmpuint(reply.flags, ==, good->flags);
	g_assert_cmpuint(length - reply.length, ==, good->rest);
	g_assert_cmpint(tocsin_reply_get_enhanced(&reply, enhanced), ==, good->enhanced[0] != 0);
	g_assert_cmpstr(enhanced, ==, good->enhanced);
}

static void
reads_what_servers_say(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(goods); i++) {
		check_good(&goods[i]);
	}
}

static void
reads_the_same_byte_by_byte(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(goods); i++) {
		TocsinReplyParser parser = {0};
		TocsinReply reply;
		gsize whole = strlen(goods[i].bytes) - goods[i].rest;

		for (gsize length = 0; length < whole; length++) {
			g_assert_cmpint(
			        tocsin_reply_parse(&parser, goods[i].bytes, length, &reply, NULL),
			        ==, TOCSIN_REPLY_MORE);
		}
		g_assert_cmpint(tocsin_reply_parse(&parser, goods[i].bytes, whole, &reply, NULL),
		                ==, TOCSIN_REPLY_COMPLETE);
		g_assert_cmpint(reply.code, ==, goods[i].code);
	}
}

static void
refuses_what_is_no_reply(void)
{
	static const struct {
		const char *bytes;
		gsize length;
	} bad[] = {
	        {"hello\r\n", 7},   {"\r\n", 2},
	        {"25\r\n", 4},      {"250x ok\r\n", 9},
	        {"2500 ok\r\n", 9}, {"250 a\0b\r\n", 9},
	        {" 250 ok\r\n", 9}, {"250-a\r\nzzz\r\n", 12},
	        {"-50 a\r\n", 7},
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		TocsinReplyParser parser = {0};
		TocsinReply reply;
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(
		        tocsin_reply_parse(&parser, bad[i].bytes, bad[i].length, &reply, &error),
		        ==, TOCSIN_REPLY_BROKEN);
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	}
}

static TocsinReplyStatus
parse_all(const GString *bytes, GError **error)
{
	TocsinReplyParser parser = {0};
	TocsinReply reply;

	return tocsin_reply_parse(&parser, bytes->str, bytes->len, &reply, error);
}

static void
holds_the_limits(void)
{
	g_autoptr(GString) line = g_string_new("250 ");
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autoptr(GString) bytes = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	while (line->len < TOCSIN_REPLY_LINE_MAX - 2) {
		g_string_append_c(line, 'x');
	}
	g_string_append(line, "\r\n");
	g_assert_cmpint(parse_all(line, &error), ==, TOCSIN_REPLY_COMPLETE);
	g_string_insert_c(line, 4, 'x');
	g_assert_cmpint(parse_all(line, &error), ==, TOCSIN_REPLY_BROKEN);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_clear_error(&error);
	/* Without a line end at all it is noticed just as early. */
	g_string_truncate(line, TOCSIN_REPLY_LINE_MAX + 1);
	g_assert_cmpint(parse_all(line, &error), ==, TOCSIN_REPLY_BROKEN);
	g_clear_error(&error);

	for (guint i = 1; i < TOCSIN_REPLY_LINES_MAX; i++) {
		g_string_append(lines, "250-x\r\n");
	}
	g_string_append(lines, "250 x\r\n");
	g_assert_cmpint(parse_all(lines, &error), ==, TOCSIN_REPLY_COMPLETE);
	g_string_prepend(lines, "250-x\r\n");
	g_assert_cmpint(parse_all(lines, &error), ==, TOCSIN_REPLY_BROKEN);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
	g_clear_error(&error);

	for (guint i = 0; bytes->len <= TOCSIN_REPLY_BYTES_MAX; i++) {
		g_string_append_printf(bytes, "250-%01000d\r\n", 0);
	}
	g_assert_cmpint(parse_all(bytes, &error), ==, TOCSIN_REPLY_BROKEN);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);
}

static void
makes_of_garbage_what_smtplib_does(void)
{
	g_autoptr(TocsinReply) plain = tocsin_reply_new_garbage("hello\r\n", 7);
	g_autoptr(TocsinReply) middle = tocsin_reply_new_garbage("250-a\r\nzzz\r\n250 c\r\n", 19);
	g_autofree char *plain_text = tocsin_reply_dup_text(plain, NULL);
	g_autofree char *middle_text = tocsin_reply_dup_text(middle, NULL);

	g_assert_cmpint(plain->code, ==, -1);
	g_assert_cmpstr(plain_text, ==, "o");
	g_assert_cmpint(middle->code, ==, -1);
	g_assert_cmpstr(middle_text, ==, "a\n");
	g_assert_null(tocsin_reply_new_garbage("hell", 4));
}

static void
shows_one_safe_line(void)
{
	const TocsinReply reply = {.code = 550, .raw = "550-a\x1b[31m\r\n550 b\r\n", .length = 19};
	g_autofree char *shown = tocsin_reply_dup_display(&reply, 100);

	g_assert_cmpstr(shown, ==, "550 a\\x1b[31m b");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smtp/reply/reads_what_servers_say", reads_what_servers_say);
	g_test_add_func("/smtp/reply/reads_the_same_byte_by_byte", reads_the_same_byte_by_byte);
	g_test_add_func("/smtp/reply/refuses_what_is_no_reply", refuses_what_is_no_reply);
	g_test_add_func("/smtp/reply/holds_the_limits", holds_the_limits);
	g_test_add_func("/smtp/reply/makes_of_garbage_what_smtplib_does",
	                makes_of_garbage_what_smtplib_does);
	g_test_add_func("/smtp/reply/shows_one_safe_line", shows_one_safe_line);
	return g_test_run();
}
