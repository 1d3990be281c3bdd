/* SPDX-License-Identifier: MIT */
/* Carries a SASL exchange (RFC 4954): lines only. Which mechanism, what its bytes are and what
 * follows a refusal is decided above (room sasl). See smtp/session.h for errors and threads. */
#ifndef TOCSIN_SMTP_AUTH_H
#define TOCSIN_SMTP_AUTH_H

#include "smtp/session.h"

G_BEGIN_DECLS

/* The longest AUTH command with an initial response, CRLF included; a longer one waits for the
 * first challenge (RFC 4954 section 4). */
#define TOCSIN_AUTH_COMMAND_MAX 512u

/* Challenges of one exchange. */
#define TOCSIN_AUTH_STEPS_MAX 20u

/* One exchange. */
typedef struct {
	const char *mechanism; /* SASL name */
	gboolean has_initial;  /* step() is asked for an initial response first */

	/* Appends the answer to @challenge, both in base64 as they are on the wire. NULL
	 * @challenge: the initial response ("=" for an empty one). FALSE cancels the exchange.
	 * @line is wiped when it was sent. */
	gboolean (*step)(gpointer user, const char *challenge, GString *line, GError **error);
	gpointer user;

	gboolean is_held; /* the initial response waits for the first challenge, however short */
} TocsinSessionExchange;

/* Says AUTH, once more without the initial response if the server answers that with 501, and goes
 * on until the server says something else than 334, which is returned whatever it is. When step()
 * fails the exchange is cancelled with "*", and its error is returned; so is TOCSIN_ERROR_PROTOCOL
 * when the server asks too often. The session can go on after that. */
TocsinReply *tocsin_session_auth(TocsinSession *self, const TocsinSessionExchange *exchange,
                                 GError **error);

G_END_DECLS

#endif
