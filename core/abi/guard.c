/* SPDX-License-Identifier: MIT */
/* Locks by the serial rule; the first breach of the contract. */
#include "abi/guard.h"

#include <tocsin/error.h>

#include "abi/serial.h"

struct _TocsinGuard {
	TocsinOrigin origin; /* with texts of its own */
	char *instance;
	TocsinPluginWatcher watcher;
	TocsinSerial *serial; /* (nullable) of the whole unit, if its rule asks for that */
	GMutex lock;          /* for TOCSIN_SERIAL_INSTANCE */
	char *breach;         /* atomic; NULL while the contract is kept */
};

/* Of TocsinGuard, borrowed: what this thread is in, the innermost last. */
static GPtrArray *
entered_here(void)
{
	/* lint: allow static-state: each thread has its own */
	static GPrivate entered = G_PRIVATE_INIT((GDestroyNotify)g_ptr_array_unref);
	GPtrArray *guards = g_private_get(&entered);

	if (guards == NULL) {
		guards = g_ptr_array_new();
		g_private_set(&entered, guards);
	}
	return guards;
}

TocsinGuard *
tocsin_guard_new(const TocsinOrigin *origin, const char *instance)
{
	TocsinGuard *self = g_new0(TocsinGuard, 1);

	self->origin = *origin;
	self->origin.plugin = g_strdup(origin->plugin);
	self->origin.path = g_strdup(origin->path);
	self->instance = g_strdup(instance);
	/* Triggers live on the main loop: there is nobody to wait for. */
	if (origin->kind != TOCSIN_KIND_TRIGGER && origin->serial == TOCSIN_SERIAL_UNIT) {
		self->serial = tocsin_serial_of(origin->unit);
	}
	g_mutex_init(&self->lock);
	return self;
}

void
tocsin_guard_watch(TocsinGuard *self, const TocsinPluginWatcher *watcher)
{
	if (watcher != NULL) {
		self->watcher = *watcher;
	}
}

void
tocsin_guard_free(TocsinGuard *self)
{
	if (self == NULL) {
		return;
	}
	g_mutex_clear(&self->lock);
	g_free((char *)self->origin.plugin);
	g_free((char *)self->origin.path);
	g_free(self->instance);
	g_free(self->breach);
	g_free(self);
}

const char *
tocsin_guard_instance(const TocsinGuard *self)
{
	return self->instance;
}

/* A mechanism's state is one login's, which is one thread's. */
static gboolean
has_lock(const TocsinGuard *self)
{
	return self->origin.kind == TOCSIN_KIND_TRANSPORT &&
	       self->origin.serial == TOCSIN_SERIAL_INSTANCE;
}

void
tocsin_guard_enter(TocsinGuard *self)
{
	if (self->serial != NULL) {
		tocsin_serial_enter(self->serial);
	} else if (has_lock(self)) {
		g_mutex_lock(&self->lock);
	}
	g_ptr_array_add(entered_here(), self);
}

void
tocsin_guard_enter_soon(TocsinGuard *self)
{
	if (self->serial == NULL) {
		tocsin_guard_enter(self);
		return;
	}
	tocsin_serial_enter_soon(self->serial);
	g_ptr_array_add(entered_here(), self);
}

void
tocsin_guard_leave(TocsinGuard *self)
{
	GPtrArray *entered = entered_here();

	g_ptr_array_set_size(entered, (gint)entered->len - 1);
	if (self->serial != NULL) {
		tocsin_serial_leave(self->serial);
	} else if (has_lock(self)) {
		g_mutex_unlock(&self->lock);
	}
}

gboolean
tocsin_guard_try_enter(TocsinGuard *self)
{
	if ((self->serial != NULL && !tocsin_serial_try_enter(self->serial)) ||
	    (has_lock(self) && !g_mutex_trylock(&self->lock))) {
		return FALSE;
	}
	g_ptr_array_add(entered_here(), self);
	return TRUE;
}

gboolean
tocsin_guard_is_wanted(const TocsinGuard *self)
{
	return self->serial != NULL && tocsin_serial_is_wanted(self->serial);
}

gboolean
tocsin_guard_is_shared(const TocsinGuard *self)
{
	return self->serial != NULL;
}

/* What an instance of a unit of this kind is called. */
static const char *
instance_word(guint32 kind)
{
	switch (kind) {
	case TOCSIN_KIND_AUTH:
		return "mechanism";
	case TOCSIN_KIND_TRIGGER:
		return "trigger";
	default:
		return "account";
	}
}

static void
record(TocsinGuard *self, const char *what)
{
	char *text = g_strdup_printf("plugin %s (%s): %s '%s' broke the contract: %s; it is "
	                             "disabled, update or remove the plugin",
	                             self->origin.plugin, self->origin.path,
	                             instance_word(self->origin.kind), self->instance, what);

	if (!g_atomic_pointer_compare_and_exchange(&self->breach, NULL, text)) {
		g_free(text);
		return;
	}
	g_debug("%s", text);
	if (self->watcher.on_misbehaviour != NULL) {
		self->watcher.on_misbehaviour(self->instance, text, self->watcher.user);
	}
}

void
tocsin_guard_complain(TocsinGuard *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	record(self, what);
}

gboolean
tocsin_guard_blame(const char *format, ...)
{
	const GPtrArray *entered = entered_here();
	va_list arguments;

	if (entered->len == 0) {
		return FALSE;
	}
	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	record(g_ptr_array_index(entered, entered->len - 1), what);
	return TRUE;
}

gboolean
tocsin_guard_is_disabled(const TocsinGuard *self)
{
	return g_atomic_pointer_get(&((TocsinGuard *)self)->breach) != NULL;
}

void
tocsin_guard_set_error(const TocsinGuard *self, GError **error)
{
	const char *breach = g_atomic_pointer_get(&((TocsinGuard *)self)->breach);

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
