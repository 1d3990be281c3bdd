/* SPDX-License-Identifier: MIT */
/* What every call into a plugin goes through: the unit's thread rule, and the record of whether the
 * instance has kept the contract.
 *
 * An instance that misbehaved once is disabled for good: it is never called again but to be closed.
 * Any thread. */
#ifndef TOCSIN_PLUGIN_GUARD_H
#define TOCSIN_PLUGIN_GUARD_H

#include <glib.h>

#include "abi/host.h"
#include "plugin/unit.h"

G_BEGIN_DECLS

/* Who hears of what instances say and do; from any thread. */
typedef struct {
	TocsinHostLog log; /* (nullable) what the plugin logs */
	/* (nullable) @instance broke the contract and is disabled: tell the administrator. */
	void (*on_misbehaviour)(const char *instance, const char *text, gpointer user);
	gpointer user;
} TocsinPluginWatcher;

typedef struct _TocsinGuard TocsinGuard;

/* @instance: the account's or trigger's name; @watcher (nullable) is copied. */
TocsinGuard *tocsin_guard_new(const TocsinUnit *unit, const char *instance,
                              const TocsinPluginWatcher *watcher);

/* Does nothing on NULL. */
void tocsin_guard_free(TocsinGuard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinGuard, tocsin_guard_free)

/* The account's or trigger's name. */
const char *tocsin_guard_instance(const TocsinGuard *self);

/* Around each call into the plugin. Waits as the unit's serial rule asks. */
void tocsin_guard_enter(TocsinGuard *self);
void tocsin_guard_leave(TocsinGuard *self);

/* Enters if that needs no waiting. */
gboolean tocsin_guard_try_enter(TocsinGuard *self);

/* Records a breach and disables the instance; only the first is told. */
void tocsin_guard_complain(TocsinGuard *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Was there a complaint? */
gboolean tocsin_guard_is_disabled(const TocsinGuard *self);

/* Sets TOCSIN_ERROR_PLUGIN with what was recorded. */
void tocsin_guard_set_error(TocsinGuard *self, GError **error);

/* The status that @call returned, if it may be; else complains and gives TOCSIN_E_BUG. Allowed are
 * TOCSIN_OK, the errors anyone may have, and @extra (0-ended, (nullable)). */
gint32 tocsin_guard_check_status(TocsinGuard *self, const char *call, gint32 status,
                                 const gint32 *extra);

G_END_DECLS

#endif
