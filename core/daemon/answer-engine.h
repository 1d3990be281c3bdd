/* SPDX-License-Identifier: MIT */
/* What is answered by the engine itself, each a TocsinRouteHandler with a TocsinAnswers as its
 * user: docs/control.md has paths, parameters and bodies. Main thread. */
#ifndef TOCSIN_DAEMON_ANSWER_ENGINE_H
#define TOCSIN_DAEMON_ANSWER_ENGINE_H

#include "control/request.h"

G_BEGIN_DECLS

/* Names of parameters, NULL-terminated. */
extern const char *const tocsin_answer_mails_parameters[];

/* GET /v1/status, GET /metrics */
void tocsin_answer_status(TocsinRequest *request, gpointer user);
void tocsin_answer_metrics(TocsinRequest *request, gpointer user);

/* POST /v1/events, POST /v1/mails: answered when it is on disk. */
void tocsin_answer_emit(TocsinRequest *request, gpointer user);
void tocsin_answer_enqueue(TocsinRequest *request, gpointer user);

/* GET and POST /v1/mutes, DELETE /v1/mutes/{} */
void tocsin_answer_mutes(TocsinRequest *request, gpointer user);
void tocsin_answer_mute(TocsinRequest *request, gpointer user);
void tocsin_answer_unmute(TocsinRequest *request, gpointer user);

G_END_DECLS

#endif
