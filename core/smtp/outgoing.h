/* SPDX-License-Identifier: MIT */
/* What the pipeline and its caller hand each other: mails one way, fates the other. */
#ifndef TOCSIN_SMTP_OUTGOING_H
#define TOCSIN_SMTP_OUTGOING_H

#include "smtp/content.h"
#include "smtp/envelope.h"
#include "smtp/outcome.h"

G_BEGIN_DECLS

/* Mails whose fate may be open at once. What a lost link leaves in doubt is never more. */
#define TOCSIN_PIPELINE_WINDOW 256u

/* A mail to send. The caller keeps it, and all that it points to, until the last of its recipients'
 * fates is told. */
typedef struct {
	TocsinEnvelope envelope;
	TocsinContent content;
	gpointer user; /* the caller's */
} TocsinOutgoing;

typedef enum {
	TOCSIN_NEXT_MAIL, /* *@out_mail is set */
	TOCSIN_NEXT_NONE, /* none now */
	TOCSIN_NEXT_LAST, /* none now or ever: QUIT goes with what is on its way */
} TocsinNext;

/* What the pipeline asks of its caller; all are called in its thread, from within run(). */
typedef struct {
	/* The next mail. @may_wait: nothing is on its way, the call may block as long as an idle
	 * connection is to be kept; else it must not. A mail may be asked for before the ones
	 * before have their fates. */
	TocsinNext (*next)(gpointer user, gboolean may_wait, const TocsinOutgoing **out_mail);
	/* The fate of recipient @index of @mail; each exactly once. With the last one the mail is
	 * the caller's again. */
	void (*result)(gpointer user, const TocsinOutgoing *mail, guint index,
	               const TocsinOutcome *outcome);
	/* (nullable) Recipient @index of @mail could not be served on this connection, and nothing
	 * was decided about it: hand it to another. Told in the place of result(), last of all that
	 * is told of @mail, and only because of the server's limits or of a promise of its own that
	 * it broke. If NULL, such recipients are deferred. */
	void (*give_back)(gpointer user, const TocsinOutgoing *mail, guint index);
	/* (nullable) @mail's content in 7 bits and short lines, for a server that lacks 8BITMIME
	 * (or, for binary content, BINARYMIME), and for lines that are too long for any. Lives as
	 * long as the mail; NULL with an error. */
	const TocsinContent *(*reencode)(gpointer user, const TocsinOutgoing *mail, GError **error);
} TocsinPipelineCalls;

G_END_DECLS

#endif
