/* SPDX-License-Identifier: MIT */
/* What every call into a plugin goes through: the unit's thread rule, and the record of whether the
 * instance has kept the contract.
 *
 * An instance that misbehaved once is disabled for good: it is never called again but to be closed.
 * Any thread. */
#ifndef TOCSIN_ABI_GUARD_H
#define TOCSIN_ABI_GUARD_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

/* Where units' log lines go: @level is TOCSIN_LOG_*, @text one line of valid UTF-8. Any thread. */
typedef void (*TocsinHostLog)(const char *unit, gint32 level, const char *text, gpointer user);

/* Which unit an instance is of. */
typedef struct {
	const char *plugin; /* its name */
	const char *path;   /* its file */
	guint32 kind;       /* TOCSIN_KIND_* */
	guint32 serial;     /* TOCSIN_SERIAL_* */
	const void *unit;   /* the plugin's own constant; see abi/serial.h */
} TocsinOrigin;

/* Who hears of what instances say and do; from any thread. */
typedef struct {
	TocsinHostLog log; /* (nullable) what the plugin logs */
	/* (nullable) @instance broke the contract and is disabled: tell the administrator. @text
	 * says that, of which plugin and file, and what to do. */
	void (*on_misbehaviour)(const char *instance, const char *text, gpointer user);
	gpointer user;
} TocsinPluginWatcher;

typedef struct _TocsinGuard TocsinGuard;

/* @origin is copied; @instance: the account's, trigger's or mechanism's name. */
TocsinGuard *tocsin_guard_new(const TocsinOrigin *origin, const char *instance);

/* Tells @watcher ((nullable), copied) of a breach from now on; before the instance is used by
 * several threads. Of what it did before, set_error() tells. */
void tocsin_guard_watch(TocsinGuard *self, const TocsinPluginWatcher *watcher);

/* Does nothing on NULL. */
void tocsin_guard_free(TocsinGuard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinGuard, tocsin_guard_free)

/* The account's, trigger's or mechanism's name. */
const char *tocsin_guard_instance(const TocsinGuard *self);

/* Around each call into the plugin. Waits as the unit's serial rule asks. Calls may be nested: a
 * transport's login calls a mechanism. */
void tocsin_guard_enter(TocsinGuard *self);
void tocsin_guard_leave(TocsinGuard *self);

/* enter() for the main loop: see tocsin_serial_enter_soon(). */
void tocsin_guard_enter_soon(TocsinGuard *self);

/* Does the main loop wait for the unit that this instance is in? */
gboolean tocsin_guard_is_wanted(const TocsinGuard *self);

/* May the main loop ever have to wait for this instance, or for another of its unit? */
gboolean tocsin_guard_is_shared(const TocsinGuard *self);

/* Enters if that needs no waiting. */
gboolean tocsin_guard_try_enter(TocsinGuard *self);

/* Records a breach and disables the instance; only the first is told. */
void tocsin_guard_complain(TocsinGuard *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The same for the instance that this thread has entered last and not left: it has called one of
 * the host's functions with something that does not say whose it is. FALSE if there is none: a
 * plugin's own thread is nobody's. */
gboolean tocsin_guard_blame(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Was there a complaint? */
gboolean tocsin_guard_is_disabled(const TocsinGuard *self);

/* Sets TOCSIN_ERROR_PLUGIN with what was recorded. */
void tocsin_guard_set_error(const TocsinGuard *self, GError **error);

/* The status that @call returned, if it may be; else complains and gives TOCSIN_E_BUG. Allowed are
 * TOCSIN_OK, the errors anyone may have, and @extra (0-ended, (nullable)). */
gint32 tocsin_guard_check_status(TocsinGuard *self, const char *call, gint32 status,
                                 const gint32 *extra);

G_END_DECLS

#endif
