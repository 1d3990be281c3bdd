/* SPDX-License-Identifier: MIT */
/* Which mechanisms to try, in which order, and why not the others. Pure functions; any thread. */
#ifndef TOCSIN_SASL_CHOOSE_H
#define TOCSIN_SASL_CHOOSE_H

#include <glib.h>

#include "sasl/mechanism.h"

G_BEGIN_DECLS

/* What the choice depends on. Everything is borrowed for the call. */
typedef struct {
	const GPtrArray *known;     /* of TocsinMechanism */
	const char *const *offered; /* by the server; case does not matter */
	const char *const *wanted;  /* (nullable) the account's own list, by unit or SASL name */
	gboolean is_encrypted;      /* the link is TLS */
	gboolean may_send_clear;    /* the peer is local and the account allows it */
	gboolean has_channel_binding;
	gboolean has_secret;
	gboolean has_token;
} TocsinChoice;

/* The mechanisms that fit, best first: in the order of the account's list if it has one, else by
 * strength. A mechanism that shows the secret to who listens needs TLS or may_send_clear. If none
 * fits, TOCSIN_ERROR_NO_MECHANISM tells what was offered and why each was refused. Free with
 * g_ptr_array_unref(); the mechanisms are borrowed. */
GPtrArray *tocsin_choose_mechanisms(const TocsinChoice *choice, GError **error);

/* (nullable: it is) Why the mechanism @name is not among those, though the server offers it. Static
 * text. */
const char *tocsin_choose_find_obstacle(const TocsinChoice *choice, const char *name);

G_END_DECLS

#endif
