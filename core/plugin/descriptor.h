/* SPDX-License-Identifier: MIT */
/* Whether what a plugin exports keeps the contract of <tocsin/plugin.h>, as far as that can be
 * told without calling it: sizes, versions, names, units, mandatory callbacks, settings.
 *
 * The check follows no pointer that @memory does not vouch for, so that a plugin built with a
 * broken compiler or by hand is refused and does not crash the program. A pure function; any
 * thread. */
#ifndef TOCSIN_PLUGIN_DESCRIPTOR_H
#define TOCSIN_PLUGIN_DESCRIPTOR_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "plugin/probe.h"

G_BEGIN_DECLS

#define TOCSIN_DESCRIPTOR_UNITS_MAX 32u

/* @symbol: where tocsin_plugin_v1 is; @symbol_size: its size by the file's symbol table; @name: the
 * file's name without ".so". TOCSIN_ERROR_PLUGIN: "found; what to do", for the first fault. */
gboolean tocsin_descriptor_check(const void *symbol, gsize symbol_size, const char *name,
                                 const TocsinMemory *memory, GError **error);

G_END_DECLS

#endif
