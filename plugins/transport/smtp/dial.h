/* SPDX-License-Identifier: MIT */
/* From nothing to a session that takes mails: connection, TLS, greeting, login. */
#ifndef TOCSIN_SMTP_DIAL_H
#define TOCSIN_SMTP_DIAL_H

#include "run.h"

/* Sets run->session, and tells failed() why it cannot. A negative status is run()'s. */
int32_t smtp_dial(SmtpRun *run);

#endif
