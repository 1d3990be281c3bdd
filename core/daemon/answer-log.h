/* SPDX-License-Identifier: MIT */
/* What can be asked about decisions: docs/control.md has the paths and parameters. All are
 * TocsinErrandFunction. */
#ifndef TOCSIN_DAEMON_ANSWER_LOG_H
#define TOCSIN_DAEMON_ANSWER_LOG_H

#include "daemon/errand.h"

G_BEGIN_DECLS

/* Names of parameters, NULL-terminated. */
extern const char *const tocsin_answer_log_parameters[];

/* GET /v1/log */
gboolean tocsin_answer_log(TocsinErrand *errand, GError **error);

/* GET /v1/events/{}: from the event, by its id, to what servers said of its mails. */
gboolean tocsin_answer_event(TocsinErrand *errand, GError **error);

/* GET /v1/explain/{}: the same for the id of an event or of a mail, which leads to the events that
 * caused it. */
gboolean tocsin_answer_explain(TocsinErrand *errand, GError **error);

G_END_DECLS

#endif
