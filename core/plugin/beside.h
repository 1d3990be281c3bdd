/* SPDX-License-Identifier: MIT */
/* Do a unit's settings fit those that stand beside them in the configuration? Pure; any thread. */
#ifndef TOCSIN_PLUGIN_BESIDE_H
#define TOCSIN_PLUGIN_BESIDE_H

#include "plugin/unit.h"

G_BEGIN_DECLS

/* The host's own settings, as NULL-ended tables; borrowed, each (nullable). */
typedef struct {
	const tocsin_key *const *account; /* of every account */
	const tocsin_key *const *network; /* ... with TOCSIN_TRANSPORT_NETWORK */
	const tocsin_key *const *login;   /* ... with TOCSIN_TRANSPORT_LOGIN */
	const tocsin_key *const *trigger; /* of every trigger */
} TocsinBeside;

/* A setting may have the name of one beside it if it is of the same type, as then it is the same
 * setting. @known (of TocsinUnit): units that are loaded, some of which may share an account with
 * this one. FALSE with the reason of a refusal. */
gboolean tocsin_beside_check(const TocsinBeside *self, const TocsinUnit *unit,
                             const GPtrArray *known, GError **error);

G_END_DECLS

#endif
