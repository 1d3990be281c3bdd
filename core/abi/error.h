/* SPDX-License-Identifier: MIT */
/* tocsin_error: where a plugin says why a call failed. One thread at a time. */
#ifndef TOCSIN_ABI_ERROR_H
#define TOCSIN_ABI_ERROR_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "base/veil.h"

G_BEGIN_DECLS

/* An error without a reason yet. */
tocsin_error *tocsin_abi_error_new(void);

/* Does nothing on NULL. */
void tocsin_abi_error_free(tocsin_error *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(tocsin_error, tocsin_abi_error_free)

/* Keeps the first reason that is given; a later one is appended in parentheses. */
void tocsin_abi_error_set(tocsin_error *self, const char *text);

/* (nullable) What was said, as one line of valid UTF-8 of bounded length. */
const char *tocsin_abi_error_get(const tocsin_error *self);

/* Covers in what was said the secrets that @veil knows. */
void tocsin_abi_error_cover(tocsin_error *self, const TocsinVeil *veil);

/* What @status means, for messages: "try again later" and so on; NULL if it is no status. */
const char *tocsin_abi_status_name(gint32 status);

/* Sets @error from a failed call's @status and what it said: TOCSIN_ERROR_CONFIG for
 * TOCSIN_E_CONFIG, TOCSIN_ERROR_CANCELLED for TOCSIN_E_CANCELLED, else TOCSIN_ERROR_PLUGIN. */
void tocsin_abi_error_to_gerror(const tocsin_error *self, gint32 status, GError **error);

G_END_DECLS

#endif
