/* SPDX-License-Identifier: MIT */
/* SASL bytes as the text of SMTP's AUTH command, challenges and answers (RFC 4954 section 4).
 * Pure functions; any thread. */
#ifndef TOCSIN_SASL_WIRE_H
#define TOCSIN_SASL_WIRE_H

#include <glib.h>

#include "abi/buf.h"

G_BEGIN_DECLS

/* What cancels an exchange. */
#define TOCSIN_SASL_CANCEL "*"

/* The longest AUTH command line with an initial response, CRLF included; beyond it the response
 * waits for an empty challenge (RFC 4954 section 4). */
#define TOCSIN_SASL_MAX_COMMAND 512u

/* May this initial response stand in the AUTH command for @mechanism? */
gboolean tocsin_sasl_wire_fits(const char *mechanism, gsize length);

/* Appends @length bytes as base64. @is_initial: an empty response is written "=". FALSE where the
 * buffer's limit would be passed. */
gboolean tocsin_sasl_wire_encode(const void *bytes, gsize length, gboolean is_initial,
                                 tocsin_buf *out);

/* Appends the bytes of a 334 reply's text. Strict base64 (RFC 4648 section 4), but for white space
 * around it; TOCSIN_ERROR_PROTOCOL for anything else, and nothing is appended. */
gboolean tocsin_sasl_wire_decode(const char *text, gsize length, tocsin_buf *out, GError **error);

G_END_DECLS

#endif
