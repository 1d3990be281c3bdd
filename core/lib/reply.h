/* SPDX-License-Identifier: MIT */
/* Replies and tables of refused recipients, as <tocsin/smtp.h> shows them. */
#ifndef TOCSIN_LIB_REPLY_H
#define TOCSIN_LIB_REPLY_H

#include <tocsin/smtp.h>

#include "smtp/reply.h"

G_BEGIN_DECLS

/* The public form of @reply, which is copied. NULL for NULL. */
TocsinSmtpReply *tocsin_lib_reply_new(const TocsinReply *reply);

/* The same, and @reply is freed. */
TocsinSmtpReply *tocsin_lib_reply_take(TocsinReply *reply);

/* The reply on one line, for messages: "550 5.1.1 no such user". Free with g_free(). */
char *tocsin_lib_reply_show(const TocsinSmtpReply *self);

/* An empty table. */
TocsinSmtpRefused *tocsin_lib_refused_new(void);

/* Adds a recipient; @reply is copied. */
void tocsin_lib_refused_add(TocsinSmtpRefused *self, const char *address, const TocsinReply *reply);

G_END_DECLS

#endif
