/* SPDX-License-Identifier: MIT */
/* SASL bytes as the text of SMTP's AUTH command, challenges and answers (RFC 4954 section 4).
 * Pure functions; any thread. */
#ifndef TOCSIN_SASL_WIRE_H
#define TOCSIN_SASL_WIRE_H

#include <glib.h>

#include "abi/buf.h"

G_BEGIN_DECLS

/* Appends @length bytes as base64. @is_initial: an empty response is written "=". FALSE where the
 * buffer's limit would be passed. */
gboolean tocsin_sasl_wire_encode(const void *bytes, gsize length, gboolean is_initial,
                                 tocsin_buf *out);

/* The same at the end of a line that the caller wipes. TOCSIN_ERROR_LIMIT for more than
 * TOCSIN_EXCHANGE_MAX_BYTES. */
gboolean tocsin_sasl_wire_append(const void *bytes, gsize length, gboolean is_initial,
                                 GString *line, GError **error);

/* Appends the bytes of a 334 reply's text. Strict base64 (RFC 4648 section 4), but for white space
 * around it; TOCSIN_ERROR_PROTOCOL for anything else, and nothing is appended. */
gboolean tocsin_sasl_wire_decode(const char *text, gsize length, tocsin_buf *out, GError **error);

G_END_DECLS

#endif
