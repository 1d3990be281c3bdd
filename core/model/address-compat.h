/* SPDX-License-Identifier: MIT */
/* Addresses as Python's smtplib reads them: email.utils.parseaddr() of CPython 3.11, not strict.
 *
 * It takes nearly anything and never fails, which programs ported from Python rely on. New code
 * uses model/address.h. What comes out may hold whatever went in, control bytes too: the writer of
 * commands refuses those. Pure functions; any thread. */
#ifndef TOCSIN_MODEL_ADDRESS_COMPAT_H
#define TOCSIN_MODEL_ADDRESS_COMPAT_H

#include <glib.h>

G_BEGIN_DECLS

/* The first address of @text: its display name, and its addr-spec. Both are "" if there is none.
 * Free both with g_free(); either may be NULL if it is not wanted. */
void tocsin_address_parseaddr(const char *text, char **out_name, char **out_spec);

/* The path for MAIL and RCPT: smtplib.quoteaddr(). "A <a@b>" and "a@b" give "<a@b>", "" gives "<>".
 * Free with g_free(). */
char *tocsin_address_quoteaddr(const char *text);

/* The same without brackets, for VRFY and EXPN: smtplib._addr_only(). Free with g_free(). */
char *tocsin_address_addr_only(const char *text);

G_END_DECLS

#endif
