/* SPDX-License-Identifier: MIT */
#include "model/mail.h"

#include <string.h>
#include <tocsin/error.h>

static TocsinMail *
make_mail(void)
{
	TocsinMail *mail = tocsin_mail_new(NULL, "a@b", 1000);

	tocsin_mail_add_recipient(mail, "c@d");
	mail->content = g_bytes_new_static("x", 1);
	return mail;
}

static void
assert_refused(const TocsinMail *mail, TocsinError code, const char *word)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_mail_check(mail, &error));
	g_assert_error(error, TOCSIN_ERROR, (int)code);
	g_assert_nonnull(strstr(error->message, word));
}

static void
plain_mails_pass(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMail) mail = make_mail();

	g_assert_true(tocsin_mail_check(mail, &error));
	g_assert_no_error(error);
	g_free(mail->sender);
	mail->sender = g_strdup("");
	g_assert_true(tocsin_mail_check(mail, &error));
}

static void
recipients_are_checked(void)
{
	g_autoptr(TocsinMail) mail = make_mail();
	TocsinRecipient *recipient = tocsin_mail_add_recipient(mail, "x> NOTIFY=NEVER");

	assert_refused(mail, TOCSIN_ERROR_INVALID, "recipient");
	g_free(recipient->address);
	recipient->address = g_strdup("e@f");
	recipient->orcpt = g_strdup("rfc822;e@f\r\nRSET");
	assert_refused(mail, TOCSIN_ERROR_INVALID, "ORCPT");
	g_free(recipient->orcpt);
	recipient->orcpt = g_strdup("e@f");
	assert_refused(mail, TOCSIN_ERROR_INVALID, "ORCPT");
	g_clear_pointer(&recipient->orcpt, g_free);
	recipient->notify = TOCSIN_NOTIFY_NEVER | TOCSIN_NOTIFY_DELAY;
	assert_refused(mail, TOCSIN_ERROR_INVALID, "NOTIFY");
	g_ptr_array_set_size(mail->recipients, 0);
	assert_refused(mail, TOCSIN_ERROR_INVALID, "no recipient");
}

static void
recipients_end_at_their_limit(void)
{
	g_autoptr(TocsinMail) mail = make_mail();

	while (mail->recipients->len < TOCSIN_MAIL_RECIPIENTS_MAX) {
		tocsin_mail_add_recipient(mail, "c@d");
	}
	g_assert_true(tocsin_mail_check(mail, NULL));
	tocsin_mail_add_recipient(mail, "c@d");
	assert_refused(mail, TOCSIN_ERROR_LIMIT, "10001 recipients");
}

static void
envelopes_are_checked(void)
{
	g_autoptr(TocsinMail) mail = make_mail();

	mail->envid = g_strdup("a\nb");
	assert_refused(mail, TOCSIN_ERROR_INVALID, "ENVID");
	g_free(mail->envid);
	mail->envid = g_strnfill(TOCSIN_MAIL_STRING_MAX + 1, 'x');
	assert_refused(mail, TOCSIN_ERROR_LIMIT, "ENVID");
	g_clear_pointer(&mail->envid, g_free);
	mail->mt_priority = 10;
	assert_refused(mail, TOCSIN_ERROR_INVALID, "MT-PRIORITY");
	mail->mt_priority = 0;
	mail->deliver_by = TOCSIN_DELIVER_BY_RETURN;
	assert_refused(mail, TOCSIN_ERROR_INVALID, "mode R");
	mail->deliver_by = TOCSIN_DELIVER_BY_NOTIFY;
	g_assert_true(tocsin_mail_check(mail, NULL));
	mail->hold_for_s = -1;
	assert_refused(mail, TOCSIN_ERROR_INVALID, "HOLDFOR");
}

static void
a_mail_has_one_content(void)
{
	g_autoptr(TocsinMail) mail = make_mail();

	mail->path = g_strdup("/x");
	assert_refused(mail, TOCSIN_ERROR_INVALID, "content");
	g_clear_pointer(&mail->content, g_bytes_unref);
	g_assert_true(tocsin_mail_check(mail, NULL));
	g_clear_pointer(&mail->path, g_free);
	assert_refused(mail, TOCSIN_ERROR_INVALID, "content");
}

static void
ids_are_safe_and_sort_by_time(void)
{
	g_autofree char *first = tocsin_mail_make_id(1000);
	g_autofree char *same = tocsin_mail_make_id(1000);
	g_autofree char *second = tocsin_mail_make_id(2000);
	g_autofree char *later = tocsin_mail_make_id(G_GINT64_CONSTANT(1) << 50);

	g_assert_cmpuint(strlen(first), ==, TOCSIN_MAIL_ID_LENGTH);
	g_assert_cmpstr(first, <, same);
	g_assert_cmpstr(same, <, second);
	g_assert_cmpstr(second, <, later);
	for (const char *p = first; *p != '\0'; p++) {
		g_assert_true(g_ascii_isalnum(*p));
	}
}

static void
ids_are_numbers(void)
{
	const gint64 numbers[] = {0, 1, 31, 32, G_MAXINT64};
	gint64 number = 5;

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *id = tocsin_mail_format_id(numbers[i]);

		g_assert_true(tocsin_mail_parse_id(id, &number));
		g_assert_cmpint(number, ==, numbers[i]);
	}
	g_assert_false(tocsin_mail_parse_id("", &number));
	g_assert_false(tocsin_mail_parse_id("ccccccccccccc", &number));
	g_assert_false(tocsin_mail_parse_id("0000000000000A", &number));
	g_assert_false(tocsin_mail_parse_id("000000000000A", &number));
	g_assert_cmpint(number, ==, G_MAXINT64);
}

static void
packed_options_read_back(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMail) mail = make_mail();
	g_autoptr(TocsinMail) back = make_mail();

	mail->ret = TOCSIN_RET_FULL;
	mail->envid = g_strdup("e1");
	mail->body = TOCSIN_BODY_8BITMIME;
	mail->is_smtputf8 = TRUE;
	mail->is_tls_required = TRUE;
	mail->hold_for_s = 60;
	mail->deliver_by = TOCSIN_DELIVER_BY_NOTIFY;
	mail->deliver_by_s = -10;
	mail->has_mt_priority = TRUE;
	mail->mt_priority = -9;
	mail->is_notice = TRUE;
	mail->via = g_strsplit("relay local", " ", 0);
	g_autoptr(GByteArray) packed = tocsin_mail_pack_options(mail);

	g_assert_true(tocsin_mail_unpack_options(back, packed->data, packed->len, &error));
	g_assert_no_error(error);
	g_autoptr(GByteArray) again = tocsin_mail_pack_options(back);

	g_assert_cmpmem(packed->data, packed->len, again->data, again->len);
	g_assert_cmpstr(back->via[1], ==, "local");
	g_assert_cmpint(back->mt_priority, ==, -9);
	g_assert_true(back->is_notice);
	for (guint cut = 0; cut < packed->len; cut++) {
		g_autoptr(TocsinMail) damaged = make_mail();

		g_assert_false(tocsin_mail_unpack_options(damaged, packed->data, cut, NULL));
	}
}

/* As stores have them that were made before mails could be notices. */
static void
options_of_the_first_version_are_read(void)
{
	g_autoptr(TocsinMail) mail = make_mail();
	g_autoptr(TocsinMail) back = make_mail();

	mail->via = g_strsplit("relay local", " ", 0);
	g_autoptr(GByteArray) packed = tocsin_mail_pack_options(mail);

	packed->data[0] = 1;
	g_assert_true(tocsin_mail_unpack_options(back, packed->data, packed->len - 1, NULL));
	g_assert_cmpstr(back->via[1], ==, "local");
	g_assert_false(back->is_notice);
	packed->data[0] = 3;
	g_assert_false(tocsin_mail_unpack_options(back, packed->data, packed->len, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/plain_mails_pass", plain_mails_pass);
	g_test_add_func("/mail/recipients_are_checked", recipients_are_checked);
	g_test_add_func("/mail/recipients_end_at_their_limit", recipients_end_at_their_limit);
	g_test_add_func("/mail/envelopes_are_checked", envelopes_are_checked);
	g_test_add_func("/mail/a_mail_has_one_content", a_mail_has_one_content);
	g_test_add_func("/mail/ids_are_safe_and_sort_by_time", ids_are_safe_and_sort_by_time);
	g_test_add_func("/mail/ids_are_numbers", ids_are_numbers);
	g_test_add_func("/mail/packed_options_read_back", packed_options_read_back);
	g_test_add_func("/mail/options_of_the_first_version_are_read",
	                options_of_the_first_version_are_read);
	return g_test_run();
}
