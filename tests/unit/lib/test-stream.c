/* SPDX-License-Identifier: MIT */
/* Many mails over one connection: what goes out for each option, and what is told. */
#include <string.h>

#include "peer.h"

#include <tocsin/smtp-stream.h>

#define TEXT "Subject: s\r\n\r\nhi\r\n"
#define TEXT_ON_WIRE "C: Subject: s\nC: \nC: hi\nC: .\n"

/* Mails to give, and what was told of them. */
typedef struct {
	GQueue mails; /* of TocsinSmtpMail */
	GString *told;
	gboolean is_last;
} Work;

static void
work_init(Work *work)
{
	g_queue_init(&work->mails);
	work->told = g_string_new(NULL);
	work->is_last = FALSE;
}

static void
work_clear(Work *work)
{
	g_queue_clear_full(&work->mails, (GDestroyNotify)tocsin_smtp_mail_unref);
	g_string_free(work->told, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static TocsinSmtpNext
on_next(gpointer user, gboolean may_wait, TocsinSmtpMail **out_mail)
{
	Work *work = user;
	TocsinSmtpMail *mail = g_queue_pop_head(&work->mails);

	if (mail == NULL) {
		return work->is_last ? TOCSIN_SMTP_NEXT_LAST : TOCSIN_SMTP_NEXT_NONE;
	}
	*out_mail = mail;
	return TOCSIN_SMTP_NEXT_MAIL;
}

static void
on_fate(gpointer user, TocsinSmtpMail *mail, guint index, const TocsinSmtpFate *fate)
{
	static const char *const names[] = {"delivered", "deferred", "refused", "unknown"};
	Work *work = user;
	const TocsinSmtpReply *reply = tocsin_smtp_fate_get_reply(fate);

	g_assert_true(g_utf8_validate(tocsin_smtp_fate_get_text(fate), -1, NULL));
	g_string_append_printf(
	        work->told, "%s %s %s %d\n", tocsin_smtp_mail_get_recipient(mail, index),
	        names[tocsin_smtp_fate_get_status(fate)], tocsin_smtp_fate_get_stage(fate),
	        reply != NULL ? tocsin_smtp_reply_get_code(reply) : 0);
}

static TocsinSmtpMail *
add_mail(Work *work, const char *text, const char *recipient)
{
	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
	TocsinSmtpMail *mail = tocsin_smtp_mail_new("a@x", octets);

	if (recipient != NULL) {
		(void)tocsin_smtp_mail_add_recipient(mail, recipient, TOCSIN_SMTP_NOTIFY_DEFAULT,
		                                     NULL, NULL);
	}
	g_queue_push_tail(&work->mails, mail);
	return mail;
}

/* Sends all of @work to the script's server. */
static TocsinSmtpSent
send_work(Work *work, const char *script, GError **error)
{
	Peer *peer;
	g_autoptr(TocsinSmtp) client =
	        peer_connect(&peer, peer_client(TOCSIN_SMTP_CLEAR, FALSE), script);
	TocsinSmtpSent sent = tocsin_smtp_send_many(client, on_next, on_fate, work, error);

	peer_finish(peer);
	return sent;
}

static void
recipients_are_independent_and_quit_is_said(void)
{
	g_auto(Work) work;
	g_autoptr(GError) error = NULL;

	work_init(&work);
	work.is_last = TRUE;
	(void)tocsin_smtp_mail_add_recipient(add_mail(&work, TEXT, "b@y"), "c@y",
	                                     TOCSIN_SMTP_NOTIFY_DEFAULT, NULL, NULL);
	(void)add_mail(&work, TEXT, "d@y");
	g_assert_cmpint(
	        send_work(&work,
	                  "S: 220 hi\nC: EHLO me\nS: 250 hi\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	                  "C: RCPT TO:<b@y>\nS: 550 no\nC: RCPT TO:<c@y>\nS: 250 ok\nC: DATA\n"
	                  "S: 354 go\n" TEXT_ON_WIRE "S: 250 ok\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	                  "C: RCPT TO:<d@y>\nS: 250 ok\nC: DATA\nS: 354 go\n" TEXT_ON_WIRE
	                  "S: 451 later\nC: QUIT\nS: 221 bye",
	                  &error),
	        ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_no_error(error);
	g_assert_cmpstr(work.told->str, ==,
	                "b@y refused recipient 550\nc@y delivered data 250\n"
	                "d@y deferred data 451\n");
}

static void
options_are_said(void)
{
	g_auto(Work) work;
	TocsinSmtpMail *mail;

	work_init(&work);
	mail = add_mail(&work, TEXT, NULL);
	g_assert_cmpuint(tocsin_smtp_mail_add_recipient(
	                         mail, "b@y", TOCSIN_SMTP_NOTIFY_SUCCESS | TOCSIN_SMTP_NOTIFY_DELAY,
	                         "rfc822;o+o@y", "X=1"),
	                 ==, 0);
	tocsin_smtp_mail_set_dsn(mail, TOCSIN_SMTP_RETURN_HEADERS, "id=1");
	tocsin_smtp_mail_set_smtputf8(mail, TRUE);
	tocsin_smtp_mail_set_body(mail, TOCSIN_SMTP_BODY_7BIT);
	tocsin_smtp_mail_set_hold_for(mail, 60);
	tocsin_smtp_mail_set_deliver_by(mail, TOCSIN_SMTP_DELIVER_BY_RETURN, 120, TRUE);
	tocsin_smtp_mail_set_priority(mail, -3);
	tocsin_smtp_mail_set_options(mail, "Y=2");
	g_assert_cmpint(
	        send_work(&work,
	                  "S: 220 hi\nC: EHLO me\nS: 250-hi\nS: 250-SIZE\nS: 250-DSN\n"
	                  "S: 250-8BITMIME\nS: 250-SMTPUTF8\nS: 250-MT-PRIORITY\n"
	                  "S: 250-FUTURERELEASE 3600 2030-01-01T00:00:00Z\nS: 250 DELIVERBY 60\n"
	                  "C: MAIL FROM:<a@x> SIZE=18 BODY=7BIT SMTPUTF8 RET=HDRS ENVID=id+3D1 "
	                  "MT-PRIORITY=-3 HOLDFOR=60 BY=120;RT Y=2\nS: 250 ok\n"
	                  "C: RCPT TO:<b@y> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o+2Bo@y X=1\n"
	                  "S: 250 ok\nC: DATA\nS: 354 go\n" TEXT_ON_WIRE "S: 250 ok",
	                  NULL),
	        ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\n");
}

static void
what_the_server_cannot_do_is_refused_here(void)
{
	g_auto(Work) work;

	work_init(&work);
	tocsin_smtp_mail_set_requires_tls(add_mail(&work, TEXT, "b@y"), TRUE);
	tocsin_smtp_mail_set_hold_until(add_mail(&work, TEXT, "c@y"), "2030-01-01T00:00:00Z");
	tocsin_smtp_mail_set_smtputf8(add_mail(&work, TEXT, "d@y"), TRUE);
	g_assert_cmpint(send_work(&work, "S: 220 hi\nC: EHLO me\nS: 250 hi", NULL), ==,
	                TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==,
	                "b@y refused local 0\nc@y refused local 0\nd@y refused local 0\n");
}

static void
eight_bits_are_encoded_for_old_servers(void)
{
	g_auto(Work) work;

	work_init(&work);
	(void)add_mail(&work,
	               "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	               "Content-Transfer-Encoding: 8bit\r\n\r\nh\xc3\xac\r\n",
	               "b@y");
	g_assert_cmpint(
	        send_work(&work,
	                  "S: 220 hi\nC: EHLO me\nS: 250 hi\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	                  "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\nC: MIME-Version: 1.0\n"
	                  "C: Content-Type: text/plain; charset=utf-8\n"
	                  "C: Content-Transfer-Encoding: base64\nC: \nC: aMOsDQo=\nC: .\n"
	                  "S: 250 ok",
	                  NULL),
	        ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\n");
}

static void
binary_is_encoded_for_servers_without_binarymime(void)
{
	g_auto(Work) work;

	work_init(&work);
	tocsin_smtp_mail_set_body(add_mail(&work,
	                                   "MIME-Version: 1.0\r\n"
	                                   "Content-Type: application/octet-stream\r\n"
	                                   "Content-Transfer-Encoding: binary\r\n\r\n\x01\n\xff",
	                                   "b@y"),
	                          TOCSIN_SMTP_BODY_BINARYMIME);
	g_assert_cmpint(
	        send_work(&work,
	                  "S: 220 hi\nC: EHLO me\nS: 250-hi\nS: 250 8BITMIME\n"
	                  "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\n"
	                  "S: 354 go\nC: MIME-Version: 1.0\n"
	                  "C: Content-Type: application/octet-stream\n"
	                  "C: Content-Transfer-Encoding: base64\nC: \nC: AQr/\nC: .\nS: 250 ok",
	                  NULL),
	        ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\n");
}

/* SMTPUTF8 where it is offered; else encoded words, or a refusal where there are none. */
static void
headers_in_utf8_go_where_they_can(void)
{
	static const char text[] = "Subject: \xc3\xbc\r\n\r\nx\r\n";
	static const char *const dialogues[] = {
	        "S: 220 hi\nC: EHLO me\nS: 250-hi\nS: 250-8BITMIME\nS: 250 SMTPUTF8\n"
	        "C: MAIL FROM:<a@x> BODY=8BITMIME SMTPUTF8\nS: 250 ok\nC: RCPT TO:<b@y>\n"
	        "S: 250 ok\nC: DATA\nS: 354 go\nC: Subject: \xc3\xbc\nC: \nC: x\nC: .\nS: 250 ok",
	        "S: 220 hi\nC: EHLO me\nS: 250-hi\nS: 250 8BITMIME\n"
	        "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\n"
	        "C: Subject: =?UTF-8?B?w7w=?=\nC: \nC: x\nC: .\nS: 250 ok",
	};

	for (guint i = 0; i < G_N_ELEMENTS(dialogues); i++) {
		g_auto(Work) work;

		work_init(&work);
		(void)add_mail(&work, text, "b@y");
		g_assert_cmpint(send_work(&work, dialogues[i], NULL), ==, TOCSIN_SMTP_SENT_ALL);
		g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\n");
	}
}

static void
chunking_sends_the_message_by_bdat(void)
{
	g_auto(Work) work;

	work_init(&work);
	(void)add_mail(&work, "a\r\n.b\n", "b@y");
	g_assert_cmpint(send_work(&work,
	                          "S: 220 hi\nC: EHLO me\nS: 250-hi\nS: 250-PIPELINING\n"
	                          "S: 250 CHUNKING\nC: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\n"
	                          "C: BDAT 7 LAST\nC: a\nC: .b\nS: 250 ok\nS: 250 ok\nS: 250 ok",
	                          NULL),
	                ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\n");
}

static void
lost_connection_leaves_doubt_only_where_there_is_some(void)
{
	g_auto(Work) work;
	g_autoptr(GError) error = NULL;

	work_init(&work);
	(void)add_mail(&work, TEXT, "b@y");
	(void)add_mail(&work, TEXT, "c@y");
	g_assert_cmpint(
	        send_work(
	                &work,
	                "S: 220 hi\nC: EHLO me\nS: 250-hi\nS: 250 PIPELINING\nC: MAIL FROM:<a@x>\n"
	                "C: RCPT TO:<b@y>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\n" TEXT_ON_WIRE
	                "C: MAIL FROM:<a@x>\nC: RCPT TO:<c@y>\nC: DATA\nclose",
	                &error),
	        ==, TOCSIN_SMTP_SENT_FAILED);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_cmpstr(work.told->str, ==, "b@y unknown lost 0\nc@y deferred lost 0\n");
}

static gint64
on_pull(gpointer user, guint64 offset, const void **out_octets)
{
	static const char text[] = TEXT;
	guint64 length = strlen(text);

	*out_octets = text + MIN(offset, length);
	return (gint64)MIN(5, length - MIN(offset, length));
}

static void
mail_may_be_pulled_and_has_data(void)
{
	g_auto(Work) work;
	int freed = 0;
	TocsinSmtpMail *mail;

	work_init(&work);
	mail = tocsin_smtp_mail_new_pulled("a@x", on_pull, NULL, NULL);
	tocsin_smtp_mail_set_data(mail, &freed, NULL);
	g_assert_true(tocsin_smtp_mail_get_data(mail) == &freed);
	(void)tocsin_smtp_mail_add_recipient(mail, "b@y", TOCSIN_SMTP_NOTIFY_DEFAULT, NULL, NULL);
	g_queue_push_tail(&work.mails, tocsin_smtp_mail_ref(mail));
	(void)add_mail(&work, TEXT, NULL); /* nobody's: nothing is sent or told */
	g_assert_cmpint(
	        send_work(&work,
	                  "S: 220 hi\nC: EHLO me\nS: 250 hi\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
	                  "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\n" TEXT_ON_WIRE
	                  "S: 250 ok",
	                  NULL),
	        ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\n");
	g_assert_cmpuint(tocsin_smtp_mail_count_recipients(mail), ==, 1);
	tocsin_smtp_mail_unref(mail);
}

static void
envelope_comes_from_the_header(void)
{
	static const char text[] = "From: f@x\r\nTo: b@y\r\nBcc: c@y\r\n\r\nhi\r\n";
	g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, NULL);
	g_auto(Work) work;

	work_init(&work);
	g_queue_push_tail(&work.mails, tocsin_smtp_mail_new_from_message(message, NULL));
	g_assert_cmpint(
	        send_work(&work,
	                  "S: 220 hi\nC: EHLO me\nS: 250 hi\nC: MAIL FROM:<f@x>\nS: 250 ok\n"
	                  "C: RCPT TO:<b@y>\nS: 250 ok\nC: RCPT TO:<c@y>\nS: 250 ok\n"
	                  "C: DATA\nS: 354 go\nC: From: f@x\nC: To: b@y\nC: \nC: hi\nC: .\n"
	                  "S: 250 ok",
	                  NULL),
	        ==, TOCSIN_SMTP_SENT_ALL);
	g_assert_cmpstr(work.told->str, ==, "b@y delivered data 250\nc@y delivered data 250\n");
}

#define TEST(name) g_test_add_func("/lib/stream/" #name, name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(recipients_are_independent_and_quit_is_said);
	TEST(options_are_said);
	TEST(what_the_server_cannot_do_is_refused_here);
	TEST(eight_bits_are_encoded_for_old_servers);
	TEST(binary_is_encoded_for_servers_without_binarymime);
	TEST(headers_in_utf8_go_where_they_can);
	TEST(chunking_sends_the_message_by_bdat);
	TEST(lost_connection_leaves_doubt_only_where_there_is_some);
	TEST(mail_may_be_pulled_and_has_data);
	TEST(envelope_comes_from_the_header);
	return g_test_run();
}
