/* SPDX-License-Identifier: MIT */
/* A SASL mechanism that can be used: an auth unit, its host, and its guard.
 *
 * Built once, then shared by all threads; only that it misbehaved may change, atomically. */
#ifndef TOCSIN_SASL_MECHANISM_H
#define TOCSIN_SASL_MECHANISM_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/guard.h"

G_BEGIN_DECLS

typedef struct _TocsinMechanism TocsinMechanism;

/* @unit must be a valid auth unit and outlive the result. @origin: whose it is, copied; @watcher
 * ((nullable), copied) hears of what it logs and does. */
TocsinMechanism *tocsin_mechanism_new_watched(const tocsin_unit *unit, const TocsinOrigin *origin,
                                              const TocsinPluginWatcher *watcher);

/* One that is part of the program, and that nobody watches. */
TocsinMechanism *tocsin_mechanism_new(const tocsin_unit *unit);

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

/* To be entered around every call into the unit; belongs to it. */
TocsinGuard *tocsin_mechanism_guard(const TocsinMechanism *self);

/* Has it broken the contract? Then it is not chosen any more. */
gboolean tocsin_mechanism_is_disabled(const TocsinMechanism *self);

/* Is @name one that a SASL mechanism may have (RFC 4422 section 3.1)? */
gboolean tocsin_mechanism_is_name(const char *name);

G_END_DECLS

#endif
