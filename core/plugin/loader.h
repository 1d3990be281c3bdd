/* SPDX-License-Identifier: MIT */
/* Loads one plugin: file checked, then opened, then its descriptor checked.
 *
 * Nothing of a file runs before the file, its folder and every folder above it are found to be
 * in the hands of root or the caller (base/trust.h). The file is then opened by its path, not
 * through its descriptor: a name such as /proc/self/fd/5 would tell debuggers nothing, and the
 * dynamic loader takes a later file behind the same number for the one that it has already. The
 * folders being checked, nobody but root and the caller can put another file there meanwhile;
 * should one of them do so, as an upgrade does, the file is found to have changed and is
 * refused.
 *
 * Files are never unloaded. Main thread. */
#ifndef TOCSIN_PLUGIN_LOADER_H
#define TOCSIN_PLUGIN_LOADER_H

#include <glib.h>

#include "plugin/unit.h"

G_BEGIN_DECLS

typedef struct _TocsinPlugin TocsinPlugin;

/* Where the build puts plugins: pkg-config's plugindir. */
const char *tocsin_loader_directory(void);

/* The plugin in @directory/@name.so, which is an absolute path without links (as
 * tocsin_trust_open_directory() gives it) open as @directory_fd. TOCSIN_ERROR_PLUGIN or
 * TOCSIN_ERROR_TRUST: "plugin NAME (PATH): refused: FOUND; WHAT TO DO". */
TocsinPlugin *tocsin_plugin_load(int directory_fd, const char *directory, const char *name,
                                 GError **error);

/* Frees what is ours; the file stays loaded. Does nothing on NULL. */
void tocsin_plugin_free(TocsinPlugin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinPlugin, tocsin_plugin_free)

/* What its descriptor says; belongs to the plugin. */
const char *tocsin_plugin_name(const TocsinPlugin *self);
/* Its file. */
const char *tocsin_plugin_path(const TocsinPlugin *self);
/* Its own version. */
const char *tocsin_plugin_version(const TocsinPlugin *self);
/* An SPDX expression. */
const char *tocsin_plugin_license(const TocsinPlugin *self);

/* The ABI minor version of the header that it was built with. */
guint32 tocsin_plugin_abi_minor(const TocsinPlugin *self);

/* Of TocsinUnit, in the plugin's order; belongs to the plugin. */
const GPtrArray *tocsin_plugin_units(const TocsinPlugin *self);

G_END_DECLS

#endif
