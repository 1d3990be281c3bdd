/* SPDX-License-Identifier: MIT */
/* The mail that "tocsin send" was asked for: message and envelope. */
#ifndef TOCSIN_CLI_DRAFT_H
#define TOCSIN_CLI_DRAFT_H

#include <glib.h>
#include <tocsin/message.h>

#include "cli/draft-options.h"
#include "conf/load.h"
#include "model/mail.h"

G_BEGIN_DECLS

/* Makes the mail: composed of the parts, or the whole message with sender and recipients taken from
 * its header where the options name none. @from (nullable) is the account's own author, for where
 * the options name none; templates that are named stand beside @conf (nullable). Errors:
 * TOCSIN_ERROR_INVALID, _IO, _LIMIT, _TEMPLATE, _CONFIG, _TRUST. */
TocsinMail *tocsin_draft_make(const TocsinDraftOptions *options, const TocsinConf *conf,
                              const char *from, GError **error);

/* A mail around @message: without its Bcc, its SMTPUTF8 need and Message-ID found out. @recipients:
 * NULL-terminated addresses; TOCSIN_ERROR_INVALID if there are none. */
TocsinMail *tocsin_draft_wrap(TocsinMessage *message, const char *sender,
                              const char *const *recipients, GError **error);

G_END_DECLS

#endif
