/* SPDX-License-Identifier: MIT */
/* A session's commands one by one, as smtplib has them. Mails are better sent by the pipeline. See
 * smtp/session.h for errors and threads; unless said otherwise replies are returned whatever their
 * code. */
#ifndef TOCSIN_SMTP_VERBS_H
#define TOCSIN_SMTP_VERBS_H

#include "smtp/session.h"

G_BEGIN_DECLS

/* Does nothing but ask for a reply. Some servers refuse it. */
TocsinReply *tocsin_session_noop(TocsinSession *self, GError **error);

/* Gives the transaction up. */
TocsinReply *tocsin_session_rset(TocsinSession *self, GError **error);

/* @topic may be NULL. */
TocsinReply *tocsin_session_help(TocsinSession *self, const char *topic, GError **error);

/* Asks whether @address exists; most servers do not say. */
TocsinReply *tocsin_session_vrfy(TocsinSession *self, const char *address, GError **error);

/* Asks who is behind a mailing list; most servers do not say. */
TocsinReply *tocsin_session_expn(TocsinSession *self, const char *list, GError **error);

/* "MAIL FROM:<@sender>" with @options (NULL-terminated, or NULL), which are sent only to an ESMTP
 * server. The option SMTPUTF8 needs the extension (TOCSIN_ERROR_NOT_SUPPORTED) and lets addresses
 * of this transaction be UTF-8. */
TocsinReply *tocsin_session_mail(TocsinSession *self, const char *sender,
                                 const char *const *options, GError **error);

/* "RCPT TO:<@address>" with @options. */
TocsinReply *tocsin_session_rcpt(TocsinSession *self, const char *address,
                                 const char *const *options, GError **error);

/* DATA, the content, and what the server says to it: one TocsinReply, in LMTP one for each
 * recipient
 * that was accepted, in their order. TOCSIN_ERROR_DATA if the server refuses DATA itself; the
 * session goes on, tocsin_session_get_last_reply() is the refusal. TOCSIN_ERROR_IO, and the session
 * ends, if the content cannot be read. Free with g_ptr_array_unref(). */
GPtrArray *tocsin_session_data(TocsinSession *self, const TocsinContent *content, GError **error);

/* QUIT and the end of the session. Waits for the reply no longer than the settings say; a server
 * that hangs up instead is no error, and *@out_reply (which may be NULL) stays untouched then. */
gboolean tocsin_session_quit(TocsinSession *self, TocsinReply **out_reply, GError **error);

G_END_DECLS

#endif
