/* SPDX-License-Identifier: MIT */
/* Locks by address. */
#include "abi/serial.h"

struct _TocsinSerial {
	GMutex mutex;
	gint wanted; /* atomic: how many wait in enter_soon() */
};

TocsinSerial *
tocsin_serial_of(const void *unit)
{
	/* lint: allow static-state: a plugin's code is the whole program's, and so is its lock */
	static GMutex mutex;
	/* lint: allow static-state: guarded by that mutex */
	static GHashTable *serials; /* of the plugin's tocsin_unit : TocsinSerial */

	g_mutex_lock(&mutex);
	if (serials == NULL) {
		serials = g_hash_table_new(NULL, NULL);
	}
	TocsinSerial *self = g_hash_table_lookup(serials, unit);

	if (self == NULL) {
		self = g_new0(TocsinSerial, 1);
		g_mutex_init(&self->mutex);
		g_hash_table_insert(serials, (gpointer)unit, self);
	}
	g_mutex_unlock(&mutex);
	return self;
}

void
tocsin_serial_enter(TocsinSerial *self)
{
	g_mutex_lock(&self->mutex);
}

void
tocsin_serial_enter_soon(TocsinSerial *self)
{
	g_atomic_int_inc(&self->wanted);
	g_mutex_lock(&self->mutex);
	g_atomic_int_add(&self->wanted, -1);
}

gboolean
tocsin_serial_try_enter(TocsinSerial *self)
{
	return g_mutex_trylock(&self->mutex);
}

void
tocsin_serial_leave(TocsinSerial *self)
{
	g_mutex_unlock(&self->mutex);
}

gboolean
tocsin_serial_is_wanted(const TocsinSerial *self)
{
	return g_atomic_int_get(&self->wanted) > 0;
}
