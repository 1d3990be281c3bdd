/* SPDX-License-Identifier: MIT */
/* How a session begins: EHLO, HELO, LHLO and STARTTLS. See smtp/session.h for errors and
 * threads. */
#ifndef TOCSIN_SMTP_HELLO_H
#define TOCSIN_SMTP_HELLO_H

#include "smtp/session.h"

G_BEGIN_DECLS

/* Says EHLO, or LHLO in an LMTP session, as @name (NULL: the session's local name) and keeps what
 * the server offers; another code than 250 leaves it with nothing. */
TocsinReply *tocsin_session_ehlo(TocsinSession *self, const char *name, GError **error);

/* Says HELO, which knows no extensions. */
TocsinReply *tocsin_session_helo(TocsinSession *self, const char *name, GError **error);

/* Greets the server unless it was greeted: EHLO; HELO after it only where the server does not know
 * EHLO (500 to 504), in clear and not in LMTP. TOCSIN_ERROR_HELO with the first refusal. */
gboolean tocsin_session_hello(TocsinSession *self, GError **error);

/* STARTTLS and the handshake. What was known of the server is forgotten: greet it again. Bytes that
 * the server sent behind its 220 end the session: in clear they could be anyone's (CVE-2011-0411).
 * TOCSIN_ERROR_NOT_SUPPORTED without the extension or a start_tls() in the settings,
 * TOCSIN_ERROR_RESPONSE when the server refuses, TOCSIN_ERROR_TLS as the handshake fails. */
gboolean tocsin_session_start_tls(TocsinSession *self, GError **error);

G_END_DECLS

#endif
