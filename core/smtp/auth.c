/* SPDX-License-Identifier: MIT */
/* Carries a SASL exchange: AUTH, challenges, answers, and the way out. */
#include "smtp/auth.h"

#include <string.h>

#include "base/secret.h"
#include "smtp/session-private.h"

/* Room that answers usually fit in, so that they are not copied about while they grow. */
#define ANSWER_ROOM 4096u

static TocsinReply *
send_line(TocsinSession *self, const char *prefix, const char *line, GError **error)
{
	if (!tocsin_session_check_open(self, error) ||
	    !tocsin_wire_add_secret(self->wire, prefix, line, strlen(line), error) ||
	    !tocsin_session_flush(self, error)) {
		return NULL;
	}
	return tocsin_session_read_reply(self, error);
}

/* Gives the exchange up because of @error, which stays what it is. */
static void
cancel(TocsinSession *self)
{
	g_autoptr(GError) ignored = NULL;
	g_autoptr(TocsinReply) reply = tocsin_session_command(self, "*", NULL, &ignored);

	if (reply == NULL) {
		g_debug("no reply to a cancelled AUTH, ignoring: %s", ignored->message);
	} else if (reply->code == 334) {
		tocsin_session_end(self, "the server goes on with an AUTH that was cancelled");
	}
}

/* Answers challenges until the server has decided. @is_held: @line has the initial response, which
 * is still to be sent. */
static TocsinReply *
answer_all(TocsinSession *self, const TocsinSessionExchange *exchange, TocsinReply *reply,
           GString *line, gboolean is_held, GError **error)
{
	for (guint steps = 0; reply != NULL && reply->code == 334; steps++) {
		g_autofree char *challenge = tocsin_reply_dup_text(reply, NULL);

		tocsin_reply_free(reply);
		if (steps >= TOCSIN_AUTH_STEPS_MAX) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
			            "the server asks for more than %u answers to AUTH %s",
			            TOCSIN_AUTH_STEPS_MAX, exchange->mechanism);
			cancel(self);
			return NULL;
		}
		if (!is_held || steps > 0) {
			tocsin_wipe(line->str, line->len);
			g_string_truncate(line, 0);
			if (!exchange->step(exchange->user, challenge, line, error)) {
				cancel(self);
				return NULL;
			}
		} else if (strcmp(line->str, "=") == 0) {
			g_string_truncate(line, 0);
		}
		reply = send_line(self, "", line->str, error);
	}
	return reply;
}

/* AUTH with the initial response in @line. A server that knows no initial responses takes that for
 * a mistake in the command (501), which is no verdict on what was in it. */
static TocsinReply *
begin_with_initial(TocsinSession *self, const TocsinSessionExchange *exchange, const char *command,
                   const GString *line, gboolean *out_held, GError **error)
{
	g_autofree char *prefix = g_strdup_printf("%s ", command);
	gboolean may_send =
	        !exchange->is_held && strlen(prefix) + line->len + 2 <= TOCSIN_AUTH_COMMAND_MAX;
	TocsinReply *reply = may_send ? send_line(self, prefix, line->str, error) : NULL;

	*out_held = !may_send || (reply != NULL && reply->code == 501);
	if (!*out_held) {
		return reply;
	}
	tocsin_reply_free(reply);
	return tocsin_session_command(self, command, NULL, error);
}

static TocsinReply *
run(TocsinSession *self, const TocsinSessionExchange *exchange, GString *line, GError **error)
{
	g_autofree char *command = g_strdup_printf("AUTH %s", exchange->mechanism);
	gboolean is_held = FALSE;
	TocsinReply *reply;

	if (!exchange->has_initial) {
		reply = tocsin_session_command(self, command, NULL, error);
	} else if (exchange->step(exchange->user, NULL, line, error)) {
		reply = begin_with_initial(self, exchange, command, line, &is_held, error);
	} else {
		return NULL;
	}
	return answer_all(self, exchange, reply, line, is_held, error);
}

TocsinReply *
tocsin_session_auth(TocsinSession *self, const TocsinSessionExchange *exchange, GError **error)
{
	GString *line = g_string_sized_new(ANSWER_ROOM);
	TocsinReply *reply = NULL;

	if (tocsin_session_check_open(self, error)) {
		reply = run(self, exchange, line, error);
	}
	tocsin_wipe(line->str, line->allocated_len);
	g_string_free(line, TRUE);
	return reply;
}
