/* SPDX-License-Identifier: MIT */
/* The mechanisms that the library brings with it: it loads no plugins. */
#ifndef TOCSIN_LIB_BUILTIN_H
#define TOCSIN_LIB_BUILTIN_H

#include "abi/settings.h"
#include "sasl/mechanism.h"

G_BEGIN_DECLS

/* All of them, of TocsinMechanism. Made with the first call, and never freed. Any thread. */
const GPtrArray *tocsin_lib_mechanisms(void);

/* What a mechanism gets of a user and a password. Both are copied; the copy of the password is
 * wiped with the last reference. TOCSIN_ERROR_INVALID if they cannot be settings. */
TocsinSettings *tocsin_lib_credentials(const char *user, const char *password, GError **error);

G_END_DECLS

#endif
