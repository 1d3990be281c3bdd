/* SPDX-License-Identifier: MIT */
/* A session's commands one by one. */
#include "smtp/verbs.h"

#include <string.h>

#include "smtp/envelope.h"
#include "smtp/session-private.h"

/* Content goes to the encoder in slices of this size: doubled, a slice fits the wire's room. */
#define SLICE ((gsize)8 << 10)

TocsinReply *
tocsin_session_noop(TocsinSession *self, GError **error)
{
	return tocsin_session_command(self, "NOOP", NULL, error);
}

TocsinReply *
tocsin_session_rset(TocsinSession *self, GError **error)
{
	self->is_utf8 = FALSE;
	self->accepted = 0;
	return tocsin_session_command(self, "RSET", NULL, error);
}

TocsinReply *
tocsin_session_help(TocsinSession *self, const char *topic, GError **error)
{
	return tocsin_session_command(self, "HELP", topic, error);
}

TocsinReply *
tocsin_session_vrfy(TocsinSession *self, const char *address, GError **error)
{
	return tocsin_session_command(self, "VRFY", address, error);
}

TocsinReply *
tocsin_session_expn(TocsinSession *self, const char *list, GError **error)
{
	return tocsin_session_command(self, "EXPN", list, error);
}

static gboolean
has_option(const char *const *options, const char *wanted)
{
	for (; options != NULL && *options != NULL; options++) {
		if (g_ascii_strcasecmp(*options, wanted) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

static TocsinReply *
send_path(TocsinSession *self, const char *command, const char *address, const char *const *options,
          GError **error)
{
	g_autoptr(GString) line = g_string_new(command);

	if (!tocsin_session_check_open(self, error) ||
	    !tocsin_envelope_append_path(address, self->is_utf8, line, error)) {
		return NULL;
	}
	for (; self->is_esmtp && options != NULL && *options != NULL; options++) {
		g_string_append_c(line, ' ');
		g_string_append(line, *options);
	}
	if (strlen(line->str) != line->len) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "a command holds a NUL");
		return NULL;
	}
	return tocsin_session_command(self, line->str, NULL, error);
}

TocsinReply *
tocsin_session_mail(TocsinSession *self, const char *sender, const char *const *options,
                    GError **error)
{
	self->accepted = 0;
	self->is_utf8 = self->is_esmtp && has_option(options, "SMTPUTF8");
	if (self->is_utf8 && !tocsin_features_has(self->features, TOCSIN_FEATURE_SMTPUTF8)) {
		self->is_utf8 = FALSE;
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the server does not offer SMTPUTF8");
		return NULL;
	}
	return send_path(self, "MAIL FROM:", sender, options, error);
}

TocsinReply *
tocsin_session_rcpt(TocsinSession *self, const char *address, const char *const *options,
                    GError **error)
{
	TocsinReply *reply = send_path(self, "RCPT TO:", address, options, error);

	self->accepted += reply != NULL && tocsin_reply_class(reply) == 2;
	return reply;
}

static void
emit_to_wire(gpointer user, const void *bytes, gsize length)
{
	tocsin_wire_add_content(user, bytes, length);
}

/* Encodes @count octets and sends them as far as there is no room for them to wait. */
static gboolean
send_octets(TocsinSession *self, TocsinContentEncoder *encoder, const char *bytes, gsize count,
            GError **error)
{
	while (count > 0) {
		gsize slice = MIN(count, SLICE);

		if (tocsin_wire_is_heavy(self->wire) && !tocsin_session_flush(self, error)) {
			return FALSE;
		}
		tocsin_content_encode(encoder, bytes, slice, emit_to_wire, self->wire);
		bytes += slice;
		count -= slice;
	}
	return TRUE;
}

static gboolean
send_content(TocsinSession *self, const TocsinContent *content, GError **error)
{
	TocsinContentEncoder encoder = {.mode = TOCSIN_CONTENT_DOTS};
	guint64 offset = 0;
	const void *bytes = NULL;
	gint64 count;

	while ((count = tocsin_content_read(content, offset, &bytes)) > 0) {
		/* What was read must leave before more is read, which may take its place. */
		if (!send_octets(self, &encoder, bytes, (gsize)count, error) ||
		    !tocsin_session_flush(self, error)) {
			return FALSE;
		}
		offset += (guint64)count;
	}
	if (count < 0) {
		/* Half a message must not be taken for a whole one. */
		tocsin_session_end(self, "the message could not be read to its end");
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot read the message beyond its first %" G_GUINT64_FORMAT " bytes",
		            offset);
		return FALSE;
	}
	tocsin_content_finish(&encoder, emit_to_wire, self->wire);
	return tocsin_session_flush(self, error);
}

static void
free_reply(gpointer data)
{
	tocsin_reply_free(data);
}

GPtrArray *
tocsin_session_data(TocsinSession *self, const TocsinContent *content, GError **error)
{
	g_autoptr(TocsinReply) go = tocsin_session_command(self, "DATA", NULL, error);
	g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(free_reply);
	guint wanted = self->settings.is_lmtp ? MAX(self->accepted, 1) : 1;

	if (go == NULL) {
		return NULL;
	}
	if (go->code != 354 &&
	    !(self->settings.takes_2xx_for_data && tocsin_reply_class(go) == 2)) {
		tocsin_session_set_refusal(TOCSIN_ERROR_DATA, "DATA was refused", go, error);
		return NULL;
	}
	if (!send_content(self, content, error)) {
		return NULL;
	}
	self->accepted = 0;
	while (replies->len < wanted) {
		TocsinReply *reply =
		        tocsin_session_read_within(self, self->settings.final_timeout_us, error);

		if (reply == NULL) {
			return NULL;
		}
		g_ptr_array_add(replies, reply);
	}
	return g_steal_pointer(&replies);
}

gboolean
tocsin_session_quit(TocsinSession *self, TocsinReply **out_reply, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(TocsinReply) reply = NULL;

	if (!tocsin_session_check_open(self, error)) {
		return FALSE;
	}
	if (tocsin_session_put(self, "QUIT", NULL, &cause)) {
		reply = tocsin_session_read_within(self, self->settings.quit_timeout_us, &cause);
	}
	tocsin_session_close(self);
	if (reply == NULL) {
		g_debug("no reply to QUIT, ignoring: %s", cause->message);
	} else if (out_reply != NULL) {
		*out_reply = g_steal_pointer(&reply);
	}
	return TRUE;
}
