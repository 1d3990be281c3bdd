/* SPDX-License-Identifier: MIT */
/* Whether one unit of a plugin keeps the contract. Pure functions; any thread. */
#ifndef TOCSIN_PLUGIN_UNIT_CHECK_H
#define TOCSIN_PLUGIN_UNIT_CHECK_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "plugin/probe.h"

G_BEGIN_DECLS

/* Every pointer is probed before it is followed. TOCSIN_ERROR_PLUGIN: "found; what to do". */
gboolean tocsin_unit_check(const tocsin_unit *unit, const TocsinMemory *memory, GError **error);

/* "transport", "auth", "trigger"; NULL for an unknown kind. */
const char *tocsin_unit_kind_name(guint32 kind);

G_END_DECLS

#endif
