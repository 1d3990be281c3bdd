/* SPDX-License-Identifier: MIT */
/* What tls.py starts: connects, encrypts as it is told, logs in, sends a mail; prints how it
 * ended. */
#include <string.h>
#include <tocsin/smtp.h>

static gboolean
run(TocsinSmtp *smtp, const char *way, const char *address, GError **error)
{
	static const char *const to[] = {"b@y", NULL};
	g_autoptr(TocsinSmtpReply) login = NULL;
	g_autoptr(TocsinSmtpReply) encrypted = NULL;

	if (!tocsin_smtp_open(smtp, address, 0, error)) {
		return FALSE;
	}
	if (strcmp(way, "starttls") == 0) {
		encrypted = tocsin_smtp_starttls(smtp, error);
		if (encrypted == NULL) {
			return FALSE;
		}
	}
	login = tocsin_smtp_login(smtp, "u", "p", TOCSIN_SMTP_LOGIN_DEFAULT, error);
	return login != NULL &&
	       tocsin_smtp_sendmail(smtp, "a@x", to, "hi\n", 3, NULL, NULL, NULL, error) &&
	       tocsin_smtp_is_encrypted(smtp) && tocsin_smtp_quit(smtp, NULL, error);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtpTls) tls = tocsin_smtp_tls_new();
	g_autoptr(TocsinSmtp) smtp = NULL;

	g_assert_cmpint(argc, ==, 4);
	smtp = tocsin_smtp_new(strcmp(argv[1], "implicit") == 0 ? TOCSIN_SMTP_TLS
	                                                        : TOCSIN_SMTP_CLEAR);
	tocsin_smtp_tls_set_ca_file(tls, argv[3]);
	tocsin_smtp_tls_set_minimum_version(tls, "1.3");
	tocsin_smtp_set_tls(smtp, tls);
	tocsin_smtp_set_server_name(smtp, "mx.example.org");
	tocsin_smtp_set_local_hostname(smtp, "me");
	if (!tocsin_smtp_set_timeout(smtp, 30 * G_USEC_PER_SEC, NULL) ||
	    !run(smtp, argv[1], argv[2], &error)) {
		g_print("%d %d\n", error != NULL ? error->code : -1,
		        tocsin_smtp_get_failed_reply(smtp) != NULL
		                ? tocsin_smtp_reply_get_code(tocsin_smtp_get_failed_reply(smtp))
		                : 0);
		g_printerr("%s\n", error != NULL ? error->message : "not encrypted");
		return 1;
	}
	g_print("sent\n");
	return 0;
}
