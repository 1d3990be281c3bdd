/* SPDX-License-Identifier: MIT */
/* What the daemon answers on its control socket: docs/control.md. Main thread. */
#ifndef TOCSIN_DAEMON_ANSWERS_H
#define TOCSIN_DAEMON_ANSWERS_H

#include "control/route.h"
#include "daemon/errand.h"
#include "engine/engine.h"

G_BEGIN_DECLS

/* What all handlers work with: the user of the routes. */
typedef struct {
	TocsinEngine *engine;
	TocsinClock *clock;
	TocsinErrands *errands;
} TocsinAnswers;

/* The routes, whose user is a TocsinAnswers. */
extern const TocsinRoute tocsin_answers_routes[];

G_END_DECLS

#endif
