/* SPDX-License-Identifier: MIT */
/* A transport instance: the safe way to call a transport unit.
 *
 * Whatever the plugin does, the results are documented ones: every recipient of every mail gets one
 * fate, and a breach of the contract disables the instance, with TOCSIN_ERROR_PLUGIN from then
 * on. */
#ifndef TOCSIN_PLUGIN_CALL_TRANSPORT_H
#define TOCSIN_PLUGIN_CALL_TRANSPORT_H

#include <glib.h>

#include "abi/settings.h"
#include "abi/guard.h"
#include "plugin/job.h"
#include "plugin/unit.h"

G_BEGIN_DECLS

typedef struct _TocsinTransport TocsinTransport;

/* [main] Opens an instance of @unit for the account called @account. @settings (a reference is
 * taken) hold all that the account may say. @logins ((nullable): the room's own) is offered as
 * TOCSIN_LOGIN. Waits for a run() of another instance where the unit is TOCSIN_SERIAL_UNIT.
 * TOCSIN_ERROR_CONFIG, TOCSIN_ERROR_PLUGIN: "account 'NAME': why". */
TocsinTransport *tocsin_transport_open(const TocsinUnit *unit, const char *account,
                                       TocsinSettings *settings, const tocsin_logins *logins,
                                       const TocsinPluginWatcher *watcher, GError **error);

/* [worker] Delivers until there is no more. What it returns holds for the connection: TOCSIN_OK, or
 * TOCSIN_E_TEMP, _PERM, _CONFIG, _CANCELLED, _UNKNOWN, _BUG with @error set. Several threads may be
 * in it; they wait for each other as the unit's serial rule asks. */
gint32 tocsin_transport_run(TocsinTransport *self, TocsinJob *job, GError **error);

/* [main] Nothing will come for a while. Does nothing while the instance is busy. */
void tocsin_transport_quiesce(TocsinTransport *self);

/* [main] Closes and frees; no run() may be active. Does nothing on NULL. */
void tocsin_transport_close(TocsinTransport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTransport, tocsin_transport_close)

/* Has it broken the contract? Any thread. */
gboolean tocsin_transport_is_disabled(const TocsinTransport *self);

/* What it is an instance of, and for which account; as long as the instance. */
const TocsinUnit *tocsin_transport_unit(const TocsinTransport *self);

/* The account's name; belongs to the instance. */
const char *tocsin_transport_account(const TocsinTransport *self);

G_END_DECLS

#endif
