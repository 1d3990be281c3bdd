/* SPDX-License-Identifier: MIT */
/* Many mails over one connection: the caller's functions on the pipeline. */
#include "lib/client.h"
#include "lib/mail.h"

#define TEXT_MAX 400u

G_STATIC_ASSERT((int)TOCSIN_SMTP_FATE_DELIVERED == TOCSIN_FATE_DELIVERED);
G_STATIC_ASSERT((int)TOCSIN_SMTP_FATE_DEFERRED == TOCSIN_FATE_DEFERRED);
G_STATIC_ASSERT((int)TOCSIN_SMTP_FATE_REFUSED == TOCSIN_FATE_REFUSED);
G_STATIC_ASSERT((int)TOCSIN_SMTP_FATE_UNKNOWN == TOCSIN_FATE_UNKNOWN);

/* The reply and the text are made when they are asked for: most fates are good. */
typedef struct {
	TocsinSmtpReply *reply;
	char *text;
} Made;

struct _TocsinSmtpFate {
	const TocsinOutcome *outcome;
	Made *made;
};

/* One run. */
typedef struct {
	TocsinSmtpSource next;
	TocsinSmtpTell tell;
	gpointer user;
} Run;

TocsinSmtpFateStatus
tocsin_smtp_fate_get_status(const TocsinSmtpFate *self)
{
	return (TocsinSmtpFateStatus)self->outcome->status;
}

const char *
tocsin_smtp_fate_get_stage(const TocsinSmtpFate *self)
{
	return tocsin_stage_name(self->outcome->stage);
}

const TocsinSmtpReply *
tocsin_smtp_fate_get_reply(const TocsinSmtpFate *self)
{
	if (self->made->reply == NULL) {
		self->made->reply = tocsin_lib_reply_new(self->outcome->reply);
	}
	return self->made->reply;
}

const char *
tocsin_smtp_fate_get_text(const TocsinSmtpFate *self)
{
	const TocsinOutcome *outcome = self->outcome;

	if (self->made->text == NULL) {
		self->made->text = outcome->text != NULL || outcome->reply == NULL
		                           ? g_strdup(outcome->text != NULL ? outcome->text : "")
		                           : tocsin_reply_dup_display(outcome->reply, TEXT_MAX);
	}
	return self->made->text;
}

static TocsinNext
on_next(gpointer user, gboolean may_wait, const TocsinOutgoing **out_mail)
{
	const Run *run = user;

	for (;;) {
		TocsinSmtpMail *mail = NULL;

		switch (run->next(run->user, may_wait, &mail)) {
		case TOCSIN_SMTP_NEXT_MAIL:
			if (tocsin_smtp_mail_count_recipients(mail) > 0) {
				*out_mail = tocsin_lib_mail_prepare(mail);
				return TOCSIN_NEXT_MAIL;
			}
			/* Nobody's fate to tell. */
			tocsin_smtp_mail_unref(mail);
			break;
		case TOCSIN_SMTP_NEXT_LAST:
			return TOCSIN_NEXT_LAST;
		case TOCSIN_SMTP_NEXT_NONE:
		default:
			return TOCSIN_NEXT_NONE;
		}
	}
}

static void
on_result(gpointer user, const TocsinOutgoing *outgoing, guint index, const TocsinOutcome *outcome)
{
	const Run *run = user;
	TocsinSmtpMail *mail = outgoing->user;
	Made made = {0};
	const TocsinSmtpFate fate = {outcome, &made};

	run->tell(run->user, mail, index, &fate);
	tocsin_smtp_reply_free(made.reply);
	g_free(made.text);
	if (++mail->told == mail->recipients->len) {
		tocsin_smtp_mail_unref(mail);
	}
}

static const TocsinContent *
on_reencode(gpointer user, const TocsinOutgoing *outgoing, GError **error)
{
	return tocsin_lib_mail_reencode(outgoing->user, error);
}

TocsinSmtpSent
tocsin_smtp_send_many(TocsinSmtp *self, TocsinSmtpSource next, TocsinSmtpTell tell, gpointer user,
                      GError **error)
{
	static const TocsinPipelineCalls calls = {
	        .next = on_next, .result = on_result, .reencode = on_reencode};
	Run run = {next, tell, user};

	if (tocsin_lib_begin_greeted(self, error) == NULL) {
		return TOCSIN_SMTP_SENT_FAILED;
	}
	switch (tocsin_pipeline_run(self->session, &calls, &run, error)) {
	case TOCSIN_RUN_DONE:
		return TOCSIN_SMTP_SENT_ALL;
	case TOCSIN_RUN_RECONNECT:
		return TOCSIN_SMTP_SENT_RECONNECT;
	case TOCSIN_RUN_FAILED:
	default:
		return TOCSIN_SMTP_SENT_FAILED;
	}
}
