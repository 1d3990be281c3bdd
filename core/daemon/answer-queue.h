/* SPDX-License-Identifier: MIT */
/* What can be asked about mails in the store: docs/control.md has the paths and parameters. All are
 * TocsinErrandFunction. */
#ifndef TOCSIN_DAEMON_ANSWER_QUEUE_H
#define TOCSIN_DAEMON_ANSWER_QUEUE_H

#include "daemon/errand.h"

G_BEGIN_DECLS

/* Names of parameters, NULL-terminated. */
extern const char *const tocsin_answer_queue_list_parameters[];
extern const char *const tocsin_answer_queue_show_parameters[];
extern const char *const tocsin_answer_queue_retry_parameters[];

/* GET /v1/queue */
gboolean tocsin_answer_queue_list(TocsinErrand *errand, GError **error);

/* GET /v1/queue/{} */
gboolean tocsin_answer_queue_show(TocsinErrand *errand, GError **error);

/* POST /v1/queue/{}/hold and so on; the answer is the mail as it is then. */
gboolean tocsin_answer_queue_hold(TocsinErrand *errand, GError **error);
gboolean tocsin_answer_queue_release(TocsinErrand *errand, GError **error);
gboolean tocsin_answer_queue_retry(TocsinErrand *errand, GError **error);
gboolean tocsin_answer_queue_remove(TocsinErrand *errand, GError **error);

G_END_DECLS

#endif
