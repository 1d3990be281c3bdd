/* SPDX-License-Identifier: MIT */
/* The scanner behind model/address.h; not for other rooms. */
#ifndef TOCSIN_MODEL_ADDRESS_SCAN_H
#define TOCSIN_MODEL_ADDRESS_SCAN_H

#include <glib.h>

#include "model/address-types.h"

G_BEGIN_DECLS

/* Neither controls nor broken UTF-8 are left in @text once it was checked. A line end stands only
 * before a space or tab. */
typedef struct {
	const char *text;
	gsize length;
	gsize at;
	gboolean is_bare; /* no comments, no white space: a path, not a header */
	GError **error;
} TocsinAddressScanner;

/* Sets the error "address '...': @what at byte N"; always FALSE. */
gboolean tocsin_address_scan_fail(TocsinAddressScanner *self, const char *what);

/* The first thing to do: whether the text holds what no address may. */
gboolean tocsin_address_scan_check(TocsinAddressScanner *self);

/* The byte at the scanner's place, or NUL at the end. */
static inline char
tocsin_address_scan_peek(const TocsinAddressScanner *self)
{
	return self->at < self->length ? self->text[self->at] : '\0';
}

/* Skips white space and comments: CFWS of RFC 5322 section 3.2.2. */
gboolean tocsin_address_scan_space(TocsinAddressScanner *self);

/* Words of a display name up to what cannot belong to one. Free with g_free(). */
char *tocsin_address_scan_phrase(TocsinAddressScanner *self);

/* A local part into @out, quoted only where it must be. */
gboolean tocsin_address_scan_local(TocsinAddressScanner *self, GString *out);

/* local@domain with CFWS around each part. */
TocsinAddress *tocsin_address_scan_spec(TocsinAddressScanner *self);

/* Whether @text may stand as a local part without quotes: RFC 5322 section 3.2.3. */
gboolean tocsin_address_is_dot_atom(const char *text);

/* Appends @text as a quoted string. */
void tocsin_address_append_quoted(GString *out, const char *text);

G_END_DECLS

#endif
