/* SPDX-License-Identifier: MIT */
/* How a client comes to a connection, to TLS on it, and out of it. */
#include <string.h>

#include "lib/client.h"
#include "lib/show.h"
#include "lib/tls.h"
#include "net/callbacks.h"
#include "net/connect.h"
#include "smtp/hello.h"
#include "smtp/verbs.h"

/* "No timeout", in a form that can be added to. */
#define AGES_US (G_MAXINT64 / 4)

static gint64
bound_of(gint64 timeout_us)
{
	return timeout_us < 0 ? AGES_US : timeout_us;
}

static gint64
connect_deadline(const TocsinSmtp *self)
{
	return tocsin_stream_deadline(tocsin_smtp_get_timeout(self));
}

static gboolean
start_tls(TocsinSmtp *self, TocsinStream *stream, GError **error)
{
	const char *name = self->server_name != NULL ? self->server_name : self->host;
	TocsinTls *tls;

	if (self->tls == NULL) {
		self->tls = tocsin_smtp_tls_new();
	}
	tls = tocsin_lib_tls_load(self->tls, error);
	return tls != NULL &&
	       tocsin_tls_start(tls, stream, name, self->port, connect_deadline(self), error);
}

static gboolean
on_start_tls(TocsinStream *stream, gpointer user, GError **error)
{
	return start_tls(user, stream, error);
}

static void
make_session(TocsinSmtp *self, TocsinStream *stream)
{
	TocsinSessionSettings settings;

	tocsin_session_settings_init(&settings);
	settings.is_lmtp = self->kind == TOCSIN_SMTP_LMTP;
	settings.local_name = self->local_name;
	if (self->timeout_us != TOCSIN_LIB_TIMEOUT_UNSET) {
		settings.timeout_us = bound_of(self->timeout_us);
		settings.data_timeout_us = bound_of(self->timeout_us);
		settings.quit_timeout_us = MIN(settings.quit_timeout_us, settings.timeout_us);
	}
	if (self->final_timeout_us != TOCSIN_LIB_TIMEOUT_UNSET) {
		settings.final_timeout_us = bound_of(self->final_timeout_us);
	}
	if (self->is_simple) {
		settings.disabled = TOCSIN_FEATURE_PIPELINING | TOCSIN_FEATURE_CHUNKING;
	}
	settings.is_lenient = self->is_compatible;
	settings.sends_8bit_anyway = self->is_compatible;
	settings.sends_long_lines = self->is_compatible;
	settings.start_tls = on_start_tls;
	settings.tls_user = self;
	settings.on_trace = tocsin_lib_show_trace;
	settings.trace_user = self;
	self->session = tocsin_session_new(stream, &settings);
}

/* Takes @stream over; self->host and self->port say where it leads. */
static TocsinSmtpReply *
begin_dialogue(TocsinSmtp *self, TocsinStream *stream, GError **error)
{
	g_autoptr(TocsinReply) greeting = NULL;

	if (self->kind == TOCSIN_SMTP_TLS && !start_tls(self, stream, error)) {
		tocsin_stream_free(stream);
		return NULL;
	}
	make_session(self, stream);
	greeting = tocsin_session_read_reply(self->session, error);
	if (greeting == NULL) {
		return NULL;
	}
	tocsin_lib_show_greeting(self, greeting);
	return tocsin_lib_reply_new(greeting);
}

/* Forgets the connection before, if any, and asks whether there may be one to @host. */
static gboolean
prepare(TocsinSmtp *self, const char *host, guint16 port, GError **error)
{
	g_autofree char *kept = g_strdup(host);

	(void)tocsin_lib_begin(self, NULL);
	tocsin_lib_forget(self);
	g_string_truncate(self->line, 0);
	self->host = g_steal_pointer(&kept);
	self->port = port;
	tocsin_lib_show_connect(self, self->host, port);
	return self->on_connect == NULL ||
	       self->on_connect(self->audit_user, self->host, port, error);
}

/* "name:port" as smtplib takes it: only without another port, and with one colon, so that an IPv6
 * address stays whole. */
static gboolean
split_port(char *host, guint16 *port, GError **error)
{
	char *colon = strchr(host, ':');
	guint64 number;

	if (*port != 0 || colon == NULL || strchr(colon + 1, ':') != NULL) {
		return TRUE;
	}
	if (!g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &number, NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "\"%s\" has no port number behind its colon", host);
		return FALSE;
	}
	*colon = '\0';
	*port = (guint16)number;
	return TRUE;
}

TocsinSmtpReply *
tocsin_smtp_connect(TocsinSmtp *self, const char *host, guint16 port, GError **error)
{
	g_autofree char *name = g_strdup(host != NULL && host[0] != '\0' ? host : "localhost");
	gboolean is_path = name[0] == '/' || name[0] == '@';
	TocsinConnectTarget target = {
	        .source_address = self->source_address,
	        .source_port = self->source_port,
	        .proxy = self->proxy,
	};
	TocsinStream *stream;

	if (is_path) {
		port = 0;
	} else if (!split_port(name, &port, error)) {
		return NULL;
	} else if (port == 0) {
		port = tocsin_smtp_get_default_port(self);
	}
	if (!prepare(self, name, port, error)) {
		return NULL;
	}
	if (is_path) {
		target = (TocsinConnectTarget){.path = name};
	} else {
		target.host = name;
		target.port = port;
	}
	stream = tocsin_connect(&target, connect_deadline(self), self->cancellable, error);
	return stream != NULL ? begin_dialogue(self, stream, error) : NULL;
}

TocsinSmtpReply *
tocsin_smtp_connect_callbacks(TocsinSmtp *self, const TocsinSmtpCallbacks *callbacks, gpointer user,
                              const char *host, GError **error)
{
	const TocsinStreamCallbacks inner = {
	        .read = callbacks->read,
	        .write = callbacks->write,
	        .wait = callbacks->wait,
	        .close = callbacks->close,
	};
	TocsinStream *stream;

	if (!prepare(self, host, 0, error)) {
		return NULL;
	}
	self->is_private = callbacks->is_private;
	stream = tocsin_callbacks_stream_new(&inner, user, host);
	tocsin_stream_set_cancellable(stream, self->cancellable);
	return begin_dialogue(self, stream, error);
}

gboolean
tocsin_smtp_open(TocsinSmtp *self, const char *host, guint16 port, GError **error)
{
	g_autoptr(TocsinSmtpReply) greeting = tocsin_smtp_connect(self, host, port, error);

	if (greeting == NULL) {
		return FALSE;
	}
	if (tocsin_smtp_reply_get_code(greeting) == 220) {
		return TRUE;
	}
	(void)tocsin_lib_refuse(self, TOCSIN_ERROR_CONNECT, "the server does not serve us",
	                        tocsin_session_get_last_reply(self->session), error);
	tocsin_smtp_close(self);
	return FALSE;
}

gboolean
tocsin_smtp_is_connected(const TocsinSmtp *self)
{
	return self->session != NULL && tocsin_session_is_open(self->session);
}

gboolean
tocsin_smtp_is_encrypted(const TocsinSmtp *self)
{
	return tocsin_smtp_is_connected(self) &&
	       tocsin_stream_is_encrypted(tocsin_session_get_stream(self->session));
}

void
tocsin_smtp_close(TocsinSmtp *self)
{
	if (self->session != NULL) {
		tocsin_session_close(self->session);
	}
}

gboolean
tocsin_smtp_quit(TocsinSmtp *self, TocsinSmtpReply **out_reply, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	TocsinReply *reply = NULL;

	if (session == NULL || !tocsin_session_quit(session, &reply, error)) {
		return FALSE;
	}
	if (out_reply != NULL && reply != NULL) {
		*out_reply = tocsin_lib_reply_new(reply);
	}
	tocsin_reply_free(reply);
	tocsin_lib_forget(self);
	return TRUE;
}

TocsinSmtpReply *
tocsin_smtp_starttls(TocsinSmtp *self, GError **error)
{
	TocsinSession *session = tocsin_lib_begin_greeted(self, error);
	g_autoptr(GError) cause = NULL;

	if (session == NULL) {
		return NULL;
	}
	if (!tocsin_session_start_tls(session, &cause)) {
		if (g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_RESPONSE)) {
			(void)tocsin_lib_fail(self);
		}
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	tocsin_lib_keep_greetings(self, NULL, NULL);
	return tocsin_lib_reply_new(tocsin_session_get_last_reply(session));
}
