/* SPDX-License-Identifier: MIT */
/* A unit as the program keeps it. */
#include "plugin/unit.h"

#include <string.h>

struct _TocsinUnit {
	tocsin_unit
	        table; /* names and settings are in the plugin's file, which is never unloaded */
	TocsinOrigin origin; /* with texts of its own */
	tocsin_transport_ops transport;
	tocsin_auth_ops auth;
	tocsin_trigger_ops trigger;
};

/* As much of the plugin's table as both sides know; the rest stays zero. */
static void
copy_table(void *ours, gsize size, const void *theirs)
{
	guint32 their_size;

	if (theirs == NULL) {
		return;
	}
	memcpy(&their_size, theirs, sizeof(their_size));
	memcpy(ours, theirs, MIN(size, their_size));
}

TocsinUnit *
tocsin_unit_new(const tocsin_unit *unit, const char *plugin, const char *path)
{
	TocsinUnit *self = g_new0(TocsinUnit, 1);

	copy_table(&self->table, sizeof(self->table), unit);
	self->table.size = sizeof(self->table);
	copy_table(&self->transport, sizeof(self->transport), unit->transport);
	copy_table(&self->auth, sizeof(self->auth), unit->auth);
	copy_table(&self->trigger, sizeof(self->trigger), unit->trigger);
	self->table.transport = unit->transport == NULL ? NULL : &self->transport;
	self->table.auth = unit->auth == NULL ? NULL : &self->auth;
	self->table.trigger = unit->trigger == NULL ? NULL : &self->trigger;
	self->origin = (TocsinOrigin){
	        .plugin = g_strdup(plugin),
	        .path = g_strdup(path),
	        .kind = unit->kind,
	        .serial = unit->serial,
	        .unit = unit,
	};
	return self;
}

void
tocsin_unit_free(TocsinUnit *self)
{
	if (self == NULL) {
		return;
	}
	g_free((char *)self->origin.plugin);
	g_free((char *)self->origin.path);
	g_free(self);
}

const tocsin_unit *
tocsin_unit_table(const TocsinUnit *self)
{
	return &self->table;
}

guint32
tocsin_unit_kind(const TocsinUnit *self)
{
	return self->table.kind;
}

guint32
tocsin_unit_serial(const TocsinUnit *self)
{
	return self->table.serial;
}

const char *
tocsin_unit_name(const TocsinUnit *self)
{
	return self->table.name;
}

const char *
tocsin_unit_summary(const TocsinUnit *self)
{
	return self->table.summary;
}

const char *
tocsin_unit_plugin(const TocsinUnit *self)
{
	return self->origin.plugin;
}

const char *
tocsin_unit_path(const TocsinUnit *self)
{
	return self->origin.path;
}

const tocsin_key *const *
tocsin_unit_keys(const TocsinUnit *self)
{
	return self->table.keys;
}

const tocsin_transport_ops *
tocsin_unit_transport(const TocsinUnit *self)
{
	return self->table.transport;
}

const tocsin_auth_ops *
tocsin_unit_auth(const TocsinUnit *self)
{
	return self->table.auth;
}

const tocsin_trigger_ops *
tocsin_unit_trigger(const TocsinUnit *self)
{
	return self->table.trigger;
}

const TocsinOrigin *
tocsin_unit_origin(const TocsinUnit *self)
{
	return &self->origin;
}

const char *
tocsin_unit_serial_name(const TocsinUnit *self)
{
	if (self->table.kind == TOCSIN_KIND_TRIGGER) {
		return "main loop only";
	}
	switch (self->table.serial) {
	case TOCSIN_SERIAL_UNIT:
		return "one call at a time";
	case TOCSIN_SERIAL_INSTANCE:
		return "one call at a time into each instance";
	default:
		return "any number of calls at once";
	}
}
