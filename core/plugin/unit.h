/* SPDX-License-Identifier: MIT */
/* One unit of a loaded plugin, with its callbacks in today's shape.
 *
 * The callbacks are copied into tables of this program's size, zero where the plugin's header was
 * older, so that nobody behind this line has to ask for sizes. Units live as long as their
 * registry; immutable; any thread. */
#ifndef TOCSIN_PLUGIN_UNIT_H
#define TOCSIN_PLUGIN_UNIT_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/guard.h"

G_BEGIN_DECLS

typedef struct _TocsinUnit TocsinUnit;

/* @unit has been checked with tocsin_unit_check(); @plugin is its plugin's name, @path its file. */
TocsinUnit *tocsin_unit_new(const tocsin_unit *unit, const char *plugin, const char *path);

/* Does nothing on NULL. */
void tocsin_unit_free(TocsinUnit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinUnit, tocsin_unit_free)

/* The unit as the ABI has it, in today's shape; room "sasl" works with this. */
const tocsin_unit *tocsin_unit_table(const TocsinUnit *self);

guint32 tocsin_unit_kind(const TocsinUnit *self);   /* TOCSIN_KIND_* */
guint32 tocsin_unit_serial(const TocsinUnit *self); /* TOCSIN_SERIAL_* */
const char *tocsin_unit_name(const TocsinUnit *self);
const char *tocsin_unit_summary(const TocsinUnit *self);
const char *tocsin_unit_plugin(const TocsinUnit *self);
const char *tocsin_unit_path(const TocsinUnit *self);

/* (nullable) */
const tocsin_key *const *tocsin_unit_keys(const TocsinUnit *self);

/* The table of the unit's kind; NULL for a unit of another kind. */
const tocsin_transport_ops *tocsin_unit_transport(const TocsinUnit *self);
const tocsin_auth_ops *tocsin_unit_auth(const TocsinUnit *self);
const tocsin_trigger_ops *tocsin_unit_trigger(const TocsinUnit *self);

/* Whose it is, for the guards of its instances. */
const TocsinOrigin *tocsin_unit_origin(const TocsinUnit *self);

/* "one call at a time", "one call at a time into each instance", "any number of calls at once". */
const char *tocsin_unit_serial_name(const TocsinUnit *self);

G_END_DECLS

#endif
