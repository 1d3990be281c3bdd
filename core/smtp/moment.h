/* SPDX-License-Identifier: MIT */
/* Dates with times as SMTP has them (RFC 4865 section 3, RFC 3339 section 5.6). Pure functions; any
 * thread. */
#ifndef TOCSIN_SMTP_MOMENT_H
#define TOCSIN_SMTP_MOMENT_H

#include <glib.h>

G_BEGIN_DECLS

/* Reads "2030-01-31T08:00:00Z" or the same with "+02:00", with a fraction of a second or without,
 * and nothing else, as seconds since 1970. FALSE if it is no such text or no such day; *out_s is
 * then left alone. */
gboolean tocsin_moment_read(const char *text, gint64 *out_s);

G_END_DECLS

#endif
