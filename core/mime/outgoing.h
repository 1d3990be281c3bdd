/* SPDX-License-Identifier: MIT */
/* From a message to a mail: its envelope added, what nobody may see taken out. Pure functions; any
 * thread. */
#ifndef TOCSIN_MIME_OUTGOING_H
#define TOCSIN_MIME_OUTGOING_H

#include <tocsin/message.h>

#include "model/mail.h"

G_BEGIN_DECLS

/* A mail around @message: without its Bcc, its SMTPUTF8 need and Message-ID found out. @recipients:
 * NULL-terminated addresses. TOCSIN_ERROR_INVALID, also if there are none; TOCSIN_ERROR_LIMIT. */
TocsinMail *tocsin_outgoing_new(TocsinMessage *message, const char *sender,
                                const char *const *recipients, gint64 now_us, GError **error);

G_END_DECLS

#endif
