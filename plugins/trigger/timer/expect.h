/* SPDX-License-Identifier: MIT */
/* A dead man's switch: a sign of life, which is a file that is touched, has to come after each
 * point of a schedule. Decides; touches nothing but that file's times. Thread: the trigger's. */
#ifndef TOCSIN_TIMER_EXPECT_H
#define TOCSIN_TIMER_EXPECT_H

#include <glib.h>

#include "schedule.h"

G_BEGIN_DECLS

/* How often is looked for a sign that is missing. */
#define TOCSIN_EXPECT_LOOK_US (10 * (gint64)G_USEC_PER_SEC)

typedef struct {
	char *path;
	gint64 grace_us;
	TocsinSchedule *schedule; /* borrowed; its last point is the last sign's time */
	gint64 mtime_us;          /* of the file as seen last; 0: it was never there */
	gint64 sign_us;           /* when the last sign came; when waiting began, if none did */
	gboolean is_missing;
} TocsinExpect;

/* What has turned. */
typedef enum {
	TOCSIN_EXPECT_SAME,
	TOCSIN_EXPECT_MISSING,
	TOCSIN_EXPECT_ARRIVED,
} TocsinExpectTurn;

/* Begins to wait at @now_us (wall time), unless tocsin_expect_restore() makes sense of @state. */
void tocsin_expect_init(TocsinExpect *self, const char *path, gint64 grace_us,
                        TocsinSchedule *schedule, gint64 now_us);
void tocsin_expect_clear(TocsinExpect *self);

/* The state as text, and back. FALSE: it makes no sense. */
char *tocsin_expect_save(const TocsinExpect *self);
gboolean tocsin_expect_restore(TocsinExpect *self, const char *state);

/* Looks at the file and says what has turned. @out_due_us: the point that was or is waited for. */
TocsinExpectTurn tocsin_expect_look(TocsinExpect *self, gint64 now_us, gint64 *out_due_us);

/* When to look again, wall time. */
gint64 tocsin_expect_next(const TocsinExpect *self, gint64 now_us);

G_END_DECLS

#endif
