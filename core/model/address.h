/* SPDX-License-Identifier: MIT */
/* Mail addresses: RFC 5322 section 3.4, with UTF-8 as RFC 6532 allows it. Pure functions; any
 * thread.
 *
 * What these functions accept has no control byte and no NUL, is valid UTF-8, and keeps the limits
 * below, so that it may go into a header or a command as it is. Comments and folding are read and
 * left out. Obsolete forms (routes, dots at odd places in local parts) are refused. */
#ifndef TOCSIN_MODEL_ADDRESS_H
#define TOCSIN_MODEL_ADDRESS_H

#include <glib.h>

#include "model/address-types.h"

G_BEGIN_DECLS

/* Does nothing on NULL. */
void tocsin_address_free(TocsinAddress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinAddress, tocsin_address_free)

/* Exactly one mailbox: "a@b", "Name <a@b>", "\"Na me\" <a@b> (comment)". @length -1 means up to the
 * NUL. TOCSIN_ERROR_INVALID says what is wrong and where, TOCSIN_ERROR_LIMIT what is too long. */
TocsinAddress *tocsin_address_parse(const char *text, gssize length, GError **error);

/* A list of mailboxes and groups, parted by commas; groups are opened, empty members skipped. May
 * be empty. An array of TocsinAddress; free with g_ptr_array_unref(). */
GPtrArray *tocsin_address_parse_list(const char *text, gssize length, GError **error);

/* Whether @spec is local@domain and nothing else: what may stand in MAIL and RCPT. Also accepted
 * are "postmaster" without domain (RFC 5321 section 4.1.1.3) and local parts alone, which local
 * delivery over LMTP knows, if @is_local_allowed. */
gboolean tocsin_address_check_spec(const char *spec, gboolean is_local_allowed, GError **error);

/* "a@b", or "Name <a@b>" with the name quoted where it must be; UTF-8 stays as it is. NULL or ""
 * as @name gives @spec alone. Free with g_free(). */
char *tocsin_address_format(const char *name, const char *spec);

/* Whether @spec needs SMTPUTF8 or an A-label. */
gboolean tocsin_address_is_ascii(const char *spec);

/* Whether @spec cannot go without SMTPUTF8: for its domain A-labels would do. */
gboolean tocsin_address_needs_utf8(const char *spec);

/* @spec with its domain as A-labels (RFC 5890). TOCSIN_ERROR_NOT_SUPPORTED if the local part is not
 * ASCII: that takes SMTPUTF8; TOCSIN_ERROR_INVALID if the domain has no such form. Free with
 * g_free(). */
char *tocsin_address_to_ascii(const char *spec, GError **error);

G_END_DECLS

#endif
