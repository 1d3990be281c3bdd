/* SPDX-License-Identifier: MIT */
/* The steps of a login between base64 lines and the mechanism's bytes, and its rounds. */
#include "smtp/login.h"

#include <string.h>

#include "sasl/wire.h"
#include "smtp/auth.h"

/* Answers a challenge (TocsinSessionExchange.step). */
static gboolean
step(gpointer login, const char *challenge, GString *line, GError **error)
{
	g_autoptr(tocsin_buf) decoded = tocsin_buf_new(TOCSIN_EXCHANGE_MAX_BYTES);
	const char *bytes = NULL;
	const char *answer = NULL;
	gsize length = 0;

	if (challenge != NULL) {
		if (!tocsin_sasl_wire_decode(challenge, strlen(challenge), decoded, error)) {
			return FALSE;
		}
		bytes = tocsin_buf_peek(decoded, &length);
	}
	return tocsin_sasl_login_step(login, bytes, length, &answer, &length, error) >= 0 &&
	       tocsin_sasl_wire_append(answer, length, challenge == NULL, line, error);
}

gboolean
tocsin_session_login(TocsinSession *self, TocsinSaslLogin *login, gboolean holds_initial,
                     TocsinReply **out_reply, GError **error)
{
	g_autoptr(TocsinReply) reply = NULL;
	gint32 status = TOCSIN_MORE;

	*out_reply = NULL;
	while (status == TOCSIN_MORE) {
		const TocsinSessionExchange exchange = {
		        .mechanism = tocsin_sasl_login_mechanism(login),
		        .has_initial = tocsin_sasl_login_has_initial(login),
		        .is_held = holds_initial,
		        .step = step,
		        .user = login,
		};
		g_autofree char *text = NULL;

		g_clear_pointer(&reply, tocsin_reply_free);
		reply = tocsin_session_auth(self, &exchange, error);
		if (reply == NULL) {
			return FALSE;
		}
		text = tocsin_reply_dup_text(reply, NULL);
		status = tocsin_sasl_login_settle(login, (guint)MAX(reply->code, 0), text, error);
	}
	*out_reply = g_steal_pointer(&reply);
	return status == TOCSIN_OK;
}
