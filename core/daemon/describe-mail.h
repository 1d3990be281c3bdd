/* SPDX-License-Identifier: MIT */
/* Mails and lines of the decision log as JSON. Pure functions; any thread. */
#ifndef TOCSIN_DAEMON_DESCRIBE_MAIL_H
#define TOCSIN_DAEMON_DESCRIBE_MAIL_H

#include <json-glib/json-glib.h>

#include "store/records.h"

G_BEGIN_DECLS

/* "waiting", "held", "done", "dead", "removed". */
const char *tocsin_describe_state(TocsinMailState state);

/* The state of that name. TOCSIN_ERROR_INVALID lists them. */
gboolean tocsin_describe_parse_state(const char *name, TocsinMailState *out_state, GError **error);

/* The envelope, the state and what became of each recipient; docs/control.md has the members. */
JsonObject *tocsin_describe_mail(const TocsinMailInfo *info);

/* {"seq", "time", "event", "mail", "rule", "action", "text"}. */
JsonObject *tocsin_describe_line(const TocsinLogLine *line);

G_END_DECLS

#endif
