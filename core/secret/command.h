/* SPDX-License-Identifier: MIT */
/* Secrets that a program prints. No state; any thread. */
#ifndef TOCSIN_SECRET_COMMAND_H
#define TOCSIN_SECRET_COMMAND_H

#include <glib.h>

#include "base/secret.h"

G_BEGIN_DECLS

/* Runs @argv (NULL-ended) without a shell, with nothing to read and our standard error, and takes
 * what it prints, without the line end at its end. It has @timeout_us, then it is ended.
 * TOCSIN_ERROR_SECRET names the program, never its arguments. */
TocsinSecret *tocsin_secret_run_command(const char *const *argv, gint64 timeout_us, GError **error);

G_END_DECLS

#endif
