/* SPDX-License-Identifier: MIT */
/* Logs a session in with the host's help: lines here, secrets and decisions there. */
#ifndef TOCSIN_SMTP_LOGIN_H
#define TOCSIN_SMTP_LOGIN_H

#include "account.h"
#include "smtp/session.h"

/* Logs in, or does nothing where the account wants no login. Else a negative status, with the
 * reason in @error; the server's last words are the session's last reply. */
int32_t smtp_login(const SmtpAccount *account, TocsinSession *session, tocsin_job *job,
                   tocsin_error *error);

#endif
