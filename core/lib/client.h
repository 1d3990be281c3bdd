/* SPDX-License-Identifier: MIT */
/* What a client is made of, for the files of this room. Belongs to one thread. */
#ifndef TOCSIN_LIB_CLIENT_H
#define TOCSIN_LIB_CLIENT_H

#include <tocsin/smtp.h>

#include "base/veil.h"
#include "lib/reply.h"
#include "smtp/session.h"

G_BEGIN_DECLS

/* Settings that were not made. */
#define TOCSIN_LIB_TIMEOUT_UNSET 0

struct _TocsinSmtp {
	TocsinSmtpKind kind;
	gboolean is_compatible;
	gboolean may_send_clear;
	gboolean is_simple;      /* no PIPELINING, no CHUNKING */
	gint64 timeout_us;       /* -1: none */
	gint64 final_timeout_us; /* -1: none */
	char *local_name;
	char *source_address;
	guint16 source_port;
	char *proxy;
	TocsinSmtpTls *tls; /* NULL until it is needed */
	char *server_name;
	char **mechanisms;
	GCancellable *cancellable;

	int debug_level;
	TocsinSmtpDebug on_line;
	gpointer line_user;
	TocsinSmtpAuditConnect on_connect;
	TocsinSmtpAuditSend on_send;
	gpointer audit_user;
	gboolean shows_secrets;
	TocsinVeil *veil; /* over what logins have sent on this connection */
	GString *line;    /* a command of which the end is to be shown yet */

	TocsinSession *session; /* NULL: there never was a connection, or it was quit */
	char *host;             /* what it is connected to */
	guint16 port;
	gboolean is_private;
	TocsinSmtpReply *ehlo_reply;
	TocsinSmtpReply *helo_reply;

	TocsinSmtpReply *failed_reply;
	char *failed_sender;
	TocsinSmtpRefused *refused;
};

/* The session, at the start of a call: what the last call failed of is forgotten. NULL with
 * TOCSIN_ERROR_DISCONNECTED if there is none. */
TocsinSession *tocsin_lib_begin(TocsinSmtp *self, GError **error);

/* begin(), and the server is greeted unless it was. */
TocsinSession *tocsin_lib_begin_greeted(TocsinSmtp *self, GError **error);

/* Keeps the server's last reply as the reason of the failure. Returns FALSE. */
gboolean tocsin_lib_fail(TocsinSmtp *self);

/* Sets an error "@what: the server said ...", keeps @reply as the reason. Returns FALSE. */
gboolean tocsin_lib_refuse(TocsinSmtp *self, TocsinError code, const char *what,
                           const TocsinReply *reply, GError **error);

/* Keeps the reply to EHLO or to HELO (the other one NULL), or neither. */
void tocsin_lib_keep_greetings(TocsinSmtp *self, const TocsinReply *ehlo, const TocsinReply *helo);

/* Ends the connection and forgets what was known of the server. */
void tocsin_lib_forget(TocsinSmtp *self);

G_END_DECLS

#endif
