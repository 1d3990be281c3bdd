/* SPDX-License-Identifier: MIT */
/* The plugins that a configuration can use: the registry over its folders, and the mechanisms in
 * it.
 *
 * Refcounted. Made by the main thread; the mechanisms may be used by any. */
#ifndef TOCSIN_ENGINE_UNITS_H
#define TOCSIN_ENGINE_UNITS_H

#include <glib.h>

#include "conf/load.h"
#include "abi/guard.h"
#include "plugin/registry.h"

G_BEGIN_DECLS

typedef struct _TocsinUnits TocsinUnits;

/* Searches the built-in folder and those of the section "plugins" of @conf ((nullable)), or only
 * those of @folders ((nullable), NULL-ended) if there are any. @watcher (nullable) is copied.
 * Problems with folders are added; files that are refused are in the registry's list. */
TocsinUnits *tocsin_units_new(const TocsinConf *conf, const char *const *folders,
                              const TocsinPluginWatcher *watcher, TocsinProblems *problems);

/* One more reference, for the caller to drop; any thread. */
TocsinUnits *tocsin_units_ref(TocsinUnits *self);

/* Does nothing on NULL. The main thread drops the last one. */
void tocsin_units_unref(TocsinUnits *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinUnits, tocsin_units_unref)

/* Adds a problem for every account and trigger of @conf whose plugin cannot be loaded, those of its
 * "auth" list too. Loads all plugins. */
void tocsin_units_check(TocsinUnits *self, const TocsinConf *conf, TocsinProblems *problems);

/* Adds a problem for each mechanism of @account's "auth" list that cannot be loaded. What is no
 * string there has been complained of elsewhere. Loads all plugins. */
void tocsin_units_check_auth(TocsinUnits *self, const TocsinNode *account,
                             TocsinProblems *problems);

/* The registry; belongs to @self. */
TocsinRegistry *tocsin_units_registry(const TocsinUnits *self);

/* Every mechanism of every plugin, of TocsinMechanism; belongs to @self. Loads all plugins. */
const GPtrArray *tocsin_units_mechanisms(TocsinUnits *self);

/* Who hears of what instances do; (nullable) members. */
const TocsinPluginWatcher *tocsin_units_watcher(const TocsinUnits *self);

G_END_DECLS

#endif
