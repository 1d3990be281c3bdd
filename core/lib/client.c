/* SPDX-License-Identifier: MIT */
/* A client: its settings, and what is known about its connection and its last failure. */
#include "lib/client.h"

#include "smtp/hello.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

TocsinSmtp *
tocsin_smtp_new(TocsinSmtpKind kind)
{
	TocsinSmtp *self = g_new0(TocsinSmtp, 1);

	self->kind = kind;
	self->timeout_us = TOCSIN_LIB_TIMEOUT_UNSET;
	self->final_timeout_us = TOCSIN_LIB_TIMEOUT_UNSET;
	self->line = g_string_new(NULL);
	self->veil = tocsin_veil_new();
	return self;
}

void
tocsin_smtp_free(TocsinSmtp *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_lib_forget(self);
	g_free(self->local_name);
	g_free(self->source_address);
	g_free(self->proxy);
	tocsin_smtp_tls_unref(self->tls);
	g_free(self->server_name);
	g_strfreev(self->mechanisms);
	g_clear_object(&self->cancellable);
	g_string_free(self->line, TRUE);
	tocsin_veil_free(self->veil);
	tocsin_smtp_reply_free(self->failed_reply);
	g_free(self->failed_sender);
	tocsin_smtp_refused_free(self->refused);
	g_free(self);
}

void
tocsin_lib_keep_greetings(TocsinSmtp *self, const TocsinReply *ehlo, const TocsinReply *helo)
{
	tocsin_smtp_reply_free(self->ehlo_reply);
	self->ehlo_reply = tocsin_lib_reply_new(ehlo);
	tocsin_smtp_reply_free(self->helo_reply);
	self->helo_reply = tocsin_lib_reply_new(helo);
}

void
tocsin_lib_forget(TocsinSmtp *self)
{
	g_clear_pointer(&self->session, tocsin_session_free);
	g_clear_pointer(&self->host, g_free);
	self->port = 0;
	self->is_private = FALSE;
	tocsin_lib_keep_greetings(self, NULL, NULL);
}

TocsinSession *
tocsin_lib_begin(TocsinSmtp *self, GError **error)
{
	g_clear_pointer(&self->failed_reply, tocsin_smtp_reply_free);
	g_clear_pointer(&self->failed_sender, g_free);
	g_clear_pointer(&self->refused, tocsin_smtp_refused_free);
	if (self->session == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "there is no connection: connect first");
		return NULL;
	}
	if (!tocsin_session_is_open(self->session)) {
		/* It knows why, and says so instead of reading. */
		(void)tocsin_session_read_reply(self->session, error);
		return NULL;
	}
	return self->session;
}

TocsinSession *
tocsin_lib_begin_greeted(TocsinSmtp *self, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	g_autoptr(GError) cause = NULL;
	const TocsinReply *last;

	if (session == NULL || tocsin_session_is_greeted(session)) {
		return session;
	}
	if (tocsin_session_hello(session, &cause)) {
		last = tocsin_session_get_last_reply(session);
		tocsin_lib_keep_greetings(self, tocsin_session_is_esmtp(session) ? last : NULL,
		                          tocsin_session_is_esmtp(session) ? NULL : last);
		return session;
	}
	if (g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_HELO)) {
		(void)tocsin_lib_fail(self);
	}
	g_propagate_error(error, g_steal_pointer(&cause));
	return NULL;
}

gboolean
tocsin_lib_fail(TocsinSmtp *self)
{
	tocsin_smtp_reply_free(self->failed_reply);
	self->failed_reply = tocsin_lib_reply_new(tocsin_session_get_last_reply(self->session));
	return FALSE;
}

gboolean
tocsin_lib_refuse(TocsinSmtp *self, TocsinError code, const char *what, const TocsinReply *reply,
                  GError **error)
{
	g_autofree char *shown = NULL;

	tocsin_smtp_reply_free(self->failed_reply);
	self->failed_reply = tocsin_lib_reply_new(reply);
	shown = tocsin_lib_reply_show(self->failed_reply);
	g_set_error(error, TOCSIN_ERROR, code, "%s: the server said %s", what, shown);
	return FALSE;
}

TocsinSmtpKind
tocsin_smtp_get_kind(const TocsinSmtp *self)
{
	return self->kind;
}

guint16
tocsin_smtp_get_default_port(const TocsinSmtp *self)
{
	switch (self->kind) {
	case TOCSIN_SMTP_TLS:
		return TOCSIN_SMTP_SSL_PORT;
	case TOCSIN_SMTP_LMTP:
		return TOCSIN_SMTP_LMTP_PORT;
	case TOCSIN_SMTP_CLEAR:
	default:
		return TOCSIN_SMTP_PORT;
	}
}

void
tocsin_smtp_set_compatible(TocsinSmtp *self, gboolean is_compatible)
{
	self->is_compatible = is_compatible;
}

void
tocsin_smtp_set_local_hostname(TocsinSmtp *self, const char *name)
{
	g_free(self->local_name);
	self->local_name = g_strdup(name);
}

const char *
tocsin_smtp_get_local_hostname(TocsinSmtp *self)
{
	return self->session != NULL ? tocsin_session_get_local_name(self->session)
	                             : self->local_name;
}

static gboolean
check_timeout(gint64 timeout_us, GError **error)
{
	if (timeout_us > 0 || timeout_us == -1) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "a timeout of %" G_GINT64_FORMAT
	            " is none: give microseconds above 0, or -1 to wait without end",
	            timeout_us);
	return FALSE;
}

gboolean
tocsin_smtp_set_timeout(TocsinSmtp *self, gint64 timeout_us, GError **error)
{
	if (!check_timeout(timeout_us, error)) {
		return FALSE;
	}
	self->timeout_us = timeout_us;
	self->final_timeout_us = timeout_us;
	return TRUE;
}

gint64
tocsin_smtp_get_timeout(const TocsinSmtp *self)
{
	TocsinSessionSettings settings;

	tocsin_session_settings_init(&settings);
	return self->timeout_us == TOCSIN_LIB_TIMEOUT_UNSET ? settings.timeout_us
	                                                    : self->timeout_us;
}

gboolean
tocsin_smtp_set_final_timeout(TocsinSmtp *self, gint64 timeout_us, GError **error)
{
	if (!check_timeout(timeout_us, error)) {
		return FALSE;
	}
	self->final_timeout_us = timeout_us;
	return TRUE;
}

void
tocsin_smtp_set_source_address(TocsinSmtp *self, const char *address, guint16 port)
{
	g_free(self->source_address);
	self->source_address = g_strdup(address);
	self->source_port = port;
}

const char *
tocsin_smtp_get_source_address(const TocsinSmtp *self, guint16 *out_port)
{
	if (out_port != NULL) {
		*out_port = self->source_port;
	}
	return self->source_address;
}

void
tocsin_smtp_set_proxy(TocsinSmtp *self, const char *url)
{
	g_free(self->proxy);
	self->proxy = g_strdup(url);
}

void
tocsin_smtp_set_tls(TocsinSmtp *self, TocsinSmtpTls *tls)
{
	TocsinSmtpTls *kept = tls != NULL ? tocsin_smtp_tls_ref(tls) : NULL;

	tocsin_smtp_tls_unref(self->tls);
	self->tls = kept;
}

void
tocsin_smtp_set_server_name(TocsinSmtp *self, const char *name)
{
	g_free(self->server_name);
	self->server_name = g_strdup(name);
}

void
tocsin_smtp_set_auth_mechanisms(TocsinSmtp *self, const char *const *names)
{
	g_strfreev(self->mechanisms);
	self->mechanisms = g_strdupv((char **)names);
}

void
tocsin_smtp_set_clear_auth(TocsinSmtp *self, gboolean is_allowed)
{
	self->may_send_clear = is_allowed;
}

void
tocsin_smtp_set_pipelining(TocsinSmtp *self, gboolean is_allowed)
{
	self->is_simple = !is_allowed;
}

void
tocsin_smtp_set_cancellable(TocsinSmtp *self, GCancellable *cancellable)
{
	g_set_object(&self->cancellable, cancellable);
}

int
tocsin_smtp_get_debug_level(const TocsinSmtp *self)
{
	return self->debug_level;
}

void
tocsin_smtp_set_debug(TocsinSmtp *self, int level, TocsinSmtpDebug on_line, gpointer user)
{
	self->debug_level = CLAMP(level, 0, 2);
	self->on_line = on_line;
	self->line_user = user;
}

void
tocsin_smtp_set_audit(TocsinSmtp *self, TocsinSmtpAuditConnect on_connect,
                      TocsinSmtpAuditSend on_send, gpointer user)
{
	self->on_connect = on_connect;
	self->on_send = on_send;
	self->audit_user = user;
}

void
tocsin_smtp_set_shows_secrets(TocsinSmtp *self, gboolean shows_secrets)
{
	self->shows_secrets = shows_secrets;
}

const TocsinSmtpReply *
tocsin_smtp_get_failed_reply(const TocsinSmtp *self)
{
	return self->failed_reply;
}

const char *
tocsin_smtp_get_failed_sender(const TocsinSmtp *self)
{
	return self->failed_sender;
}

const TocsinSmtpRefused *
tocsin_smtp_get_refused(const TocsinSmtp *self)
{
	return self->refused;
}

const TocsinSmtpReply *
tocsin_smtp_get_ehlo_reply(const TocsinSmtp *self)
{
	return self->ehlo_reply;
}

const TocsinSmtpReply *
tocsin_smtp_get_helo_reply(const TocsinSmtp *self)
{
	return self->helo_reply;
}
