/* SPDX-License-Identifier: MIT */
/* Logging in to a server that is being asked what it is. One thread. */
#ifndef TOCSIN_CLI_PROBE_LOGIN_H
#define TOCSIN_CLI_PROBE_LOGIN_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "cli/target.h"
#include "sasl/questions.h"
#include "smtp/session.h"

G_BEGIN_DECLS

typedef struct _TocsinProbeLogin TocsinProbeLogin;

/* As whom: the user of the options' URL, with the options' secret. Fetches nothing yet.
 * @mechanisms (of TocsinMechanism) must outlive it. TOCSIN_ERROR_INVALID if the URL names no user,
 * TOCSIN_ERROR_CONFIG. */
TocsinProbeLogin *tocsin_probe_login_new(const TocsinTargetOptions *options,
                                         const GPtrArray *mechanisms, GError **error);

/* Does nothing on NULL. */
void tocsin_probe_login_free(TocsinProbeLogin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinProbeLogin, tocsin_probe_login_free)

/* Logs in, until the server has decided, and adds to @told {"mechanism", "reply"}.
 * TOCSIN_ERROR_AUTHENTICATION if it refuses, TOCSIN_ERROR_NO_MECHANISM, TOCSIN_ERROR_SECRET, and
 * the errors of smtp/session.h. */
gboolean tocsin_probe_login_run(const TocsinProbeLogin *self, TocsinSession *session,
                                const TocsinSaslLink *link, JsonObject *told, GError **error);

G_END_DECLS

#endif
