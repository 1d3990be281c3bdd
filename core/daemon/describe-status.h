/* SPDX-License-Identifier: MIT */
/* The state of the running engine, as JSON and as metrics. Pure functions; any thread. */
#ifndef TOCSIN_DAEMON_DESCRIBE_STATUS_H
#define TOCSIN_DAEMON_DESCRIBE_STATUS_H

#include <json-glib/json-glib.h>

#include "engine/engine-status.h"

G_BEGIN_DECLS

/* All of it; docs/control.md has the members. */
JsonObject *tocsin_describe_status(const TocsinEngineStatus *status, gint64 now_us);

/* The same for Prometheus (text format 0.0.4). Free with g_free(). */
char *tocsin_describe_metrics(const TocsinEngineStatus *status, gint64 now_us);

G_END_DECLS

#endif
