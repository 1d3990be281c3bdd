/* SPDX-License-Identifier: MIT */
/* Whether the folders can be believed in which a plugin has the dynamic loader look for libraries:
 * what lies there runs as the plugin does, and before it. */
#ifndef TOCSIN_PLUGIN_LIBRARY_PLACES_H
#define TOCSIN_PLUGIN_LIBRARY_PLACES_H

#include <glib.h>

G_BEGIN_DECLS

/* @places: of char *, from tocsin_elf_check(); @folder: that of the plugin, which $ORIGIN means.
 * Each has to be absolute, and trusted as base/trust.h has it; of one that is not there, the
 * nearest folder above that is. FALSE with the reason of a refusal, which says what to do. Any
 * thread. */
gboolean tocsin_library_places_check(const GPtrArray *places, const char *folder, GError **error);

G_END_DECLS

#endif
