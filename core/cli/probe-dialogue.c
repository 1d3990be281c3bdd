/* SPDX-License-Identifier: MIT */
/* The order in which a server is asked. */
#include "cli/probe-dialogue.h"

#include <string.h>
#include <tocsin/error.h>
#include <tocsin/plugin.h>

#include "base/clock.h"
#include "cli/probe-describe.h"
#include "net/connect.h"
#include "net/tls.h"
#include "smtp/hello.h"
#include "smtp/verbs.h"

/* What is known of the link while it lasts. */
typedef struct {
	const TocsinProbe *probe;
	TocsinTls *tls;
	JsonObject *report;
	TocsinSession *session; /* NULL until there is a connection */
	TocsinVeil *veil;       /* over what the login has sent */
	gboolean is_verified;   /* the certificate is checked */
} Link;

static void
link_clear(Link *self)
{
	tocsin_session_free(self->session);
	tocsin_tls_unref(self->tls);
	tocsin_veil_free(self->veil);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Link, link_clear)

/* Milliseconds since @begin_us, to the microsecond. */
static double
elapsed_ms(gint64 begin_us)
{
	return (double)(tocsin_clock_monotonic_us(tocsin_clock_system()) - begin_us) / 1000.0;
}

static void
on_trace(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length)
{
	const guint32 flags[] = {[TOCSIN_TRACE_SENT_COMMAND] = 0,
	                         [TOCSIN_TRACE_SENT_SECRET] = TOCSIN_TRACE_SECRET,
	                         [TOCSIN_TRACE_SENT_CONTENT] = TOCSIN_TRACE_CONTENT,
	                         [TOCSIN_TRACE_REPLY] = TOCSIN_TRACE_RECEIVED};

	const Link *self = user;
	TocsinWatch *watch = self->probe->watch;
	g_autofree char *covered = NULL;

	if (kind == TOCSIN_TRACE_CHALLENGE) {
		tocsin_watch_on_trace(watch, TOCSIN_TRACE_RECEIVED, "334 ", 4);
		tocsin_watch_on_trace(watch, TOCSIN_TRACE_RECEIVED | TOCSIN_TRACE_SECRET, NULL, 0);
		tocsin_watch_on_trace(watch, TOCSIN_TRACE_RECEIVED, "\r\n", 2);
		return;
	}
	if (kind == TOCSIN_TRACE_REPLY) {
		covered = tocsin_veil_cover(self->veil, bytes, length);
	}
	tocsin_watch_on_trace(watch, flags[kind], covered == NULL ? bytes : covered, length);
}

/* Runs the handshake, and tells of it. */
static gboolean
start_tls(TocsinStream *stream, gpointer user, GError **error)
{
	Link *self = user;
	const TocsinProbe *probe = self->probe;
	gint64 begin_us = tocsin_clock_monotonic_us(tocsin_clock_system());

	if (!tocsin_tls_start(self->tls, stream, probe->host == NULL ? "localhost" : probe->host,
	                      probe->port, tocsin_stream_deadline(probe->timeout_us), error)) {
		return FALSE;
	}
	g_autoptr(TocsinTlsInfo) info = tocsin_tls_get_info(stream);
	JsonObject *told = tocsin_probe_describe_tls(
	        info, tocsin_clock_wall_us(tocsin_clock_system()) / G_USEC_PER_SEC);

	json_object_set_boolean_member(told, "is_trusted", self->is_verified);
	json_object_set_double_member(told, "handshake_ms", elapsed_ms(begin_us));
	json_object_set_object_member(self->report, "tls", told);
	return TRUE;
}

static TocsinSession *
make_session(Link *self, TocsinStream *stream)
{
	const TocsinProbe *probe = self->probe;
	TocsinSessionSettings settings;

	tocsin_session_settings_init(&settings);
	settings.is_lmtp = probe->is_lmtp;
	settings.local_name = probe->local_name;
	settings.timeout_us = probe->timeout_us;
	settings.quit_timeout_us = MIN(settings.quit_timeout_us, probe->timeout_us);
	settings.start_tls = start_tls;
	settings.tls_user = self;
	settings.on_trace = probe->watch == NULL ? NULL : on_trace;
	settings.trace_user = self;
	return tocsin_session_new(stream, &settings);
}

static gboolean
connect_to(Link *self, GError **error)
{
	const TocsinProbe *probe = self->probe;
	const TocsinConnectTarget target = {
	        .host = probe->host, .port = probe->port, .path = probe->path};
	const TocsinTlsSettings tls = {.ca_file = probe->ca_file,
	                               .is_unverified = !self->is_verified};
	JsonObject *told = json_object_new();

	json_object_set_object_member(self->report, "connection", told);
	self->tls = tocsin_tls_new(&tls, error);
	if (self->tls == NULL) {
		return FALSE;
	}
	gint64 begin_us = tocsin_clock_monotonic_us(tocsin_clock_system());
	g_autoptr(TocsinStream) stream =
	        tocsin_connect(&target, tocsin_stream_deadline(probe->timeout_us), NULL, error);

	if (stream == NULL) {
		return FALSE;
	}
	json_object_set_string_member(told, "peer", tocsin_stream_get_peer(stream));
	json_object_set_double_member(told, "connect_ms", elapsed_ms(begin_us));
	if (probe->tls == TOCSIN_PROBE_TLS_IMPLICIT && !start_tls(stream, self, error)) {
		return FALSE;
	}
	self->session = make_session(self, g_steal_pointer(&stream));
	return TRUE;
}

static gboolean
greet(Link *self, GError **error)
{
	gint64 begin_us = tocsin_clock_monotonic_us(tocsin_clock_system());
	gboolean is_greeted = tocsin_session_read_greeting(self->session, error);
	const TocsinReply *reply = tocsin_session_get_last_reply(self->session);

	if (reply != NULL) {
		JsonObject *told = tocsin_probe_describe_reply(reply);

		json_object_set_double_member(told, "ms", elapsed_ms(begin_us));
		json_object_set_object_member(self->report, "greeting", told);
	}
	return is_greeted;
}

/* EHLO, and what it tells, as the member @name. */
static gboolean
hello(Link *self, const char *name, GError **error)
{
	gint64 begin_us = tocsin_clock_monotonic_us(tocsin_clock_system());

	if (!tocsin_session_hello(self->session, error)) {
		return FALSE;
	}
	TocsinStream *stream = tocsin_session_get_stream(self->session);
	JsonObject *told = tocsin_probe_describe_features(
	        tocsin_session_get_features(self->session), self->probe->mechanisms,
	        tocsin_stream_is_encrypted(stream));

	json_object_set_boolean_member(told, "is_esmtp", tocsin_session_is_esmtp(self->session));
	json_object_set_double_member(told, "round_trip_ms", elapsed_ms(begin_us));
	json_object_set_object_member(self->report, name, told);
	return TRUE;
}

static gboolean
may_start_tls(const Link *self)
{
	TocsinProbeTls tls = self->probe->tls;

	return tls == TOCSIN_PROBE_TLS_REQUIRED ||
	       (tls == TOCSIN_PROBE_TLS_OPPORTUNISTIC &&
	        tocsin_session_may_use(self->session, TOCSIN_FEATURE_STARTTLS));
}

/* Adds @reply, which it takes over, as the member @name of @told. FALSE if there is none. */
static gboolean
keep_reply(JsonObject *told, const char *name, TocsinReply *taken)
{
	g_autoptr(TocsinReply) reply = taken;

	if (reply != NULL) {
		json_object_set_object_member(told, name, tocsin_probe_describe_reply(reply));
	}
	return reply != NULL;
}

static gboolean
login(Link *self, GError **error)
{
	TocsinStream *stream = tocsin_session_get_stream(self->session);
	const TocsinFeatures *features = tocsin_session_get_features(self->session);
	guint8 binding[TOCSIN_TLS_BINDING_LENGTH];
	gboolean has_binding = tocsin_tls_get_binding(stream, binding, NULL);
	g_autoptr(GBytes) exporter = has_binding ? g_bytes_new(binding, sizeof(binding)) : NULL;
	const TocsinSaslLink link = {
	        .service = self->probe->is_lmtp ? "lmtp" : "smtp",
	        .server = self->probe->host == NULL ? "localhost" : self->probe->host,
	        .port = self->probe->port,
	        .is_encrypted = tocsin_stream_is_encrypted(stream),
	        .is_local = tocsin_stream_is_local(stream),
	        .exporter = exporter,
	        .offered = (const char *const *)features->mechanisms,
	        .veil = self->veil,
	};
	JsonObject *told = json_object_new();

	json_object_set_object_member(self->report, "login", told);
	return tocsin_probe_login_run(self->probe->login, self->session, &link, told, error);
}

/* VRFY, and a transaction that is given up: most servers tell only by the latter. */
static gboolean
verify(Link *self, GError **error)
{
	TocsinSession *session = self->session;
	const char *address = self->probe->verify;
	JsonObject *told = json_object_new();

	json_object_set_object_member(self->report, "verify", told);
	json_object_set_string_member(told, "address", address);
	return (self->probe->is_lmtp ||
	        keep_reply(told, "vrfy", tocsin_session_vrfy(session, address, error))) &&
	       keep_reply(told, "mail", tocsin_session_mail(session, "", NULL, error)) &&
	       keep_reply(told, "rcpt", tocsin_session_rcpt(session, address, NULL, error)) &&
	       keep_reply(told, "rset", tocsin_session_rset(session, error));
}

static gboolean
talk(Link *self, GError **error)
{
	gboolean is_implicit = self->probe->tls == TOCSIN_PROBE_TLS_IMPLICIT;

	if (!connect_to(self, error) || !greet(self, error) ||
	    !hello(self, is_implicit ? "encrypted" : "clear", error)) {
		return FALSE;
	}
	if (!is_implicit && may_start_tls(self) &&
	    (!tocsin_session_start_tls(self->session, error) || !hello(self, "encrypted", error))) {
		return FALSE;
	}
	/* Whoever has a wrong certificate gets no password, whatever else he is asked. */
	if (self->probe->login != NULL && self->is_verified && !login(self, error)) {
		return FALSE;
	}
	if (self->probe->verify != NULL && !verify(self, error)) {
		return FALSE;
	}
	/* Everything is known by now; how the server takes its leave does not matter. */
	(void)tocsin_session_quit(self->session, NULL, NULL);
	return TRUE;
}

static gboolean
talk_once(const TocsinProbe *probe, JsonObject *report, gboolean is_verified, GError **error)
{
	g_auto(Link) self = {.probe = probe,
	                     .report = report,
	                     .veil = tocsin_veil_new(),
	                     .is_verified = is_verified};

	return talk(&self, error);
}

gboolean
tocsin_probe_run(const TocsinProbe *self, JsonObject *report, GError **error)
{
	g_autoptr(GError) reason = NULL;

	if (talk_once(self, report, TRUE, &reason)) {
		return TRUE;
	}
	if (self->is_insecure && g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_TLS)) {
		/* A link that failed its check is lost; only a new one can go on unchecked. */
		(void)talk_once(self, report, FALSE, NULL);
		if (json_object_has_member(report, "tls")) {
			json_object_set_string_member(json_object_get_object_member(report, "tls"),
			                              "problem", reason->message);
		}
	}
	g_propagate_error(error, g_steal_pointer(&reason));
	return FALSE;
}
