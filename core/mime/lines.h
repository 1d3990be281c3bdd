/* SPDX-License-Identifier: MIT */
/* How long a message's lines are. Pure functions; any thread. */
#ifndef TOCSIN_MIME_LINES_H
#define TOCSIN_MIME_LINES_H

#include <glib.h>

G_BEGIN_DECLS

/* Whether no line passes 998 octets (RFC 5322 section 2.1.1). */
gboolean tocsin_lines_are_short(const void *octets, gsize length);

G_END_DECLS

#endif
