/* SPDX-License-Identifier: MIT */
/* Secrets that a person types. One prompt at a time; any thread. */
#ifndef TOCSIN_SECRET_PROMPT_H
#define TOCSIN_SECRET_PROMPT_H

#include <glib.h>

#include "base/secret.h"

G_BEGIN_DECLS

/* Asks on the controlling terminal, without showing what is typed. TOCSIN_ERROR_SECRET where there
 * is no terminal, or nothing was typed. */
TocsinSecret *tocsin_secret_prompt(const char *text, GError **error);

G_END_DECLS

#endif
