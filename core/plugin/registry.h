/* SPDX-License-Identifier: MIT */
/* All plugins of the program: which units there are, and which files were refused and why.
 *
 * Folders are searched in the order in which they were added. A unit is first looked for in the
 * file that custom names for it (KIND-NAME.so); only when that is not there is everything
 * loaded. Main thread; units found may be used by any. */
#ifndef TOCSIN_PLUGIN_REGISTRY_H
#define TOCSIN_PLUGIN_REGISTRY_H

#include <glib.h>

#include "plugin/beside.h"
#include "plugin/loader.h"
#include "plugin/missing.h"
#include "plugin/unit.h"

G_BEGIN_DECLS

#define TOCSIN_REGISTRY_PLUGINS_MAX 500u

typedef struct _TocsinRegistry TocsinRegistry;

/* One without folders. */
TocsinRegistry *tocsin_registry_new(void);

/* Does nothing on NULL. Units go with it. */
void tocsin_registry_free(TocsinRegistry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinRegistry, tocsin_registry_free)

/* From now on a plugin is refused whose settings clash with those (kept, borrowed tables). */
void tocsin_registry_set_beside(TocsinRegistry *self, const TocsinBeside *beside);

/* Searches @path, absolute, from now on. @is_optional: that there is no such folder is no error.
 * TOCSIN_ERROR_TRUST, TOCSIN_ERROR_CONFIG or TOCSIN_ERROR_IO where it cannot be used. */
gboolean tocsin_registry_add_directory(TocsinRegistry *self, const char *path, gboolean is_optional,
                                       GError **error);

/* Loads every *.so of all folders that is not loaded yet, in the order of names. Files that cannot
 * be used are among the refused afterwards. */
void tocsin_registry_load_all(TocsinRegistry *self);

/* The unit of @kind (TOCSIN_KIND_*) called @name; belongs to the registry. TOCSIN_ERROR_PLUGIN or
 * TOCSIN_ERROR_TRUST: why its file was refused. TOCSIN_ERROR_CONFIG: there is none, where
 * was looked, which name is nearest, and which ones there are. */
const TocsinUnit *tocsin_registry_find(TocsinRegistry *self, guint32 kind, const char *name,
                                       GError **error);

/* The auth unit that an account calls @name: by its own name or its SASL name, in capitals or not;
 * belongs to the registry. Loads all files. Errors as above. */
const TocsinUnit *tocsin_registry_find_auth(TocsinRegistry *self, const char *name, GError **error);

/* (nullable) The auth unit that is the SASL mechanism @mechanism, exactly as SASL writes it. What
 * comes from the network is only compared, never made into a file's name. */
const TocsinUnit *tocsin_registry_find_mechanism(TocsinRegistry *self, const char *mechanism);

/* Of TocsinPlugin and of TocsinRefused, so far; belong to the registry. */
const GPtrArray *tocsin_registry_plugins(const TocsinRegistry *self);
const GPtrArray *tocsin_registry_refused(const TocsinRegistry *self);

/* Of char *: the folders that are searched. */
const GPtrArray *tocsin_registry_directories(const TocsinRegistry *self);

/* (nullable) The loaded plugin called @name; belongs to the registry. */
const TocsinPlugin *tocsin_registry_plugin(const TocsinRegistry *self, const char *name);

G_END_DECLS

#endif
