/* SPDX-License-Identifier: MIT */
/* Addresses as local programs write them: "root" is the host's root. Pure functions; any thread. */
#ifndef TOCSIN_CLI_QUALIFY_H
#define TOCSIN_CLI_QUALIFY_H

#include <glib.h>

G_BEGIN_DECLS

/* @list, the addresses of a header field or an argument (RFC 5322 section 3.4), with "@domain"
 * behind each address that is a local part alone; all else as it was. What is no list of addresses
 * comes back changed in no dangerous way: whoever parses it then tells what is wrong. Free with
 * g_free(). */
char *tocsin_qualify_list(const char *list, const char *domain);

G_END_DECLS

#endif
