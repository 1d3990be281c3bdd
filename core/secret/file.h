/* SPDX-License-Identifier: MIT */
/* Secrets in files. No state; any thread. */
#ifndef TOCSIN_SECRET_FILE_H
#define TOCSIN_SECRET_FILE_H

#include <glib.h>

#include "base/secret.h"

G_BEGIN_DECLS

/* The longest secret that is taken from anywhere, in bytes. */
#define TOCSIN_SECRET_MAX 65536u

/* Without the CRLF or LF at its end. The file has to be private (base/trust.h); TOCSIN_ERROR_SECRET
 * or _TRUST name it. */
TocsinSecret *tocsin_secret_read_file(const char *path, GError **error);

/* The path of the credential @name of the running systemd service. Free with g_free(). */
char *tocsin_secret_find_credential(const char *name, GError **error);

/* That credential. */
TocsinSecret *tocsin_secret_read_credential(const char *name, GError **error);

/* Replaces the file's content, so that either the old or the new one is there after a crash. It
 * stays private and its owner's. */
gboolean tocsin_secret_write_file(const char *path, const TocsinSecret *secret, GError **error);

/* A secret from bytes that end in a line end, which is left out. @shown: where it came from, for
 * the error where nothing is left. */
TocsinSecret *tocsin_secret_from_text(const char *bytes, gsize length, const char *shown,
                                      GError **error);

G_END_DECLS

#endif
