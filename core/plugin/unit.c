/* SPDX-License-Identifier: MIT */
/* A unit as the program keeps it. */
#include "plugin/unit.h"

#include <string.h>

struct _TocsinUnit {
	const tocsin_unit *unit; /* in the plugin's file, which is never unloaded */
	char *plugin;
	char *path;
	tocsin_transport_ops transport;
	tocsin_auth_ops auth;
	tocsin_trigger_ops trigger;
	GMutex lock;
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

	self->unit = unit;
	self->plugin = g_strdup(plugin);
	self->path = g_strdup(path);
	copy_table(&self->transport, sizeof(self->transport), unit->transport);
	copy_table(&self->auth, sizeof(self->auth), unit->auth);
	copy_table(&self->trigger, sizeof(self->trigger), unit->trigger);
	g_mutex_init(&self->lock);
	return self;
}

void
tocsin_unit_free(TocsinUnit *self)
{
	if (self == NULL) {
		return;
	}
	g_mutex_clear(&self->lock);
	g_free(self->plugin);
	g_free(self->path);
	g_free(self);
}

guint32
tocsin_unit_kind(const TocsinUnit *self)
{
	return self->unit->kind;
}

guint32
tocsin_unit_serial(const TocsinUnit *self)
{
	return self->unit->serial;
}

const char *
tocsin_unit_name(const TocsinUnit *self)
{
	return self->unit->name;
}

const char *
tocsin_unit_summary(const TocsinUnit *self)
{
	return self->unit->summary;
}

const char *
tocsin_unit_plugin(const TocsinUnit *self)
{
	return self->plugin;
}

const char *
tocsin_unit_path(const TocsinUnit *self)
{
	return self->path;
}

const tocsin_key *const *
tocsin_unit_keys(const TocsinUnit *self)
{
	return self->unit->keys;
}

const tocsin_transport_ops *
tocsin_unit_transport(const TocsinUnit *self)
{
	return self->unit->kind == TOCSIN_KIND_TRANSPORT ? &self->transport : NULL;
}

const tocsin_auth_ops *
tocsin_unit_auth(const TocsinUnit *self)
{
	return self->unit->kind == TOCSIN_KIND_AUTH ? &self->auth : NULL;
}

const tocsin_trigger_ops *
tocsin_unit_trigger(const TocsinUnit *self)
{
	return self->unit->kind == TOCSIN_KIND_TRIGGER ? &self->trigger : NULL;
}

GMutex *
tocsin_unit_lock(const TocsinUnit *self)
{
	return (GMutex *)&self->lock;
}

const char *
tocsin_unit_serial_name(const TocsinUnit *self)
{
	if (self->unit->kind == TOCSIN_KIND_TRIGGER) {
		return "main loop only";
	}
	switch (self->unit->serial) {
	case TOCSIN_SERIAL_UNIT:
		return "one call at a time";
	case TOCSIN_SERIAL_INSTANCE:
		return "one call at a time into each instance";
	default:
		return "any number of calls at once";
	}
}
