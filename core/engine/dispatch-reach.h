/* SPDX-License-Identifier: MIT */
/* Can an account be reached? What its connections' ends say, and how long it rests. A value under
 * its owner's lock; times are wall clock. */
#ifndef TOCSIN_ENGINE_DISPATCH_REACH_H
#define TOCSIN_ENGINE_DISPATCH_REACH_H

#include <glib.h>

#include "store/schedule.h"

G_BEGIN_DECLS

typedef struct {
	gboolean is_proven;   /* an open connection has got somewhere: more may be opened */
	guint failures;       /* in a row, 0 while all is well */
	guint doubts;         /* sessions in a row that broke before they got anywhere */
	char *doubtful;       /* (nullable) the mail of the last of them */
	gint64 rest_until_us; /* 0: does not rest */
	char *failure;        /* (nullable) the last one */
} TocsinReach;

/* Frees what it holds. */
void tocsin_reach_clear(TocsinReach *self);

/* Does it rest? A clock that was set back ends a rest that would be longer than any. */
gboolean tocsin_reach_is_resting(const TocsinReach *self, const TocsinSchedule *schedule,
                                 gint64 now_us);

/* A server took or refused something. TRUE if the account had failed before. */
gboolean tocsin_reach_note_progress(TocsinReach *self);

/* A connection could not be made; @text says why. TRUE if it had not failed before. */
gboolean tocsin_reach_note_failure(TocsinReach *self, const TocsinSchedule *schedule, gint64 now_us,
                                   guint32 random, const char *text);

/* A session broke before it got anywhere, with @mail (nullable): may be that mail's fault, but not
 * that of two. TRUE as above. */
gboolean tocsin_reach_note_doubt(TocsinReach *self, const TocsinSchedule *schedule, gint64 now_us,
                                 guint32 random, const char *mail, const char *text);

/* The next connection may try at once. */
void tocsin_reach_end_rest(TocsinReach *self);

G_END_DECLS

#endif
