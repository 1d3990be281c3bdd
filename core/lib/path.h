/* SPDX-License-Identifier: MIT */
/* Addresses as callers give them, made fit for MAIL and RCPT. */
#ifndef TOCSIN_LIB_PATH_H
#define TOCSIN_LIB_PATH_H

#include "lib/client.h"

G_BEGIN_DECLS

/* What stands between the brackets for @text, "a@b" or "Name <a@b>": read strictly, or as Python
 * does if the client is compatible. @is_sender: "" is allowed. TOCSIN_ERROR_INVALID if it is no
 * address. Free with g_free(). */
char *tocsin_lib_path(const TocsinSmtp *self, const char *text, gboolean is_sender, GError **error);

G_END_DECLS

#endif
