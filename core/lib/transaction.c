/* SPDX-License-Identifier: MIT */
/* One mail, one command at a time: MAIL, RCPT, DATA, and sendmail(), which does them all. */
#include "lib/transaction.h"

#include "lib/path.h"
#include "lib/show.h"
#include "smtp/envelope.h"
#include "smtp/verbs.h"

TocsinSmtpReply *
tocsin_smtp_mail(TocsinSmtp *self, const char *sender, const char *const *options, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	g_autofree char *path = NULL;

	if (session == NULL) {
		return NULL;
	}
	path = tocsin_lib_path(self, sender, TRUE, error);
	return path == NULL
	               ? NULL
	               : tocsin_lib_reply_take(tocsin_session_mail(session, path, options, error));
}

TocsinSmtpReply *
tocsin_smtp_rcpt(TocsinSmtp *self, const char *recipient, const char *const *options,
                 GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	g_autofree char *path = NULL;

	if (session == NULL) {
		return NULL;
	}
	path = tocsin_lib_path(self, recipient, FALSE, error);
	return path == NULL
	               ? NULL
	               : tocsin_lib_reply_take(tocsin_session_rcpt(session, path, options, error));
}

/* DATA and the replies to the message; a refusal of DATA itself is kept as the failure. */
static GPtrArray *
send_data(TocsinSmtp *self, const TocsinContent *content, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GPtrArray *replies = tocsin_session_data(self->session, content, &cause);

	if (replies == NULL) {
		if (g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_DATA)) {
			(void)tocsin_lib_fail(self);
			tocsin_lib_show_data(self, tocsin_session_get_last_reply(self->session));
		}
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	for (guint i = 0; i < replies->len; i++) {
		tocsin_lib_show_data(self, g_ptr_array_index(replies, i));
	}
	return replies;
}

TocsinSmtpReply *
tocsin_smtp_data(TocsinSmtp *self, const void *octets, gsize length, GError **error)
{
	const TocsinContent content = {.bytes = length > 0 ? octets : "", .length = length};
	g_autoptr(GPtrArray) replies = NULL;
	guint chosen = 0;

	if (tocsin_lib_begin(self, error) == NULL) {
		return NULL;
	}
	replies = send_data(self, &content, error);
	if (replies == NULL) {
		return NULL;
	}
	for (guint i = replies->len; i > 0; i--) {
		if (tocsin_reply_class(g_ptr_array_index(replies, i - 1)) != 2) {
			chosen = i - 1;
		}
	}
	return tocsin_lib_reply_new(g_ptr_array_index(replies, chosen));
}

/* Gives the transaction up, unless the connection is gone. What came of it does not matter: the
 * failure that led here is the one to tell. */
static void
give_up(TocsinSmtp *self)
{
	g_autoptr(GError) ignored = NULL;
	g_autoptr(TocsinReply) reply = NULL;

	if (!tocsin_session_is_open(self->session)) {
		return;
	}
	reply = tocsin_session_rset(self->session, &ignored);
	if (reply == NULL) {
		g_debug("no reply to RSET, ignoring: %s", ignored->message);
	}
}

static gboolean
say_mail(TocsinSmtp *self, const TocsinLibMail *mail, const char *const *options, GError **error)
{
	g_autoptr(TocsinReply) reply =
	        tocsin_session_mail(self->session, mail->sender, options, error);

	if (reply == NULL) {
		return FALSE;
	}
	if (tocsin_reply_class(reply) == 2) {
		return TRUE;
	}
	self->failed_sender = g_strdup(mail->sender_given);
	(void)tocsin_lib_refuse(self, TOCSIN_ERROR_SENDER_REFUSED, "the sender was refused", reply,
	                        error);
	give_up(self);
	return FALSE;
}

/* Who was accepted goes to @accepted as an index, who was not into the table. */
static gboolean
say_recipients(TocsinSmtp *self, const TocsinLibMail *mail, GArray *accepted, GError **error)
{
	for (guint i = 0; i < mail->paths->len; i++) {
		const char *path = g_ptr_array_index(mail->paths, i);
		g_autoptr(TocsinReply) reply =
		        tocsin_session_rcpt(self->session, path, mail->rcpt_options, error);

		if (reply == NULL) {
			give_up(self);
			return FALSE;
		}
		if (tocsin_reply_class(reply) == 2) {
			g_array_append_val(accepted, i);
			continue;
		}
		tocsin_lib_refused_add(self->refused, mail->recipients[i], reply);
		if (reply->code == 421 || (i + 1 == mail->paths->len && accepted->len == 0)) {
			(void)tocsin_lib_refuse(self, TOCSIN_ERROR_RECIPIENTS_REFUSED,
			                        reply->code == 421
			                                ? "the server closed at a recipient"
			                                : "all recipients were refused",
			                        reply, error);
			give_up(self);
			return FALSE;
		}
	}
	return TRUE;
}

/* In LMTP each accepted recipient has its own reply; in SMTP there is one for all. */
static gboolean
say_message(TocsinSmtp *self, const TocsinLibMail *mail, const GArray *accepted, GError **error)
{
	g_autoptr(GPtrArray) replies = send_data(self, &mail->content, error);
	const TocsinReply *bad = NULL;
	guint delivered = 0;

	if (replies == NULL) {
		give_up(self);
		return FALSE;
	}
	for (guint i = 0; i < replies->len; i++) {
		const TocsinReply *reply = g_ptr_array_index(replies, i);

		if (tocsin_reply_class(reply) == 2) {
			delivered++;
			continue;
		}
		bad = reply;
		if (self->kind == TOCSIN_SMTP_LMTP) {
			guint index = g_array_index(accepted, guint, i);

			tocsin_lib_refused_add(self->refused, mail->recipients[index], reply);
		}
	}
	if (delivered > 0) {
		return TRUE;
	}
	(void)tocsin_lib_refuse(self, TOCSIN_ERROR_DATA, "the message was refused", bad, error);
	give_up(self);
	return FALSE;
}

gboolean
tocsin_lib_transact(TocsinSmtp *self, const TocsinLibMail *mail, TocsinSmtpRefused **out_refused,
                    GError **error)
{
	g_autoptr(GArray) accepted = g_array_new(FALSE, FALSE, sizeof(guint));
	g_auto(GStrv) options = tocsin_lib_mail_options(self, mail, error);
	g_autoptr(TocsinSmtpRefused) refused = NULL;

	if (options == NULL) {
		return FALSE;
	}
	self->refused = tocsin_lib_refused_new();
	if (!say_mail(self, mail, (const char *const *)options, error) ||
	    !say_recipients(self, mail, accepted, error) ||
	    !say_message(self, mail, accepted, error)) {
		return FALSE;
	}
	refused = g_steal_pointer(&self->refused);
	if (out_refused != NULL) {
		*out_refused =
		        tocsin_smtp_refused_count(refused) > 0 ? g_steal_pointer(&refused) : NULL;
	}
	return TRUE;
}
