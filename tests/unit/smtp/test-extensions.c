/* SPDX-License-Identifier: MIT */
/* What is read from the reply to EHLO. */
#include <string.h>

#include "smtp/extensions.h"

static TocsinFeatures *
read_features(const char *raw)
{
	TocsinReplyParser parser = {0};
	TocsinReply reply;

	g_assert_cmpint(tocsin_reply_parse(&parser, raw, strlen(raw), &reply, NULL), ==,
	                TOCSIN_REPLY_COMPLETE);
	return tocsin_features_new(&reply);
}

static void
reads_mechanisms(void)
{
	static const struct {
		const char *line;
		const char *mechanisms;
	} cases[] = {
	        {"250 AUTH LOGIN PLAIN\r\n", "LOGIN PLAIN"},
	        {"250 AUTH=LOGIN PLAIN\r\n", "LOGIN PLAIN"},
	        {"250-AUTH=LOGIN\r\n250 AUTH LOGIN plain\r\n", "LOGIN PLAIN"},
	        {"250-X-EXPS GSSAPI NTLM\r\n250 AUTH LOGIN\r\n", "GSSAPI NTLM LOGIN"},
	        {"250 X-EXPS=LOGIN\r\n", "LOGIN"},
	        {"250 auth   login\t plain  \r\n", "LOGIN PLAIN"},
	        {"250 AUTH\r\n", ""},
	        {"250 HELP\r\n", ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *raw = g_strconcat("250-mx\r\n", cases[i].line, NULL);
		g_autoptr(TocsinFeatures) features = read_features(raw);
		g_autofree char *mechanisms = g_strjoinv(" ", features->mechanisms);

		g_assert_cmpstr(mechanisms, ==, cases[i].mechanisms);
		g_assert_cmpint(tocsin_features_has(features, TOCSIN_FEATURE_AUTH), ==,
		                strstr(cases[i].line, "HELP") == NULL);
	}
}

static void
reads_limits(void)
{
	static const struct {
		const char *line;
		guint mails;
		guint recipients;
		guint domains;
	} cases[] = {
	        {"LIMITS MAILMAX=10 RCPTMAX=20 RCPTDOMAINMAX=1", 10, 20, 1},
	        {"limits rcptmax=20", 0, 20, 0},
	        {"LIMITS RCPTMAX= MAILMAX=x UNKNOWN=3", 0, 0, 0},
	        {"LIMITS RCPTMAX=99999999999", 0, G_MAXUINT, 0},
	        {"LIMITS RCPTMAX=99999999999999999999999", 0, 0, 0},
	        {"LIMITS", 0, 0, 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *raw = g_strdup_printf("250-mx\r\n250 %s\r\n", cases[i].line);
		g_autoptr(TocsinFeatures) features = read_features(raw);

		g_assert_true(tocsin_features_has(features, TOCSIN_FEATURE_LIMITS));
		g_assert_cmpuint(features->mail_max, ==, cases[i].mails);
		g_assert_cmpuint(features->recipient_max, ==, cases[i].recipients);
		g_assert_cmpuint(features->recipient_domain_max, ==, cases[i].domains);
	}
}

static void
the_last_of_equal_keywords_counts(void)
{
	g_autoptr(TocsinFeatures) features =
	        read_features("250-mx\r\n250-SIZE 10\r\n250-size 20\r\n250-X a\r\n250 x b\r\n");

	g_assert_cmpuint(features->size_max, ==, 20);
	g_assert_cmpstr(tocsin_features_get(features, "X"), ==, "b");
}

static void
reads_numbers(void)
{
	g_autoptr(TocsinFeatures) features = read_features(
	        "250-mx\r\n250-SIZE 18446744073709551616\r\n"
	        "250-FUTURERELEASE 3600 2030-01-01T00:00:00Z\r\n250 DELIVERBY 240\r\n");

	g_assert_cmpuint(features->size_max, ==, 0);
	g_assert_true(tocsin_features_has(features, TOCSIN_FEATURE_SIZE));
	g_assert_cmpint(features->hold_max_s, ==, 3600);
	g_assert_cmpint(features->hold_until_max_s, ==, 1893456000);
	g_assert_cmpint(features->deliver_by_min_s, ==, 240);
}

static void
reads_how_long_mails_are_held(void)
{
	static const struct {
		const char *words;
		gint64 max_s;
		gint64 until_max_s;
	} cases[] = {
	        {"", 0, 0},
	        {" 60", 60, 0},
	        {" 60 tomorrow", 60, 0},
	        {" 60 \t1970-01-02T02:00:00+02:00 ", 60, 86400},
	        {" 1970-01-02T00:00:00Z", 1970, 0},
	        {" 60 1970-01-02T00:00:00Z x", 60, 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *raw =
		        g_strdup_printf("250-mx\r\n250 FUTURERELEASE%s\r\n", cases[i].words);
		g_autoptr(TocsinFeatures) features = read_features(raw);

		g_assert_cmpint(features->hold_max_s, ==, cases[i].max_s);
		g_assert_cmpint(features->hold_until_max_s, ==, cases[i].until_max_s);
	}
}

static void
leaves_out_what_is_no_keyword(void)
{
	g_autoptr(TocsinFeatures) features = read_features(
	        "250-PIPELINING\r\n250-\r\n250--SIZE\r\n250-\xfc\r\n250 8BITMIME\r\n");

	g_assert_cmpuint(features->known, ==, TOCSIN_FEATURE_8BITMIME);
	g_assert_cmpuint(g_hash_table_size(features->table), ==, 1);
}

#define ADD(name) g_test_add_func("/smtp/extensions/" #name, name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(reads_mechanisms);
	ADD(reads_limits);
	ADD(the_last_of_equal_keywords_counts);
	ADD(reads_numbers);
	ADD(reads_how_long_mails_are_held);
	ADD(leaves_out_what_is_no_keyword);
	return g_test_run();
}
