/* SPDX-License-Identifier: MIT */
/* One header field as text, encoded and folded. Pure functions; any thread. */
#ifndef TOCSIN_MIME_HEADER_H
#define TOCSIN_MIME_HEADER_H

#include <glib.h>

G_BEGIN_DECLS

/* May @name be a field's name (RFC 5322 section 2.2) and @value its body? TOCSIN_ERROR_INVALID. */
gboolean tocsin_header_check(const char *name, const char *value, GError **error);

/* "Name: body" with its CRLF: non-ASCII as RFC 2047 has it, folded before 78 columns where there is
 * white space to fold at (RFC 5322 section 2.1.1). Free with g_free(). */
char *tocsin_header_format(const char *name, const char *value, GError **error);

/* @value such that a reader sees just that: what looks like an encoded word (RFC 2047) in it would
 * be decoded, so then all of it is encoded. Free with g_free(). */
char *tocsin_header_protect(const char *value);

/* Whether @text is "type/subtype", perhaps with parameters, in ASCII (RFC 2045 section 5.1). */
gboolean tocsin_header_is_media_type(const char *text);

G_END_DECLS

#endif
