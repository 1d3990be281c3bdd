/* SPDX-License-Identifier: MIT */
/* A dialogue with one server: commands out, replies in, and when it is over. */
#include "smtp/session.h"

#include <string.h>

#include "base/text.h"
#include "smtp/session-private.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* A peer that takes less than this many bytes a second is as good as dead. */
#define RATE_MIN 500u

TocsinSession *
tocsin_session_new(TocsinStream *stream, const TocsinSessionSettings *settings)
{
	TocsinSession *self = g_new0(TocsinSession, 1);

	self->settings = *settings;
	self->local_name = g_strdup(settings->local_name);
	self->settings.local_name = NULL;
	self->stream = stream;
	self->wire = tocsin_wire_new();
	tocsin_wire_set_trace(self->wire, settings->on_trace, settings->trace_user);
	self->features = tocsin_features_new_empty();
	return self;
}

void
tocsin_session_end(TocsinSession *self, const char *reason)
{
	if (self->stream == NULL) {
		return;
	}
	tocsin_wire_discard(self->wire);
	g_clear_pointer(&self->stream, tocsin_stream_free);
	self->viewed = 0;
	self->parser = (TocsinReplyParser){0};
	g_free(self->farewell);
	self->farewell = g_strdup(reason);
}

void
tocsin_session_close(TocsinSession *self)
{
	tocsin_session_end(self, NULL);
}

void
tocsin_session_free(TocsinSession *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_session_close(self);
	tocsin_wire_free(self->wire);
	tocsin_features_free(self->features);
	tocsin_reply_free(self->last_reply);
	g_free(self->local_name);
	g_free(self->farewell);
	g_free(self);
}

gboolean
tocsin_session_is_open(const TocsinSession *self)
{
	return self->stream != NULL;
}

TocsinStream *
tocsin_session_get_stream(const TocsinSession *self)
{
	return self->stream;
}

const TocsinReply *
tocsin_session_get_last_reply(const TocsinSession *self)
{
	return self->last_reply;
}

const TocsinFeatures *
tocsin_session_get_features(const TocsinSession *self)
{
	return self->features;
}

gboolean
tocsin_session_is_esmtp(const TocsinSession *self)
{
	return self->is_esmtp;
}

gboolean
tocsin_session_is_greeted(const TocsinSession *self)
{
	return self->is_greeted;
}

gboolean
tocsin_session_may_use(const TocsinSession *self, TocsinFeature feature)
{
	return tocsin_features_has(self->features, feature) &&
	       ((self->settings.disabled | self->broken) & feature) == 0;
}

guint
tocsin_session_get_broken(const TocsinSession *self)
{
	return self->broken;
}

gboolean
tocsin_session_check_open(TocsinSession *self, GError **error)
{
	if (self->stream != NULL) {
		return TRUE;
	}
	if (self->farewell != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "the connection is closed: %s", self->farewell);
	} else {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "there is no connection: connect first");
	}
	return FALSE;
}

void
tocsin_session_set_refusal(TocsinError code, const char *what, const TocsinReply *reply,
                           GError **error)
{
	g_autofree char *shown = tocsin_reply_dup_display(reply, 400);

	g_set_error(error, TOCSIN_ERROR, code, "%s: the server said %s", what, shown);
}

void
tocsin_session_drop_view(TocsinSession *self)
{
	if (self->viewed > 0) {
		tocsin_stream_consume(self->stream, self->viewed);
		self->viewed = 0;
	}
}

void
tocsin_session_remember(TocsinSession *self, const TocsinReply *reply)
{
	tocsin_reply_free(self->last_reply);
	self->last_reply = tocsin_reply_copy(reply);
	if (reply->code == 421) {
		g_autofree char *shown = tocsin_reply_dup_display(self->last_reply, 200);
		g_autofree char *reason = g_strdup_printf("the server said %s", shown);

		tocsin_session_end(self, reason);
	}
}

TocsinReplyStatus
tocsin_session_poll_reply(TocsinSession *self, TocsinReply *out_reply, GError **error)
{
	g_autoptr(GError) cause = NULL;
	TocsinReplyStatus status;
	const char *bytes;
	gsize length;

	tocsin_session_drop_view(self);
	bytes = tocsin_stream_peek(self->stream, &length);
	status = tocsin_reply_parse(&self->parser, bytes, length, out_reply, &cause);
	if (status == TOCSIN_REPLY_COMPLETE && (out_reply->flags & TOCSIN_REPLY_MIXED_CLASS) != 0 &&
	    !self->settings.is_lenient) {
		g_autofree char *shown = tocsin_reply_dup_display(out_reply, 200);

		g_set_error(&cause, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		            "the server sent a reply that says yes and no: %s", shown);
		status = TOCSIN_REPLY_BROKEN;
	}
	if (status == TOCSIN_REPLY_COMPLETE) {
		self->viewed = out_reply->length;
		tocsin_wire_trace_received(self->wire, out_reply->raw, out_reply->length);
	} else if (status == TOCSIN_REPLY_BROKEN) {
		tocsin_session_end(self, cause == NULL ? "no reason is known" : cause->message);
		g_propagate_error(error, g_steal_pointer(&cause));
	}
	return status;
}

gboolean
tocsin_session_flush_some(TocsinSession *self, GError **error)
{
	guint64 added = tocsin_wire_get_added(self->wire);
	guint64 sent = tocsin_wire_get_sent(self->wire);

	/* A peer that takes a few bytes now and then gains no time by it, and a message of any size
	 * gives a dead one no more of it. */
	if (sent >= self->flush_mark) {
		gint64 timeout_us = self->settings.data_timeout_us;

		self->flush_mark =
		        MIN(added, sent + (guint64)MAX(timeout_us / SECOND, 1) * RATE_MIN);
		self->flush_deadline_us = tocsin_stream_deadline(timeout_us);
	}
	return tocsin_wire_flush_some(self->wire, self->stream, self->flush_deadline_us, error);
}

/* Sends all that waits, and leaves it to the caller to end the session where that fails. */
static gboolean
flush_all(TocsinSession *self, GError **error)
{
	tocsin_session_drop_view(self);
	while (tocsin_wire_get_sent(self->wire) < tocsin_wire_get_added(self->wire)) {
		if (!tocsin_session_flush_some(self, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
tocsin_session_flush(TocsinSession *self, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (flush_all(self, &cause)) {
		return TRUE;
	}
	tocsin_session_end(self, cause->message);
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

gboolean
tocsin_session_wait_reply(TocsinSession *self, gint64 deadline_us, TocsinReply *out_reply,
                          GError **error)
{
	TocsinReplyStatus status;

	while ((status = tocsin_session_poll_reply(self, out_reply, error)) == TOCSIN_REPLY_MORE) {
		g_autoptr(GError) cause = NULL;

		if (!tocsin_stream_fill(self->stream, deadline_us, &cause)) {
			tocsin_session_end(self, cause->message);
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
	}
	return status == TOCSIN_REPLY_COMPLETE;
}

/* Turns a line that is no reply into one, as smtplib does. Where the reply would end cannot be
 * known, so nothing more is read. */
static TocsinReply *
take_garbage(TocsinSession *self, TocsinReply *garbage, GError **error)
{
	g_autofree char *shown = tocsin_reply_dup_display(garbage, 80);
	g_autofree char *reason =
	        g_strdup_printf("the server sent what is no SMTP reply: \"%s\"", shown);

	tocsin_wire_trace_received(self->wire, garbage->raw, garbage->length);
	tocsin_session_remember(self, garbage);
	tocsin_session_end(self, reason);
	g_clear_error(error);
	return garbage;
}

TocsinReply *
tocsin_session_read_within(TocsinSession *self, gint64 timeout_us, GError **error)
{
	gint64 deadline_us = tocsin_stream_deadline(timeout_us);
	g_autoptr(TocsinReply) garbage = NULL;
	TocsinReply view;

	if (!tocsin_session_check_open(self, error)) {
		return NULL;
	}
	for (;;) {
		g_autoptr(GError) cause = NULL;
		TocsinReplyStatus status;
		const char *bytes;
		gsize length;

		if (self->settings.is_lenient) {
			tocsin_session_drop_view(self);
			bytes = tocsin_stream_peek(self->stream, &length);
			tocsin_reply_free(garbage);
			garbage = tocsin_reply_new_garbage(bytes, length);
		}
		status = tocsin_session_poll_reply(self, &view, &cause);
		if (status == TOCSIN_REPLY_COMPLETE) {
			tocsin_session_remember(self, &view);
			tocsin_session_drop_view(self);
			return tocsin_reply_copy(self->last_reply);
		}
		if (status == TOCSIN_REPLY_MORE &&
		    tocsin_stream_fill(self->stream, deadline_us, &cause)) {
			continue;
		}
		if (garbage != NULL &&
		    g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL)) {
			return take_garbage(self, g_steal_pointer(&garbage), error);
		}
		/* lint: allow clang-tidy: whichever of the two failed has set it */
		tocsin_session_end(self, cause->message);
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
}

TocsinReply *
tocsin_session_read_reply(TocsinSession *self, GError **error)
{
	return tocsin_session_read_within(self, self->settings.timeout_us, error);
}

gboolean
tocsin_session_read_greeting(TocsinSession *self, GError **error)
{
	gboolean is_clear = self->stream != NULL && !tocsin_stream_is_encrypted(self->stream);
	g_autoptr(GError) reason = NULL;
	g_autoptr(TocsinReply) reply = tocsin_session_read_reply(self, &reason);

	if (reply == NULL && is_clear &&
	    g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT)) {
		/* So silent is who waits for a handshake. */
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT,
		            "%s; if this port is for TLS from the first byte, use smtps, or tls = "
		            "\"implicit\"",
		            reason->message);
		return FALSE;
	}
	if (reply == NULL) {
		g_propagate_error(error, g_steal_pointer(&reason));
		return FALSE;
	}
	if (reply->code != 220) {
		tocsin_session_set_refusal(TOCSIN_ERROR_CONNECT, "the server does not serve us",
		                           reply, error);
		tocsin_session_end(self, "the server did not greet with 220");
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_session_put(TocsinSession *self, const char *verb, const char *argument, GError **error)
{
	g_autofree char *line = NULL;

	if (!tocsin_session_check_open(self, error)) {
		return FALSE;
	}
	line = argument != NULL && argument[0] != '\0' ? g_strdup_printf("%s %s", verb, argument)
	                                               : g_strdup(verb);
	return tocsin_wire_add_command(self->wire, line, strlen(line), self->is_utf8, error) &&
	       tocsin_session_flush(self, error);
}

/* Sends what waits and reads the reply. If the write fails because the server has hung up, what it
 * said before that counts more. */
static TocsinReply *
exchange_line(TocsinSession *self, GError **error)
{
	TocsinReply view;
	g_autoptr(GError) cause = NULL;

	if (flush_all(self, &cause)) {
		return tocsin_session_read_reply(self, error);
	}
	if (tocsin_session_poll_reply(self, &view, NULL) == TOCSIN_REPLY_COMPLETE) {
		TocsinReply *reply = tocsin_reply_copy(&view);

		tocsin_session_remember(self, reply);
		tocsin_session_end(self, cause->message);
		return reply;
	}
	tocsin_session_end(self, cause->message);
	g_propagate_error(error, g_steal_pointer(&cause));
	return NULL;
}

TocsinReply *
tocsin_session_command(TocsinSession *self, const char *verb, const char *argument, GError **error)
{
	g_autofree char *line = NULL;

	if (!tocsin_session_check_open(self, error)) {
		return NULL;
	}
	line = argument != NULL && argument[0] != '\0' ? g_strdup_printf("%s %s", verb, argument)
	                                               : g_strdup(verb);
	if (!tocsin_wire_add_command(self->wire, line, strlen(line), self->is_utf8, error)) {
		return NULL;
	}
	return exchange_line(self, error);
}
