/* SPDX-License-Identifier: MIT */
/* Locks by the serial rule; the first breach of the contract. */
#include "plugin/guard.h"

#include <tocsin/error.h>

struct _TocsinGuard {
	const TocsinUnit *unit;
	char *instance;
	TocsinPluginWatcher watcher;
	GMutex lock;  /* for TOCSIN_SERIAL_INSTANCE */
	char *breach; /* atomic; NULL while the contract is kept */
};

TocsinGuard *
tocsin_guard_new(const TocsinUnit *unit, const char *instance, const TocsinPluginWatcher *watcher)
{
	TocsinGuard *self = g_new0(TocsinGuard, 1);

	self->unit = unit;
	self->instance = g_strdup(instance);
	if (watcher != NULL) {
		self->watcher = *watcher;
	}
	g_mutex_init(&self->lock);
	return self;
}

void
tocsin_guard_free(TocsinGuard *self)
{
	if (self == NULL) {
		return;
	}
	g_mutex_clear(&self->lock);
	g_free(self->instance);
	g_free(self->breach);
	g_free(self);
}

const char *
tocsin_guard_instance(const TocsinGuard *self)
{
	return self->instance;
}

/* (nullable) Triggers live on the main loop: there is nobody to wait for. */
static GMutex *
find_lock(TocsinGuard *self)
{
	if (tocsin_unit_kind(self->unit) == TOCSIN_KIND_TRIGGER) {
		return NULL;
	}
	switch (tocsin_unit_serial(self->unit)) {
	case TOCSIN_SERIAL_NONE:
		return NULL;
	case TOCSIN_SERIAL_INSTANCE:
		return &self->lock;
	default:
		return tocsin_unit_lock(self->unit);
	}
}

void
tocsin_guard_enter(TocsinGuard *self)
{
	GMutex *lock = find_lock(self);

	if (lock != NULL) {
		g_mutex_lock(lock);
	}
}

void
tocsin_guard_leave(TocsinGuard *self)
{
	GMutex *lock = find_lock(self);

	if (lock != NULL) {
		g_mutex_unlock(lock);
	}
}

gboolean
tocsin_guard_try_enter(TocsinGuard *self)
{
	GMutex *lock = find_lock(self);

	return lock == NULL || g_mutex_trylock(lock);
}

void
tocsin_guard_complain(TocsinGuard *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	char *text = g_strdup_printf(
	        "plugin %s (%s): %s broke the contract: %s; it is disabled, update "
	        "or remove the plugin",
	        tocsin_unit_plugin(self->unit), tocsin_unit_path(self->unit), self->instance, what);

	if (!g_atomic_pointer_compare_and_exchange(&self->breach, NULL, text)) {
		g_free(text);
		return;
	}
	g_debug("%s", text);
	if (self->watcher.on_misbehaviour != NULL) {
		self->watcher.on_misbehaviour(self->instance, text, self->watcher.user);
	}
}

gboolean
tocsin_guard_is_disabled(const TocsinGuard *self)
{
	return g_atomic_pointer_get(&((TocsinGuard *)self)->breach) != NULL;
}

void
tocsin_guard_set_error(TocsinGuard *self, GError **error)
{
	const char *breach = g_atomic_pointer_get(&self->breach);

	g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
	                    breach != NULL ? breach : "the plugin broke the contract");
}

gint32
tocsin_guard_check_status(TocsinGuard *self, const char *call, gint32 status, const gint32 *extra)
{
	switch (status) {
	case TOCSIN_OK:
	case TOCSIN_E_TEMP:
	case TOCSIN_E_PERM:
	case TOCSIN_E_CONFIG:
	case TOCSIN_E_CANCELLED:
		return status;
	case TOCSIN_E_BUG:
		tocsin_guard_complain(self, "%s() says so itself", call);
		return status;
	default:
		break;
	}
	for (; extra != NULL && *extra != 0; extra++) {
		if (status == *extra) {
			return status;
		}
	}
	tocsin_guard_complain(self, "%s() returned %d, which means nothing there", call, status);
	return TOCSIN_E_BUG;
}
