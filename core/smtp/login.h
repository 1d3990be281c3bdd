/* SPDX-License-Identifier: MIT */
/* A login by SASL over a session: what room sasl decides, carried by smtp/auth.h. See
 * smtp/session.h for errors and threads. */
#ifndef TOCSIN_SMTP_LOGIN_H
#define TOCSIN_SMTP_LOGIN_H

#include "sasl/login.h"
#include "smtp/session.h"

G_BEGIN_DECLS

/* Runs @login, mechanism after mechanism, until the server has decided. @holds_initial: the initial
 * response waits for the first challenge. *out_reply (nullable result, free it): the last reply to
 * an exchange that came to its end, whatever it was. FALSE: an exchange failed, or the login was
 * refused (TOCSIN_ERROR_AUTHENTICATION). */
gboolean tocsin_session_login(TocsinSession *self, TocsinSaslLogin *login, gboolean holds_initial,
                              TocsinReply **out_reply, GError **error);

G_END_DECLS

#endif
