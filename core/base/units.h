/* SPDX-License-Identifier: MIT */
/* Numbers with units as people write them: "10s", "5m", "2MiB". Pure functions; any thread. */
#ifndef TOCSIN_BASE_UNITS_H
#define TOCSIN_BASE_UNITS_H

#include <glib.h>

G_BEGIN_DECLS

/* A duration such as "250ms", "10s", "5m", "1h30m", "7d", "2w" or "0", in microseconds. A number
 * needs a unit, except 0. TOCSIN_ERROR_INVALID says what was expected. */
gboolean tocsin_units_parse_duration(const char *text, gint64 *out_us, GError **error);

/* A size such as "512", "64k", "10M", "1GiB" in bytes; units are powers of 1024. */
gboolean tocsin_units_parse_size(const char *text, guint64 *out_bytes, GError **error);

/* A rate such as "100/min" or "20/h": @out_count per @out_per_us. Units: s, min, h, d. */
gboolean tocsin_units_parse_rate(const char *text, guint *out_count, gint64 *out_per_us,
                                 GError **error);

/* The shortest text that parse_duration() reads back as @us, rounded to milliseconds. Free with
 * g_free(). */
char *tocsin_units_format_duration(gint64 us);

G_END_DECLS

#endif
