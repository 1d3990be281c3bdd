/* SPDX-License-Identifier: MIT */
/* The time that a log line bears. One thread at a time. */
#ifndef TOCSIN_LOG_WHEN_H
#define TOCSIN_LOG_WHEN_H

#include <glib.h>

G_BEGIN_DECLS

/* The local time zone, with the part of it that was needed last. */
typedef struct _TocsinLogZone TocsinLogZone;

TocsinLogZone *tocsin_log_zone_new(void);
void tocsin_log_zone_free(TocsinLogZone *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogZone, tocsin_log_zone_free)

/* Finds a time near the begin of the line and returns it in microseconds since 1970, UTC. Known are
 * ISO 8601, also in its basic format, and RFC 3339 (also with a comma before the fraction, as
 * Python's logging writes it, and with slashes, as nginx does), RFC 3164 (syslog: the year is that
 * which brings it nearest to @now_us, not more than a day after), the common log format of web
 * servers in brackets, and seconds, milliseconds or microseconds since 1970 at the very begin.
 * Without a zone the local one counts. */
gboolean tocsin_log_when_find(TocsinLogZone *zone, const char *line, gsize length, gint64 now_us,
                              gint64 *out_us);

/* Reads a time in strptime(3)'s @format, which must begin with the line. */
gboolean tocsin_log_when_parse(TocsinLogZone *zone, const char *format, const char *line,
                               gsize length, gint64 now_us, gint64 *out_us);

G_END_DECLS

#endif
