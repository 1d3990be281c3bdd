/* SPDX-License-Identifier: MIT */
/* When to act: at an interval, or by the calendar. Holds which point was the last, so that points
 * that passed while nobody watched are noticed. Wall time throughout: a schedule outlives the
 * program. Thread: the trigger's. */
#ifndef TOCSIN_COMMON_SCHEDULE_H
#define TOCSIN_COMMON_SCHEDULE_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

#define TOCSIN_SCHEDULE_MISSED_MAX 1000u

typedef struct _TocsinSchedule TocsinSchedule;

/* The settings "every", "at" and "zone", for a unit's own table of keys. */
extern const tocsin_key tocsin_schedule_key_every;
extern const tocsin_key tocsin_schedule_key_at;
extern const tocsin_key tocsin_schedule_key_zone;

/* Reads these settings. TOCSIN_ERROR_CONFIG names all that is wrong. */
TocsinSchedule *tocsin_schedule_new(const tocsin_host *host, const tocsin_config *config,
                                    GError **error);

/* Does nothing on NULL. */
void tocsin_schedule_free(TocsinSchedule *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSchedule, tocsin_schedule_free)

/* Counts from @last_us on: a point that passed then, or when counting began. */
void tocsin_schedule_set_last(TocsinSchedule *self, gint64 last_us);

/* The first point after the last one; G_MAXINT64 if there is none. */
gint64 tocsin_schedule_next(const TocsinSchedule *self);

/* If the clock was set back behind the last point, counts from @now_us instead: an interval begins
 * anew, points of a calendar come again. */
void tocsin_schedule_follow_clock(TocsinSchedule *self, gint64 now_us);

/* Takes all points up to @now_us, of which there must be one. Returns the latest, which is now the
 * last; @out_missed: how many were before it, at most TOCSIN_SCHEDULE_MISSED_MAX. */
gint64 tocsin_schedule_take(TocsinSchedule *self, gint64 now_us, guint *out_missed);

/* A descriptor that becomes readable when the system's clock is set, or the machine wakes up; read
 * it with tocsin_schedule_clear(). -1 if the system has no such thing. Close it when done. */
int tocsin_schedule_watch_clock(void);
void tocsin_schedule_clear(int fd);

G_END_DECLS

#endif
