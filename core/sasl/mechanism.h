/* SPDX-License-Identifier: MIT */
/* A SASL mechanism that can be used: an auth unit, its host, and the lock that its serial rule
 * asks for.
 *
 * Built once, then shared by all threads; only that it misbehaved may change, atomically. */
#ifndef TOCSIN_SASL_MECHANISM_H
#define TOCSIN_SASL_MECHANISM_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/host.h"

G_BEGIN_DECLS

typedef struct _TocsinMechanism TocsinMechanism;

/* @unit must be a valid auth unit and outlive the result. Takes @host over and offers it
 * TOCSIN_EXCHANGE. */
TocsinMechanism *tocsin_mechanism_new(const tocsin_unit *unit, TocsinHost *host);

/* Does nothing on NULL. */
void tocsin_mechanism_free(TocsinMechanism *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMechanism, tocsin_mechanism_free)

/* What new() was given. */
const tocsin_unit *tocsin_mechanism_unit(const TocsinMechanism *self);
const tocsin_host *tocsin_mechanism_host(const TocsinMechanism *self);

/* The SASL name, such as "SCRAM-SHA-256". */
const char *tocsin_mechanism_name(const TocsinMechanism *self);

/* TOCSIN_AUTH_* */
guint32 tocsin_mechanism_flags(const TocsinMechanism *self);

/* It broke the contract: from now on it is not chosen any more. */
void tocsin_mechanism_disable(TocsinMechanism *self);
gboolean tocsin_mechanism_is_disabled(const TocsinMechanism *self);

/* Around every call into the unit, where its serial rule wants one call at a time. */
void tocsin_mechanism_enter(TocsinMechanism *self);
void tocsin_mechanism_leave(TocsinMechanism *self);

/* Is @name one that a SASL mechanism may have (RFC 4422 section 3.1)? */
gboolean tocsin_mechanism_is_name(const char *name);

G_END_DECLS

#endif
