/* SPDX-License-Identifier: MIT */
/* Shows the dialogue to the debug and audit callbacks, in smtplib's words. Same thread as the
 * client. */
#ifndef TOCSIN_LIB_SHOW_H
#define TOCSIN_LIB_SHOW_H

#include "lib/client.h"

G_BEGIN_DECLS

/* What a session's watcher is; @user is the client. */
void tocsin_lib_show_trace(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length);

/* "connect: ('host', 25)" and "connect: to ('host', 25) None". */
void tocsin_lib_show_connect(TocsinSmtp *self, const char *host, guint16 port);

/* "connect: b'text'" for a greeting. */
void tocsin_lib_show_greeting(TocsinSmtp *self, const TocsinReply *reply);

/* "data: (250, b'text')". */
void tocsin_lib_show_data(TocsinSmtp *self, const TocsinReply *reply);

G_END_DECLS

#endif
