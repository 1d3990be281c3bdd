/* SPDX-License-Identifier: MIT */
/* Reading a section of the configuration: its settings checked, the secrets in it fetched. */
#ifndef TOCSIN_ENGINE_FETCH_H
#define TOCSIN_ENGINE_FETCH_H

#include "base/clock.h"
#include "conf/apply.h"
#include "conf/load.h"
#include "secret/keeper.h"

G_BEGIN_DECLS

/* How secrets are fetched. */
typedef struct {
	TocsinClock *clock;
	TocsinSecretKeeper *secrets; /* (nullable) remembers those in files; must outlive them */
	gboolean is_check;           /* they are not: only where they come from is looked at */
} TocsinFetch;

/* A TocsinConfFetch; @user is a TocsinFetch. */
TocsinSecret *tocsin_fetch_secret(const TocsinNode *node, TocsinProblems *problems, gpointer user);

/* The settings of the section @name, or their defaults where it is missing. NULL after a
 * problem. */
TocsinSettings *tocsin_fetch_section(const TocsinConf *conf, const char *name,
                                     const tocsin_key *const *table, const TocsinFetch *fetch,
                                     TocsinProblems *problems);

G_END_DECLS

#endif
