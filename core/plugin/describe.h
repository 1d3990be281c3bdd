/* SPDX-License-Identifier: MIT */
/* A plugin in words and as JSON, for people and programs: where it is, what it provides, which
 * settings its units take. Main thread. */
#ifndef TOCSIN_PLUGIN_DESCRIBE_H
#define TOCSIN_PLUGIN_DESCRIBE_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "plugin/loader.h"
#include "plugin/registry.h"

G_BEGIN_DECLS

/* Appends "auth plain, auth login". */
void tocsin_describe_units(GString *text, const TocsinPlugin *plugin);

/* Appends all there is to say, in lines. */
void tocsin_describe_plugin(GString *text, const TocsinPlugin *plugin);

/* Adds one object: name, path, version, license, abi, units (kind, name, summary, threads,
 * mechanism, settings). */
void tocsin_describe_plugin_json(JsonBuilder *json, const TocsinPlugin *plugin);

/* Adds one object: "directories", "plugins", "refused" (path, reason). */
void tocsin_describe_registry_json(JsonBuilder *json, const TocsinRegistry *registry);

G_END_DECLS

#endif
