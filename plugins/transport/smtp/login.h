/* SPDX-License-Identifier: MIT */
/* Logs a session in with the host's help: lines here, secrets and decisions there. */
#ifndef TOCSIN_SMTP_LOGIN_H
#define TOCSIN_SMTP_LOGIN_H

#include "account.h"
#include "smtp/session.h"

/* What else is known of a login that failed. */
typedef struct {
	GError *lost;         /* why the connection failed, if it was that; or NULL */
	gboolean is_answered; /* the session's last reply is about the login */
} SmtpLoginEnd;

/* Logs in, or does nothing where the account wants no login. Else a negative status, with the
 * reason in @error, unless *@end has it. */
int32_t smtp_login(const SmtpAccount *account, TocsinSession *session, tocsin_job *job,
                   tocsin_error *error, SmtpLoginEnd *end);

#endif
