/* SPDX-License-Identifier: MIT */
/* Takes the host's mails through one connection after the other: usually one. */
#include "run.h"

#include <errno.h>
#include <tocsin/error.h>

#include "dial.h"
#include "smtp/pipeline.h"

/* Where a connection ended that failed because of @reason: a lost link and what is no SMTP count as
 * that at any step behind the connection. */
static guint32
find_stage(const SmtpRun *self, const GError *reason)
{
	gboolean is_lost = g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT) ||
	                   g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	gboolean is_odd = g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL) ||
	                  g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT);

	if (self->stage != TOCSIN_AT_CONNECT && is_lost) {
		return TOCSIN_AT_LOST;
	}
	return is_odd && self->stage != TOCSIN_AT_TLS ? TOCSIN_AT_PROTOCOL : self->stage;
}

/* The reason, and where it happened if that does not go without saying. */
static char *
describe(const SmtpRun *self, guint32 stage, const GError *reason)
{
	static const char *const steps[] = {
	        [TOCSIN_AT_TLS] = "starting TLS: ",
	        [TOCSIN_AT_GREETING] = "greeting: ",
	        [TOCSIN_AT_AUTH] = "logging in: ",
	};
	const char *step = self->stage < G_N_ELEMENTS(steps) ? steps[self->stage] : NULL;

	return g_strconcat(stage != self->stage && step != NULL ? step : "", reason->message, NULL);
}

int32_t
smtp_run_fail(SmtpRun *self, const GError *reason)
{
	const tocsin_host *host = self->account->host;
	guint32 stage = find_stage(self, reason);
	g_autofree char *text = describe(self, stage, reason);
	const TocsinReply *reply =
	        self->session == NULL ? NULL : tocsin_session_get_last_reply(self->session);
	gboolean is_refusal = reply != NULL && tocsin_reply_class(reply) >= 4;
	gboolean is_cancelled = g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED);
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX];
	const tocsin_fate fate = {
	        .size = sizeof(fate),
	        .status = is_refusal && tocsin_reply_class(reply) == 5 ? TOCSIN_E_PERM
	                                                               : TOCSIN_E_TEMP,
	        .stage = stage,
	        .code = is_refusal ? (guint32)reply->code : 0,
	        .enhanced =
	                is_refusal && tocsin_reply_get_enhanced(reply, enhanced) ? enhanced : NULL,
	        .text = text,
	};

	if (is_cancelled && smtp_watch_is_late(self->watch)) {
		return host->fail(host, self->error, TOCSIN_E_TEMP,
		                  "the time for this run is over");
	}
	if (is_cancelled) {
		return host->fail(host, self->error, TOCSIN_E_CANCELLED, reason->message);
	}
	if (!self->has_failed) {
		self->has_failed = TRUE;
		self->account->delivery->failed(self->job, &fate);
	}
	return host->fail(host, self->error,
	                  g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG)
	                          ? TOCSIN_E_CONFIG
	                          : TOCSIN_E_TEMP,
	                  text);
}

/* The host's next mail; NULL if there is none. *@out_is_last: none will come on this connection. */
static SmtpMail *
take(SmtpRun *self, gint64 wait_us, gboolean *out_is_last)
{
	const tocsin_delivery *delivery = self->account->delivery;
	tocsin_mail *mail = NULL;
	int32_t status = TOCSIN_E_CANCELLED;

	if (!self->is_stopped) {
		status = delivery->next(self->job, wait_us, &mail);
	}
	if (status == TOCSIN_OK) {
		return smtp_mail_new(delivery, mail);
	}
	self->is_stopped = status != TOCSIN_END;
	*out_is_last = self->is_stopped || self->account->idle_us == 0;
	return NULL;
}

/* Has the server left, or said something, while there was nothing to do? */
static gboolean
is_stale(const SmtpRun *self)
{
	gsize count = 0;

	return !tocsin_stream_fill_ready(tocsin_session_get_stream(self->session), &count, NULL) ||
	       count > 0;
}

static TocsinNext
next(gpointer user, gboolean may_wait, const TocsinOutgoing **out_mail)
{
	SmtpRun *self = user;
	SmtpMail *mail = g_queue_pop_head(&self->waiting);
	gboolean is_last = FALSE;

	if (mail == NULL) {
		mail = take(self, may_wait ? self->account->idle_us : 0, &is_last);
	}
	if (mail == NULL) {
		return is_last ? TOCSIN_NEXT_LAST : TOCSIN_NEXT_NONE;
	}
	/* A new connection has no excuse: the engine says what is wrong with it. */
	if (may_wait && self->is_used && is_stale(self)) {
		g_queue_push_head(&self->waiting, mail);
		return TOCSIN_NEXT_NONE;
	}
	self->is_used = TRUE;
	*out_mail = &mail->outgoing;
	return TOCSIN_NEXT_MAIL;
}

static void
take_back(gpointer user, const TocsinOutgoing *mail, guint index)
{
	SmtpRun *self = user;

	if (smtp_mail_take_back(mail->user, index)) {
		g_queue_push_tail(&self->waiting, mail->user);
	}
}

static void
tell_result(gpointer user, const TocsinOutgoing *mail, guint index, const TocsinOutcome *outcome)
{
	SmtpRun *self = user;

	if (outcome->stage == TOCSIN_STAGE_LOST || outcome->stage == TOCSIN_STAGE_PROTOCOL ||
	    (outcome->reply != NULL && outcome->reply->code == 421)) {
		self->has_lost = TRUE;
	}
	smtp_mail_tell(mail->user, self->job, index, outcome);
}

static const TocsinContent *
reencode(gpointer user, const TocsinOutgoing *mail, GError **error)
{
	return smtp_mail_reencode(mail->user, error);
}

/* Says goodbye without waiting for the answer, as Postfix does: all fates are told. */
static void
leave(SmtpRun *self)
{
	if (self->session != NULL && tocsin_session_is_open(self->session)) {
		tocsin_session_put(self->session, "QUIT", NULL, NULL);
	}
	g_clear_pointer(&self->session, tocsin_session_free);
}

/* The engine gave the connection up. Had it nothing to do, nobody has to know. */
static int32_t
judge_end(SmtpRun *self, const GError *reason)
{
	gboolean is_odd = g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);

	if (!self->has_lost && self->is_used) {
		g_debug("the idle connection ended: %s", reason->message);
		return TOCSIN_OK;
	}
	self->stage = is_odd ? TOCSIN_AT_PROTOCOL : TOCSIN_AT_LOST;
	return smtp_run_fail(self, reason);
}

/* One connection, from the call to the farewell. */
static int32_t
use_connection(SmtpRun *self)
{
	static const TocsinPipelineCalls calls = {
	        .next = next, .result = tell_result, .give_back = take_back, .reencode = reencode};
	g_autoptr(GError) reason = NULL;
	int32_t status = smtp_dial(self);
	gboolean is_last = FALSE;
	SmtpMail *mail;
	TocsinRun outcome;

	if (status != TOCSIN_OK) {
		leave(self);
		return status;
	}
	self->is_used = FALSE;
	outcome = tocsin_pipeline_run(self->session, &calls, self, &reason);
	smtp_account_note_broken(self->account, tocsin_session_get_broken(self->session));
	if (outcome == TOCSIN_RUN_FAILED) {
		status = judge_end(self, reason);
	}
	leave(self);
	/* Mails that wait get another connection. */
	if (status == TOCSIN_OK && outcome != TOCSIN_RUN_DONE && g_queue_is_empty(&self->waiting) &&
	    (mail = take(self, 0, &is_last)) != NULL) {
		g_queue_push_tail(&self->waiting, mail);
	}
	return status;
}

int32_t
smtp_run(void *instance, tocsin_job *job, tocsin_error *error)
{
	SmtpAccount *account = instance;
	const tocsin_delivery *delivery = account->delivery;
	SmtpRun self = {.account = account, .job = job, .error = error};
	SmtpMail *mail;
	gboolean is_last;
	int32_t status = TOCSIN_OK;

	self.watch = smtp_watch_begin(account->watcher, delivery->cancel_fd(job),
	                              delivery->time_left_us(job));
	if (self.watch == NULL) {
		return account->host->fail(account->host, error, TOCSIN_E_TEMP, g_strerror(errno));
	}
	mail = take(&self, 0, &is_last);
	if (mail != NULL) {
		g_queue_push_tail(&self.waiting, mail);
	}
	while (!g_queue_is_empty(&self.waiting) && status == TOCSIN_OK) {
		status = use_connection(&self);
	}
	/* The host tells what became of mails that no connection could be had for. */
	g_queue_clear_full(&self.waiting, (GDestroyNotify)smtp_mail_free);
	smtp_watch_end(account->watcher, self.watch);
	if (status == TOCSIN_OK && self.is_stopped) {
		return account->host->fail(account->host, error, TOCSIN_E_CANCELLED,
		                           "the host asked to stop");
	}
	return status;
}
