/* SPDX-License-Identifier: MIT */
/* Handing a mail to the daemon. One thread. */
#ifndef TOCSIN_CLI_ENQUEUE_H
#define TOCSIN_CLI_ENQUEUE_H

#include "cli/ask.h"
#include "model/mail.h"

G_BEGIN_DECLS

/* Has the daemon put @mail into its queue, for @account (nullable: its choice), and prints its id.
 * EX_OK: it is on disk; else a code of <sysexits.h> after a complaint. */
int tocsin_enqueue(const TocsinAsk *ask, const TocsinMail *mail, const char *account);

G_END_DECLS

#endif
