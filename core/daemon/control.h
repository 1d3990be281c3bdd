/* SPDX-License-Identifier: MIT */
/* The daemon's control socket: the server, and what it answers. Main thread. */
#ifndef TOCSIN_DAEMON_CONTROL_H
#define TOCSIN_DAEMON_CONTROL_H

#include "engine/engine.h"

G_BEGIN_DECLS

typedef struct _TocsinControl TocsinControl;

/* Where the control socket of @plan is. */
const char *tocsin_control_socket(const TocsinPlan *plan);

/* Listens as the section "daemon" of @plan says; @group (nullable: the process's own) gets the
 * socket where that names none. Where it names no socket and the usual one cannot be made, that is
 * told and done without. Nothing is answered before the main loop turns, and then the engine must
 * be set. Errors as tocsin_server_new(). */
TocsinControl *tocsin_control_new(const TocsinPlan *plan, const char *group, TocsinClock *clock,
                                  GError **error);

/* What the answers come from: to be called once, before the main loop turns. */
void tocsin_control_set_engine(TocsinControl *self, TocsinEngine *engine);

/* Stops to answer, before the engine ends. Does nothing on NULL. */
void tocsin_control_free(TocsinControl *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinControl, tocsin_control_free)

G_END_DECLS

#endif
