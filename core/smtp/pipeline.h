/* SPDX-License-Identifier: MIT */
/* Sends many mails over one session, and waits for the server as seldom as it can be done.
 *
 * With PIPELINING the next mail's MAIL, RCPT and DATA leave together with the end of the message
 * before (RFC 2920 section 3.1: RSET and MAIL may follow it in one group), so that a mail costs one
 * round trip. With CHUNKING too, whole mails follow each other without waiting (RFC 3030). Without
 * either the same code sends a command at a time. The replies are matched by a queue of what is
 * expected:
 *
 *     next() ─> sender ──> wire ═══> server
 *                 │ expects             │
 *                 v                     │
 *              [RSET MAIL RCPT RCPT DATA FINAL MAIL …]
 *                 │                     │
 *     result() <─ receiver <─ replies <─┘
 *
 * Belongs to the session's thread. */
#ifndef TOCSIN_SMTP_PIPELINE_H
#define TOCSIN_SMTP_PIPELINE_H

#include "smtp/outgoing.h"
#include "smtp/session.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_RUN_DONE,      /* next() had no more; after LAST the session has quit */
	TOCSIN_RUN_RECONNECT, /* the server takes no more on this connection: quit, connect anew */
	TOCSIN_RUN_FAILED,    /* the session ended; the error says why */
} TocsinRun;

/* Sends what next() gives until it has no more. The session must have been greeted. In each case
 * the fates of all mails that were taken have been told:
 *
 *     the server decided                                       its words
 *     link lost, message not handed over in full               deferred, stage LOST: not delivered
 *     link lost, in full, no reply to its end                  unknown,  stage LOST
 *     421 while it was on its way                              deferred, code 421: not delivered
 *     it cannot be sent to this server, or not at all          refused,  stage LOCAL
 *     its content cannot be read                               deferred, stage LOCAL
 *     BDAT refused as a command (500 to 504)                   by DATA at once if 503 says that the
 *                                                              chunk was swallowed; else deferred
 *                                                              with the reply, and the link ends
 *
 * A line of more than TOCSIN_CONTENT_LINE_MAX bytes (RFC 5322 section 2.1.1) makes a mail one that
 * cannot be sent as it is: it is reencoded, or refused if that does not help; servers cut such
 * lines or refuse them. BODY=BINARYMIME knows no lines, and settings.sends_long_lines no limit.
 * CHUNKING counts as broken too when a server answers all commands and then lets a chunk time out.
 * tocsin_session_get_broken() tells what this server does not do as it says. */
TocsinRun tocsin_pipeline_run(TocsinSession *session, const TocsinPipelineCalls *calls,
                              gpointer user, GError **error);

G_END_DECLS

#endif
