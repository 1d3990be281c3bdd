/* SPDX-License-Identifier: MIT */
/* The steps before the first mail, each of which can fail in its own way. */
#include "dial.h"

#include <tocsin/error.h>

#include "login.h"
#include "smtp/hello.h"

/* The settings' timeout is RFC 5321's (section 4.5.3.2) for a command, but shorter: who notifies
 * has a queue and can come again. The others keep their proportion to it. */
#define FINAL_FACTOR 10
#define DATA_FACTOR 3

/* The code, and not what the server wants to know. */
static void
trace_challenge(const SmtpRun *run)
{
	const tocsin_delivery *delivery = run->account->delivery;

	delivery->trace(run->job, TOCSIN_TRACE_RECEIVED, "334 ", 4);
	delivery->trace(run->job, TOCSIN_TRACE_RECEIVED | TOCSIN_TRACE_SECRET, NULL, 0);
	delivery->trace(run->job, TOCSIN_TRACE_RECEIVED, "\r\n", 2);
}

static void
on_trace(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length)
{
	static const guint32 flags[] = {
	        [TOCSIN_TRACE_SENT_COMMAND] = TOCSIN_TRACE_SENT,
	        [TOCSIN_TRACE_SENT_SECRET] = TOCSIN_TRACE_SENT | TOCSIN_TRACE_SECRET,
	        [TOCSIN_TRACE_SENT_CONTENT] = TOCSIN_TRACE_SENT | TOCSIN_TRACE_CONTENT,
	        [TOCSIN_TRACE_REPLY] = TOCSIN_TRACE_RECEIVED,
	};
	const SmtpRun *run = user;

	if (kind == TOCSIN_TRACE_CHALLENGE) {
		trace_challenge(run);
		return;
	}
	run->account->delivery->trace(run->job, flags[kind], bytes, length);
}

static gboolean
start_tls(TocsinStream *stream, gpointer user, GError **error)
{
	SmtpAccount *account = ((SmtpRun *)user)->account;
	TocsinTls *tls = smtp_account_get_tls(account, error);

	return tls != NULL &&
	       tocsin_tls_start(tls, stream, account->server_name, account->target.port,
	                        tocsin_stream_deadline(account->timeout_us), error);
}

static TocsinSessionSettings
make_settings(SmtpRun *run)
{
	const SmtpAccount *account = run->account;
	TocsinSessionSettings settings;

	tocsin_session_settings_init(&settings);
	settings.is_lmtp = account->kind.is_lmtp;
	settings.local_name = account->local_name;
	settings.timeout_us = account->timeout_us;
	settings.final_timeout_us = FINAL_FACTOR * account->timeout_us;
	settings.data_timeout_us = DATA_FACTOR * account->timeout_us;
	settings.quit_timeout_us = MIN(settings.quit_timeout_us, account->timeout_us);
	settings.disabled = account->disabled | (guint)g_atomic_int_get(&account->broken);
	settings.start_tls = start_tls;
	settings.tls_user = run;
	if (account->delivery->is_traced(run->job)) {
		settings.on_trace = on_trace;
		settings.trace_user = run;
	}
	return settings;
}

/* A connection, in TLS if that comes first. */
static gboolean
connect_stream(SmtpRun *run, GError **error)
{
	SmtpAccount *account = run->account;
	gint64 deadline_us = tocsin_stream_deadline(account->timeout_us);
	const TocsinSessionSettings settings = make_settings(run);
	TocsinStream *stream;

	run->stage = TOCSIN_AT_CONNECT;
	stream = tocsin_connect(&account->target, deadline_us, smtp_watch_cancellable(run->watch),
	                        error);
	if (stream == NULL) {
		return FALSE;
	}
	if (account->tls == SMTP_TLS_IMPLICIT) {
		run->stage = TOCSIN_AT_TLS;
		if (!start_tls(stream, run, error)) {
			tocsin_stream_free(stream);
			return FALSE;
		}
	}
	run->session = tocsin_session_new(stream, &settings);
	return TRUE;
}

/* STARTTLS and the greeting again. A server that offers it and then refuses it is used in clear if
 * the account does not care: RFC 3207 section 4.1 leaves that to the client. */
static gboolean
upgrade(SmtpRun *run, GError **error)
{
	g_autoptr(GError) reason = NULL;

	if (tocsin_session_start_tls(run->session, &reason)) {
		run->stage = TOCSIN_AT_GREETING;
		return tocsin_session_hello(run->session, error);
	}
	if (run->account->tls == SMTP_TLS_OPPORTUNISTIC &&
	    g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_RESPONSE) &&
	    tocsin_session_is_open(run->session)) {
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&reason));
	return FALSE;
}

/* TLS as the account wants it. */
static gboolean
secure(SmtpRun *run, GError **error)
{
	const SmtpAccount *account = run->account;
	gboolean is_offered = tocsin_features_has(tocsin_session_get_features(run->session),
	                                          TOCSIN_FEATURE_STARTTLS);

	if (account->tls == SMTP_TLS_NONE || account->tls == SMTP_TLS_IMPLICIT ||
	    (account->tls == SMTP_TLS_OPPORTUNISTIC && !is_offered)) {
		return TRUE;
	}
	run->stage = TOCSIN_AT_TLS;
	if (!is_offered) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "%s does not offer STARTTLS, which tls = \"required\" asks for: use "
		            "another port, or tls = \"none\" if the network in between is yours",
		            tocsin_stream_get_peer(tocsin_session_get_stream(run->session)));
		return FALSE;
	}
	return upgrade(run, error);
}

static gboolean
open_session(SmtpRun *run, GError **error)
{
	if (!connect_stream(run, error)) {
		return FALSE;
	}
	run->stage = TOCSIN_AT_GREETING;
	return tocsin_session_read_greeting(run->session, error) &&
	       tocsin_session_hello(run->session, error) && secure(run, error);
}

/* A login that failed. Why is told already, and becomes the fate's text. */
static int32_t
fail_login(SmtpRun *run, int32_t status, const SmtpLoginEnd *end)
{
	const TocsinReply *reply =
	        end->is_answered ? tocsin_session_get_last_reply(run->session) : NULL;
	gboolean is_refusal = reply != NULL && tocsin_reply_class(reply) >= 4;
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX];
	const tocsin_fate fate = {
	        .size = sizeof(fate),
	        .status = status == TOCSIN_E_TEMP ? TOCSIN_E_TEMP : TOCSIN_E_PERM,
	        .stage = TOCSIN_AT_AUTH,
	        .code = is_refusal ? (guint32)reply->code : 0,
	        .enhanced =
	                is_refusal && tocsin_reply_get_enhanced(reply, enhanced) ? enhanced : NULL,
	};

	if (status != TOCSIN_E_CANCELLED && !run->has_failed) {
		run->has_failed = TRUE;
		run->account->delivery->failed(run->job, &fate);
	}
	/* A wrong password is no verdict on the mails: they wait until it is mended. */
	return status == TOCSIN_E_PERM ? TOCSIN_E_CONFIG : status;
}

int32_t
smtp_dial(SmtpRun *run)
{
	g_autoptr(GError) reason = NULL;
	SmtpLoginEnd end = {0};
	int32_t status;

	if (!open_session(run, &reason)) {
		return smtp_run_fail(run, reason);
	}
	run->stage = TOCSIN_AT_AUTH;
	status = smtp_login(run->account, run->session, run->job, run->error, &end);
	if (end.lost != NULL) {
		reason = end.lost;
		return smtp_run_fail(run, reason);
	}
	return status < 0 ? fail_login(run, status, &end) : TOCSIN_OK;
}
