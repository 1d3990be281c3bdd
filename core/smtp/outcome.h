/* SPDX-License-Identifier: MIT */
/* What a server's words mean for one recipient. Pure functions; any thread. */
#ifndef TOCSIN_SMTP_OUTCOME_H
#define TOCSIN_SMTP_OUTCOME_H

#include "model/fate.h"
#include "smtp/reply.h"

G_BEGIN_DECLS

/* What became of one recipient, as it is told: everything is borrowed for the call. */
typedef struct {
	TocsinFateStatus status;
	TocsinStage stage;
	const TocsinReply *reply; /* what the server said, or NULL */
	const char *text;         /* our words, or NULL if the server's say it all */
} TocsinOutcome;

/* By the reply's class: 2 delivered, 4 and 5 what they say; anything else defers, in stage
 * PROTOCOL. RFC 5321 section 4.5.3.1.10: 552 to RCPT means 452. */
TocsinOutcome tocsin_outcome_from_reply(TocsinStage stage, const TocsinReply *reply);

/* The same as a fate to keep. @account may be NULL. */
TocsinFate *tocsin_outcome_to_fate(const TocsinOutcome *self, const char *account, gint64 time_us);

G_END_DECLS

#endif
