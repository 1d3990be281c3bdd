/* SPDX-License-Identifier: MIT */
/* What follows from fates: pure functions. Any thread. */
#ifndef TOCSIN_ENGINE_DISPATCH_VERDICT_H
#define TOCSIN_ENGINE_DISPATCH_VERDICT_H

#include <glib.h>

#include "store/batch.h"
#include "store/schedule.h"

G_BEGIN_DECLS

/* What a fate says of the connection. */
typedef enum {
	TOCSIN_WORD_WORKS,       /* the server took or refused something */
	TOCSIN_WORD_UNREACHABLE, /* there was no session to send through */
	TOCSIN_WORD_LOCAL,       /* deferred on this side; what run() returns tells whose fault */
	TOCSIN_WORD_DOUBT,       /* the session broke, or the server said that it closes */
} TocsinWord;

/* See there. */
TocsinWord tocsin_verdict_word(const TocsinFate *fate);

/* Of all fates of a mail: works if one does, else the one that says most against the connection. */
TocsinWord tocsin_verdict_words(TocsinFate *const *fates, guint count);

/* The fate to keep: what happened before there was a session is no verdict on the mail, so a
 * refusal there, such as of a password, becomes a deferral. A new reference. */
TocsinFate *tocsin_verdict_soften(const TocsinFate *fate);

/* When the mail of @claim is tried next by the schedule, after a try at @now_us that ended in
 * @fates: the soonest of its recipients that wait. TOCSIN_SCHEDULE_NEVER if none is left, or its
 * time is over. */
gint64 tocsin_verdict_due(const TocsinSchedule *schedule, const TocsinClaim *claim,
                          TocsinFate *const *fates, gint64 now_us, guint32 random);

/* When a mail that is to wait until @until_us is tried: not past its end. TOCSIN_SCHEDULE_NEVER
 * when that has come. */
gint64 tocsin_verdict_wait(const TocsinMail *mail, gint64 until_us, gint64 now_us);

/* A recipient's line for the decision log. @due_us: its next try, if it has to wait. Free with
 * g_free(). */
char *tocsin_verdict_line(const char *address, const TocsinFate *fate, gint64 due_us);

/* Why a mail goes from one account to another, for the decision log. @text (nullable): what the
 * first one failed with. Free with g_free(). */
char *tocsin_verdict_reason(const char *from, const char *to, const char *text);

/* Who did not get the mail and why, "; " between them, at most a few. NULL if no fate of this try
 * is such. @due_us TOCSIN_SCHEDULE_NEVER: those that wait are given up. Free with g_free(). */
char *tocsin_verdict_failures(const TocsinClaim *claim, TocsinFate *const *fates, gint64 due_us);

G_END_DECLS

#endif
